//! The tables by reason.

use super::next_click;
use crate::{
    charts::ShareBar,
    components::{
        DeliveryBadge, ErrorCode,
        words::{number, percent},
    },
};
use leptos::prelude::*;
use model::{
    Lang,
    advice::advise,
    delivery::Slice,
    ids::{MiniProgramId, TemplateId},
    statistics::CodeCounts,
};

/// Codes below this are ours, see `model::delivery::own_code`; people know them by name only.
const OWN: i64 = -1000;

/// What the links of a table need to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    pub(super) lang: Lang,
    pub(super) program: MiniProgramId,
    pub(super) template: Option<TemplateId>,
}

/// The reasons of one slice; `None` is what stands beside the charts: skipped and cancelled.
pub(in crate::pages) fn of_slice(codes: &[CodeCounts], slice: Option<Slice>) -> Vec<CodeCounts> {
    codes.iter().copied().filter(|code| code.state.slice() == slice).collect()
}

/// Reasons with their meaning and remedy, most first; shares are of the table's own sum.
pub(super) fn table(about: &About, codes: Vec<CodeCounts>) -> AnyView {
    let lang = about.lang;
    let whole: i64 = codes.iter().map(|code| code.n).sum();
    if codes.is_empty() {
        return view! { <p class="muted">{lang.t("这段时间没有。", "None in this period.").to_owned()}</p> }.into_any();
    }
    let rows: Vec<_> = codes.into_iter().map(|code| row(about, code, whole)).collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("错误码", "Code").to_owned()}</th>
                        <th scope="col">{lang.t("原因", "Reason").to_owned()}</th>
                        <th scope="col">{lang.t("责任方", "Side").to_owned()}</th>
                        <th scope="col">{lang.t("状态", "State").to_owned()}</th>
                        <th scope="col" class="num">{lang.t("数量", "Number").to_owned()}</th>
                        <th scope="col">{lang.t("占比", "Share").to_owned()}</th>
                        <th scope="col">{lang.t("处理办法", "What to do").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(about: &About, code: CodeCounts, whole: i64) -> impl IntoView + use<> {
    let lang = about.lang;
    let advice = advise(code.errcode);
    let class = if code.state.slice() == Some(Slice::Fail) { "fail" } else { "neutral" };
    let next = next_click(&advice, about.program, about.template, lang);
    view! {
        <tr>
            <td>{code_name(code.errcode, lang)}</td>
            <th scope="row">
                {advice.name(lang)}
                <p class="muted small">{advice.cause(lang)}</p>
            </th>
            <td>{advice.side.label(lang)}</td>
            <td><DeliveryBadge state=code.state lang=lang /></td>
            <td class="num">{number(code.n)}</td>
            <td>
                <span class="num">{percent(code.n, whole)}</span>
                <ShareBar parts=[(class, code.n), ("neutral", 0), ("neutral", 0)] whole=whole />
            </td>
            <td>
                {advice.remedy(lang)} " "
                {next.map(|(href, words)| view! { <a href=href>{words}</a> })}
            </td>
        </tr>
    }
}

/// WeChat's codes as they are; ours have words instead.
pub(in crate::pages) fn code_name(errcode: i64, lang: Lang) -> AnyView {
    if errcode < OWN {
        let text = lang.t("雁书", "Yanshu").to_owned();
        view! { <a class="error-code muted" href=format!("/errors/{errcode}")>{text}</a> }.into_any()
    } else {
        view! { <ErrorCode errcode /> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::delivery::{DeliveryState, SkipReason, own_code};

    fn codes() -> Vec<CodeCounts> {
        let code = |errcode, state, n| CodeCounts { errcode, state, n };
        vec![
            code(43101, DeliveryState::Failed, 7),
            code(47003, DeliveryState::Failed, 2),
            code(own_code::NO_ANSWER, DeliveryState::Unknown, 3),
            code(SkipReason::NoGrant.number(), DeliveryState::Skipped, 50),
            code(own_code::CANCELLED, DeliveryState::Cancelled, 5),
        ]
    }

    #[test]
    fn reasons_of_failing_and_of_skipping_are_kept_apart() {
        let n = |slice| of_slice(&codes(), slice).iter().map(|c| c.n).sum::<i64>();
        assert_eq!((n(Some(Slice::Fail)), n(None)), (12, 55));
    }
}
