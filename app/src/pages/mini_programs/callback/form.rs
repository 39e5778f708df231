//! Token, EncodingAESKey and mode: the form.

use super::status::mode_name;
use crate::{
    actions::mini_programs::SetCallback,
    components::{Choice, FormErrors, TextField},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::mini_program::{CallbackMode, MiniProgram};

/// The name that the action gives it in a refusal.
const FORM: &str = "callback";

/// The form. `offer` is a fresh token and key, where none is stored; stored ones are never shown.
pub(super) fn form(ctx: &Context, program: &MiniProgram, offer: Option<(String, String)>) -> AnyView {
    let state = ctx.form(FORM);
    let stored = program.callback_mode;
    let new = stored.is_none();
    let (token, key) = offer.unwrap_or_default();
    let kept = if new {
        ""
    } else {
        ctx.t("••••••（已保存，留空则不修改）", "•••••• (stored; leave empty to keep it)")
    };
    let lost = (state.refused()).then(|| {
        let text = ctx.t(
            "出于安全，刚才填写的 Token 和 EncodingAESKey 没有保留，请重新填写；微信后台要与最后保存的一致。",
            "To be safe, the token and key that you typed were not kept: enter them again. WeChat's console must hold what is saved here last.",
        );
        view! { <p class="notice-box warn">{text.to_owned()}</p> }
    });
    view! {
        <form class="form" method="post" action=SetCallback::PATH id="callback-form">
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            {lost}
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="id" value=program.id.0 />
            <TextField
                name="token"
                label="Token"
                value=token
                error=state.error("token", ctx.lang)
                hint=ctx.t("3 到 32 位字母或数字，加密保存，保存后不再显示。", "3 to 32 letters and digits; encrypted, and never shown once saved.")
                placeholder=kept
                code=true
                required=new
            />
            <TextField
                name="encoding_key"
                label="EncodingAESKey"
                value=key
                error=state.error("encoding_key", ctx.lang)
                hint=ctx.t("43 位字母或数字，加密保存，保存后不再显示；只有明文模式可以不填。", "43 letters and digits; encrypted, and never shown once saved. Only plain mode can do without.")
                placeholder=kept
                code=true
            />
            {modes(ctx, &state.value("mode", stored.unwrap_or_default().code()))}
            <div class="form-actions">
                <button class="button primary" type="submit">{ctx.t("保存回调设置", "Save the callback").to_owned()}</button>
            </div>
        </form>
    }
    .into_any()
}

fn modes(ctx: &Context, now: &str) -> AnyView {
    let now = CallbackMode::parse(now).unwrap_or_default();
    let choices = CallbackMode::ALL.map(|mode| {
        let code = mode.code();
        let mut label = mode_name(ctx, mode).to_owned();
        if mode == CallbackMode::Safe {
            label.push_str(ctx.t("（推荐）", ", recommended"));
        }
        view! { <Choice name="mode" value=code label=label hint=advice(ctx, mode) checked=mode == now /> }
    });
    view! {
        <fieldset>
            <legend>{ctx.t("消息加密方式（与微信后台一致）", "Encryption (the same as in WeChat's console)").to_owned()}</legend>
            {choices.into_iter().collect_view()}
        </fieldset>
    }
    .into_any()
}

fn advice(ctx: &Context, mode: CallbackMode) -> &'static str {
    match mode {
        CallbackMode::Safe => ctx.lang.t(
            "内容全部加密，明文一律拒收，别人无法伪造或偷看。",
            "Everything is encrypted and plaintext is refused: nobody can forge or read it.",
        ),
        CallbackMode::Compatible => ctx.lang.t(
            "明文和密文一起发送，有密文时以密文为准；只适合调试。",
            "Plaintext and ciphertext come together, and the ciphertext counts where there is one; for debugging only.",
        ),
        CallbackMode::Plain => ctx.lang.t(
            "内容不加密，只校验签名；请至少使用 https 地址。",
            "Nothing is encrypted, only the signature is checked; use an https address at least.",
        ),
    }
}
