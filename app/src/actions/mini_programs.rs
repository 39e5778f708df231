//! Mini programs: add, change, test the connection, quota, callback, login key.

mod callback;
mod check;
mod fields;
mod login_key;
mod quota;

pub use callback::{CheckCallback, RemoveCallback, SetCallback};
pub(crate) use check::CheckReport;
pub use fields::MiniProgramFields;
pub use login_key::RotateLoginKey;
pub use quota::{ClearQuota, LookUpQuota};

use super::account::remember_mini_program;
use crate::web::{Done, Form, Need, act};
use leptos::prelude::*;
use model::{access::Permission, ids::MiniProgramId};
use service::{UseError, UseResult};

const NEED: Need = Need::Permission(Permission::ManageMiniPrograms);

/// Adds a mini program and makes it the one worked with.
#[server(prefix = "/actions", endpoint = "add-mini-program")]
pub async fn add_mini_program(
    #[server(default)] csrf: String,
    #[server(flatten)] fields: MiniProgramFields,
) -> Result<(), ServerFnError> {
    let form = fields.keep(Form::new("mini-program", "/mini-programs/new"));
    act(&csrf, NEED, form, |ctx| async move {
        let other = fields.names_another_base();
        let id = ctx.services.add_mini_program(fields.input()).await.map_err(|error| fields::at(error, other))?;
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
        let new_secret = fields.has_secret();
        let other = fields.names_another_base();
        ctx.services.change_mini_program(id, fields.input()).await.map_err(|error| fields::at(error, other))?;
        let done = Done::to(path(id));
        Ok(if new_secret {
            done.saying("已保存，AppSecret 已更换。请测试连接。", "Saved, with the new AppSecret. Test the connection.")
        } else {
            done.saying("已保存。", "Saved.")
        })
    })
    .await
}

/// Fetches a token with the stored credentials. What came of it is explained on the page where the button was.
#[server(prefix = "/actions", endpoint = "test-connection")]
pub async fn test_connection(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] tab: String,
) -> Result<(), ServerFnError> {
    let tab = if tab == "health" { "/health" } else { "" };
    act(&csrf, NEED, Form::new("test-connection", tab_of(&id, tab)), |ctx| async move {
        let id = parse(&id)?;
        let report = CheckReport::of(ctx.services.test_connection(id).await?);
        let done = Done::to(format!("{}{tab}?{}", path(id), report.query(&ctx, id)));
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
    tab_of(id, "")
}

/// A page of the mini program, such as `/health`.
fn tab_of(id: &str, tab: &str) -> String {
    parse(id).map_or_else(|_| "/mini-programs".to_owned(), |id| format!("{}{tab}", path(id)))
}
