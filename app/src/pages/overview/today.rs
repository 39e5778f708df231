//! Today: tiles, ring and hours.

use super::{address, bars};
use crate::{
    charts::{Donut, DonutLinks, StackedBars, success_rate, unknown_hint},
    components::{Stat, Tone, words},
    web::Context,
};
use leptos::prelude::*;
use model::delivery::{DeliveryState, Slice};
use service::Overview as Numbers;

/// The statistics of today.
fn today_address(numbers: &Numbers) -> String {
    address(numbers.today.span.from, numbers.today.span.to, None)
}

/// Today's numbers and the subscribers, each with a link to what is behind it.
pub(super) fn tiles(ctx: &Context, numbers: &Numbers) -> impl IntoView + use<> {
    let (lang, today) = (ctx.lang, numbers.today.total);
    let href = today_address(numbers);
    let rate = format!("{} {}", ctx.t("成功率", "Success rate"), success_rate(&today));
    let unknown = unknown_hint(&today, lang);
    let label = |text: &str| format!("{}{text}", ctx.t("今日", "Today: "));
    view! {
        <div class="stats">
            <Stat label=label(words::slice(Slice::Success, lang)) value=today.slice(Slice::Success) hint=rate tone=Tone::Success href=format!("{href}#templates") />
            <Stat label=label(words::slice(Slice::Fail, lang)) value=today.slice(Slice::Fail) hint=unknown tone=Tone::Fail href=format!("{href}#reasons") />
            <Stat label=label(words::slice(Slice::Pending, lang)) value=today.slice(Slice::Pending) tone=Tone::Pending href="/notices?state=running" />
            <Stat label=label(words::delivery_state(DeliveryState::Skipped, lang)) value=today.of(DeliveryState::Skipped) href=format!("{href}#skipped") />
            <Stat label=ctx.t("订阅者", "Subscribers").to_owned() value=numbers.subscribers href="/subscribers" />
        </div>
    }
}

/// The ring of today beside its hours.
pub(super) fn charts(ctx: &Context, numbers: &Numbers) -> impl IntoView + use<> {
    let lang = ctx.lang;
    let href = today_address(numbers);
    let links = DonutLinks {
        success: Some(format!("{href}#templates")),
        fail: Some(format!("{href}#reasons")),
        pending: Some("/notices?state=running".to_owned()),
        beside: Some(format!("{href}#skipped")),
    };
    let (ring, hours) =
        (ctx.t("今日发送结果", "Today's results").to_owned(), ctx.t("今日按小时", "Today by hour").to_owned());
    view! {
        <div class="grid two">
            <section class="card">
                <h2><a href=href.clone()>{ring.clone()}</a></h2>
                <Donut id="today" title=ring counts=numbers.today.total links=links lang=lang />
            </section>
            <section class="card">
                <h2><a href=href>{hours.clone()}</a></h2>
                <StackedBars
                    id="hours"
                    title=hours
                    unit=ctx.t("时间", "Hour").to_owned()
                    bars=bars(&numbers.today.buckets, None)
                    lang=lang
                />
            </section>
        </div>
    }
}
