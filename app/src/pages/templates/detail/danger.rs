//! Putting a template away here, and deleting it at WeChat.

use crate::{actions::templates::ArchiveTemplate, web::Context};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{access::Permission, template::Template};

pub(super) fn archive(ctx: &Context, template: &Template) -> impl IntoView + use<> {
    let (title, text, button, value) = if template.archived_at.is_none() {
        (
            ctx.t("归档", "Archive"),
            ctx.t(
                "不再使用时可以归档：它不会再出现在发送中；历史、统计和授权额度都保留，小程序上报的授权照常记录，随时可以恢复。",
                "When it is no longer used: it is not offered for sending any more. History, statistics and grants stay, reports of the mini program are still recorded, and it can be brought back.",
            ),
            ctx.t("归档模板", "Archive the template"),
            "true",
        )
    } else {
        (
            ctx.t("恢复", "Bring it back"),
            ctx.t(
                "恢复后可以继续用它发送，原有的授权额度仍然有效。",
                "It can be sent with again; the grants are still there.",
            ),
            ctx.t("恢复模板", "Bring the template back"),
            "false",
        )
    };
    view! {
        <section class="card">
            <h2>{title.to_owned()}</h2>
            <p class="muted">{text.to_owned()}</p>
            <form class="form-actions" method="post" action=ArchiveTemplate::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=template.id.0 />
                <input type="hidden" name="archived" value=value />
                <button class="button" type="submit">{button.to_owned()}</button>
            </form>
        </section>
    }
}

/// The way to the page that asks once more; nothing once WeChat does not have it.
pub(super) fn delete(ctx: &Context, template: &Template) -> Option<impl IntoView + use<>> {
    template.gone_at.is_none().then(|| {
        let way = if ctx.may(Permission::ManageMiniPrograms) {
            let href = format!("/templates/{}/delete", template.id);
            let text = ctx.t("在微信删除…", "Delete at WeChat…").to_owned();
            view! { <p class="form-actions"><a class="button danger" href=href>{text}</a></p> }.into_any()
        } else {
            let text = ctx.t("只有管理员可以在微信删除模板。", "Only administrators may delete templates at WeChat.").to_owned();
            view! { <p class="muted small">{text}</p> }.into_any()
        };
        view! {
            <section class="card" id="danger">
                <h2>{ctx.t("危险操作", "Danger zone").to_owned()}</h2>
                <p class="muted">
                    {ctx.t(
                        "在微信删除模板后，用户对它的授权就不能再用了，雁书无法撤销。只是暂时不用时，请归档。",
                        "Once a template is deleted at WeChat, the grants for it are of no use any more, and Yanshu cannot undo it. Archive it if it is only not needed for now.",
                    ).to_owned()}
                </p>
                {way}
            </section>
        }
    })
}
