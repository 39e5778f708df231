//! A notice while it is being sent: numbers and bar move by themselves.

mod cancel;
mod events;
mod pace;

use crate::components::words;
pub use cancel::Cancel;
use cancel::CancelRest;
use leptos::prelude::*;
use model::{
    Lang,
    delivery::{DeliveryState, Slice},
    notice::StateCounts,
};
use pace::Pace;

/// Bar, numbers, rate and time left of a running notice, and the way to withdraw the rest. What the server rendered holds until the first event comes;
/// when nothing is left to do the page is loaded once more, for it has more to tell then.
#[island]
pub fn LiveNotice(id: i64, lang: Lang, counts: StateCounts, elapsed_ms: i64, cancel: Cancel) -> impl IntoView {
    let now = RwSignal::new(counts);
    let pace = RwSignal::new(Pace::since_start(done(&counts), elapsed_ms));
    let why = RwSignal::new(String::new());
    Effect::new(move || {
        let mut first = None;
        events::follow(
            id,
            move |words| why.set(words),
            move |report, at_ms| {
                let done = done(&report.counts);
                let window = first.get_or_insert((done, at_ms));
                if let Some(measured) = Pace::between(*window, (done, at_ms)) {
                    pace.set(measured);
                }
                now.set(report.counts);
            },
        );
    });
    let path = ["/notices/", &id.to_string()].concat();
    let numbers: Vec<_> = Slice::ALL.into_iter().map(|slice| number(slice, &path, now, lang)).collect();
    let skipped = counts.of(DeliveryState::Skipped);
    view! {
        <div class="live stack">
            <Bar counts=now lang />
            <p class="row">
                <strong>{move || progress_text(&now.read(), lang)}</strong>
                <span class="muted">{move || pace_text(pace.get(), now.read().slice(Slice::Pending), lang)}</span>
            </p>
            <div class="stats">
                {numbers}
                <a class="stat neutral" href=[&path, "?state=skipped#deliveries"].concat()>
                    <span class="stat-label">{lang.t("跳过", "Skipped").to_owned()}</span>
                    <span class="stat-value">{words::number(skipped)}</span>
                </a>
            </div>
            <p class="muted small">{why}</p>
            <CancelRest cancel id counts=now lang />
        </div>
    }
}

fn done(counts: &StateCounts) -> i64 {
    counts.slice(Slice::Success) + counts.slice(Slice::Fail)
}

fn number(slice: Slice, path: &str, now: RwSignal<StateCounts>, lang: Lang) -> impl IntoView + use<> {
    let (class, code) = match slice {
        Slice::Success => ("stat success", "success"),
        Slice::Fail => ("stat fail", "fail"),
        Slice::Pending => ("stat pending", "pending"),
    };
    view! {
        <a class=class href=[path, "?state=", code, "#deliveries"].concat()>
            <span class="stat-label">{words::slice(slice, lang)}</span>
            <span class="stat-value">{move || words::number(now.read().slice(slice))}</span>
        </a>
    }
}

fn progress_text(counts: &StateCounts, lang: Lang) -> String {
    let (done, all) = (words::number(done(counts)), words::number(counts.sendable()));
    match lang {
        Lang::Zh => ["已处理 ", &done, " / ", &all, " 条"].concat(),
        Lang::En => [&done, " of ", &all, " done"].concat(),
    }
}

fn pace_text(pace: Option<Pace>, left: i64, lang: Lang) -> String {
    let Some(pace) = pace else { return String::new() };
    let rate = pace.rate();
    let time = pace.seconds_for(left).map(|seconds| pace::in_words(seconds, lang));
    match (lang, time) {
        (Lang::Zh, Some(time)) => ["每秒 ", &rate, " 条，约还需 ", &time].concat(),
        (Lang::Zh, None) => ["每秒 ", &rate, " 条"].concat(),
        (Lang::En, Some(time)) => [&rate, " per second, about ", &time, " left"].concat(),
        (Lang::En, None) => [&rate, " per second"].concat(),
    }
}

/// The width of the bar in its own units; whole numbers keep the code for printing fractions out of the wasm.
const WIDTH: i64 = 10_000;

#[component]
fn Bar(counts: RwSignal<StateCounts>, lang: Lang) -> impl IntoView {
    let share = move |slice: Slice| {
        let counts = counts.read();
        counts.slice(slice) * WIDTH / counts.sendable().max(1)
    };
    let success = move || share(Slice::Success);
    let fail = move || share(Slice::Fail);
    let text = move || progress_text(&counts.read(), lang);
    view! {
        <svg class="progress big" viewBox="0 0 10000 600" preserveAspectRatio="none" role="img" aria-label=text>
            <rect class="bar pending" x="0" y="0" width="10000" height="600" />
            <rect class="bar success" x="0" y="0" width=success height="600" />
            <rect class="bar fail" x=success y="0" width=fail height="600" />
        </svg>
    }
}
