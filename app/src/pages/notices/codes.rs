//! Results by reason.

use super::{fault, filter::link};
use crate::{
    components::{DeliveryBadge, ErrorCode, words},
    web::Context,
};
use leptos::prelude::*;
use model::{advice, delivery::Delivery, statistics::CodeCounts};
use service::NoticeView;

/// How many ended with each reason, whose side it is on, and what to do; nothing where everything went well.
pub(super) fn card(
    ctx: &Context,
    view: &NoticeView,
    mut codes: Vec<CodeCounts>,
    samples: &[Delivery],
) -> Option<impl IntoView + use<>> {
    codes.retain(|c| c.n > 0);
    codes.sort_by_key(|c| (-c.n, c.errcode));
    let rows: Vec<_> = codes.into_iter().map(|c| row(ctx, view, c, samples)).collect();
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>{head("没有送出的原因", "Why some were not sent")}</h2>
                <div class="table-wrap">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{head("原因", "Reason")}</th>
                                <th scope="col">{head("状态", "State")}</th>
                                <th scope="col">{head("属于", "Side")}</th>
                                <th scope="col" class="num">{head("条数", "Number")}</th>
                                <th scope="col">{head("怎么办", "What to do")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
    })
}

fn row(ctx: &Context, view: &NoticeView, counts: CodeCounts, samples: &[Delivery]) -> impl IntoView + use<> {
    let advice = advice::advise(counts.errcode);
    let lang = ctx.lang;
    // What stopped the notice is told above.
    let told = view.notice.stop_errcode == Some(counts.errcode);
    let sample = samples.iter().find(|sample| sample.errcode == counts.errcode && !told);
    let rows = link(view.notice.id, counts.state.code(), Some(counts.errcode));
    view! {
        <tr>
            <th scope="row" title=advice.cause(lang)>{advice.name(lang)} " " <ErrorCode errcode=counts.errcode />
                {sample.and_then(|sample| fault::field(view, counts.errcode, sample.errmsg.as_deref(), lang))}
                {sample.and_then(fault::original)}
            </th>
            <td><DeliveryBadge state=counts.state lang /></td>
            <td>{advice.side.label(lang)}</td>
            <td class="num"><a href=rows>{words::number(counts.n)}</a></td>
            <td>{advice.remedy(lang)}</td>
        </tr>
    }
}
