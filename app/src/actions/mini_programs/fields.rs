//! What the forms of adding and changing a mini program send.

use crate::web::Form;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use service::{MiniProgramInput, UseError};

/// The line of the list of addresses that lets the text field count.
const OTHER: &str = "other";

/// The fields that adding and changing share. Whatever a browser leaves out reads as empty; what must not be empty is
/// refused with words.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MiniProgramFields {
    name: String,
    appid: String,
    app_secret: String,
    default_page: String,
    program_state: String,
    message_lang: String,
    time_zone: String,
    require_login_token: String,
    token_mode: String,
    api_base: String,
    api_base_other: String,
    grant_source: String,
    send_rate: String,
    send_at_once: String,
}

/// Without the secret.
impl std::fmt::Debug for MiniProgramFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MiniProgramFields")
            .field("name", &self.name)
            .field("appid", &self.appid)
            .finish_non_exhaustive()
    }
}

impl MiniProgramFields {
    /// Keeps everything for a refused form but the secret.
    pub(super) fn keep(&self, form: Form) -> Form {
        form.keep("name", &self.name)
            .keep("appid", &self.appid)
            .keep("default_page", &self.default_page)
            .keep("program_state", &self.program_state)
            .keep("message_lang", &self.message_lang)
            .keep("time_zone", &self.time_zone)
            .keep("require_login_token", &self.require_login_token)
            .keep("token_mode", &self.token_mode)
            .keep("api_base", &self.api_base)
            .keep("api_base_other", &self.api_base_other)
            .keep("grant_source", &self.grant_source)
            .keep("send_rate", &self.send_rate)
            .keep("send_at_once", &self.send_at_once)
    }

    pub(super) fn has_secret(&self) -> bool {
        !self.app_secret.trim().is_empty()
    }

    /// Whether the address is the one of the text field.
    pub(super) fn names_another_base(&self) -> bool {
        self.api_base == OTHER
    }

    pub(super) fn input(self) -> MiniProgramInput {
        // Nothing typed although it was chosen: the word itself is no address and is refused as one.
        let typed = self.names_another_base() && !self.api_base_other.trim().is_empty();
        let api_base = if typed { self.api_base_other } else { self.api_base };
        MiniProgramInput {
            name: self.name,
            appid: self.appid,
            app_secret: SecretString::from(self.app_secret),
            default_page: self.default_page,
            program_state: self.program_state,
            message_lang: self.message_lang,
            time_zone: self.time_zone,
            require_login_token: self.require_login_token == "true",
            token_mode: self.token_mode,
            api_base,
            grant_source: self.grant_source,
            send_rate: self.send_rate,
            send_at_once: self.send_at_once,
        }
    }
}

/// Tells what is wrong with the address beside the field where it was typed.
pub(super) fn at(error: UseError, typed: bool) -> UseError {
    match error {
        UseError::Invalid(mut problems) if typed => {
            for problem in problems.0.iter_mut().filter(|p| p.field == "api_base") {
                problem.field = "api_base_other".to_owned();
            }
            UseError::Invalid(problems)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(api_base: &str, api_base_other: &str) -> MiniProgramFields {
        let (api_base, api_base_other) = (api_base.to_owned(), api_base_other.to_owned());
        MiniProgramFields { api_base, api_base_other, ..MiniProgramFields::default() }
    }

    #[test]
    fn the_text_field_counts_only_where_other_is_chosen() {
        assert_eq!(fields("", "https://left.over").input().api_base, "");
        assert_eq!(fields("https://api2.weixin.qq.com", "x").input().api_base, "https://api2.weixin.qq.com");
        assert_eq!(fields("other", "https://proxy").input().api_base, "https://proxy");
        assert_eq!(fields("other", " ").input().api_base, "other", "no address, so it is refused");
    }
}
