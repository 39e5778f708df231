//! The whole table of the error adviser, by whose side, with a search.

use crate::{
    components::{Empty, ErrorCode, IconName, PageHeader, TextField, words::number},
    web::{Context, Nav, Need, Page, page},
};
use leptos::prelude::*;
use model::{
    Lang,
    advice::{Advice, Side, all, is_known},
};

/// Codes below this are ours, see `model::delivery::own_code`; they stand behind WeChat's.
const OWN: i64 = -1000;

/// The table, or what of it was searched for.
#[component]
pub fn Errors() -> impl IntoView {
    page(Need::SignedIn, Nav::Errors, |ctx| async move {
        let asked = ctx.query("q").unwrap_or_default().trim().to_owned();
        let found: Vec<&'static Advice> = all().filter(|advice| fits(advice, &asked)).collect();
        let title = ctx.t("错误码", "Error codes");
        let body = view! {
            <PageHeader
                title=title
                text=ctx.t(
                    "微信返回的错误码是什么意思、问题在哪一方、该怎么处理。",
                    "What WeChat's codes mean, whose side the cause is on, and what to do.",
                )
            />
            {search(&ctx, &asked)}
            {unlisted(&ctx, &asked)}
            {tabs(&ctx, &found)}
            {groups(&ctx, &found, &asked)}
            {on_the_phone(&ctx)}
        };
        Ok(Page::new(title, body))
    })
}

/// Whether every word of what was searched for stands in the code or in a text of either language.
fn fits(advice: &Advice, asked: &str) -> bool {
    let texts = [Lang::Zh, Lang::En]
        .map(|lang| format!("{} {} {} {}", advice.errcode, advice.name(lang), advice.cause(lang), advice.remedy(lang)));
    let texts = texts.join(" ").to_lowercase();
    asked.to_lowercase().split_whitespace().all(|word| texts.contains(word))
}

fn search(ctx: &Context, asked: &str) -> impl IntoView + use<> {
    let all = (!asked.is_empty()).then(|| {
        view! { <a class="button quiet" href="/errors">{ctx.t("显示全部", "Show all").to_owned()}</a> }
    });
    view! {
        <form class="toolbar" method="get" action="/errors" role="search">
            <TextField
                name="q"
                label=ctx.t("错误码或文字", "Code or words").to_owned()
                value=asked.to_owned()
                kind="search"
                placeholder=ctx.t("例如 47003、白名单", "such as 47003 or whitelist").to_owned()
            />
            <button class="button" type="submit">{ctx.t("查找", "Search").to_owned()}</button>
            {all}
        </form>
    }
}

/// A number that is in no table still has a page: how often it came here, and WeChat's own words.
fn unlisted(ctx: &Context, asked: &str) -> Option<impl IntoView + use<>> {
    let code: i64 = asked.parse().ok().filter(|code| !is_known(*code))?;
    Some(view! {
        <div class="notice-box info">
            <p>
                {ctx.t("雁书没有收录这个错误码：", "This code is not listed: ").to_owned()} <ErrorCode errcode=code /> " "
                <a href=format!("/errors/{code}")>{ctx.t("看看它在这里出现过没有", "See whether it came up here").to_owned()}</a>
            </p>
        </div>
    })
}

fn of_side(found: &[&'static Advice], side: Side) -> Vec<&'static Advice> {
    let mut codes: Vec<_> = found.iter().copied().filter(|advice| advice.side == side).collect();
    codes.sort_by_key(|advice| (advice.errcode < OWN, advice.errcode));
    codes
}

fn tabs(ctx: &Context, found: &[&'static Advice]) -> impl IntoView + use<> {
    let links: Vec<_> = Side::ALL
        .into_iter()
        .map(|side| (side, of_side(found, side).len()))
        .filter(|(_, n)| *n > 0)
        .map(|(side, n)| {
            let n = number(i64::try_from(n).unwrap_or(i64::MAX));
            view! { <a href=format!("#side-{}", side.code())>{side.label(ctx.lang)} " " <span class="num muted">{n}</span></a> }
        })
        .collect();
    (!links.is_empty()).then(|| view! { <nav class="tabs" aria-label=ctx.t("责任方", "Side").to_owned()>{links}</nav> })
}

fn groups(ctx: &Context, found: &[&'static Advice], asked: &str) -> AnyView {
    if found.is_empty() {
        let title = ctx.t("没有符合的错误码", "No such code");
        let text = match ctx.lang {
            Lang::Zh => format!("没有哪个错误码的编号或说明里有“{asked}”。"),
            Lang::En => format!("No code has “{asked}” in its number or texts."),
        };
        return view! { <Empty icon=IconName::Search title text href="/errors" action=ctx.t("显示全部", "Show all") /> }
            .into_any();
    }
    let groups: Vec<_> = Side::ALL.into_iter().filter_map(|side| group(ctx, side, of_side(found, side))).collect();
    view! { <div class="stack">{groups}</div> }.into_any()
}

fn group(ctx: &Context, side: Side, codes: Vec<&'static Advice>) -> Option<AnyView> {
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    let rows: Vec<_> = codes.into_iter().map(|advice| row(advice, ctx.lang)).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card" id=format!("side-{}", side.code())>
                <h2>{side.label(ctx.lang)}</h2>
                <div class="table-wrap">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{head("错误码", "Code")}</th>
                                <th scope="col">{head("含义与原因", "Meaning and cause")}</th>
                                <th scope="col">{head("处理办法", "What to do")}</th>
                                <th scope="col">{head("重试与影响", "Retry and reach")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any()
    })
}

fn row(advice: &'static Advice, lang: Lang) -> impl IntoView {
    view! {
        <tr>
            <td><ErrorCode errcode=advice.errcode /></td>
            <th scope="row">
                {advice.name(lang)}
                <p class="muted small">{advice.cause(lang)}</p>
            </th>
            <td>{advice.remedy(lang)}</td>
            <td>
                {advice.retry.label(lang)}
                <p class="muted small">{advice.scope.label(lang)}</p>
            </td>
        </tr>
    }
}

/// The other table that people look up here: what the phone says never comes to us.
fn on_the_phone(ctx: &Context) -> impl IntoView + use<> {
    view! {
        <p class="muted small">
            {ctx.t(
                "在手机上由 wx.requestSubscribeMessage 直接给出的 10001–10005、20001–20005、20013 是另一套编号，不会发到雁书：其中 20002 是同时请求了一次性和长期模板，20004 是用户关闭了订阅消息的总开关，20005 是小程序被封禁。",
                "What wx.requestSubscribeMessage gives on the phone (10001–10005, 20001–20005, 20013) is a table of its own and never reaches Yanshu: there 20002 means that one-time and long-term templates were asked for together, 20004 that the person switched subscribe messages off altogether, 20005 that the mini program is banned.",
            ).to_owned()}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::advice::advise;

    #[test]
    fn a_search_finds_numbers_and_words_of_both_languages_and_wants_all_of_them() {
        let secret = advise(40125);
        assert!(fits(&secret, "") && fits(&secret, "40125") && fits(&secret, "401"));
        assert!(fits(&secret, "appsecret 重置") && fits(&secret, "INVALID"));
        assert!(!fits(&secret, "appsecret 白名单") && !fits(&secret, "43101"));
    }

    #[test]
    fn codes_of_our_own_stand_behind_wechats() {
        let found: Vec<_> = all().collect();
        let codes: Vec<i64> = of_side(&found, Side::Platform).iter().map(|advice| advice.errcode).collect();
        assert_eq!(codes.first(), Some(&-1));
        assert!(codes.last().is_some_and(|code| *code < OWN), "{codes:?}");
    }
}
