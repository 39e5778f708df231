//! The connection to WeChat: how it is, the button to test it, and at length what the test found.

use super::state;
use crate::{
    actions::mini_programs::{CheckReport, TestConnection},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Lang, advice, delivery::own_code, mini_program::MiniProgram};
use service::Health;
use std::net::IpAddr;

/// The card on top of the page.
pub(super) fn card(ctx: &Context, program: &MiniProgram, health: &Health, report: Option<CheckReport>) -> AnyView {
    let looks = if health.token_expires_at.is_none() { "button primary" } else { "button" };
    view! {
        <section class="card" id="connection">
            <h2>{ctx.t("连接", "Connection").to_owned()}</h2>
            {report.map(|report| found(ctx, program, &report))}
            <dl class="def">
                <dt>{ctx.t("调用凭证", "Access token").to_owned()}</dt>
                <dd>{state::token(ctx, health)}</dd>
                <dt>{ctx.t("发送", "Sending").to_owned()}</dt>
                <dd>{state::sending(ctx, program)}</dd>
            </dl>
            <form method="post" action=TestConnection::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=program.id.0 />
                <div class="form-actions">
                    <button class=looks type="submit">{ctx.t("测试连接", "Test connection").to_owned()}</button>
                    <span class="muted small">
                        {ctx.t("用已保存的 AppID 和 AppSecret 向微信取一次凭证，成功后解除暂停。", "Asks WeChat for a token with the stored AppID and AppSecret; a success also ends a pause.").to_owned()}
                    </span>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn found(ctx: &Context, program: &MiniProgram, report: &CheckReport) -> AnyView {
    match report {
        CheckReport::Good => good(ctx, program),
        CheckReport::SecretLost => lost(ctx),
        CheckReport::Bad { errcode, address, rid } => bad(ctx, *errcode, *address, rid.as_deref()),
    }
}

fn good(ctx: &Context, program: &MiniProgram) -> AnyView {
    let current = ctx.mini_program.as_ref().is_some_and(|current| current.id == program.id);
    let next = current.then(|| {
        view! { <p><a href="/templates/new">{ctx.t("下一步：登记模板", "Next: register a template").to_owned()} " →"</a></p> }
    });
    view! {
        <div class="notice-box success" role="status">
            <strong>{ctx.t("连接正常", "The connection works").to_owned()}</strong>
            <p>{ctx.t("微信已返回调用凭证，可以发送消息。", "WeChat gave an access token; messages can be sent.").to_owned()}</p>
            {next}
        </div>
    }
    .into_any()
}

fn lost(ctx: &Context) -> AnyView {
    let cause = ctx.t(
        "保存的 AppSecret 无法解密，通常是服务换了密钥（YANSHU_SECRET_KEY 或密钥文件）。",
        "The stored AppSecret cannot be decrypted; usually the installation's key (YANSHU_SECRET_KEY or the key file) was changed.",
    );
    let remedy = ctx.t(
        "换回原来的密钥，或者在下面重新填写 AppSecret。",
        "Put the old key back, or enter the AppSecret anew below.",
    );
    view! {
        <div class="notice-box fail" role="alert">
            <strong>{ctx.t("AppSecret 无法读取", "The AppSecret cannot be read").to_owned()}</strong>
            <p>{cause.to_owned()}</p>
            <p>{remedy.to_owned()} " " {field_link(ctx, "app_secret", "AppSecret")}</p>
        </div>
    }
    .into_any()
}

fn bad(ctx: &Context, errcode: i64, address: Option<IpAddr>, rid: Option<&str>) -> AnyView {
    let [name, cause, remedy] = explain(errcode, ctx.lang).map(str::to_owned);
    let address = address.map(|address| {
        view! {
            <p>
                {ctx.t("需要加入白名单的地址：", "The address to allow: ").to_owned()} <code class="copyable">{address.to_string()}</code>
            </p>
        }
    });
    let rid = rid.map(|rid| view! { " · rid " <code>{rid.to_owned()}</code> });
    let link = match errcode {
        40013 | 41002 => Some(field_link(ctx, "appid", "AppID")),
        40001 | 40125 | 41004 => Some(field_link(ctx, "app_secret", "AppSecret")),
        _ => None,
    };
    view! {
        <div class="notice-box fail" role="alert">
            <strong>{ctx.t("连接失败：", "No connection: ").to_owned()} {name}</strong>
            <p>{cause}</p>
            {address}
            <p>{remedy} " " {link}</p>
            <p class="muted small">{ctx.t("错误码 ", "Code ").to_owned()} <code>{errcode}</code> {rid}</p>
        </div>
    }
    .into_any()
}

fn field_link(ctx: &Context, field: &str, name: &str) -> AnyView {
    let text = format!("{} {name}", ctx.t("修改", "Change the"));
    view! { <a href=format!("#f-{field}")>{text}</a> }.into_any()
}

/// Name, cause, remedy. The adviser speaks of messages; where nothing came back from WeChat a test has words of its own.
fn explain(errcode: i64, lang: Lang) -> [&'static str; 3] {
    let (zh, en) = match errcode {
        own_code::NO_CONNECTION => (
            [
                "连不上微信服务器",
                "雁书所在的服务器无法连接 api.weixin.qq.com。",
                "请检查服务器的网络、DNS、防火墙和代理，然后再测试一次。",
            ],
            [
                "WeChat cannot be reached",
                "The server that Yanshu runs on cannot connect to api.weixin.qq.com.",
                "Check its network, DNS, firewall and proxy, then test again.",
            ],
        ),
        own_code::GATEWAY => (
            [
                "请求被网关拒绝",
                "微信的网关或中间的代理拒绝了请求（HTTP 429、503 等）。",
                "请过几分钟再测试；仍失败时，请检查代理和微信 API 地址设置。",
            ],
            [
                "Refused by a gateway",
                "WeChat's gateway or a proxy in between refused the call (HTTP 429, 503 or the like).",
                "Test again in a few minutes; if it stays, check the proxy and the WeChat API address.",
            ],
        ),
        own_code::NO_ANSWER => (
            [
                "没有收到完整的应答",
                "请求已经发出，但没有等到微信的完整应答。",
                "请过一会儿再测试；仍失败时，请检查代理和微信 API 地址设置。",
            ],
            [
                "No whole answer",
                "The call went out, but no whole answer came back.",
                "Test again in a moment; if it stays, check the proxy and the WeChat API address.",
            ],
        ),
        -1 => (
            ["微信系统繁忙", "微信的服务器暂时繁忙，没有处理这次请求。", "请过一会儿再测试。"],
            ["WeChat is busy", "WeChat's servers are busy and did not handle the call.", "Test again in a moment."],
        ),
        code => {
            let advice = advice::advise(code);
            // The adviser's words for any other code point to a text that is not shown here.
            let unlisted =
                lang.t("微信返回了雁书尚未收录的错误码。", "WeChat answered with a code that Yanshu does not know.");
            let cause = if advice::is_known(code) { advice.cause(lang) } else { unlisted };
            return [advice.name(lang), cause, advice.remedy(lang)];
        }
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_got_no_answer_does_not_speak_of_messages() {
        for code in [own_code::NO_CONNECTION, own_code::GATEWAY, own_code::NO_ANSWER, -1] {
            let text = explain(code, Lang::Zh).concat();
            assert!(!text.contains("消息") && !text.contains("通知任务"), "{text}");
        }
    }

    #[test]
    fn a_refusal_is_explained_by_the_adviser() {
        assert_eq!(explain(40164, Lang::Zh)[0], advice::advise(40164).name(Lang::Zh));
    }
}
