//! 总览: is it healthy, what happened today, what needs somebody.

mod action;
mod engine;
mod health;
mod latest;
mod setup;
mod start;
mod today;
mod waiting;

pub(super) use engine::error_name;

use super::statistics::{address, bars, sides};
use crate::{
    charts::StackedBars,
    components::PageHeader,
    web::{Context, Nav, Need, Page, PageResult, page},
};
use leptos::prelude::*;
use model::mini_program::MiniProgram;
use service::Overview as Numbers;
use setup::Setup;

/// 总览.
#[component]
pub fn Overview() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |ctx| async move { make(ctx).await })
}

async fn make(ctx: Context) -> PageResult {
    let title = ctx.t("总览", "Overview").to_owned();
    let Some(program) = ctx.mini_program.clone() else {
        let body = view! {
            <PageHeader title=title.clone() />
            {start::checklist(&ctx, start::Steps::default())}
        };
        return Ok(Page::new(title, body));
    };
    let numbers = ctx.services.overview(&program).await?;
    let steps = start::steps(&ctx, &program, &numbers).await?;
    let engine = ctx.services.engine_health().await?;
    let setup = Setup::of(&ctx, &program).await?;
    let zone = format!("{} · {} {}", numbers.today.span.to, ctx.t("时区", "time zone"), program.settings.time_zone);
    let body = if steps.sent {
        let mut todo = setup::faults(&ctx, &program, &setup);
        todo.extend(waiting::items(&ctx, waiting::found(&ctx, &program).await?));
        todo.extend(waiting::troubles(&ctx, waiting::troubled(&ctx, &program).await?));
        working(&ctx, &program, &numbers, todo).into_any()
    } else {
        start::checklist(&ctx, steps).into_any()
    };
    let send = ctx.t("发送", "Send").to_owned();
    let send = steps.sent.then(|| view! { <a class="button primary" href="/send">{send}</a> });
    let body = view! {
        <PageHeader title=title.clone() text=format!("{} · {zone}", program.settings.name)>{send}</PageHeader>
        {health::strip(&ctx, &program, &numbers.health, &engine, &setup)}
        {body}
    };
    Ok(Page::new(title, body))
}

/// The page of an installation that has sent something before.
fn working(ctx: &Context, program: &MiniProgram, numbers: &Numbers, todo: Vec<AnyView>) -> impl IntoView + use<> {
    view! {
        {today::tiles(ctx, numbers)}
        {today::charts(ctx, numbers)}
        {fortnight(ctx, numbers)}
        <div class="grid two">
            <section class="card">
                <h2>{ctx.t("需要处理", "What needs action").to_owned()}</h2>
                {action::list(ctx, program, numbers, todo)}
            </section>
            <section class="card">
                <h2>{ctx.t("失败按责任方（14 天）", "Failures by whose side (14 days)").to_owned()}</h2>
                {sides(&numbers.days.codes, ctx.lang)}
            </section>
        </div>
        {latest::notices(ctx, numbers)}
    }
}

fn fortnight(ctx: &Context, numbers: &Numbers) -> impl IntoView + use<> {
    let title = ctx.t("最近 14 天", "The last 14 days").to_owned();
    let all = address(numbers.days.span.from, numbers.days.span.to, None);
    view! {
        <section class="card">
            <h2><a href=all>{title.clone()}</a></h2>
            <StackedBars
                id="fortnight"
                title=title
                unit=ctx.t("日期", "Day").to_owned()
                bars=bars(&numbers.days.buckets, None)
                wide=true
                from_last=true
                lang=ctx.lang
            />
        </section>
    }
}
