//! A test that WeChat makes: does it find the callback's host?

use super::super::span::ago;
use crate::{actions::mini_programs::CheckCallback, web::Context};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Millis,
    mini_program::MiniProgram,
    platform::{CallbackCheck, CheckedAddress, CheckedPing},
};

/// The card.
pub(super) fn card(ctx: &Context, program: &MiniProgram, seen: Option<(Millis, CallbackCheck)>) -> AnyView {
    let text = ctx.t(
        "由微信的服务器解析回调地址的域名并 ping 它，不会推送消息。微信后台要先填写好消息推送的地址。",
        "WeChat's servers resolve the callback's host and ping it; nothing is pushed. The address must be set in WeChat's console first.",
    );
    view! {
        <section class="card" id="check">
            <h2>{ctx.t("检测", "Test").to_owned()}</h2>
            <p class="muted">{text.to_owned()}</p>
            {seen.map(|(at, check)| result(ctx, at, &check))}
            <form class="form-actions" method="post" action=CheckCallback::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=program.id.0 />
                <button class="button" type="submit">{ctx.t("让微信检测回调地址", "Let WeChat test the address").to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}

fn result(ctx: &Context, at: Millis, check: &CallbackCheck) -> AnyView {
    let dns: Vec<_> = check.dns.iter().map(address).collect();
    let ping: Vec<_> = check.ping.iter().map(|one| pinged(ctx, one)).collect();
    let dns = if dns.is_empty() {
        let text = ctx.t(
            "微信没有解析到地址：请检查域名的 DNS 记录，刚修改的可能还没有生效。",
            "WeChat found no address: check the host's DNS records; a change may not have spread yet.",
        );
        view! { <p class="notice-box fail">{text.to_owned()}</p> }.into_any()
    } else {
        view! { <ul class="rows">{dns}</ul> }.into_any()
    };
    let ping = if ping.is_empty() {
        let text = ctx.t("没有 ping 的结果。", "No answers to pings.");
        view! { <p class="muted">{text.to_owned()}</p> }.into_any()
    } else {
        view! { <ul class="rows">{ping}</ul> }.into_any()
    };
    let lost = check.ping.iter().any(|one| is_lost(&one.loss)).then(|| {
        let text = ctx.t(
            "有丢包：微信的推送可能超时。有的服务器不回应 ping，只要事件能按时收到就不用管。",
            "Packets were lost: pushes may time out. Some servers do not answer pings; while events come in time it does not matter.",
        );
        view! { <p class="notice-box warn">{text.to_owned()}</p> }
    });
    view! {
        <h3>{ctx.t("域名解析", "DNS").to_owned()}</h3>
        {dns}
        <h3>"Ping"</h3>
        {ping}
        {lost}
        <p class="muted small">
            {ctx.t("检测时间 ", "Tested ").to_owned()} <time>{ctx.time(at)}</time> " · " {ago(at, ctx.services.now(), ctx.lang)}
        </p>
    }
    .into_any()
}

fn address(found: &CheckedAddress) -> AnyView {
    view! { <li><code>{found.ip.clone()}</code> " " <span class="muted small">{found.operator.clone()}</span></li> }
        .into_any()
}

fn pinged(ctx: &Context, ping: &CheckedPing) -> AnyView {
    let loss = format!("{} {}", ctx.t("丢包", "lost"), ping.loss);
    view! {
        <li>
            <code>{ping.ip.clone()}</code> " "
            <span class="muted small">{ping.operator.clone()} " · " {loss} " · " {ping.time.clone()}</span>
        </li>
    }
    .into_any()
}

/// `package_loss` is a text such as `0%`.
fn is_lost(loss: &str) -> bool {
    let number: String = loss.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    number.parse::<f64>().is_ok_and(|percent| percent > 0.0)
}

#[cfg(test)]
mod tests {
    use super::is_lost;

    #[test]
    fn a_loss_is_read_from_the_platforms_text() {
        assert!(!is_lost("0%") && !is_lost("0.00%") && !is_lost("") && !is_lost("n/a"));
        assert!(is_lost("100%") && is_lost("0.5%"));
    }
}
