//! What waits, by mini program.

use crate::{
    components::words::number,
    pages::{
        mini_programs::{sending_state, span},
        overview::error_name,
    },
    web::Context,
};
use leptos::prelude::*;
use model::mini_program::MiniProgram;
use service::EngineHealth;

pub(super) fn card(ctx: &Context, health: &EngineHealth) -> AnyView {
    let content = if ctx.mini_programs.is_empty() {
        view! { <p class="muted">{ctx.t("还没有小程序。", "No mini program yet.").to_owned()}</p> }.into_any()
    } else {
        table(ctx, health)
    };
    view! {
        <section class="card" id="queues">
            <h2>{ctx.t("各小程序的队列", "Queues by mini program").to_owned()}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn table(ctx: &Context, health: &EngineHealth) -> AnyView {
    let rows: Vec<_> = ctx.mini_programs.iter().map(|program| row(ctx, health, program)).collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t("小程序", "Mini program").to_owned()}</th>
                        <th scope="col">{ctx.t("发送", "Sending").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("待发送", "Waiting").to_owned()}</th>
                        <th scope="col">{ctx.t("最早一条已到期", "Oldest due for").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("一分钟内完成", "Ended, last minute").to_owned()}</th>
                        <th scope="col">{ctx.t("最近 5 分钟的错误", "Errors, last 5 min").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, health: &EngineHealth, program: &MiniProgram) -> AnyView {
    let queue = health.queues.iter().find(|queue| queue.mini_program == program.id);
    let waiting = number(queue.map_or(0, |queue| queue.waiting));
    // The list of notices is the chosen mini program's.
    let chosen = ctx.mini_program.as_ref().is_some_and(|chosen| chosen.id == program.id);
    let waiting =
        if chosen { view! { <a href="/notices?state=running">{waiting}</a> }.into_any() } else { waiting.into_any() };
    let due = queue.and_then(|queue| queue.due_since).map(|since| span(health.at - since, ctx.lang));
    let errors = health.errors(Some(program.id));
    view! {
        <tr>
            <th scope="row"><a href=format!("/mini-programs/{}/health", program.id)>{program.settings.name.clone()}</a></th>
            <td>{sending_state(ctx, program)}</td>
            <td class="num">{waiting}</td>
            <td>{due.unwrap_or_else(|| "—".to_owned())}</td>
            <td class="num">{number(health.pace(program.id))}</td>
            <td class="nowrap">{if errors.is_empty() { "—".into_any() } else { codes(ctx, errors) }}</td>
        </tr>
    }
    .into_any()
}

/// Each code in its line, with the way to what it means.
fn codes(ctx: &Context, errors: Vec<(Option<i64>, i64)>) -> AnyView {
    let line = |(code, n): (Option<i64>, i64)| {
        let href = code.map_or_else(|| "/errors".to_owned(), |code| format!("/errors/{code}"));
        view! { <div><a href=href>{error_name(ctx, code)}</a> " × " {number(n)}</div> }
    };
    let lines: Vec<_> = errors.into_iter().map(line).collect();
    view! { {lines} }.into_any()
}
