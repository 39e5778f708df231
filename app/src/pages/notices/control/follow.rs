//! Sending once more to some of the recipients.

use crate::{
    actions::control::{DuplicateNotice, FollowUpNotice},
    components::{Check, NoticeBadge, words},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang,
    access::Permission,
    advice,
    control::{FollowKind, FollowUp},
    delivery::DeliveryState,
    ids::NoticeId,
    statistics::CodeCounts,
};
use service::{Control, NoticeView};

/// What followed, and what may follow once it has ended.
pub(in crate::pages::notices) fn card(
    ctx: &Context,
    view: &NoticeView,
    control: &Control,
    codes: &[CodeCounts],
) -> Option<AnyView> {
    let notice = &view.notice;
    let id = notice.id;
    let may = ctx.may(Permission::Operate);
    let can = may && notice.state.is_over() && notice.pruned_at.is_none();
    let told = told(ctx, id, &control.follow_ups);
    let forms = can.then(|| forms(ctx, id, codes, notice.counts.of(DeliveryState::Cancelled)));
    let duplicate = may.then(|| {
        let text = ctx.t("复制为新的草稿", "Duplicate as a new draft");
        super::button(ctx, DuplicateNotice::PATH, id, "button", text)
    });
    (told.is_some() || may).then(|| {
        view! {
            <section class="card" id="follow">
                <h2>{ctx.t("后续", "What next").to_owned()}</h2>
                {told} {forms}
                <div class="row">{duplicate}</div>
            </section>
        }
        .into_any()
    })
}

fn kind_text(kind: FollowKind, lang: Lang) -> String {
    match kind {
        FollowKind::Retriable => lang.t("重试可重试的失败", "Retry of what may pass").to_owned(),
        FollowKind::Rest => lang.t("继续发送未发的", "The unsent, continued").to_owned(),
        FollowKind::Ended(state, code) => {
            let state = words::delivery_state(state, lang);
            code.map_or_else(|| state.to_owned(), |code| format!("{state} · {}", advice::advise(code).name(lang)))
        }
    }
}

/// The notices that followed, and the one that this one follows.
fn told(ctx: &Context, id: NoticeId, all: &[FollowUp]) -> Option<AnyView> {
    let items: Vec<_> = all
        .iter()
        .map(|follow| {
            let (other, words) = if follow.of == id {
                (follow.notice, ctx.t("后续通知任务 ", "Followed up by notice "))
            } else {
                (follow.of, ctx.t("本通知跟进的是 ", "This follows up notice "))
            };
            let badge = (follow.of == id).then(|| view! { <NoticeBadge state=follow.state lang=ctx.lang /> });
            view! {
                <li>
                    {words.to_owned()} <a href=format!("/notices/{other}")>{format!("#{other}")}</a> " "
                    <span class="muted">{kind_text(follow.kind, ctx.lang)}</span> " " {badge}
                </li>
            }
        })
        .collect();
    (!items.is_empty()).then(|| {
        let text = ctx.t(
            "已经由后续通知发过的人，再次跟进时会自动去掉。",
            "Whoever a follow-up has reached is left out of the next one.",
        );
        view! { <ul>{items}</ul> <p class="muted small">{text.to_owned()}</p> }.into_any()
    })
}

fn forms(ctx: &Context, id: NoticeId, codes: &[CodeCounts], cancelled: i64) -> AnyView {
    let retriable = codes
        .iter()
        .filter(|c| c.state == DeliveryState::Failed && advice::advise(c.errcode).may_pass())
        .map(|c| c.n)
        .sum::<i64>();
    let number = words::number;
    let retry = (retriable > 0).then(|| {
        let text = match ctx.lang {
            Lang::Zh => format!("重试可重试的 {} 条", number(retriable)),
            Lang::En => format!("Retry the {} that may pass", number(retriable)),
        };
        one(ctx, id, "retriable", &text)
    });
    let rest = (cancelled > 0).then(|| {
        let text = match ctx.lang {
            Lang::Zh => format!("继续发送未发的 {} 条", number(cancelled)),
            Lang::En => format!("Continue the {} unsent", number(cancelled)),
        };
        one(ctx, id, "rest", &text)
    });
    view! { <div class="row">{retry} {rest}</div> {slice(ctx, id, codes)} }.into_any()
}

fn one(ctx: &Context, id: NoticeId, kind: &'static str, text: &str) -> AnyView {
    view! {
        <form method="post" action=FollowUpNotice::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="notice" value=id.0 />
            <input type="hidden" name="kind" value=kind />
            <button class="button primary" type="submit">{text.to_owned()}</button>
        </form>
    }
    .into_any()
}

/// To those who ended with one code.
fn slice(ctx: &Context, id: NoticeId, codes: &[CodeCounts]) -> Option<AnyView> {
    let form = ctx.form("follow-up-notice");
    let chosen = form.value("kind", "");
    let options: Vec<_> = codes
        .iter()
        .map(|c| {
            let value = format!("{}:{}", c.state.code(), c.errcode);
            let (state, name) = (words::delivery_state(c.state, ctx.lang), advice::advise(c.errcode).name(ctx.lang));
            let text = format!("{state} · {name} ({}) · {}", c.errcode, words::number(c.n));
            let selected = value == chosen;
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect();
    let unknown = codes.iter().any(|c| c.state == DeliveryState::Unknown).then(|| {
        let label = ctx.t(
            "包含“结果未知”时：我知道他们可能已经收到，再发可能重复",
            "Where the outcome is unknown: I know that they may have got it already and may get it twice",
        );
        view! { <Check name="sure" label=label /> }
    });
    let error = form.error("sure", ctx.lang);
    (!options.is_empty()).then(|| {
        view! {
            <details class="more" open=form.refused()>
                <summary>{ctx.t("再发给某一部分人…", "Send again to some of them…").to_owned()}</summary>
                <form class="form" method="post" action=FollowUpNotice::PATH>
                    <input type="hidden" name="csrf" value=ctx.csrf() />
                    <input type="hidden" name="notice" value=id.0 />
                    <div class="field">
                        <label for="f-kind">{ctx.t("哪一部分", "Which").to_owned()}</label>
                        <select id="f-kind" name="kind">{options}</select>
                    </div>
                    {unknown}
                    {error.map(|error| view! { <p class="field-error" id="f-sure">{error}</p> })}
                    <button class="button" type="submit">{ctx.t("建立草稿", "Make a draft").to_owned()}</button>
                </form>
            </details>
        }
        .into_any()
    })
}
