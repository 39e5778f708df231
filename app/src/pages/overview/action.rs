//! What needs somebody: the reasons of the failures, with what to do.

use super::address;
use crate::{
    components::words::number,
    pages::statistics::{code_name, next_click, of_slice},
    web::Context,
};
use leptos::prelude::*;
use model::{
    advice::{Advice, Side, advise},
    delivery::Slice,
    mini_program::MiniProgram,
    statistics::CodeCounts,
};
use service::Overview as Numbers;

/// More would be no list of what to do.
const MOST: usize = 6;

/// A code with its numbers.
struct Cause {
    advice: Advice,
    today: i64,
    days: i64,
}

/// The codes of the last 14 days: first what somebody on our side or at WeChat has to do, today's first; what people
/// decided for themselves last.
fn causes(today: &[CodeCounts], days: &[CodeCounts]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    let failed_today = of_slice(today, Some(Slice::Fail));
    for code in of_slice(days, Some(Slice::Fail)) {
        // A code may end deliveries as failed and as unknown; the cause is one.
        if let Some(cause) = causes.iter_mut().find(|cause| cause.advice.errcode == code.errcode) {
            cause.days += code.n;
            continue;
        }
        let today = failed_today.iter().filter(|c| c.errcode == code.errcode).map(|c| c.n).sum();
        causes.push(Cause { advice: advise(code.errcode), today, days: code.n });
    }
    causes.sort_by_key(|c| (c.advice.side == Side::Audience, c.today == 0, std::cmp::Reverse((c.today, c.days))));
    causes
}

/// The list, or that there is nothing to do. `faults` are those of the set-up; they come first.
pub(super) fn list(ctx: &Context, program: &MiniProgram, numbers: &Numbers, faults: Vec<AnyView>) -> AnyView {
    let causes = causes(&numbers.today.codes, &numbers.days.codes);
    if causes.is_empty() {
        let text =
            ctx.t("最近 14 天没有失败，无需处理。", "Nothing failed in the last 14 days; there is nothing to do.");
        return if faults.is_empty() {
            view! { <p class="muted">{text.to_owned()}</p> }.into_any()
        } else {
            view! { <ul class="actions">{faults}</ul> }.into_any()
        };
    }
    let all = format!("{}#reasons", address(numbers.days.span.from, numbers.days.span.to, None));
    let more = causes.len().saturating_sub(MOST);
    let more = if more > 0 {
        ctx.t("查看全部原因（另有 {n} 种）", "All reasons ({n} more)")
            .replace("{n}", &number(i64::try_from(more).unwrap_or_default()))
    } else {
        ctx.t("查看全部原因", "All reasons").to_owned()
    };
    let items: Vec<_> = causes.into_iter().take(MOST).map(|cause| item(ctx, program, &cause, &all)).collect();
    view! {
        <ul class="actions">{faults} {items}</ul>
        <p class="small"><a href=all>{more}</a></p>
    }
    .into_any()
}

fn item(ctx: &Context, program: &MiniProgram, cause: &Cause, all: &str) -> impl IntoView + use<> {
    let Cause { advice, today, days } = cause;
    let lang = ctx.lang;
    let numbers = ctx
        .t("今日 {today}，14 天 {days}", "{today} today, {days} in 14 days")
        .replace("{today}", &number(*today))
        .replace("{days}", &number(*days));
    let class = if advice.side == Side::Audience { "action" } else { "action ours" };
    let next = next_click(advice, program.id, None, lang);
    view! {
        <li class=class>
            <p class="action-head row">
                <strong>{advice.name(lang)}</strong>
                {code_name(advice.errcode, lang)}
                <span class="muted small">{advice.side.label(lang)}</span>
                <a class="num small" href=all.to_owned()>{numbers}</a>
            </p>
            <p class="small">
                {advice.remedy(lang)} " "
                {next.map(|(href, words)| view! { <a href=href>{words}</a> })}
            </p>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::causes;
    use model::{
        delivery::{DeliveryState, SkipReason},
        statistics::CodeCounts,
    };

    #[test]
    fn what_people_decided_comes_last_and_skips_not_at_all() {
        let code = |errcode, state, n| CodeCounts { errcode, state, n };
        let today = [code(47003, DeliveryState::Failed, 1)];
        let days = [
            code(43101, DeliveryState::Failed, 900),
            code(SkipReason::NoGrant.number(), DeliveryState::Skipped, 500),
            code(40125, DeliveryState::Failed, 20),
            code(47003, DeliveryState::Failed, 2),
            code(40125, DeliveryState::Unknown, 1),
        ];
        let order: Vec<_> = causes(&today, &days).into_iter().map(|c| (c.advice.errcode, c.today, c.days)).collect();
        assert_eq!(order, [(47003, 1, 2), (40125, 0, 21), (43101, 0, 900)]);
    }
}
