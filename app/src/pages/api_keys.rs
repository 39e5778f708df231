//! API 密钥: what lets business systems order notices for the chosen mini program.

mod add;
mod table;

use crate::{
    components::{Empty, Icon, IconName, PageHeader},
    web::{Context, Nav, Need, Page, page, take_secret},
};
use leptos::prelude::*;
use model::access::Permission;

/// The keys, and a form for another one.
#[component]
pub fn ApiKeys() -> impl IntoView {
    page(Need::Permission(Permission::ManageApi), Nav::ApiKeys, |ctx| async move {
        let title = ctx.t("API 密钥", "API keys");
        let Some(program) = ctx.mini_program.clone() else {
            return Ok(Page::new(title, nothing_yet(&ctx, title)));
        };
        let keys = ctx.services.api_keys(program.id).await?;
        let fresh = take_secret(&ctx, "api_key").await;
        let text = match ctx.lang {
            model::Lang::Zh => {
                format!("业务系统用密钥调用接口。每个密钥只对应一个小程序，这里是“{}”的。", program.settings.name)
            }
            model::Lang::En => {
                format!(
                    "Business systems call the API by a key. Each opens one mini program; these are of “{}”.",
                    program.settings.name
                )
            }
        };
        let reference = ctx.t("接口说明", "API reference").to_owned();
        let body = view! {
            <PageHeader title=title text=text>
                <a class="button" href="/api/docs">{reference}</a>
            </PageHeader>
            {fresh.map(|key| shown_once(&ctx, key))}
            <div class="split">
                <div class="stack">{table::keys(&ctx, &keys)}</div>
                <div class="stack">{add::form(&ctx)}</div>
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn nothing_yet(ctx: &Context, title: &str) -> AnyView {
    let text = ctx.t("密钥属于某个小程序，请先添加小程序。", "A key belongs to a mini program. Add one first.");
    let action = ctx.t("添加小程序", "Add a mini program");
    view! {
        <PageHeader title=title />
        <Empty icon=IconName::Key title=title text=text href="/mini-programs/new" action=action />
    }
    .into_any()
}

fn shown_once(ctx: &Context, key: String) -> AnyView {
    let title = ctx.t("新密钥，只显示这一次", "The new key, shown this once").to_owned();
    let text = ctx.t(
        "请现在复制，存到业务系统的密钥管理里，不要放进小程序前端或代码仓库。雁书只保存它的摘要，丢失后只能新建。",
        "Copy it now into the secrets of your business system, never into the mini program itself or a repository. Yanshu keeps only a digest; a lost key is replaced, not found.",
    );
    view! {
        <section class="notice-box" role="status" id="new-key">
            <Icon name=IconName::Key />
            <p><strong>{title}</strong></p>
            <p><code class="copyable">{key}</code></p>
            <p class="small">{text.to_owned()}</p>
        </section>
    }
    .into_any()
}
