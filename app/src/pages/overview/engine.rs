//! The engine in the health strip: does anything send, is it in time, what goes wrong.

use super::health::Item;
use crate::{
    components::{
        Tone,
        words::{number, rate},
    },
    pages::mini_programs::{heard, span},
    web::Context,
};
use model::{Millis, advice::advise, mini_program::MiniProgram};
use service::{EngineHealth, EngineState, Health, Queue};

/// The most codes that the strip names.
const MOST_CODES: usize = 3;
/// No grant at WeChat: a normal outcome.
const NO_GRANT: i64 = 43101;

/// Whether anything sends, and in time.
pub(super) fn state(ctx: &Context, program: &MiniProgram, engine: &EngineHealth) -> Item {
    let label = ctx.t("发送引擎", "Engine").to_owned();
    let waits = |since: Millis| {
        ctx.t("最早一条已等待 {span}", "the oldest due waits for {span}")
            .replace("{span}", &span(engine.at - since, ctx.lang))
    };
    let (tone, text) = match engine.state(Some(program.id)) {
        EngineState::None => (Tone::Fail, none(ctx, engine)),
        EngineState::Draining => {
            let calls = engine.workers.iter().map(|worker| worker.beat.under_way).sum();
            let text =
                ctx.t("正在停止，{n} 个调用进行中", "Stopping, {n} calls under way").replace("{n}", &number(calls));
            (Tone::Warn, text)
        }
        EngineState::Late(since) => {
            (Tone::Fail, format!("{}{}", ctx.t("没有进展：", "Nothing goes out: "), waits(since)))
        }
        EngineState::Busy(since) => (Tone::Pending, format!("{} · {}", per_second(ctx, engine), waits(since))),
        EngineState::Fine => (Tone::Success, fine(ctx, engine)),
    };
    Item { tone, label, text, href: "/system".to_owned() }
}

fn none(ctx: &Context, engine: &EngineHealth) -> String {
    let text = ctx.t(
        "没有进程在发送，请启动 yanshu worker（或不带 --no-worker 的 serve）",
        "No process is sending: start yanshu worker (or serve without --no-worker)",
    );
    match engine.last_beat() {
        Some(at) => {
            let last = ctx.t("最后一次心跳：", "last heard of ");
            format!("{text} · {last}{}", heard(at, engine.at, ctx.lang))
        }
        None => text.to_owned(),
    }
}

fn fine(ctx: &Context, engine: &EngineHealth) -> String {
    let n = engine.workers.len();
    let processes = ctx.t("{n} 个进程", if n == 1 { "{n} process" } else { "{n} processes" });
    let processes = processes.replace("{n}", &n.to_string());
    let last = engine.last_beat().map(|at| heard(at, engine.at, ctx.lang)).unwrap_or_default();
    format!("{processes} · {} · {last}", per_second(ctx, engine))
}

fn per_second(ctx: &Context, engine: &EngineHealth) -> String {
    ctx.t("每秒 {n} 条", "{n}/s").replace("{n}", &rate(engine.rate()))
}

/// What waits, and for how long.
pub(super) fn queue(ctx: &Context, program: &MiniProgram, health: &Health, engine: &EngineHealth) -> Item {
    let mine = engine.queues.iter().find(|queue| queue.mini_program == program.id);
    let late = mine.and_then(|queue: &Queue| queue.due_since).map(|since| engine.at - since).filter(|ms| *ms >= 60_000);
    let (tone, text) = match (health.queue, late) {
        (n, Some(ms)) if n > 0 => {
            let waits = ctx.t("最早已到期 {span}", "oldest due for {span}").replace("{span}", &span(ms, ctx.lang));
            (Tone::Pending, format!("{} {} · {waits}", number(n), ctx.t("条待发送", "waiting")))
        }
        (n, _) if n > 0 => (Tone::Pending, format!("{} {}", number(n), ctx.t("条待发送", "waiting"))),
        _ => (Tone::Success, ctx.t("没有积压", "Nothing waiting").to_owned()),
    };
    Item { tone, label: ctx.t("队列", "Queue").to_owned(), text, href: "/notices?state=running".to_owned() }
}

/// What went wrong in the last minutes, where anything did.
pub(super) fn errors(ctx: &Context, program: &MiniProgram, engine: &EngineHealth) -> Option<Item> {
    let errors = engine.errors(Some(program.id));
    let (first, _) = errors.first()?;
    let harmless = errors.iter().all(|(code, _)| *code == Some(NO_GRANT));
    let href = first.map_or_else(|| "/errors".to_owned(), |code| format!("/errors/{code}"));
    let tone = if harmless { Tone::Neutral } else { Tone::Warn };
    let label = ctx.t("最近 5 分钟的错误", "Errors, last 5 min").to_owned();
    Some(Item { tone, label, text: mix(ctx, &errors), href })
}

/// The codes with how often each came; the rest together.
fn mix(ctx: &Context, errors: &[(Option<i64>, i64)]) -> String {
    let part = |(code, n): &(Option<i64>, i64)| format!("{} × {}", error_name(ctx, *code), number(*n));
    let mut parts: Vec<String> = errors.iter().take(MOST_CODES).map(part).collect();
    let rest: i64 = errors.iter().skip(MOST_CODES).map(|(_, n)| n).sum();
    if rest > 0 {
        parts.push(format!("{} × {}", ctx.t("其他", "others"), number(rest)));
    }
    parts.join(ctx.t("，", ", "))
}

/// A code and what it is called; none: all that nobody knows.
pub(in crate::pages) fn error_name(ctx: &Context, code: Option<i64>) -> String {
    match code {
        Some(code) => format!("{} ({code})", advise(code).name(ctx.lang)),
        None => ctx.t("未收录的错误码", "Codes that Yanshu does not know").to_owned(),
    }
}
