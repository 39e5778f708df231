//! The latest notices.

use crate::{
    charts::summary,
    components::{NoticeBadge, Progress},
    web::Context,
};
use leptos::prelude::*;
use model::notice::Notice;
use service::Overview as Numbers;

/// A table of a few rows, and the way to all.
pub(super) fn notices(ctx: &Context, numbers: &Numbers) -> impl IntoView + use<> {
    let rows: Vec<_> = numbers.notices.iter().map(|notice| row(ctx, notice)).collect();
    view! {
        <section class="card">
            <h2><a href="/notices">{ctx.t("最近的通知任务", "Latest notices").to_owned()}</a></h2>
            <div class="table-wrap">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ctx.t("通知任务", "Notice").to_owned()}</th>
                            <th scope="col">{ctx.t("状态", "State").to_owned()}</th>
                            <th scope="col">{ctx.t("进度", "Progress").to_owned()}</th>
                            <th scope="col">{ctx.t("时间", "Time").to_owned()}</th>
                            <th scope="col">{ctx.t("创建人", "By").to_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn row(ctx: &Context, notice: &Notice) -> impl IntoView + use<> {
    let (lang, counts) = (ctx.lang, notice.counts);
    let at = notice.confirmed_at.unwrap_or(notice.created_at);
    let progress = (notice.confirmed_at.is_some()).then(|| {
        view! {
            <Progress counts=counts lang=lang />
            <span class="muted small num">{summary(&counts, lang)}</span>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/notices/{}", notice.id)>{notice.template_title.clone()}</a>
                " " <span class="muted small">"#"{notice.id.0}</span>
            </th>
            <td><NoticeBadge state=notice.state lang=lang /></td>
            <td>{progress}</td>
            <td><time datetime=ctx.time(at)>{ctx.short_time(at)}</time></td>
            <td>{notice.created_by.clone()}</td>
        </tr>
    }
}
