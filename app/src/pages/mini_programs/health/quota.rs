//! What WeChat says of the calls that are left.

use super::super::{span::ago, state};
use crate::{
    actions::mini_programs::LookUpQuota,
    components::{
        Badge, Tone,
        words::{number, percent},
    },
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Millis,
    mini_program::MiniProgram,
    platform::{Quota, RESETS_A_MONTH},
};

/// What is left, and how it is set back.
pub(super) fn cards(ctx: &Context, program: &MiniProgram, seen: Option<(Millis, Quota)>, resets: i64) -> AnyView {
    view! { <div class="stack">{card(ctx, program, seen)} {reset(ctx, program, resets)}</div> }.into_any()
}

fn card(ctx: &Context, program: &MiniProgram, seen: Option<(Millis, Quota)>) -> AnyView {
    let known = match seen {
        Some((at, quota)) => answer(ctx, at, quota),
        None => view! {
            <p class="muted">{ctx.t("还没有查询过。", "Not asked yet.").to_owned()}</p>
        }
        .into_any(),
    };
    let looks = if seen.is_none() { "button primary" } else { "button" };
    let hint = ctx.t("查询订阅消息发送接口今天的调用次数。", "Asks for today's calls of the subscribe-message send.");
    view! {
        <section class="card" id="quota">
            <h2>{ctx.t("发送额度", "Send quota").to_owned()}</h2>
            {known}
            <form method="post" action=LookUpQuota::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=program.id.0 />
                <div class="form-actions">
                    <button class=looks type="submit">{ctx.t("查询剩余额度", "Look up what is left").to_owned()}</button>
                    <span class="muted small">{hint.to_owned()}</span>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// The numbers, a bar of them, and when they held.
pub(in crate::pages) fn answer(ctx: &Context, at: Millis, quota: Quota) -> AnyView {
    let now = ctx.services.now();
    let rate = (quota.rate_calls > 0).then(|| {
        let text = ctx
            .t("每 {s} 秒 {n} 次", "{n} in {s} s")
            .replace("{s}", &number(quota.rate_seconds))
            .replace("{n}", &number(quota.rate_calls));
        view! { <dt>{ctx.t("频率上限", "Rate limit").to_owned()}</dt> <dd class="num">{text}</dd> }
    });
    let stale = (!same_day(at, now)).then(|| {
        let text = ctx.t("不是今天的数字，请重新查询。", "Not of today; ask again.");
        view! { " " <Badge text tone=Tone::Warn /> }
    });
    view! {
        {bar(ctx, quota)}
        <dl class="def">
            <dt>{ctx.t("今天已用", "Used today").to_owned()}</dt>
            <dd class="num">{number(quota.used)} " " <span class="muted small">{percent(quota.used, quota.daily_limit)}</span></dd>
            <dt>{ctx.t("今天剩余", "Left today").to_owned()}</dt>
            <dd class="num">{number(quota.remain)}</dd>
            <dt>{ctx.t("每天上限", "Limit a day").to_owned()}</dt>
            <dd class="num">{number(quota.daily_limit)}</dd>
            {rate}
            <dt>{ctx.t("查询时间", "Asked").to_owned()}</dt>
            <dd><time>{ctx.time(at)}</time> " " <span class="muted small">{ago(at, now, ctx.lang)}</span> {stale}</dd>
        </dl>
    }
    .into_any()
}

fn bar(ctx: &Context, quota: Quota) -> AnyView {
    let text = format!("{} {} / {}", ctx.t("今天已用", "Used today"), number(quota.used), number(quota.daily_limit));
    let class = if quota.remain <= 0 && quota.daily_limit > 0 { "bar fail" } else { "bar pending" };
    view! {
        <svg class="progress big" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=text>
            <rect class=class x="0" y="0" width=width(quota) height="6" />
        </svg>
    }
    .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "a bar of a few hundred pixels")]
fn width(quota: Quota) -> String {
    let whole = quota.daily_limit.max(1) as f64;
    let part = (quota.used.max(0) as f64 * 100.0 / whole).min(100.0);
    // Some of it is never nothing to see.
    let part = if quota.used > 0 { part.max(0.6) } else { part };
    format!("{part:.2}")
}

/// WeChat's counters begin anew at midnight in China.
pub(in crate::pages) fn same_day(a: Millis, b: Millis) -> bool {
    let day = |at: Millis| (at + 8 * 3_600_000).div_euclid(24 * 3_600_000);
    day(a) == day(b)
}

fn reset(ctx: &Context, program: &MiniProgram, resets: i64) -> AnyView {
    let href = format!("/mini-programs/{}/reset-quota", program.id);
    let left = ctx
        .t("本月还可清零 {n} / {all} 次", "{n} of {all} resets left this month")
        .replace("{n}", &number(resets))
        .replace("{all}", &number(RESETS_A_MONTH));
    view! {
        <section class="card" id="reset">
            <h2>{ctx.t("清零与暂停", "Reset and pause").to_owned()}</h2>
            <dl class="def">
                <dt>{ctx.t("发送", "Sending").to_owned()}</dt>
                <dd>{state::sending(ctx, program)}</dd>
                <dt>{ctx.t("清零次数", "Resets").to_owned()}</dt>
                <dd>{left}</dd>
            </dl>
            <p class="muted small">
                {ctx.t("今天的次数用完（45009）时，雁书会暂停发送，次日自动继续；着急时可以清零。", "When today's calls are used up (45009) Yanshu pauses and goes on the next day; if it is urgent, reset the counters.").to_owned()}
            </p>
            <div class="form-actions"><a class="button" href=href>{ctx.t("清零调用次数…", "Reset the counters…").to_owned()}</a></div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_never_longer_than_whole_nor_empty_when_something_is_used() {
        let of = |used, daily_limit| width(Quota { used, daily_limit, ..Quota::default() });
        assert_eq!(of(0, 100), "0.00");
        assert_eq!(of(1, 10_000_000), "0.60");
        assert_eq!(of(50, 100), "50.00");
        assert_eq!(of(900, 100), "100.00");
        assert_eq!(of(3, 0), "100.00");
    }

    #[test]
    fn the_day_is_chinas() {
        let midnight = 1_795_017_600_000 - 1_795_017_600_000 % 86_400_000 + 16 * 3_600_000;
        assert!(!same_day(midnight - 1, midnight));
        assert!(same_day(midnight, midnight + 23 * 3_600_000));
    }
}
