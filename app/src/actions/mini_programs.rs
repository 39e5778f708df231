//! Mini programs: add, change, test the connection.

mod check;

pub(crate) use check::CheckReport;

use super::account::remember_mini_program;
use crate::web::{Done, Form, Need, act};
use leptos::prelude::*;
use model::{access::Permission, ids::MiniProgramId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use service::{MiniProgramInput, UseError, UseResult};

const NEED: Need = Need::Permission(Permission::ManageMiniPrograms);

/// The fields that adding and changing share. Whatever a browser leaves out reads as empty and is refused with words.
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
    fn keep(&self, form: Form) -> Form {
        form.keep("name", &self.name)
            .keep("appid", &self.appid)
            .keep("default_page", &self.default_page)
            .keep("program_state", &self.program_state)
            .keep("message_lang", &self.message_lang)
            .keep("time_zone", &self.time_zone)
            .keep("require_login_token", &self.require_login_token)
    }

    fn input(self) -> MiniProgramInput {
        MiniProgramInput {
            name: self.name,
            appid: self.appid,
            app_secret: SecretString::from(self.app_secret),
            default_page: self.default_page,
            program_state: self.program_state,
            message_lang: self.message_lang,
            time_zone: self.time_zone,
            require_login_token: self.require_login_token == "true",
        }
    }
}

/// Adds a mini program and makes it the one worked with.
#[server(prefix = "/actions", endpoint = "add-mini-program")]
pub async fn add_mini_program(
    #[server(default)] csrf: String,
    #[server(flatten)] fields: MiniProgramFields,
) -> Result<(), ServerFnError> {
    let form = fields.keep(Form::new("mini-program", "/mini-programs/new"));
    act(&csrf, NEED, form, |ctx| async move {
        let id = ctx.services.add_mini_program(fields.input()).await?;
        remember_mini_program(&ctx.session, id).await?;
        Ok(Done::to(path(id)).saying(
            "小程序已添加，并设为当前小程序。接下来测试连接。",
            "The mini program is added and is the one you work with now. Next, test the connection.",
        ))
    })
    .await
}

/// Changes a mini program; an empty secret keeps the stored one.
#[server(prefix = "/actions", endpoint = "change-mini-program")]
pub async fn change_mini_program(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(flatten)] fields: MiniProgramFields,
) -> Result<(), ServerFnError> {
    let form = fields.keep(Form::new("mini-program", back(&id)));
    act(&csrf, NEED, form, |ctx| async move {
        let id = parse(&id)?;
        let new_secret = !fields.app_secret.trim().is_empty();
        ctx.services.change_mini_program(id, fields.input()).await?;
        let done = Done::to(path(id));
        Ok(if new_secret {
            done.saying("已保存，AppSecret 已更换。请测试连接。", "Saved, with the new AppSecret. Test the connection.")
        } else {
            done.saying("已保存。", "Saved.")
        })
    })
    .await
}

/// Fetches a token with the stored credentials. What came of it is explained on the mini program's page.
#[server(prefix = "/actions", endpoint = "test-connection")]
pub async fn test_connection(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("test-connection", back(&id)), |ctx| async move {
        let id = parse(&id)?;
        let report = CheckReport::of(ctx.services.test_connection(id).await?);
        let done = Done::to(format!("{}?{}", path(id), report.query(&ctx, id)));
        Ok(match report {
            CheckReport::Good => {
                done.saying("连接正常：已取得调用凭证。", "The connection works: WeChat gave an access token.")
            }
            // A failure is explained at length on the page; a sentence in the tone of success would belie it.
            _ => done,
        })
    })
    .await
}

fn parse(id: &str) -> UseResult<MiniProgramId> {
    id.parse().map(MiniProgramId).map_err(|_| UseError::NotFound)
}

fn path(id: MiniProgramId) -> String {
    format!("/mini-programs/{id}")
}

/// Where a refused form stands; an id that is none leads to the list.
fn back(id: &str) -> String {
    parse(id).map_or_else(|_| "/mini-programs".to_owned(), path)
}
