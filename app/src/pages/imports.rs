//! Files of recipients and of subscribers: hand in, say what the columns mean, watch, see what was left out.

mod bad;
mod columns;
mod standing;
mod upload;

pub(super) use upload::upload_form;

use super::{send::parts, templates::no_mini_program};
use crate::{
    components::PageHeader,
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::prelude::*;
use model::{
    access::Permission,
    field::Field,
    import::{Import, ImportState},
};

/// The file of a draft's recipients.
#[component]
pub fn SendFile() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Send, |ctx| async move {
        let view = parts::draft(&ctx).await?;
        let id = view.notice.id;
        let audience = format!("/send/{id}/audience");
        let latest = ctx.services.latest_import(view.mini_program.id, Some(id)).await?;
        let Some(import) = latest else { return Err(PageError::Redirect(audience)) };
        let title = ctx.t("名单文件", "File of recipients").to_owned();
        let body = body(&ctx, &import, Some(&view.template.settings.fields)).await?;
        Ok(Page::new(
            title.clone(),
            view! {
                <PageHeader title text=parts::about(&ctx, &view) />
                {parts::steps(&ctx, 1, Some((id, view.template.id)))}
                <div class="stack">{body}</div>
            },
        ))
    })
}

/// A file of subscribers.
#[component]
pub fn ImportSubscribers() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Subscribers, |ctx| async move {
        let title = ctx.t("导入订阅者", "Import subscribers");
        let Some(program) = ctx.mini_program.clone() else { return Ok(no_mini_program(&ctx, title)) };
        let latest = ctx.services.latest_import(program.id, None).await?;
        let shown = match latest.filter(|_| ctx.query("new") != Some("1")) {
            Some(import) => body(&ctx, &import, None).await?,
            None => upload_form(&ctx, None).into_any(),
        };
        let text = ctx.t(
            "文件里的人会加入订阅者列表，备注、标签和属性会按文件更新；不会删除任何人，也不改变授权额度。",
            "People of the file join the list; remarks, tags and attributes are set as it says. Nobody is removed and no grant changes.",
        );
        Ok(Page::new(
            title,
            view! {
                <PageHeader title=title text=text back="/subscribers" back_text=ctx.t("订阅者", "Subscribers") />
                <div class="stack">{shown}</div>
            },
        ))
    })
}

/// What an import looks like where it stands. `fields` of the template, for recipients.
async fn body(ctx: &Context, import: &Import, fields: Option<&[Field]>) -> Result<AnyView, PageError> {
    let told = import.progress.bad + import.progress.duplicates;
    let bad = if told > 0 { ctx.services.bad_rows(import.id, 0, bad::SHOWN).await? } else { Vec::new() };
    let is_read = import.state == ImportState::Running;
    let choose = (!is_read).then(|| columns::card(ctx, import, fields));
    let file = view! {
        {standing::card(ctx, import)}
        {bad::card(ctx, import, bad)}
        {choose}
    };
    Ok(file.into_any())
}

/// The hidden inputs of every form of an import.
fn hidden(ctx: &Context, import: &Import) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="csrf" value=ctx.csrf() />
        <input type="hidden" name="import" value=import.id.0 />
        <input type="hidden" name="notice" value=import.notice.map_or(0, |notice| notice.0) />
    }
}
