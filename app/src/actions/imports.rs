//! Files that were handed in: how they are read, and the beginning and end of reading.

use crate::web::{Done, Form, Need, act};
use leptos::prelude::*;
use model::{access::Permission, ids::ImportId, import::Import};
use service::Reading;

const OPERATE: Need = Need::Permission(Permission::Operate);

/// The page of an import.
#[must_use]
pub fn page_of(import: &Import) -> String {
    import.notice.map_or_else(|| "/subscribers/import".to_owned(), |notice| format!("/send/{notice}/file"))
}

/// A page of this site from the number of a notice, 0 for subscribers.
fn page(notice: i64) -> String {
    if notice > 0 { format!("/send/{notice}/file") } else { "/subscribers/import".to_owned() }
}

/// Looks at a file again, in another way.
#[server(prefix = "/actions", endpoint = "change-reading")]
pub async fn change_reading(
    csrf: String,
    import: i64,
    #[server(default)] notice: i64,
    #[server(default)] encoding: String,
    #[server(default)] delimiter: String,
    #[server(default)] sheet: String,
    #[server(default)] has_header: String,
) -> Result<(), ServerFnError> {
    let back = page(notice);
    act(&csrf, OPERATE, Form::new("change-reading", back.clone()), |ctx| async move {
        let reading =
            Reading { encoding, delimiter, sheet: sheet.parse().ok(), has_header: Some(has_header == "true") };
        ctx.services.change_reading(ImportId(import), &reading).await?;
        Ok(Done::to(back))
    })
    .await
}

/// Says what each column means and begins to read.
#[server(prefix = "/actions", endpoint = "start-import")]
pub async fn start_import(
    csrf: String,
    import: i64,
    #[server(default)] notice: i64,
    #[server(default)] columns: Vec<String>,
) -> Result<(), ServerFnError> {
    let back = page(notice);
    let mut form = Form::new("start-import", back.clone());
    for (at, code) in columns.iter().enumerate() {
        form = form.keep(format!("columns[{at}]"), code);
    }
    act(&csrf, OPERATE, form, |ctx| async move {
        ctx.services.start_import(ImportId(import), Some(&columns)).await?;
        Ok(Done::to(back))
    })
    .await
}

/// Reads a file again as it was read before.
#[server(prefix = "/actions", endpoint = "restart-import")]
pub async fn restart_import(csrf: String, import: i64, #[server(default)] notice: i64) -> Result<(), ServerFnError> {
    let back = page(notice);
    act(&csrf, OPERATE, Form::new("restart-import", back.clone()), |ctx| async move {
        ctx.services.start_import(ImportId(import), None).await?;
        Ok(Done::to(back))
    })
    .await
}

/// Asks for an end of reading.
#[server(prefix = "/actions", endpoint = "stop-import")]
pub async fn stop_import(csrf: String, import: i64, #[server(default)] notice: i64) -> Result<(), ServerFnError> {
    let back = page(notice);
    act(&csrf, OPERATE, Form::new("stop-import", back.clone()), |ctx| async move {
        ctx.services.stop_import(ImportId(import)).await?;
        Ok(Done::to(back).saying("正在停止读取。", "Reading is being stopped."))
    })
    .await
}
