//! 统计: a period and perhaps a template; the same numbers as ring, bars and tables.

mod accuracy;
mod period;
mod reasons;
mod remedy;
mod series;
mod sides;
mod templates;
mod toolbar;

pub(super) use period::address;
pub(super) use reasons::{code_name, of_slice};
pub(super) use remedy::next_click;
pub(super) use series::bars;
pub(super) use sides::sides;

use crate::{
    charts::{Donut, DonutLinks, StackedBars, success_rate, unknown_hint},
    components::{Empty, IconName, PageHeader, Stat, Tone, words},
    web::{Context, Nav, Need, Page, PageResult, page},
};
use leptos::prelude::*;
use model::{
    access::Permission,
    delivery::{DeliveryState, Slice},
    ids::TemplateId,
    mini_program::MiniProgram,
    template::Template,
};
use period::{Asked, Note};
use service::{Report, Span};

/// 统计.
#[component]
pub fn Statistics() -> impl IntoView {
    page(Need::SignedIn, Nav::Statistics, |ctx| async move { make(ctx).await })
}

async fn make(ctx: Context) -> PageResult {
    let title = ctx.t("统计", "Statistics").to_owned();
    let Some(program) = ctx.mini_program.clone() else { return Ok(Page::new(title.clone(), nothing_yet(&ctx, title))) };
    let today = ctx.services.today(&program);
    let mut asked = period::read(ctx.query("from"), ctx.query("to"), today);
    let templates = ctx.services.registered_templates(program.id).await?;
    let template = chosen(&ctx, &templates, &mut asked);
    let report = ctx.services.report(&program, asked.span, template).await?;
    if report.span != asked.span {
        asked.notes.push(Note::TooLong);
    }
    let text = heading(&ctx, &program, report.span);
    let body = view! {
        <PageHeader title=title.clone() text=text />
        {toolbar::presets(&ctx, today, report.span, template)}
        {toolbar::form(&ctx, report.span, &templates, template)}
        {notes(&ctx, &asked)}
        {numbers(&ctx, &report, template)}
        {charts(&ctx, &report, template)}
        {templates::table(&ctx, &report)}
        {tables(&ctx, &program, &report, template)}
    };
    Ok(Page::new(title, body))
}

fn nothing_yet(ctx: &Context, title: String) -> impl IntoView + use<> {
    let may = ctx.may(Permission::ManageMiniPrograms);
    let (href, text) = if may {
        (
            "/mini-programs/new",
            ctx.t("先添加小程序，发送之后这里会显示结果。", "Add a mini program first; what was sent then shows here."),
        )
    } else {
        (
            "",
            ctx.t("还没有小程序，请联系管理员添加。", "There is no mini program yet. Ask an administrator to add one."),
        )
    };
    view! {
        <PageHeader title=title />
        <Empty
            icon=IconName::Chart
            title=ctx.t("还没有数据", "No numbers yet").to_owned()
            text=text.to_owned()
            href=href.to_owned()
            action=ctx.t("添加小程序", "Add a mini program").to_owned()
        />
    }
}

/// The template of the query string, if the mini program has it.
fn chosen(ctx: &Context, templates: &[Template], asked: &mut Asked) -> Option<TemplateId> {
    let text = ctx.query("template")?;
    let found = text.parse().ok().filter(|id| templates.iter().any(|t| t.id == *id));
    if found.is_none() {
        asked.notes.push(Note::NoTemplate);
    }
    found
}

fn heading(ctx: &Context, program: &MiniProgram, span: Span) -> String {
    let zone = &program.settings.time_zone;
    if span.from == span.to {
        format!("{} · {} {zone}", span.from, ctx.t("时区", "time zone"))
    } else {
        format!("{} {} {} · {} {zone}", span.from, ctx.t("至", "to"), span.to, ctx.t("时区", "time zone"))
    }
}

fn notes(ctx: &Context, asked: &Asked) -> Option<impl IntoView + use<>> {
    let lines: Vec<_> = asked.notes.iter().map(|note| view! { <p>{note.say(ctx.lang).to_owned()}</p> }).collect();
    (!lines.is_empty()).then(|| view! { <div class="notice-box info" role="status">{lines}</div> })
}

fn numbers(ctx: &Context, report: &Report, template: Option<TemplateId>) -> impl IntoView + use<> {
    let total = &report.total;
    let (lang, unknown) = (ctx.lang, unknown_hint(total, ctx.lang));
    let mut rate = format!("{} {}", ctx.t("成功率", "Success rate"), success_rate(total));
    let delivered = total.of(DeliveryState::Delivered);
    if delivered > 0 {
        let word = words::delivery_state(DeliveryState::Delivered, lang);
        rate.push_str(&format!(" · {word} {}", words::number(delivered)));
    }
    view! {
        <div class="stats">
            <Stat label=words::slice(Slice::Success, lang) value=total.slice(Slice::Success) hint=rate tone=Tone::Success href="#templates" />
            <Stat label=words::slice(Slice::Fail, lang) value=total.slice(Slice::Fail) hint=unknown tone=Tone::Fail href="#reasons" />
            <Stat label=words::slice(Slice::Pending, lang) value=total.slice(Slice::Pending) tone=Tone::Pending href=running(template) />
            <Stat label=words::delivery_state(DeliveryState::Skipped, lang) value=total.of(DeliveryState::Skipped) href="#skipped" />
            <Stat label=words::delivery_state(DeliveryState::Cancelled, lang) value=total.of(DeliveryState::Cancelled) href="#skipped" />
        </div>
    }
}

/// The notices that still have something to send.
fn running(template: Option<TemplateId>) -> String {
    template.map_or_else(|| "/notices?state=running".to_owned(), |id| format!("/notices?state=running&template={id}"))
}

fn charts(ctx: &Context, report: &Report, template: Option<TemplateId>) -> impl IntoView + use<> {
    let lang = ctx.lang;
    let links = DonutLinks {
        success: Some("#templates".to_owned()),
        fail: Some("#reasons".to_owned()),
        pending: Some(running(template)),
        beside: Some("#skipped".to_owned()),
    };
    let hours = report.span.from == report.span.to;
    let (title, unit) = if hours {
        (ctx.t("按小时", "By hour"), ctx.t("时间", "Hour"))
    } else {
        (ctx.t("按天", "By day"), ctx.t("日期", "Day"))
    };
    let bars = bars(&report.buckets, template);
    view! {
        <section class="card">
            <h2>{ctx.t("发送结果", "Results").to_owned()}</h2>
            <Donut id="results" title=ctx.t("发送结果", "Results").to_owned() counts=report.total links=links lang=lang />
        </section>
        <section class="card">
            <h2>{title.to_owned()}</h2>
            <p class="muted small">
                {ctx.t("按通知任务确认的时间统计。", "Counted at the time when the notice was confirmed.").to_owned()}
            </p>
            <StackedBars id="series" title=title.to_owned() unit=unit.to_owned() bars=bars wide=true from_last=!hours lang=lang />
        </section>
    }
}

fn tables(
    ctx: &Context,
    program: &MiniProgram,
    report: &Report,
    template: Option<TemplateId>,
) -> impl IntoView + use<> {
    let context = reasons::About { lang: ctx.lang, program: program.id, template };
    view! {
        <section class="card" id="sides">
            <h2>{ctx.t("失败按责任方", "Failures by whose side").to_owned()}</h2>
            {sides::ring(&report.codes, ctx.lang)}
            {sides(&report.codes, ctx.lang)}
        </section>
        <section class="card" id="reasons">
            <h2>{ctx.t("失败原因", "Why deliveries failed").to_owned()}</h2>
            {reasons::table(&context, of_slice(&report.codes, Some(Slice::Fail)))}
        </section>
        <section class="card" id="skipped">
            <h2>{ctx.t("跳过与取消的原因", "Why deliveries were skipped or cancelled").to_owned()}</h2>
            {reasons::table(&context, of_slice(&report.codes, None))}
        </section>
        {accuracy::card(ctx, program, &report.accuracy)}
    }
}
