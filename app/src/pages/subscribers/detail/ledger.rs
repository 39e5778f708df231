//! The ledger of one person: every change of a balance and why.

use super::template_link;
use crate::{
    components::{Empty, IconName, Pager, words},
    web::Context,
};
use leptos::prelude::*;
use model::{
    Lang,
    grant::{LedgerEntry, LedgerKind},
    ids::SubscriberId,
    page::Page,
    template::Template,
};

/// A page of the ledger, newest first.
pub(super) fn card(
    ctx: &Context,
    id: SubscriberId,
    templates: &[Template],
    ledger: &Page<LedgerEntry>,
) -> impl IntoView + use<> {
    let body = if ledger.rows.is_empty() {
        view! {
            <Empty
                icon=IconName::Clock
                title=ctx.t("还没有额度流水", "The ledger is empty")
                text=ctx.t(
                    "用户在小程序里同意或拒绝、发送使用额度、人工调整，都会记在这里。",
                    "Whatever the person accepts or refuses, what is spent, and changes by hand are written down here.",
                )
            />
        }
        .into_any()
    } else {
        table(ctx, ledger.rows.iter().map(|entry| row(ctx, templates, entry)).collect())
    };
    view! {
        <section class="card" id="ledger">
            <h2>{ctx.t("额度流水", "Ledger").to_owned()}</h2>
            {body}
            <Pager base=format!("/subscribers/{id}") before=ledger.before after=ledger.after lang=ctx.lang />
        </section>
    }
}

fn table(ctx: &Context, rows: Vec<AnyView>) -> AnyView {
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t("时间", "Time").to_owned()}</th>
                        <th scope="col">{ctx.t("模板", "Template").to_owned()}</th>
                        <th scope="col">{ctx.t("发生了什么", "What happened").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("变化", "Change").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("之后余额", "Balance after").to_owned()}</th>
                        <th scope="col">{ctx.t("通知任务", "Notice").to_owned()}</th>
                        <th scope="col">{ctx.t("说明", "Note").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, templates: &[Template], entry: &LedgerEntry) -> AnyView {
    let notice = entry.notice.map(|notice| view! { <a href=format!("/notices/{notice}")>"#" {notice.0}</a> });
    view! {
        <tr>
            <td><time>{ctx.time(entry.at)}</time> {happened(ctx, entry)}</td>
            <td>{template_link(templates, entry.template)}</td>
            <td>{words::ledger_kind(entry.kind, ctx.lang)} {meaning(entry, ctx.lang)}</td>
            <td class="num">{signed(entry.change)}</td>
            <td class="num">{words::number(entry.balance_after)}</td>
            <td>{notice}</td>
            <td>{note(entry, ctx.lang)}</td>
        </tr>
    }
    .into_any()
}

/// When it happened, where that is not when it was written: WeChat's events come late and out of order.
fn happened(ctx: &Context, entry: &LedgerEntry) -> Option<impl IntoView + use<>> {
    let at = entry.happened_at.filter(|at| ctx.time(*at) != ctx.time(entry.at))?;
    let text = ctx.t("发生于 ", "Happened at ").to_owned();
    Some(view! { <div class="muted small">{text} <time>{ctx.time(at)}</time></div> })
}

/// What a kind means where its name alone leaves a question open.
fn meaning(entry: &LedgerEntry, lang: Lang) -> Option<impl IntoView + use<>> {
    let text = match entry.kind {
        LedgerKind::Confirmed => lang.t(
            "同一次点击已经计入，或不应计入，余额不变",
            "The tap is counted already or must not count; the balance stays",
        ),
        LedgerKind::Returned if entry.change == 0 => lang.t(
            "微信没有接收这条消息，预留的额度已释放",
            "WeChat did not take the message; what was reserved is free again",
        ),
        LedgerKind::Returned => {
            lang.t("原先按结果不明扣除，现已退回", "It had been taken while the outcome was unknown; now it is back")
        }
        LedgerKind::Corrected => lang.t("微信返回 43101：平台上没有额度", "WeChat answered 43101: it holds no grant"),
        LedgerKind::Expired => lang.t("超过模板的有效期", "Older than the template's validity"),
        _ => return None,
    };
    Some(view! { <div class="muted small">{text}</div> })
}

fn signed(change: i64) -> String {
    let sign = if change > 0 { "+" } else { "" };
    format!("{sign}{}", words::number(change))
}

/// The note; the words that the books are kept with, in the reader's language.
fn note(entry: &LedgerEntry, lang: Lang) -> String {
    match entry.kind {
        LedgerKind::Accepted | LedgerKind::Rejected | LedgerKind::Confirmed => told(&entry.note, lang),
        LedgerKind::Adjusted if entry.notice.is_none() && entry.note == LONG_TERM => {
            lang.t("模板改为长期订阅，余额最多为 1", "The template became long-term; a balance is at most 1").to_owned()
        }
        _ => entry.note.clone(),
    }
}

/// The note of the change that a template brings with it when it turns out to be long-term.
const LONG_TERM: &str = "long-term";

/// Who told of an answer, and what kind of no it was.
fn told(note: &str, lang: Lang) -> String {
    let source = |text: &str| match text {
        "report" => lang.t("小程序上报", "Reported by the mini program").to_owned(),
        "login" => lang.t("小程序上报（已验证登录）", "Reported by the mini program (login verified)").to_owned(),
        "popup" | "event" => lang.t("微信推送：订阅弹窗", "Pushed by WeChat: the popup").to_owned(),
        "change" => lang.t("微信推送：用户在设置中拒绝接收", "Pushed by WeChat: refused in the settings").to_owned(),
        other => other.to_owned(),
    };
    match note.split_once(": ") {
        Some(("ban", rest)) => format!("{}{}", lang.t("模板被封禁 · ", "Template banned · "), source(rest)),
        Some(("filter", rest)) => {
            format!("{}{}", lang.t("被微信过滤（标题重复） · ", "Filtered by WeChat (same title) · "), source(rest))
        }
        _ => source(note),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::TemplateId;

    fn entry(kind: LedgerKind, note: &str) -> LedgerEntry {
        LedgerEntry {
            id: 1,
            subscriber: SubscriberId(1),
            template: TemplateId(1),
            at: 0,
            happened_at: None,
            kind,
            change: 0,
            balance_after: 0,
            notice: None,
            note: note.to_owned(),
        }
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!([signed(1), signed(-1_200), signed(0)], ["+1", "-1,200", "0"]);
    }

    #[test]
    fn only_the_words_of_reports_are_translated() {
        assert_eq!(note(&entry(LedgerKind::Accepted, "report"), Lang::Zh), "小程序上报");
        assert_eq!(note(&entry(LedgerKind::Rejected, "ban: login"), Lang::Zh), "模板被封禁 · 小程序上报（已验证登录）");
        assert_eq!(note(&entry(LedgerKind::Confirmed, "popup"), Lang::Zh), "微信推送：订阅弹窗");
        assert_eq!(note(&entry(LedgerKind::Rejected, "change"), Lang::En), "Pushed by WeChat: refused in the settings");
        assert_eq!(note(&entry(LedgerKind::Rejected, "ban: popup"), Lang::Zh), "模板被封禁 · 微信推送：订阅弹窗");
        assert_eq!(note(&entry(LedgerKind::Adjusted, "long-term"), Lang::Zh), "模板改为长期订阅，余额最多为 1");
        assert_eq!(note(&entry(LedgerKind::Adjusted, "report"), Lang::Zh), "report");
        assert_eq!(note(&entry(LedgerKind::Accepted, "张三: 线下"), Lang::En), "张三: 线下");
    }
}
