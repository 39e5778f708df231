//! The processes that send.

use crate::{
    components::{
        Badge, Tone,
        words::{number, rate},
    },
    pages::mini_programs::{heard, span},
    web::Context,
};
use leptos::prelude::*;
use model::worker::Worker;
use service::EngineHealth;

pub(super) fn card(ctx: &Context, health: &EngineHealth) -> AnyView {
    let content = if health.workers.is_empty() && health.silent.is_empty() { none(ctx) } else { table(ctx, health) };
    view! {
        <section class="card" id="processes">
            <h2>{ctx.t("发送进程", "Processes that send").to_owned()}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn none(ctx: &Context) -> AnyView {
    let text = ctx.t("没有进程在发送，通知任务会留在队列里。", "No process is sending; notices stay in the queue.");
    view! { <p class="muted">{text.to_owned()}</p> }.into_any()
}

fn table(ctx: &Context, health: &EngineHealth) -> AnyView {
    let alive = health.workers.iter().map(|worker| row(ctx, health, worker, true));
    let silent = health.silent.iter().map(|worker| row(ctx, health, worker, false));
    let rows: Vec<_> = alive.chain(silent).collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t("主机与进程号", "Host and process").to_owned()}</th>
                        <th scope="col">{ctx.t("状态", "State").to_owned()}</th>
                        <th scope="col">{ctx.t("版本", "Version").to_owned()}</th>
                        <th scope="col">{ctx.t("已运行", "Running for").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("进行中", "Under way").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("每秒", "Per second").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("一分钟内成功", "Sent, last minute").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("一分钟内失败", "Failed, last minute").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("耗时 p50 / p95", "Call p50 / p95").to_owned()}</th>
                        <th scope="col">{ctx.t("心跳", "Heard of").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, health: &EngineHealth, worker: &Worker, alive: bool) -> AnyView {
    let beat = &worker.beat;
    let (text, tone) = match (alive, beat.draining) {
        (false, _) => (ctx.t("失联", "Silent"), Tone::Fail),
        (true, true) => (ctx.t("正在停止", "Stopping"), Tone::Warn),
        (true, false) => (ctx.t("运行中", "Running"), Tone::Success),
    };
    // What a silent one told last is not how things are.
    let now = |value: String| if alive { value } else { "—".to_owned() };
    let call = match (beat.p50_ms, beat.p95_ms) {
        (Some(half), Some(most)) => format!("{} / {} ms", number(half), number(most)),
        _ => "—".to_owned(),
    };
    let until = if alive { health.at } else { worker.beat_at };
    view! {
        <tr>
            <th scope="row">{format!("{} · {}", beat.host, beat.pid)}</th>
            <td><Badge text tone /></td>
            <td>{beat.version.clone()}</td>
            <td><time datetime=ctx.time(beat.started_at)>{span(until - beat.started_at, ctx.lang)}</time></td>
            <td class="num">{now(number(beat.under_way))}</td>
            <td class="num">{now(rate(beat.rate()))}</td>
            <td class="num">{now(number(beat.sent))}</td>
            <td class="num">{now(number(beat.failed))}</td>
            <td class="num">{now(call)}</td>
            <td><time datetime=ctx.time(worker.beat_at)>{heard(worker.beat_at, health.at, ctx.lang)}</time></td>
        </tr>
    }
    .into_any()
}
