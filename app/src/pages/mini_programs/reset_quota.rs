//! Before the call counters are set back: what would be given for what.

use super::{
    health::quota_answer,
    state,
    tabs::{self, Tab},
};
use crate::{
    actions::mini_programs::{ClearQuota, LookUpQuota},
    components::{Check, FormErrors, Stat, Tone},
    web::{Context, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Millis,
    access::Permission,
    mini_program::MiniProgram,
    platform::{Quota, RESETS_A_MONTH},
};

/// The page.
#[component]
pub fn ResetQuota() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let program = tabs::program(&ctx).await?;
        let seen = ctx.services.quota_seen(program.id).await?;
        let left = ctx.services.resets_left(program.id).await?;
        let title = ctx.t("清零调用次数", "Reset the call counters");
        let body = view! {
            {tabs::confirm_head(&ctx, &program, title, Tab::Health)}
            <div class="grid two">
                {today(&ctx, &program, seen)}
                {confirm(&ctx, &program, left)}
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn today(ctx: &Context, program: &MiniProgram, seen: Option<(Millis, Quota)>) -> AnyView {
    let known = match seen {
        Some((at, quota)) => quota_answer(ctx, at, quota),
        None => view! {
            <p class="muted">{ctx.t("还没有查询过，建议先查询再决定。", "Not asked yet; ask before you decide.").to_owned()}</p>
        }
        .into_any(),
    };
    view! {
        <section class="card">
            <h2>{ctx.t("今天的发送额度", "Today's send quota").to_owned()}</h2>
            {known}
            <dl class="def">
                <dt>{ctx.t("发送", "Sending").to_owned()}</dt>
                <dd>{state::sending(ctx, program)}</dd>
            </dl>
            <form class="form-actions" method="post" action=LookUpQuota::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=program.id.0 />
                <input type="hidden" name="page" value="reset" />
                <button class="button" type="submit">{ctx.t("查询剩余额度", "Look up what is left").to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}

fn confirm(ctx: &Context, program: &MiniProgram, left: i64) -> AnyView {
    let hint = ctx.t("这里只数得到从雁书发起的清零", "Those made from Yanshu are counted here");
    let tone = if left > 0 { Tone::Neutral } else { Tone::Fail };
    let label = ctx
        .t("本月还可清零（共 {n} 次）", "Resets left this month (of {n})")
        .replace("{n}", &RESETS_A_MONTH.to_string());
    view! {
        <section class="card">
            <h2>{ctx.t("确认清零", "Confirm the reset").to_owned()}</h2>
            <div class="stats"><Stat label=label value=left hint=hint tone=tone /></div>
            <ul>
                <li>{ctx.t("这个小程序所有接口今天的调用次数都会清零，不只是发送接口。", "Today's counters of all calls of this mini program are set back, not of sends only.").to_owned()}</li>
                <li>{ctx.t("每次清零用掉一次机会，无法撤回；每月 10 次，由微信后台和接口共用，在微信后台清零的这里看不到。", "It uses up one of ten a month and cannot be taken back; the console of WeChat and the API share them, and those made there are not seen here.").to_owned()}</li>
                <li>{ctx.t("清零后立即解除暂停，等待中的消息继续发送。", "It also ends the pause: what waits is sent at once.").to_owned()}</li>
            </ul>
            {form(ctx, program, left)}
        </section>
    }
    .into_any()
}

fn form(ctx: &Context, program: &MiniProgram, left: i64) -> AnyView {
    if left <= 0 {
        let text = ctx.t(
            "本月的清零次数已用完，请等下个月，或等到明天额度自动恢复。",
            "No reset is left this month; wait until tomorrow, when the quota begins anew, or for the next month.",
        );
        return view! { <p class="notice-box warn">{text.to_owned()}</p> }.into_any();
    }
    let state = ctx.form("clear-quota");
    view! {
        <form class="form" method="post" action=ClearQuota::PATH>
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="id" value=program.id.0 />
            <input type="hidden" name="left" value=left />
            <Check name="sure" label=ctx.t("我确认要用掉一次清零机会", "Use up one reset") />
            <div class="form-actions">
                <button class="button primary danger" type="submit">{ctx.t("清零调用次数", "Reset the call counters").to_owned()}</button>
                <a class="button quiet" href=Tab::Health.path(program.id)>{ctx.t("取消", "Cancel").to_owned()}</a>
            </div>
        </form>
    }
    .into_any()
}
