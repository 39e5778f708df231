//! The facts of a notice.

use super::{control, parts};
use crate::{components::words, web::Context};
use leptos::prelude::*;
use model::{Lang, delivery::Slice, notice::Notice};
use service::{Control, NoticeView};

/// Template, recipients, page, who, when, how long.
pub(super) fn facts(ctx: &Context, view: &NoticeView, control: &Control) -> impl IntoView + use<> {
    let notice = &view.notice;
    view! {
        <section class="card">
            <h2>{ctx.t("任务信息", "About this notice").to_owned()}</h2>
            <dl class="def">
                <dt>{ctx.t("模板", "Template").to_owned()}</dt>
                <dd><a href=format!("/templates/{}", notice.template)>{notice.template_title.clone()}</a></dd>
                <dt>{ctx.t("接收人", "Recipients").to_owned()}</dt>
                <dd>{recipients(notice, ctx.lang)}</dd>
                {parts::content_facts(ctx, &notice.content)}
                <dt>{ctx.t("发起人", "Ordered by").to_owned()}</dt>
                <dd>{notice.created_by.clone()}</dd>
                {control::forecast(ctx, view, control)}
                {moments(ctx, notice)}
            </dl>
        </section>
    }
}

fn recipients(notice: &Notice, lang: Lang) -> String {
    let (n, twice) = (words::number(notice.counts.total()), words::number(notice.duplicates));
    match (lang, notice.duplicates > 0) {
        (Lang::Zh, false) => format!("{n} 人"),
        (Lang::Zh, true) => format!("{n} 人（去掉重复 {twice} 个）"),
        (Lang::En, false) => format!("{n} people"),
        (Lang::En, true) => format!("{n} people ({twice} duplicates dropped)"),
    }
}

fn moments(ctx: &Context, notice: &Notice) -> impl IntoView + use<> {
    let confirmed = notice.confirmed_at.map(|at| {
        view! { <dt>{ctx.t("确认时间", "Confirmed").to_owned()}</dt> <dd>{parts::exactly(ctx, at)}</dd> }
    });
    let finished = notice.finished_at.map(|at| {
        view! { <dt>{ctx.t("结束时间", "Ended").to_owned()}</dt> <dd>{parts::exactly(ctx, at)}</dd> }
    });
    let took = notice.due_at.or(notice.confirmed_at).zip(notice.finished_at).map(|(from, to)| {
        let ms = (to - from).max(0);
        let called = notice.counts.slice(Slice::Success) + notice.counts.slice(Slice::Fail);
        let rate = (ms >= 1_000 && called > 0).then(|| called * 1_000 / ms).filter(|rate| *rate > 0).map(words::number);
        let rate = match (rate, ctx.lang) {
            (Some(rate), Lang::Zh) => format!("（平均每秒 {rate} 条）"),
            (Some(rate), Lang::En) => format!(" ({rate} per second on average)"),
            (None, _) => String::new(),
        };
        view! { <dt>{ctx.t("用时", "Took").to_owned()}</dt> <dd>{parts::duration(ms, ctx.lang)} {rate}</dd> }
    });
    view! { {confirmed} {finished} {took} }
}
