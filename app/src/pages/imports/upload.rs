//! The form that takes a file.

use crate::{components::FormErrors, web::Context};
use leptos::prelude::*;
use model::ids::NoticeId;

/// A file of a draft's recipients, or of subscribers.
pub(in crate::pages) fn upload_form(ctx: &Context, notice: Option<NoticeId>) -> impl IntoView + use<> {
    let action = notice.map_or_else(|| "/subscribers/import".to_owned(), |id| format!("/send/{id}/file"));
    let state = ctx.form("upload");
    let label = ctx.t("CSV 或 XLSX 文件", "CSV or XLSX file");
    let hint = ctx.t(
        "一百万行以内都可以。CSV 可以是 UTF-8 或 GBK，逗号、分号或制表符分隔；第一行写列名，其中一列是 openid。最大 512 MB。",
        "Up to a million rows and more. CSV in UTF-8 or GBK, separated by commas, semicolons or tabs; the first row names the columns, one of them is the openid. At most 512 MB.",
    );
    view! {
        <form class="form card" method="post" action=action enctype="multipart/form-data">
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <div class="field">
                <label for="f-file">{label.to_owned()}</label>
                <input
                    id="f-file"
                    type="file"
                    name="file"
                    accept=".csv,.txt,.tsv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                    aria-describedby="f-file-hint"
                    required=true
                />
                <p class="field-hint" id="f-file-hint">{hint.to_owned()}</p>
            </div>
            <div class="form-actions">
                <button class="button" type="submit">{ctx.t("上传文件", "Hand in the file").to_owned()}</button>
            </div>
        </form>
    }
}
