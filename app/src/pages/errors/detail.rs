//! One code: what it means, what to do, how often it came and to which notices.

use super::seen::{Met, Seen};
use crate::{
    components::{Badge, DeliveryBadge, NoticeBadge, PageHeader, Stat, Tone, words},
    pages::{
        notices::{link, when},
        statistics::{address, next_click},
    },
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::prelude::*;
use model::{
    Lang,
    advice::{Advice, Side, advise, is_known},
    delivery::{Delivery, DeliveryState},
    mini_program::MiniProgram,
};

/// One code.
#[component]
pub fn ErrorDetail() -> impl IntoView {
    page(Need::SignedIn, Nav::Errors, |ctx| async move {
        let errcode = ctx.number_at(1).ok_or(PageError::NotFound)?;
        let advice = advise(errcode);
        let here = match ctx.mini_program.clone() {
            Some(program) => {
                let seen = Seen::of(&ctx, &program, errcode).await?;
                Some(shown(&ctx, &program, seen))
            }
            None => None,
        };
        let title = format!("{errcode} {}", advice.name(ctx.lang));
        let side = advice.side.label(ctx.lang);
        let body = view! {
            <PageHeader title=title.clone() back="/errors" back_text=ctx.t("错误码", "Error codes")>
                <Badge text=side tone=tone(advice.side) />
            </PageHeader>
            <div class="stack">
                {meaning(&ctx, &advice)}
                {here}
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn tone(side: Side) -> Tone {
    match side {
        Side::Audience => Tone::Neutral,
        Side::Data | Side::Setup => Tone::Warn,
        Side::Platform => Tone::Info,
    }
}

fn meaning(ctx: &Context, advice: &Advice) -> impl IntoView + use<> {
    let lang = ctx.lang;
    let click =
        ctx.mini_program.as_ref().and_then(|program| next_click(advice, program.id, None, lang)).map(|(href, text)| {
            let rel = href.starts_with("https:").then_some("noopener noreferrer external");
            view! { <p><a class="button" href=href rel=rel>{text}</a></p> }
        });
    let listed = if is_known(advice.errcode) { "" } else { "info" };
    view! {
        <section class=format!("card {listed}")>
            <h2>{ctx.t("含义与处理", "Meaning and remedy").to_owned()}</h2>
            <dl class="def">
                <dt>{ctx.t("原因", "Cause").to_owned()}</dt>
                <dd>{advice.cause(lang)}</dd>
                <dt>{ctx.t("处理办法", "What to do").to_owned()}</dt>
                <dd>{advice.remedy(lang)}</dd>
                <dt>{ctx.t("责任方", "Side").to_owned()}</dt>
                <dd>{advice.side.label(lang)}</dd>
                <dt>{ctx.t("重试", "Retry").to_owned()}</dt>
                <dd>{advice.retry.label(lang)}</dd>
                <dt>{ctx.t("影响范围", "Reach").to_owned()}</dt>
                <dd>{advice.scope.label(lang)}</dd>
            </dl>
            {click}
        </section>
    }
}

fn shown(ctx: &Context, program: &MiniProgram, seen: Seen) -> impl IntoView + use<> {
    let Seen { span, counts, met, sample } = seen;
    let reasons = address(span.from, span.to, None);
    let total: i64 = counts.iter().map(|code| code.n).sum();
    let label = ctx.t("最近 14 天", "Last 14 days");
    let hint = match ctx.lang {
        Lang::Zh => format!("“{}”的投递以它结束的次数", program.settings.name),
        Lang::En => format!("Deliveries of “{}” that ended with it", program.settings.name),
    };
    let tiles: Vec<_> = counts
        .iter()
        .filter(|_| counts.len() > 1)
        .map(|code| {
            let href = format!("{reasons}{}", part(code.state));
            view! { <Stat label=words::delivery_state(code.state, ctx.lang) value=code.n href=href /> }
        })
        .collect();
    let all = counts.first().map_or(String::new(), |code| format!("{reasons}{}", part(code.state)));
    view! {
        <div class="stats" id="seen">
            <Stat label=label value=total hint=hint href=all />
            {tiles}
        </div>
        {sample.map(|delivery| original(ctx, delivery))}
        {notices(ctx, met)}
    }
}

/// Which table of the statistics counts deliveries of the state.
fn part(state: DeliveryState) -> &'static str {
    if state.slice().is_some() { "#reasons" } else { "#skipped" }
}

/// WeChat's own words of the newest case; of a code that is not listed they are all there is.
fn original(ctx: &Context, delivery: Delivery) -> impl IntoView + use<> {
    let page = format!("/notices/{}/deliveries/{}", delivery.id.notice, delivery.id.subscriber);
    let errmsg = delivery.errmsg.map(|text| view! { <dt>"errmsg"</dt> <dd><code>{text}</code></dd> });
    let rid = delivery.rid.map(|rid| view! { <dt>"rid"</dt> <dd><code>{rid}</code></dd> });
    view! {
        <section class="card" id="original">
            <h2>{ctx.t("最近一次的微信原文", "WeChat's own words, last time").to_owned()}</h2>
            <dl class="def">
                {errmsg}
                {rid}
                <dt>{ctx.t("时间", "Time").to_owned()}</dt>
                <dd>{when(ctx, delivery.updated_at)}</dd>
                <dt>{ctx.t("投递", "Delivery").to_owned()}</dt>
                <dd><a href=page><code>{delivery.openid}</code></a></dd>
            </dl>
        </section>
    }
}

fn notices(ctx: &Context, met: Vec<Met>) -> AnyView {
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    let body = if met.is_empty() {
        let text = ctx.t("最近的通知任务都没有遇到它。", "None of the latest notices met it.").to_owned();
        view! { <p class="muted">{text}</p> }.into_any()
    } else {
        let rows: Vec<_> = met.into_iter().map(|met| row(ctx, met)).collect();
        view! {
            <div class="table-wrap">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{head("通知任务", "Notice")}</th>
                            <th scope="col">{head("状态", "State")}</th>
                            <th scope="col">{head("以它结束的投递", "Deliveries that ended with it")}</th>
                            <th scope="col">{head("时间", "Time")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card" id="met">
            <h2>{head("遇到它的通知任务", "Notices that met it")}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn row(ctx: &Context, met: Met) -> impl IntoView + use<> {
    let Met { notice, counts } = met;
    let lang = ctx.lang;
    let cells: Vec<_> = counts
        .into_iter()
        .map(|code| {
            let href = link(notice.id, code.state.code(), Some(code.errcode));
            view! { <DeliveryBadge state=code.state lang /> " " <a class="num" href=href>{words::number(code.n)}</a> " " }
        })
        .collect();
    view! {
        <tr>
            <th scope="row"><a href=format!("/notices/{}", notice.id)>{notice.template_title.clone()} " #" {notice.id.0}</a></th>
            <td><NoticeBadge state=notice.state lang /></td>
            <td>{cells}</td>
            <td>{when(ctx, notice.confirmed_at.unwrap_or(notice.created_at))}</td>
        </tr>
    }
}
