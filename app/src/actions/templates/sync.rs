//! Asking WeChat for its templates, and taking over what was chosen of the differences.

use super::OPERATE;
use crate::web::{Done, Form, act};
use leptos::prelude::*;
use model::ids::MiniProgramId;
use service::SyncDone;

const PAGE: &str = "/templates/sync";

/// Asks WeChat; the page shows what would change.
#[server(prefix = "/actions", endpoint = "fetch-templates")]
pub async fn fetch_templates(csrf: String, mini_program: i64) -> Result<(), ServerFnError> {
    act(&csrf, OPERATE, Form::new("fetch-templates", PAGE), |ctx| async move {
        ctx.services.fetch_templates(MiniProgramId(mini_program)).await?;
        Ok(Done::to(PAGE).saying(
            "已从微信取得模板列表，请核对下面的差异。还没有做任何更改。",
            "WeChat's list of templates is here; look at the differences below. Nothing was changed yet.",
        ))
    })
    .await
}

/// Applies the chosen lines of the differences that were shown.
#[server(prefix = "/actions", endpoint = "apply-sync")]
pub async fn apply_sync(
    csrf: String,
    mini_program: i64,
    fetched_at: i64,
    #[server(default)] chosen: Vec<String>,
) -> Result<(), ServerFnError> {
    let form = Form::new("sync", PAGE).keep("chosen", chosen.join(","));
    act(&csrf, OPERATE, form, |ctx| async move {
        let done = ctx.services.apply_sync(MiniProgramId(mini_program), fetched_at, &chosen).await?;
        let (zh, en) = summary(done);
        Ok(Done::to("/templates").saying(zh, en))
    })
    .await
}

fn summary(done: SyncDone) -> (String, String) {
    let parts = [
        (done.added, "登记 {n} 个新模板", "{n} registered"),
        (done.changed, "更新 {n} 个模板", "{n} updated"),
        (done.gone, "把 {n} 个模板标记为已在微信删除", "{n} marked as gone at WeChat"),
    ];
    let said = parts.into_iter().filter(|(n, ..)| *n > 0);
    let (zh, en): (Vec<_>, Vec<_>) =
        said.map(|(n, zh, en)| (zh.replace("{n}", &n.to_string()), en.replace("{n}", &n.to_string()))).unzip();
    (format!("同步完成：{}。", zh.join("，")), format!("Synced: {}.", en.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_only_what_was_done() {
        let (zh, en) = summary(SyncDone { added: 2, changed: 0, gone: 1 });
        assert_eq!(zh, "同步完成：登记 2 个新模板，把 1 个模板标记为已在微信删除。");
        assert_eq!(en, "Synced: 2 registered, 1 marked as gone at WeChat.");
    }
}
