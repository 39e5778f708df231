//! Who would be skipped, why, and who they are.

use crate::components::words::number;
use leptos::prelude::*;
use model::{Lang, advice, delivery::SkipReason, ids::NoticeId, notice::Preflight, recipient::Recipient};
use service::PreflightSlice;

/// One fold per reason.
#[component]
pub(super) fn Skipped(preflight: Preflight, id: NoticeId, lang: Lang) -> impl IntoView {
    (preflight.skipped() > 0).then(|| {
        let no_grant = advice::advise(SkipReason::NoGrant.number());
        let too_often = advice::advise(SkipReason::TooOften.number());
        let refused = advice::advise(SkipReason::Refused.number());
        let invalid = advice::advise(SkipReason::InvalidData.number());
        view! {
            <section class="card" id="skipped">
                <h2>{lang.t("会跳过的人", "Who will be skipped").to_owned()}</h2>
                {slice(no_grant.name(lang), no_grant.cause(lang), preflight.no_grant, preflight.no_grant_sample, file(id, PreflightSlice::NoGrant), lang)}
                {slice(refused.name(lang), refused.cause(lang), preflight.refused, preflight.refused_sample, file(id, PreflightSlice::Refused), lang)}
                {bad_rows(invalid.name(lang), invalid.cause(lang), preflight.invalid, preflight.invalid_sample, file(id, PreflightSlice::Invalid), lang)}
                {slice(too_often.name(lang), too_often.cause(lang), preflight.too_often, preflight.too_often_sample, file(id, PreflightSlice::TooOften), lang)}
                {slice(
                    lang.t("从未见过的 openid", "Openids never seen before"),
                    lang.t(
                        "雁书没有他们的订阅记录，因此没有额度；请确认 openid 属于这个小程序。",
                        "Nothing is known of them, so they have no grant; make sure the openids are of this mini program.",
                    ),
                    preflight.unknown,
                    preflight.unknown_sample,
                    file(id, PreflightSlice::Unknown),
                    lang,
                )}
            </section>
        }
    })
}

/// A slice as a file.
#[derive(Clone, Copy)]
struct File(NoticeId, PreflightSlice);

fn file(id: NoticeId, slice: PreflightSlice) -> File {
    File(id, slice)
}

impl File {
    fn links(self, lang: Lang) -> impl IntoView + use<> {
        let Self(id, slice) = self;
        let href = |format: &str| format!("/send/{id}/files/recipients.{format}?slice={}", slice.code());
        view! {
            {lang.t("下载全部：", "Download all: ").to_owned()}
            <a href=href("csv") download="">"CSV"</a> " · " <a href=href("xlsx") download="">"XLSX"</a>
        }
    }
}

/// Those who will be sent to, as a file.
pub(super) fn reached(preflight: &Preflight, id: NoticeId, lang: Lang) -> Option<impl IntoView + use<>> {
    let text = lang.t("将发送的人。", "Those who will be sent to. ").to_owned();
    (preflight.will_send > 0)
        .then(|| view! { <p class="muted small" id="reached">{text} {file(id, PreflightSlice::Send).links(lang)}</p> })
}

/// Invalid recipients, each with its line, the field and what is wrong.
fn bad_rows(
    name: &str,
    why: &str,
    n: i64,
    sample: Vec<Recipient>,
    file: File,
    lang: Lang,
) -> Option<impl IntoView + use<>> {
    let shown = i64::try_from(sample.len()).unwrap_or(i64::MAX);
    let rest = match lang {
        Lang::Zh => format!("只列出前 {shown} 个。"),
        Lang::En => format!("The first {shown} are shown."),
    };
    let (name, why) = (name.to_owned(), why.to_owned());
    (n > 0).then(|| {
        let items: Vec<_> = sample.into_iter().map(|recipient| bad_row(recipient, lang)).collect();
        view! {
            <details class="more">
                <summary>{name} " " <strong class="num">{number(n)}</strong></summary>
                <p class="muted">{why}</p>
                <ul>{items}</ul>
                <p class="muted small">
                    {(n > shown).then_some(rest)} " " {file.links(lang)}
                </p>
            </details>
        }
    })
}

fn bad_row(recipient: Recipient, lang: Lang) -> impl IntoView + use<> {
    let line = recipient.line.map(|line| match lang {
        Lang::Zh => format!("第 {line} 行 "),
        Lang::En => format!("Line {line} "),
    });
    let problem = recipient.problem.map(|problem| {
        let field =
            if problem.field.is_empty() { String::new() } else { format!("{}{}", problem.field, lang.t("：", ": ")) };
        format!("{field}{}", problem.say(lang))
    });
    view! { <li>{line} <code>{recipient.openid}</code> " " {problem}</li> }
}

fn slice(name: &str, why: &str, n: i64, sample: Vec<String>, file: File, lang: Lang) -> Option<impl IntoView + use<>> {
    let shown = i64::try_from(sample.len()).unwrap_or(i64::MAX);
    let rest = match lang {
        Lang::Zh => format!("只列出前 {shown} 个。"),
        Lang::En => format!("The first {shown} are shown."),
    };
    let (name, why) = (name.to_owned(), why.to_owned());
    (n > 0).then(|| {
        let items: Vec<_> = sample
            .into_iter()
            .map(|openid| {
                let href = format!("/subscribers?q={openid}");
                view! { <li><a href=href><code>{openid}</code></a></li> }
            })
            .collect();
        view! {
            <details class="more">
                <summary>{name} " " <strong class="num">{number(n)}</strong></summary>
                <p class="muted">{why}</p>
                <ul class="openids">{items}</ul>
                <p class="muted small">
                    {(n > shown).then_some(rest)} " " {file.links(lang)}
                </p>
            </details>
        }
    })
}
