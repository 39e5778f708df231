//! A page that had to ask WeChat and was refused: the answer in words, where the answer would have stood.

use crate::{
    components::ErrorCode,
    pages::statistics::next_click,
    web::{Context, PageError, call_words},
};
use leptos::prelude::*;
use model::advice::advise;
use service::{Refusal, UseError};

/// What a use case gave, or WeChat's refusal as a part of the page. Any other error is the page's.
pub(in crate::pages) fn refused<T>(
    ctx: &Context,
    result: Result<T, UseError>,
) -> Result<Result<T, AnyView>, PageError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error) => match error.refusal() {
            Some(refusal) => Ok(Err(words(ctx, refusal))),
            None if matches!(error, UseError::Key(_)) => Ok(Err(secret_lost(ctx))),
            None => Err(error.into()),
        },
    }
}

fn words(ctx: &Context, refusal: Refusal) -> AnyView {
    let Refusal { errcode, errmsg, rid } = refusal;
    let lang = ctx.lang;
    let [name, cause, remedy] = call_words(errcode, lang);
    let click = ctx.mini_program.as_ref().and_then(|program| next_click(&advise(errcode), program.id, None, lang));
    let click = click.map(|(href, text)| view! { " " <a href=href>{text}</a> });
    let errmsg = (!errmsg.is_empty()).then(|| view! { " · " <code>{errmsg}</code> });
    let rid = rid.map(|rid| view! { " · rid " <code>{rid}</code> });
    view! {
        <div class="notice-box fail" role="alert">
            <p><strong>{ctx.t("微信没有给出结果：", "WeChat did not answer: ").to_owned()} {name}</strong></p>
            <p>{cause} " " {remedy} {click}</p>
            <p class="muted small">{ctx.t("错误码 ", "Code ").to_owned()} <ErrorCode errcode /> {errmsg} {rid}</p>
            <p><a class="button small" href=ctx.path.clone()>{ctx.t("再试一次", "Try again").to_owned()}</a></p>
        </div>
    }
    .into_any()
}

/// The stored secret cannot be opened, so WeChat was not even asked.
fn secret_lost(ctx: &Context) -> AnyView {
    let text = ctx.t(
        "保存的 AppSecret 无法解密，通常是服务换了密钥（YANSHU_SECRET_KEY 或密钥文件）。请换回原来的密钥，或在小程序的设置里重新填写 AppSecret。",
        "The stored AppSecret cannot be decrypted; usually the installation's key (YANSHU_SECRET_KEY or the key file) was changed. Put the old key back, or enter the AppSecret anew in the mini program's settings.",
    );
    view! { <div class="notice-box fail" role="alert"><p>{text.to_owned()}</p></div> }.into_any()
}
