//! An endpoint's messages with every call.

use super::event_words;
use crate::{
    actions::webhooks::ResendWebhook,
    components::{Badge, Empty, IconName, Tone},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::webhook::{Call, Endpoint, Message, MessageState};

/// Newest first.
pub(super) fn list(ctx: &Context, endpoint: &Endpoint, messages: &[Message]) -> AnyView {
    if messages.is_empty() {
        let title = ctx.t("还没有消息", "No message yet");
        let text = ctx.t(
            "有事件发生时这里会出现消息，也可以先发送一条测试消息。",
            "Messages appear when something happens; or send a test message first.",
        );
        return view! { <Empty icon=IconName::Clock title=title text=text /> }.into_any();
    }
    let rows: Vec<_> = messages.iter().map(|message| row(ctx, endpoint, message)).collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t("时间", "Made").to_owned()}</th>
                        <th scope="col">{ctx.t("事件", "Event").to_owned()}</th>
                        <th scope="col">{ctx.t("状态", "State").to_owned()}</th>
                        <th scope="col">{ctx.t("请求次数", "Calls").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, endpoint: &Endpoint, message: &Message) -> AnyView {
    let (code, text) = event_words(ctx, message.kind);
    view! {
        <tr id=format!("message-{}", message.id)>
            <th scope="row"><time>{ctx.time(message.created_at)}</time></th>
            <td><code>{code}</code> <br /> <span class="muted small">{text}</span></td>
            <td>{state(ctx, endpoint, message)}</td>
            <td class="num">{message.calls.len()}</td>
        </tr>
        <tr class="row-more"><td colspan="4">{more(ctx, endpoint, message)}</td></tr>
    }
    .into_any()
}

fn state(ctx: &Context, endpoint: &Endpoint, message: &Message) -> AnyView {
    let (text, tone) = match message.state {
        MessageState::Taken => (ctx.t("已送达", "Taken"), Tone::Success),
        MessageState::GivenUp => (ctx.t("已放弃", "Given up"), Tone::Fail),
        MessageState::Waiting if message.calls.is_empty() => (ctx.t("等待发送", "Waiting"), Tone::Pending),
        MessageState::Waiting => (ctx.t("等待重试", "To be tried again"), Tone::Warn),
    };
    let next = (message.state == MessageState::Waiting && !message.calls.is_empty() && endpoint.disabled.is_none())
        .then(|| format!("{} {}", ctx.t("下次", "next"), ctx.time(message.next_at)));
    view! { <Badge text=text tone /> {next.map(|next| view! { <br /> <span class="muted small">{next}</span> })} }
        .into_any()
}

fn more(ctx: &Context, endpoint: &Endpoint, message: &Message) -> AnyView {
    let calls: Vec<_> = message.calls.iter().map(|call| view! { <li>{told(ctx, call)}</li> }).collect();
    let resend = endpoint.disabled.is_none().then(|| {
        view! {
            <form method="post" action=ResendWebhook::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=endpoint.id.0 />
                <input type="hidden" name="message" value=message.id />
                <button class="button small" type="submit">{ctx.t("重新发送", "Send again").to_owned()}</button>
            </form>
        }
    });
    // Of 500 results the beginning shows what they look like.
    let body: String = message.body.chars().take(2_000).collect();
    view! {
        <details class="more">
            <summary>{ctx.t("内容与请求记录", "Content and calls").to_owned()}</summary>
            <p class="small"><code>{message.name.clone()}</code></p>
            <pre tabindex="0"><code>{body}</code></pre>
            <ol>{calls}</ol>
            {resend}
        </details>
    }
    .into_any()
}

fn told(ctx: &Context, call: &Call) -> String {
    let fault = match call.fault.as_deref() {
        Some("private_address") => ctx.t("地址指向本机或内网，没有发出", "the address is private: not called"),
        Some("not_https") => ctx.t("不是 https，没有发出", "no https: not called"),
        Some("no_connection") => ctx.t("无法连接", "no connection"),
        Some("secret_unreadable") => ctx.t("签名密钥无法解开，请更换密钥", "the secret cannot be opened: change it"),
        Some("timed_out") => ctx.t("超时", "timed out"),
        Some(_) => ctx.t("连接中断", "the connection broke"),
        None => "",
    };
    let outcome = call.status.map_or_else(|| fault.to_owned(), |status| format!("HTTP {status}"));
    let answer = call.answer.as_deref().map(|text| format!(" · {}", text.chars().take(200).collect::<String>()));
    format!("{} · {outcome} · {} ms{}", ctx.time(call.started_at), call.duration_ms, answer.unwrap_or_default())
}
