//! The lower half of the last step: how long it takes, a test, when it goes, the button.

mod confirm;
mod repeat;

pub(super) use confirm::confirm;
pub(super) use repeat::repeat;

use crate::{
    actions::control::{SendTest, SetUrgent},
    components::{TextField, words},
    pages::notices::{duration, when},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Lang, mini_program::MiniProgram};
use service::Review;

/// How long it would take, and what WeChat allows today.
pub(super) fn forecast(ctx: &Context, review: &Review) -> Option<AnyView> {
    let forecast = review.forecast;
    (forecast.messages > 0).then(|| {
        let (time, rate) = (duration(forecast.seconds * 1_000, ctx.lang), words::number(forecast.per_minute));
        let text = match (ctx.lang, forecast.measured) {
            (Lang::Zh, true) => format!("约 {time}（按最近的速度，每分钟最多 {rate} 条）"),
            (Lang::Zh, false) => format!("约 {time}（按设置估算，每分钟最多 {rate} 条）"),
            (Lang::En, true) => format!("about {time} (at the speed of late, at most {rate} a minute)"),
            (Lang::En, false) => format!("about {time} (estimated from the settings, at most {rate} a minute)"),
        };
        let beside = (forecast.beside > 0).then(|| {
            let n = words::number(forecast.beside);
            let text = match ctx.lang {
                Lang::Zh => format!("另有 {n} 条其他通知正在发送，会轮流进行。"),
                Lang::En => format!("{n} messages of other notices are being sent; they take turns."),
            };
            view! { <dt>{ctx.t("同时进行", "Beside it").to_owned()}</dt> <dd>{text}</dd> }
        });
        view! {
            <section class="card" id="forecast">
                <h2>{ctx.t("预计", "Forecast").to_owned()}</h2>
                <dl class="def">
                    <dt>{ctx.t("预计用时", "Takes").to_owned()}</dt>
                    <dd>{text}</dd>
                    {beside}
                    <dt>{ctx.t("今日剩余额度", "Quota left today").to_owned()}</dt>
                    <dd>{quota(ctx, review)}</dd>
                    {quiet(ctx, review)}
                </dl>
            </section>
        }
        .into_any()
    })
}

fn quota(ctx: &Context, review: &Review) -> AnyView {
    let health = format!("/mini-programs/{}/health", review.view.mini_program.id);
    let Some((at, quota)) = review.quota else {
        let text = ctx.t("还没有查询过。", "Not asked for yet.").to_owned();
        return view! { {text} " " <a href=health>{ctx.t("查询", "Ask").to_owned()}</a> }.into_any();
    };
    let text = format!("{} / {}", words::number(quota.remain), words::number(quota.daily_limit));
    let short = (quota.remain < review.preflight.will_send).then(|| {
        let text = ctx.t(
            "不够一次发完：用完后会自动暂停，次日继续。",
            "Not enough for all: sending rests when it is used up and goes on the next day.",
        );
        view! { <strong>{text.to_owned()}</strong> }
    });
    view! {
        <a href=health>{text}</a> " "
        <span class="muted small">{ctx.t("查询于 ", "asked ").to_owned()} {when(ctx, at)}</span> " " {short}
    }
    .into_any()
}

/// Quiet hours that it would heed.
fn quiet(ctx: &Context, review: &Review) -> Option<AnyView> {
    let (from, to) = review.rules.quiet.filter(|_| !review.view.notice.urgent && review.preflight.total() > 1)?;
    let (from, to) = (clock(from), clock(to));
    let text = match ctx.lang {
        Lang::Zh => format!("{from} 到 {to} 之间会等到结束后再发。"),
        Lang::En => format!("Between {from} and {to} it waits until they are over."),
    };
    Some(view! { <dt>{ctx.t("免打扰时段", "Quiet hours").to_owned()}</dt> <dd>{text}</dd> }.into_any())
}

/// Minutes of the day as a clock shows them.
pub(in crate::pages) fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Whether the rules that spare people hold; shown only where there are any.
pub(super) fn urgent(ctx: &Context, review: &Review) -> Option<AnyView> {
    let urgent = review.view.notice.urgent;
    (urgent || review.rules.quiet.is_some() || review.rules.cap.is_some()).then(|| {
        let text = if urgent {
            ctx.t("已标为紧急：不受免打扰时段和频次上限限制。", "Urgent: quiet hours and the cap do not hold.")
        } else {
            ctx.t(
                "这条通知会避开免打扰时段，并跳过近期已发够次数的人。确实紧急时可以不受限制。",
                "This notice avoids quiet hours and passes over people who had enough messages lately, unless it is urgent.",
            )
        };
        let other = if urgent { "false" } else { "true" };
        let button = if urgent { ctx.t("取消紧急", "Not urgent") } else { ctx.t("标为紧急", "Mark as urgent") };
        view! {
            <form class="card row" method="post" action=SetUrgent::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="notice" value=review.view.notice.id.0 />
                <input type="hidden" name="urgent" value=other />
                <p>{text.to_owned()}</p>
                <button class="button" type="submit">{button.to_owned()}</button>
            </form>
        }
        .into_any()
    })
}

/// A message to oneself first.
pub(super) fn test(ctx: &Context, review: &Review, openid: Option<String>) -> Option<AnyView> {
    (review.preflight.total() > 1 && only_audience_missing(review)).then(|| {
        let form = ctx.form("send-test");
        let known = openid.unwrap_or_default();
        view! {
            <form class="card" method="post" action=SendTest::PATH>
                <h2>{ctx.t("先发给自己看看", "Send yourself a test first").to_owned()}</h2>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="notice" value=review.view.notice.id.0 />
                <TextField
                    name="test_openid"
                    label=ctx.t("自己的 openid", "Your openid")
                    hint=ctx.t("会记住，下次不用再填。需要有这个模板的一次额度。", "It is remembered. It takes one grant of this template.")
                    value=form.value("test_openid", &known)
                    error=form.error("test_openid", ctx.lang)
                    code=true
                />
                <div class="form-actions">
                    <button class="button" type="submit">{ctx.t("发送测试", "Send the test").to_owned()}</button>
                </div>
            </form>
        }
        .into_any()
    })
}

/// A test needs the content, not the people.
fn only_audience_missing(review: &Review) -> bool {
    review.problems.0.iter().all(|problem| problem.field == "audience")
}

/// The zone in which times are typed.
fn zone_of(program: &MiniProgram) -> String {
    program.settings.time_zone.clone()
}
