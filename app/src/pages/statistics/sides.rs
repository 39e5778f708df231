//! Failures by whose side: ring and table.

use crate::{
    charts::{
        ShareBar,
        geometry::{Ring, divide, ring_slice},
    },
    components::words::{number, percent},
};
use leptos::prelude::*;
use model::{
    Lang,
    advice::{Side, advise},
    delivery::Slice,
    statistics::CodeCounts,
};

const RING: Ring = Ring { centre: 100.0, outer: 94.0, inner: 64.0 };
/// The least share of the turn that a side is drawn with.
const SLIVER: f64 = 0.014;

/// How many failures have their cause on which side.
fn by_side(codes: &[CodeCounts]) -> [(Side, i64); 4] {
    Side::ALL.map(|side| {
        let of_it =
            codes.iter().filter(|code| code.state.slice() == Some(Slice::Fail) && advise(code.errcode).side == side);
        (side, of_it.map(|code| code.n).sum())
    })
}

/// The class that gives a side its colour.
fn class(side: Side) -> &'static str {
    match side {
        Side::Audience => "side-audience",
        Side::Data => "side-data",
        Side::Setup => "side-setup",
        Side::Platform => "side-platform",
    }
}

/// The ring, with the sides that have failures as its legend; nothing where nothing failed.
pub(super) fn ring(codes: &[CodeCounts], lang: Lang) -> Option<AnyView> {
    let sides = by_side(codes);
    let whole: i64 = sides.iter().map(|(_, n)| n).sum();
    (whole > 0).then(|| {
        let title = lang.t("失败按责任方", "Failures by whose side").to_owned();
        let text = sides.iter().filter(|(_, n)| *n > 0);
        let text: Vec<String> = text.map(|(side, n)| format!("{} {}", side.label(lang), number(*n))).collect();
        let legend: Vec<_> = sides.into_iter().map(|side| entry(side, whole, lang)).collect();
        view! {
            <figure class="donut">
                <svg class="chart donut-chart" viewBox="0 0 200 200" role="img" aria-labelledby="sides-title sides-desc">
                    <title id="sides-title">{title}</title>
                    <desc id="sides-desc">{text.join(lang.t("，", ", "))}</desc>
                    {arcs(sides)}
                    <text class="donut-total" x="100" y="104" text-anchor="middle" font-size="26" font-weight="600" fill="currentColor">{number(whole)}</text>
                    <text class="donut-label" x="100" y="126" text-anchor="middle" font-size="13" fill="currentColor">{lang.t("失败", "Fail").to_owned()}</text>
                </svg>
                <figcaption><ul class="legend">{legend}</ul></figcaption>
            </figure>
        }
        .into_any()
    })
}

fn arcs(sides: [(Side, i64); 4]) -> Vec<impl IntoView + use<>> {
    let mut turn = 0.0;
    sides
        .into_iter()
        .zip(divide(sides.map(|(_, n)| n), 1.0, SLIVER))
        .filter(|(_, share)| *share > 0.0)
        .map(|((side, _), share)| {
            let path = ring_slice(&RING, turn, turn + share);
            turn += share;
            view! { <path class=format!("arc {}", class(side)) d=path fill-rule="evenodd" /> }
        })
        .collect()
}

fn entry((side, n): (Side, i64), whole: i64, lang: Lang) -> impl IntoView {
    view! {
        <li>
            <a class="legend-entry" href=format!("/errors#side-{}", side.code())>
                <svg class="swatch" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
                    <rect class=format!("bar {}", class(side)) width="12" height="12" rx="2" />
                </svg>
                <span class="legend-label">{side.label(lang)}</span>
                <span class="legend-value num">{number(n)}</span>
                <span class="legend-share num muted">{percent(n, whole)}</span>
            </a>
        </li>
    }
}

/// Failures by whose side as a table, all four sides always.
pub(in crate::pages) fn sides(codes: &[CodeCounts], lang: Lang) -> AnyView {
    let sides = by_side(codes);
    let whole: i64 = sides.iter().map(|(_, n)| n).sum();
    if whole == 0 {
        return view! { <p class="muted">{lang.t("没有失败。", "Nothing failed.").to_owned()}</p> }.into_any();
    }
    let rows: Vec<_> = sides.into_iter().map(|side| row(side, whole, lang)).collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("责任方", "Side").to_owned()}</th>
                        <th scope="col">{lang.t("分布", "Distribution").to_owned()}</th>
                        <th scope="col" class="num">{lang.t("失败", "Fail").to_owned()}</th>
                        <th scope="col" class="num">{lang.t("占比", "Share").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row((side, n): (Side, i64), whole: i64, lang: Lang) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{side.label(lang)}</th>
            <td><ShareBar parts=[(class(side), n), ("neutral", 0), ("neutral", 0)] whole=whole /></td>
            <td class="num">{number(n)}</td>
            <td class="num">{percent(n, whole)}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::delivery::{DeliveryState, SkipReason, own_code};

    #[test]
    fn sides_count_failures_and_unknowns_but_nothing_that_was_skipped() {
        let code = |errcode, state, n| CodeCounts { errcode, state, n };
        let codes = [
            code(43101, DeliveryState::Failed, 7),
            code(47003, DeliveryState::Failed, 2),
            code(own_code::NO_ANSWER, DeliveryState::Unknown, 3),
            code(SkipReason::NoGrant.number(), DeliveryState::Skipped, 50),
            code(own_code::CANCELLED, DeliveryState::Cancelled, 5),
        ];
        let sides = by_side(&codes);
        assert_eq!(sides, [(Side::Audience, 7), (Side::Data, 2), (Side::Setup, 0), (Side::Platform, 3)]);
        assert!(ring(&codes, Lang::Zh).is_some() && ring(&codes[3..], Lang::Zh).is_none());
    }
}
