//! Signing in and out, one's own password, language and theme, the mini program worked with.

use crate::web::{Done, Form, Need, SESSION_MINI_PROGRAM, SESSION_USER, SessionUser, act, safe_path};
use leptos::prelude::*;
use model::ids::MiniProgramId;
use secrecy::SecretString;
use service::{UseError, UseResult};

/// Signs in: a new session id, and the user in it.
#[server(prefix = "/actions", endpoint = "sign-in")]
pub async fn sign_in(
    #[server(default)] csrf: String,
    #[server(default)] name: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    let next = safe_path(&next);
    let form = Form::new("sign-in", login_path(&next)).keep("name", &name);
    act(&csrf, Need::Nobody, form, |ctx| async move {
        let user = ctx.services.sign_in(&name, SecretString::from(password), &ctx.address).await?;
        begin_session(&ctx.session, SessionUser { id: user.id, epoch: user.session_epoch }).await?;
        Ok(Done::to(next))
    })
    .await
}

/// Makes the first administrator and signs them in.
#[server(prefix = "/actions", endpoint = "set-up")]
pub async fn set_up(
    #[server(default)] csrf: String,
    #[server(default)] name: String,
    #[server(default)] password: String,
    #[server(default)] repeated: String,
    #[server(default)] code: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("set-up", "/setup").keep("name", &name).keep("code", &code);
    act(&csrf, Need::Nobody, form, |ctx| async move {
        if !ctx.services.setup_needed().await? {
            // Somebody was quicker, or the button was pressed twice: there is a user to sign in as.
            return Ok(Done::to("/login"));
        }
        if !ctx.loopback && !service::keys::same_text(code.trim(), &ctx.setup_code) {
            return Err(wrong_code().into());
        }
        same(&password, &repeated)?;
        let user = ctx.services.create_first_administrator(&name, SecretString::from(password)).await?;
        begin_session(&ctx.session, SessionUser { id: user.id, epoch: user.session_epoch }).await?;
        Ok(Done::to("/mini-programs/new").saying(
            "管理员已创建。接下来添加第一个小程序。",
            "The administrator is set up. Next, add the first mini program.",
        ))
    })
    .await
}

/// Ends the session.
#[server(prefix = "/actions", endpoint = "sign-out")]
pub async fn sign_out(#[server(default)] csrf: String) -> Result<(), ServerFnError> {
    act(&csrf, Need::SignedIn, Form::new("sign-out", "/"), |ctx| async move {
        ctx.session.flush().await.map_err(|_| UseError::Internal("the session cannot be ended"))?;
        Ok(Done::to("/login"))
    })
    .await
}

/// Changes one's own password; other sessions end, this one goes on.
#[server(prefix = "/actions", endpoint = "change-password")]
pub async fn change_password(
    #[server(default)] csrf: String,
    #[server(default)] old: String,
    #[server(default)] new: String,
    #[server(default)] repeated: String,
) -> Result<(), ServerFnError> {
    act(&csrf, Need::SignedIn, Form::new("change-password", "/account"), |ctx| async move {
        same(&new, &repeated)?;
        let user = ctx.user.clone().ok_or(UseError::NotFound)?;
        let user = ctx.services.change_password(&user, old.into(), new.into()).await?;
        begin_session(&ctx.session, SessionUser { id: user.id, epoch: user.session_epoch }).await?;
        Ok(Done::to("/account").saying(
            "密码已修改，其他设备上的登录已退出。",
            "The password is changed. You are signed out everywhere else.",
        ))
    })
    .await
}

/// Sets the language (`zh`, `en`) or the theme (`auto`, `light`, `dark`) and goes back.
#[server(prefix = "/actions", endpoint = "preference")]
pub async fn set_preference(
    #[server(default)] csrf: String,
    #[server(default)] lang: String,
    #[server(default)] theme: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let back = safe_path(&back);
    act(&csrf, Need::Nobody, Form::new("preference", back.clone()), |_| async move {
        if let Some(lang) = model::Lang::parse(&lang) {
            set_cookie("lang", lang.code());
        }
        if !theme.is_empty() {
            set_cookie("theme", crate::web::Theme::parse(&theme).code());
        }
        Ok(Done::to(back))
    })
    .await
}

/// Chooses the mini program to work with.
#[server(prefix = "/actions", endpoint = "switch-mini-program")]
pub async fn switch_mini_program(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let back = safe_path(&back);
    act(&csrf, Need::SignedIn, Form::new("switch", back.clone()), |ctx| async move {
        let id = MiniProgramId(id.parse().map_err(|_| UseError::NotFound)?);
        let program = ctx.services.mini_program(id).await?;
        remember_mini_program(&ctx.session, program.id).await?;
        Ok(Done::to(back))
    })
    .await
}

/// Makes a mini program the chosen one of this session.
pub(crate) async fn remember_mini_program(session: &tower_sessions::Session, id: MiniProgramId) -> UseResult<()> {
    session.insert(SESSION_MINI_PROGRAM, id).await.map_err(|_| UseError::Internal("the session cannot be written"))
}

/// The sign-in page that leads on to `next`, a path of this site. What would end the value is escaped.
fn login_path(next: &str) -> String {
    let next = next.replace('%', "%25").replace('&', "%26").replace('+', "%2B").replace('#', "%23");
    format!("/login?next={next}")
}

/// A new session id with every sign-in and password change, so that an id known before is worth nothing.
async fn begin_session(session: &tower_sessions::Session, user: SessionUser) -> UseResult<()> {
    let trouble = |_| UseError::Internal("the session cannot be written");
    session.cycle_id().await.map_err(trouble)?;
    session.insert(SESSION_USER, user).await.map_err(trouble)
}

fn set_cookie(name: &str, value: &'static str) {
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
    if let (Some(response), Ok(cookie)) =
        (use_context::<leptos_axum::ResponseOptions>(), axum::http::HeaderValue::from_str(&cookie))
    {
        response.append_header(axum::http::header::SET_COOKIE, cookie);
    }
}

fn same(password: &str, repeated: &str) -> Result<(), model::Problem> {
    if password == repeated {
        return Ok(());
    }
    Err(model::Problem::of("repeated", "different", "两次输入的密码不一致。", "The two passwords differ."))
}

fn wrong_code() -> model::Problem {
    model::Problem::of(
        "code",
        "wrong_code",
        "初始化代码不正确。它显示在服务启动时的输出里。",
        "The setup code is wrong. It is printed when the server starts.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_survives_a_refused_sign_in() {
        assert_eq!(login_path("/notices?state=failed&page=2"), "/login?next=/notices?state=failed%26page=2");
        assert_eq!(login_path("/subscribers?search=a%20b"), "/login?next=/subscribers?search=a%2520b");
    }
}
