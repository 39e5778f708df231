//! A new key.

use crate::{
    actions::api_keys::AddApiKey,
    components::{Check, FormErrors, TextField},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Lang, api::Scope};

/// What a scope allows, in a word and a sentence.
pub(super) fn scope_words(scope: Scope, lang: Lang) -> (&'static str, &'static str) {
    match scope {
        Scope::Send => (lang.t("发送", "Send"), lang.t("下达和取消通知任务", "Order and cancel notices")),
        Scope::Read => (
            lang.t("查询", "Read"),
            lang.t("查看模板、通知任务、投递和统计", "Look at templates, notices, deliveries, statistics"),
        ),
        Scope::Grants => (
            lang.t("上报授权", "Grants"),
            lang.t("上报用户在订阅弹窗里的选择", "Record what people answered in the popup"),
        ),
        Scope::Subscribers => (
            lang.t("订阅者", "Subscribers"),
            lang.t("查看订阅者和他们的额度", "Look at subscribers and their balances"),
        ),
    }
}

/// Name, scopes, last day.
pub(super) fn form(ctx: &Context) -> AnyView {
    let state = ctx.form("add-api-key");
    let kept = state.value("scopes", "send read");
    let scopes: Vec<_> = Scope::ALL
        .into_iter()
        .map(|scope| {
            let (label, hint) = scope_words(scope, ctx.lang);
            let checked = kept.split(' ').any(|code| code == scope.code());
            view! { <Check name="scopes[]" value=scope.code() label=label hint=hint checked=checked /> }
        })
        .collect();
    let scope_error = state.error("scopes[]", ctx.lang);
    view! {
        <section class="card" id="add-api-key">
            <h2>{ctx.t("新建密钥", "Make a key").to_owned()}</h2>
            <form class="form" method="post" action=AddApiKey::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <TextField
                    name="name"
                    label=ctx.t("名称", "Name")
                    value=state.value("name", "")
                    error=state.error("name", ctx.lang)
                    hint=ctx.t("写明由哪个系统使用，通知任务的创建人会显示它。", "Say which system uses it; notices ordered with it carry the name.")
                    required=true
                />
                <fieldset class="field">
                    <legend>{ctx.t("权限", "It may").to_owned()}</legend>
                    {scopes}
                    {scope_error.map(|error| view! { <p class="field-error">{error}</p> })}
                </fieldset>
                <TextField
                    name="last_day"
                    kind="date"
                    label=ctx.t("最后有效日（可不填）", "Last day (may be left empty)")
                    value=state.value("last_day", "")
                    error=state.error("last_day", ctx.lang)
                    hint=ctx.t("当天结束后失效；不填则长期有效，直到撤销。", "It ends with that day; without one it lasts until it is revoked.")
                />
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("新建密钥", "Make the key").to_owned()}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}
