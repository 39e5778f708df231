//! Ordering it again and again.

use super::zone_of;
use crate::{
    actions::control::RepeatNotice,
    components::{Check, Choice, TextField},
    web::{Context, FormState},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Lang, control::Weekdays, mini_program::ProgramState, notice::Audience};
use service::{Review, not_to_repeat};

/// Folded away: most notices go out once.
pub(in crate::pages::send) fn repeat(ctx: &Context, review: &Review) -> Option<AnyView> {
    let notice = &review.view.notice;
    let ready = review.problems.0.iter().all(|problem| problem.field == "audience");
    (ready && !matches!(notice.audience, Audience::Nobody)).then(|| {
        if let Some(problem) = not_to_repeat(&notice.audience) {
            let why = problem.say(ctx.lang).to_owned();
            return view! {
                <details class="more card">
                    <summary>{ctx.t("改为重复发送…", "Repeat it instead…").to_owned()}</summary>
                    <p>{why}</p>
                </details>
            }
            .into_any();
        }
        let form = ctx.form("repeat-notice");
        let zone = zone_of(&review.view.mini_program);
        let text = match ctx.lang {
            Lang::Zh => format!("每次按当时的额度选人，各自是一条通知任务。时间按 {zone}。服务停机错过一小时以上的，会先询问再发。"),
            Lang::En => format!(
                "Each time goes to whoever has a grant then, as a notice of its own. Times are in {zone}. One that is missed by more than an hour, because the service was down, asks first."
            ),
        };
        view! {
            <details class="more card" open=form.refused()>
                <summary>{ctx.t("改为重复发送…", "Repeat it instead…").to_owned()}</summary>
                <form class="form" method="post" action=RepeatNotice::PATH>
                    <input type="hidden" name="csrf" value=ctx.csrf() />
                    <input type="hidden" name="notice" value=notice.id.0 />
                    <p class="muted">{text}</p>
                    {rhythm(ctx, &form)}
                    <TextField
                        name="time"
                        label=ctx.t("时间", "Time")
                        kind="time"
                        value=form.value("time", "09:00")
                        error=form.error("time", ctx.lang)
                    />
                    {members_only(ctx, review, &form)}
                    <div class="form-actions">
                        <button class="button" type="submit">{ctx.t("设为重复发送", "Repeat it").to_owned()}</button>
                        <a href="/notices/recurring">{ctx.t("查看已有的重复发送", "What is repeated already").to_owned()}</a>
                    </div>
                </form>
            </details>
        }
        .into_any()
    })
}

/// The yes to what only members of the project can open; nobody is asked when the time comes.
fn members_only(ctx: &Context, review: &Review, form: &FormState) -> Option<AnyView> {
    (review.view.notice.content.program_state != ProgramState::Formal).then(|| {
        let label = ctx.t(
            "我知道每次发出的消息点开的都不是正式版，普通用户打不开，仍要重复发送",
            "I know that each time ordinary people cannot open these messages, because they do not open the released version",
        );
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

/// How often, with what belongs to each choice below it.
fn rhythm(ctx: &Context, form: &FormState) -> AnyView {
    let every = form.value("every", "day");
    let error = form.error("days", ctx.lang);
    let days = view! {
        {days(ctx, &form.value("days", ""))}
        {error.map(|error| view! { <p class="field-error" id="f-days">{error}</p> })}
    }
    .into_any();
    let day = view! {
        <TextField
            name="day"
            label=ctx.t("几号", "Day")
            hint=ctx.t("没有这一天的月份，在最后一天发。", "In shorter months it is the last day.")
            kind="number"
            value=form.value("day", "1")
            error=form.error("day", ctx.lang)
        />
    }
    .into_any();
    view! {
        <fieldset class="choices" id="f-every">
            <legend>{ctx.t("多久一次", "How often").to_owned()}</legend>
            <Choice name="every" value="day" label=ctx.t("每天", "Every day") checked=every == "day" />
            <Choice name="every" value="week" label=ctx.t("每周的这几天", "On these days of the week") checked=every == "week">
                {days}
            </Choice>
            <Choice name="every" value="month" label=ctx.t("每月的这一天", "On this day of the month") checked=every == "month">
                {day}
            </Choice>
        </fieldset>
    }
    .into_any()
}

fn days(ctx: &Context, ticked: &str) -> AnyView {
    let ticked: Vec<&str> = ticked.split(',').collect();
    let boxes: Vec<_> = Weekdays::NAMES
        .into_iter()
        .enumerate()
        .map(|(day, (zh, en))| {
            let value = day.to_string();
            let checked = ticked.contains(&value.as_str());
            view! { <Check name="days[]" value=value label=ctx.t(zh, en) checked=checked /> }
        })
        .collect();
    view! { <div class="row">{boxes}</div> }.into_any()
}
