//! The latest notices of a template.

use crate::{
    components::{Empty, IconName, NoticeBadge, Progress, words},
    web::Context,
};
use leptos::prelude::*;
use model::{
    delivery::Slice,
    notice::{Notice, NoticeState},
    template::Template,
};

pub(super) fn latest(ctx: &Context, template: &Template, notices: &[Notice]) -> impl IntoView + use<> {
    let body = if notices.is_empty() {
        let title = ctx.t("还没有用它发送过", "Nothing was sent with it yet");
        let text = ctx.t(
            "有授权额度的订阅者才能收到，发送前会先显示人数。",
            "Only people with a grant get it; the number is shown before anything is sent.",
        );
        let href = if template.archived_at.is_none() && template.gone_at.is_none() {
            format!("/send?template={}", template.id)
        } else {
            String::new()
        };
        view! { <Empty icon=IconName::Notices title=title text=text href=href action=ctx.t("去发送", "Send with it") /> }.into_any()
    } else {
        let rows: Vec<_> = notices.iter().map(|notice| notice_row(ctx, notice)).collect();
        view! {
            <div class="table-wrap">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ctx.t("通知任务", "Notice").to_owned()}</th>
                            <th scope="col">{ctx.t("状态", "State").to_owned()}</th>
                            <th scope="col" class="num">{words::slice(Slice::Success, ctx.lang)}</th>
                            <th scope="col" class="num">{words::slice(Slice::Fail, ctx.lang)}</th>
                            <th scope="col" class="num">{words::slice(Slice::Pending, ctx.lang)}</th>
                            <th scope="col">{ctx.t("进度", "Progress").to_owned()}</th>
                            <th scope="col">{ctx.t("时间", "Time").to_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card">
            <h2>{ctx.t("最近的通知任务", "Latest notices").to_owned()}</h2>
            {body}
        </section>
    }
}

fn notice_row(ctx: &Context, notice: &Notice) -> impl IntoView + use<> {
    let href = match notice.state {
        NoticeState::Draft => format!("/send/{}/audience", notice.id),
        _ => format!("/notices/{}", notice.id),
    };
    let count = |slice: Slice| {
        view! { <td class="num"><a href=href.clone()>{words::number(notice.counts.slice(slice))}</a></td> }
    };
    let cells: Vec<_> = Slice::ALL.into_iter().map(count).collect();
    view! {
        <tr>
            <th scope="row"><a href=href.clone()>"#" {notice.id.0}</a></th>
            <td><NoticeBadge state=notice.state lang=ctx.lang /></td>
            {cells}
            <td><Progress counts=notice.counts lang=ctx.lang /></td>
            <td><time>{ctx.short_time(notice.confirmed_at.unwrap_or(notice.created_at))}</time></td>
        </tr>
    }
}
