//! Who did what, and what was foretold.

use super::super::parts;
use crate::{components::words, web::Context};
use leptos::prelude::*;
use model::{
    Lang, Problem, advice,
    control::{Deed, LogLine},
};
use service::{Control, NoticeView};

/// Who did what with the notice.
pub(in crate::pages::notices) fn card(ctx: &Context, control: &Control) -> Option<AnyView> {
    let rows: Vec<_> = control.log.iter().map(|line| row(ctx, line)).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card" id="log">
                <h2>{ctx.t("操作记录", "What was done").to_owned()}</h2>
                <ul class="log">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn row(ctx: &Context, line: &LogLine) -> AnyView {
    let by = if line.by.is_empty() { ctx.t("雁书", "Yanshu").to_owned() } else { line.by.clone() };
    let note = match line.deed {
        Deed::LeftAsDraft => serde_json::from_str::<Problem>(&line.note).ok().map(|p| p.say(ctx.lang).to_owned()),
        _ => line.note.parse().ok().map(|code| format!("{} ({code})", advice::advise(code).name(ctx.lang))),
    };
    view! {
        <li>
            {parts::exactly(ctx, line.at)} " " <strong>{line.deed.label(ctx.lang)}</strong> " "
            <span class="muted">{by}</span> " " {note}
        </li>
    }
    .into_any()
}

/// What was foretold at the confirmation, for the list of facts; the outcome stands beside it.
pub(in crate::pages::notices) fn forecast(ctx: &Context, view: &NoticeView, control: &Control) -> Option<AnyView> {
    let forecast = control.forecast?;
    let (n, skipped) = (words::number(forecast.messages), words::number(forecast.skipped));
    let time = parts::duration(forecast.seconds * 1_000, ctx.lang);
    let text = match ctx.lang {
        Lang::Zh => format!("发送 {n} 条，跳过 {skipped} 人，约 {time}"),
        Lang::En => format!("{n} messages, {skipped} people skipped, about {time}"),
    };
    let began = view.notice.due_at.or(view.notice.confirmed_at);
    let outcome = began.zip(view.notice.finished_at).map(|(from, to)| {
        let took = parts::duration((to - from).max(0), ctx.lang);
        match ctx.lang {
            Lang::Zh => format!("；实际 {took}"),
            Lang::En => format!("; it took {took}"),
        }
    });
    Some(view! { <dt>{ctx.t("确认时的预计", "Forecast").to_owned()}</dt> <dd>{text} {outcome}</dd> }.into_any())
}
