//! What is known of a request before a page or an action runs; made by the server's middleware.

use super::{Flash, FormState};
use axum::http::request::Parts;
use leptos::prelude::*;
use model::{
    Lang, Millis,
    access::{Permission, User},
    mini_program::MiniProgram,
};
use service::{Services, zone};
use std::{collections::BTreeMap, sync::Arc};

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value in the cookie and of `data-theme`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads [`Theme::code`]; anything else is `Auto`.
    #[must_use]
    pub fn parse(s: &str) -> Self {
        match s {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

/// The names of the built files.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// `yanshu.<hash>`: stem of the wasm and JavaScript files below `/pkg`; empty: there are none.
    pub output_name: String,
    /// Path of the style sheet.
    pub css: String,
}

/// A request, as pages and actions see it.
#[derive(Clone, Debug)]
pub struct Context {
    /// The use cases.
    pub services: Arc<Services>,
    /// The browser's session.
    pub session: tower_sessions::Session,
    /// Who is signed in.
    pub user: Option<User>,
    /// Language of the page.
    pub lang: Lang,
    /// Theme of the page.
    pub theme: Theme,
    /// The browser's own nonce (a cookie) to which form tokens are bound.
    pub nonce: String,
    /// The message left by the action before, shown once.
    pub flash: Option<Flash>,
    /// All mini programs, for the switcher.
    pub mini_programs: Vec<MiniProgram>,
    /// The chosen one; `None` only while there is none.
    pub mini_program: Option<MiniProgram>,
    /// The page of the simulator, where the demo runs one.
    pub simulator: Option<Arc<str>>,
    /// Names this request in logs and error messages.
    pub request_id: String,
    /// The peer's address.
    pub address: String,
    /// Whether the peer is on this machine.
    pub loopback: bool,
    /// The one-time code that `/setup` asks for where the peer is elsewhere.
    pub setup_code: Arc<str>,
    /// The address of this console as the outside sees it, without a slash at the end.
    pub public_url: Arc<str>,
    /// Path and query of the page.
    pub path: String,
    /// The query string's values; of repeated names the last.
    pub query: BTreeMap<String, String>,
    /// Names of the built files.
    pub site: Arc<Site>,
}

impl Context {
    /// Picks the text of the reader's language.
    #[must_use]
    pub fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.t(zh, en)
    }

    /// The token that every form carries in its field `csrf`.
    #[must_use]
    pub fn csrf(&self) -> String {
        self.services.keys().form_token(&self.nonce, &self.session_name())
    }

    /// Whether a form's token is this browser's and session's.
    #[must_use]
    pub fn csrf_is(&self, token: &str) -> bool {
        self.services.keys().form_token_is(&self.nonce, &self.session_name(), token)
    }

    /// A signed-in session has a name of its own; before that there is only the nonce.
    fn session_name(&self) -> String {
        match &self.user {
            Some(user) => format!(
                "{}:{}:{}",
                self.session.id().map(|id| id.to_string()).unwrap_or_default(),
                user.id,
                user.session_epoch
            ),
            None => String::new(),
        }
    }

    /// Whether the person may do it.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.user.as_ref().is_some_and(|user| user.role.may(permission))
    }

    /// The name that stands in the books for what the person does.
    #[must_use]
    pub fn by(&self) -> String {
        self.user.as_ref().map(|user| user.name.clone()).unwrap_or_default()
    }

    /// A value of the query string; empty is none.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|s| !s.is_empty())
    }

    /// The number in a path segment counted from 0: `/notices/7` has 7 at 1.
    #[must_use]
    pub fn number_at(&self, segment: usize) -> Option<i64> {
        let path = self.path.split('?').next()?;
        path.split('/').filter(|s| !s.is_empty()).nth(segment)?.parse().ok()
    }

    /// What the person typed into a form that was refused, with what is wrong; empty for any other form.
    #[must_use]
    pub fn form(&self, name: &str) -> FormState {
        self.flash.as_ref().and_then(|flash| flash.form.clone()).filter(|form| form.name == name).unwrap_or_default()
    }

    /// An instant in the mini program's time zone, to the second.
    #[must_use]
    pub fn time(&self, at: Millis) -> String {
        zone::format(at, &self.zone())
    }

    /// An instant in the mini program's time zone, short.
    #[must_use]
    pub fn short_time(&self, at: Millis) -> String {
        zone::format_short(at, &self.zone())
    }

    fn zone(&self) -> jiff::tz::TimeZone {
        zone::of(self.mini_program.as_ref().map_or("Asia/Shanghai", |p| p.settings.time_zone.as_str()))
    }
}

/// The context of the request that is being answered.
///
/// # Panics
/// Never in a page or an action: the server's middleware puts it there.
#[expect(clippy::expect_used, reason = "the middleware is part of the router; without it nothing would work at all")]
#[must_use]
pub fn context() -> Context {
    if let Some(context) = use_context::<Context>() {
        return context;
    }
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Context>().cloned())
        .expect("the request context is provided by the router's middleware")
}

/// Makes the context known to all components of a page.
pub fn provide_request(context: Context) {
    provide_context(context);
}

/// A path on this site to go to after sign-in; anything else leads to the overview. Keeps an attacker's `next` from
/// leading to another site.
#[must_use]
pub fn safe_path(next: &str) -> String {
    let ok = next.starts_with('/')
        && !next.starts_with("//")
        && !next.starts_with("/\\")
        && next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if ok { next.to_owned() } else { "/".to_owned() }
}
