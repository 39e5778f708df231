//! The frame of every action: check the form's token and the person's rights, call one use case, leave a message,
//! redirect.

mod call_words;

pub use call_words::call_words;

use super::{Context, Flash, FlashKind, FormState, SESSION_FLASH, context};
use leptos::prelude::ServerFnError;
use model::{Text, access::Permission};
use service::{UseError, UseResult, keys::KeyError};
use std::future::Future;

/// Who may do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Anybody: setup, sign-in, language.
    Nobody,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever has the permission.
    Permission(Permission),
}

/// The form an action belongs to: where it stands and what was typed, to show it again when it is refused.
#[derive(Clone, Debug, Default)]
pub struct Form {
    name: &'static str,
    back: String,
    values: Vec<(String, String)>,
}

/// More than this is not kept of a refused form; it would live in the session.
const MOST_KEPT: usize = 256 * 1024;

impl Form {
    /// A form by name, on a page of this site.
    #[must_use]
    pub fn new(name: &'static str, back: impl Into<String>) -> Self {
        Self { name, back: back.into(), values: Vec::new() }
    }

    /// Keeps what was typed into a field. Never a secret.
    #[must_use]
    pub fn keep(mut self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.push((field.into(), value.into()));
        self
    }
}

/// Where to go after success, and what to say there.
#[derive(Clone, Debug)]
pub struct Done {
    to: String,
    message: Option<Text>,
}

impl Done {
    /// Goes to a path of this site.
    #[must_use]
    pub fn to(path: impl Into<String>) -> Self {
        Self { to: path.into(), message: None }
    }

    /// Says that it worked.
    #[must_use]
    pub fn saying(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.message = Some(Text::new(zh, en));
        self
    }
}

/// Runs an action in its frame. Whatever happens the browser is redirected; what was refused is explained there.
///
/// # Errors
/// Only when the session cannot be written, which the server answers with 500.
pub async fn act<F, Fut>(csrf: &str, need: Need, form: Form, work: F) -> Result<(), ServerFnError>
where
    F: FnOnce(Context) -> Fut,
    Fut: Future<Output = UseResult<Done>>,
{
    let ctx = context();
    let session = ctx.session.clone();
    let request_id = ctx.request_id.clone();
    if need != Need::Nobody && ctx.user.is_none() {
        leptos_axum::redirect("/login");
        return Ok(());
    }
    let flash = if !ctx.csrf_is(csrf) {
        refusal(&form, stale())
    } else if !allowed(&ctx, need) {
        refusal(&form, forbidden())
    } else {
        match work(ctx).await {
            Ok(done) => {
                leptos_axum::redirect(&done.to);
                return leave(&session, done.message.map(success)).await;
            }
            Err(error) => explain(&form, error, &request_id),
        }
    };
    leptos_axum::redirect(&form.back);
    leave(&session, Some(flash)).await
}

fn allowed(ctx: &Context, need: Need) -> bool {
    match need {
        Need::Nobody => true,
        Need::SignedIn => ctx.user.is_some(),
        Need::Permission(permission) => ctx.may(permission),
    }
}

async fn leave(session: &tower_sessions::Session, flash: Option<Flash>) -> Result<(), ServerFnError> {
    let Some(flash) = flash else { return Ok(()) };
    session.insert(SESSION_FLASH, flash).await.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "the session cannot be written");
        ServerFnError::new("session")
    })
}

fn success(message: Text) -> Flash {
    Flash { kind: FlashKind::Success, message, form: None }
}

fn refusal(form: &Form, message: Text) -> Flash {
    let size: usize = form.values.iter().map(|(field, value)| field.len() + value.len()).sum();
    let values = if size <= MOST_KEPT { form.values.iter().cloned().collect() } else { Default::default() };
    let state = FormState { name: form.name.to_owned(), values, problems: Default::default() };
    Flash { kind: FlashKind::Error, message, form: Some(state) }
}

fn explain(form: &Form, error: UseError, request_id: &str) -> Flash {
    if let Some(refused) = error.refusal() {
        tracing::warn!(errcode = refused.errcode, "the platform refused an action");
        return refusal(form, call_words::sentence(&refused));
    }
    match error {
        UseError::Invalid(problems) => {
            let whole = problems.0.iter().find(|p| p.field.is_empty()).map(|p| p.message.clone());
            let mut flash = refusal(form, whole.unwrap_or_else(mend));
            if let Some(state) = &mut flash.form {
                state.problems = problems;
            }
            flash
        }
        UseError::NotFound => refusal(
            form,
            Text::new(
                "它已不存在或状态已改变，没有做任何更改。",
                "It no longer exists or has changed meanwhile. Nothing was changed.",
            ),
        ),
        UseError::TooMany { retry_after_secs } => {
            let minutes = (retry_after_secs + 59) / 60;
            refusal(
                form,
                Text::new(
                    format!("尝试次数过多，请在约 {minutes} 分钟后再试。"),
                    format!("Too many attempts. Try again in about {minutes} minutes."),
                ),
            )
        }
        UseError::Key(KeyError::Open) => refusal(form, secret_lost()),
        other => {
            tracing::error!(error = &other as &dyn std::error::Error, "an action failed");
            refusal(
                form,
                Text::new(
                    format!("服务暂时出错，没有保存。请稍后重试；如仍失败，请把请求编号 {request_id} 告诉管理员。"),
                    format!(
                        "Something failed on our side and nothing was saved. Try again; if it keeps failing, tell the administrator the request id {request_id}."
                    ),
                ),
            )
        }
    }
}

fn mend() -> Text {
    Text::new("有内容需要修改，请看下面的提示。", "Something has to be changed; see the notes below.")
}

fn secret_lost() -> Text {
    Text::new(
        "保存的 AppSecret 无法解密，通常是服务换了密钥（YANSHU_SECRET_KEY 或密钥文件）。请换回原来的密钥，或在小程序的设置里重新填写 AppSecret。",
        "The stored AppSecret cannot be decrypted; usually the installation's key (YANSHU_SECRET_KEY or the key file) was changed. Put the old key back, or enter the AppSecret anew in the mini program's settings.",
    )
}

fn stale() -> Text {
    Text::new(
        "这个页面已过期（可能在别处重新登录过）。内容已保留，请再提交一次。",
        "This page was out of date (perhaps you signed in again elsewhere). What you typed is kept: submit it once more.",
    )
}

fn forbidden() -> Text {
    Text::new("你的角色没有这项权限，请联系管理员。", "Your role may not do this. Ask an administrator.")
}
