//! When it goes, and the button.

use super::zone_of;
use crate::{
    actions::send::ConfirmNotice,
    components::{Check, Choice, TextField, words},
    web::{Context, FormState},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::Lang;
use service::Review;

/// The form; `discard` stands beside its button.
pub(in crate::pages::send) fn confirm(ctx: &Context, review: &Review, discard: AnyView) -> AnyView {
    let id = review.view.notice.id;
    let back =
        view! { <a class="button quiet" href=format!("/send/{id}/content")>{ctx.t("上一步", "Back").to_owned()}</a> };
    if !review.problems.0.is_empty() {
        return view! { <div class="form-actions confirm">{back} {discard}</div> }.into_any();
    }
    let form = ctx.form("confirm-notice");
    view! {
        <form class="card" method="post" action=ConfirmNotice::PATH id="confirm">
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="notice" value=id.0 />
            <input type="hidden" name="shown" value=review.preflight.will_send />
            {times(ctx, review, &form)}
            {members_only(ctx, review, &form)}
            <p><strong>{numbers(ctx, review)}</strong></p>
            <div class="form-actions confirm">
                <button class="button primary" type="submit">{button(ctx, review)}</button>
                {back}
            </div>
            <p class="muted small">{after(ctx, review)}</p>
        </form>
        <div class="form-actions">{discard}</div>
    }
    .into_any()
}

fn times(ctx: &Context, review: &Review, form: &FormState) -> AnyView {
    let later = form.value("when", "now") == "later";
    let zone = zone_of(&review.view.mini_program);
    let hint = match ctx.lang {
        Lang::Zh => {
            format!("按 {zone} 时间。接收人和额度在确认时就定下并留好；到时额度已经没有的人会跳过，并写明原因。")
        }
        Lang::En => format!(
            "In {zone}. Recipients and grants are settled and kept at the confirmation; whoever has lost the grant by then is skipped, with the reason."
        ),
    };
    let too_often = (review.preflight.too_often > 0).then(|| {
        let n = words::number(review.preflight.too_often);
        let text = match ctx.lang {
            Lang::Zh => format!("近期已发够次数的 {n} 人按所选时间重新计算，到时不再超限的也会发送。"),
            Lang::En => format!(
                "The {n} people who had enough messages are counted by the time chosen: those who have not by then are sent to as well."
            ),
        };
        view! { <p class="muted small">{text}</p> }
    });
    let at = view! {
        <TextField
            name="at"
            label=ctx.t("日期和时间", "Date and time")
            kind="datetime-local"
            value=form.value("at", "")
            error=form.error("at", ctx.lang)
        />
        {too_often}
    }
    .into_any();
    view! {
        <fieldset class="choices" id="f-when">
            <legend>{ctx.t("什么时候发", "When").to_owned()}</legend>
            <Choice name="when" value="now" label=ctx.t("立即发送", "At once") checked=!later />
            <Choice name="when" value="later" label=ctx.t("定时发送", "At a time") hint=hint checked=later>
                {at}
            </Choice>
        </fieldset>
    }
    .into_any()
}

/// The yes to many messages that only members of the project can open.
fn members_only(ctx: &Context, review: &Review, form: &FormState) -> Option<AnyView> {
    review.is_bulk_to_members().then(|| {
        let n = words::number(review.preflight.will_send);
        let label = match ctx.lang {
            Lang::Zh => format!("我知道这 {n} 条消息点开的不是正式版，普通用户打不开，仍要发送"),
            Lang::En => {
                format!("I know that ordinary people cannot open these {n} messages, because they do not open the released version")
            }
        };
        let error = form.error("members_only", ctx.lang);
        view! {
            <div class="notice-box fail">
                <Check name="members_only" label=label />
                {error.map(|error| view! { <p class="field-error">{error}</p> })}
            </div>
        }
        .into_any()
    })
}

fn numbers(ctx: &Context, review: &Review) -> String {
    let (n, skipped) = (words::number(review.preflight.will_send), words::number(review.preflight.skipped()));
    match (ctx.lang, review.preflight.skipped() > 0) {
        (Lang::Zh, true) => format!("将发送 {n} 条，跳过 {skipped} 人。"),
        (Lang::Zh, false) => format!("将发送 {n} 条。"),
        (Lang::En, true) => format!("{n} will be sent, {skipped} people are skipped."),
        (Lang::En, false) => format!("{n} will be sent."),
    }
}

fn button(ctx: &Context, review: &Review) -> String {
    let n = words::number(review.preflight.will_send);
    let asks = review.rules.needs_approval(review.preflight.will_send);
    match (ctx.lang, asks) {
        (Lang::Zh, false) => format!("确认发送 {n} 条"),
        (Lang::Zh, true) => format!("提交审批 {n} 条"),
        (Lang::En, false) => format!("Confirm and send {n}"),
        (Lang::En, true) => format!("Submit {n} for approval"),
    }
}

/// What happens once it is pressed.
fn after(ctx: &Context, review: &Review) -> String {
    if let Some(above) = review.rules.approve_above.filter(|above| review.preflight.will_send > *above) {
        let above = words::number(above);
        return match ctx.lang {
            Lang::Zh => format!("超过 {above} 条的通知要由另一位同事审批后才会开始发送。"),
            Lang::En => format!("More than {above} messages need a second person's approval before they begin."),
        };
    }
    let seconds = review.undo_ms / 1_000;
    match (ctx.lang, seconds > 0) {
        (Lang::Zh, true) => format!("立即发送会先等 {seconds} 秒，期间可以撤销；已经发出的消息无法撤回。"),
        (Lang::Zh, false) => "确认后立即开始发送；已经发出的消息无法撤回。".to_owned(),
        (Lang::En, true) => {
            format!(
                "“At once” waits {seconds} seconds first, in which it can be undone; what has been sent cannot be taken back."
            )
        }
        (Lang::En, false) => "Sending begins at once; what has been sent cannot be taken back.".to_owned(),
    }
}
