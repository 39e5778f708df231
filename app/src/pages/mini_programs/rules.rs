//! 发送规则: when notices pause by themselves, quiet hours, the cap, approval.

use super::tabs::{self, Tab};
use crate::{
    actions::control::SetSendRules,
    components::{FormErrors, TextField},
    pages::clock,
    web::{Context, FormState, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Lang, access::Permission, control::SendRules, mini_program::MiniProgram};

/// The page.
#[component]
pub fn MiniProgramRules() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let program = tabs::program(&ctx).await?;
        let rules = ctx.services.send_rules(program.id).await?;
        let body = view! {
            {tabs::head(&ctx, &program, Tab::Rules)}
            {form(&ctx, &program, &rules)}
        };
        Ok(Page::new(tabs::title(&ctx, &program, Tab::Rules), body))
    })
}

fn form(ctx: &Context, program: &MiniProgram, rules: &SendRules) -> AnyView {
    let state = ctx.form("send-rules");
    view! {
        <form class="form" method="post" action=SetSendRules::PATH>
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="id" value=program.id.0 />
            {failures(ctx, &state, rules)}
            {quiet(ctx, &state, program, rules)}
            {cap(ctx, &state, rules)}
            {approval(ctx, &state, rules)}
            <div class="form-actions">
                <button class="button primary" type="submit">{ctx.t("保存", "Save").to_owned()}</button>
            </div>
        </form>
    }
    .into_any()
}

fn section(ctx: &Context, title: (&str, &str), text: (&str, &str), fields: AnyView) -> AnyView {
    view! {
        <section class="card">
            <h2>{ctx.t(title.0, title.1).to_owned()}</h2>
            <p class="muted">{ctx.t(text.0, text.1).to_owned()}</p>
            {fields}
        </section>
    }
    .into_any()
}

fn field(
    ctx: &Context,
    state: &FormState,
    name: &'static str,
    label: (&str, &str),
    kind: &'static str,
    stored: &str,
) -> AnyView {
    view! {
        <TextField
            name=name
            label=ctx.t(label.0, label.1)
            kind=kind
            value=state.value(name, stored)
            error=state.error(name, ctx.lang)
        />
    }
    .into_any()
}

fn text_of(n: Option<i64>) -> String {
    n.map(|n| n.to_string()).unwrap_or_default()
}

fn failures(ctx: &Context, state: &FormState, rules: &SendRules) -> AnyView {
    let share = text_of(Some(rules.fail_share).filter(|share| *share > 0));
    let fields = view! {
        {field(ctx, state, "fail_share", ("失败超过百分之几", "Percent of failures"), "number", &share)}
        {field(ctx, state, "fail_after", ("至少已结束几条之后", "Once so many have ended"), "number", &rules.fail_after.to_string())}
    };
    section(
        ctx,
        ("失败过多时自动暂停", "Pause when too much fails"),
        (
            "用户自己的原因（例如 43101 未订阅）不算失败。百分比留空则不自动暂停。",
            "The audience's own reasons, such as 43101, do not count. Leave the percentage empty and nothing pauses by itself.",
        ),
        fields.into_any(),
    )
}

fn quiet(ctx: &Context, state: &FormState, program: &MiniProgram, rules: &SendRules) -> AnyView {
    let (from, to) = rules.quiet.map_or_else(Default::default, |(from, to)| (clock(from), clock(to)));
    let zone = &program.settings.time_zone;
    let hint = match ctx.lang {
        Lang::Zh => format!("按 {zone} 时间；结束早于开始表示到第二天。留空则没有免打扰时段。"),
        Lang::En => format!("In {zone}; an end before the beginning is on the next day. Leave both empty for none."),
    };
    let fields = view! {
        {field(ctx, state, "quiet_from", ("开始", "From"), "time", &from)}
        {field(ctx, state, "quiet_to", ("结束", "To"), "time", &to)}
        <p class="field-hint">{hint}</p>
    };
    section(
        ctx,
        ("免打扰时段", "Quiet hours"),
        (
            "在这段时间里，群发的通知会等到结束后再继续；发给一个人的和标为紧急的不受影响。",
            "Notices to more than one person wait until they are over; those to one person and urgent ones do not.",
        ),
        fields.into_any(),
    )
}

fn cap(ctx: &Context, state: &FormState, rules: &SendRules) -> AnyView {
    let (n, days) = (text_of(rules.cap.map(|(n, _)| n)), text_of(rules.cap.map(|(_, days)| days)));
    let fields = view! {
        {field(ctx, state, "cap_days", ("几天之内", "In so many days"), "number", &days)}
        {field(ctx, state, "cap_n", ("每人最多几条", "At most so many messages each"), "number", &n)}
    };
    section(
        ctx,
        ("频次上限", "Frequency cap"),
        (
            "群发时，近期已收到这么多条的人会跳过并写明原因；发给一个人的和标为紧急的不受影响。留空则不限。",
            "Notices to more than one person skip whoever had so many, with the reason; those to one person and urgent ones do not. Leave both empty for no cap.",
        ),
        fields.into_any(),
    )
}

fn approval(ctx: &Context, state: &FormState, rules: &SendRules) -> AnyView {
    let above = text_of(rules.approve_above);
    let label = ("超过几条需要审批", "More messages than these");
    let fields = field(ctx, state, "approve_above", label, "number", &above);
    section(
        ctx,
        ("审批", "Approval"),
        (
            "超过这个数的通知，要由另一位用户同意后才开始发送，至少需要两个用户。留空则不需要审批。",
            "Notices of more messages begin only when another user has agreed, so there have to be two. Leave it empty for no approval.",
        ),
        fields,
    )
}
