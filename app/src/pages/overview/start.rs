//! The first steps of a fresh installation, ticked from what is really there.

use crate::{
    components::{Icon, IconName},
    web::Context,
};
use leptos::prelude::*;
use model::{access::Permission, mini_program::MiniProgram, notice::NoticeState, page::At};
use service::{Overview as Numbers, UseResult};

/// Which steps are done.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Steps {
    /// There is a mini program.
    pub(super) program: bool,
    /// It has a template.
    pub(super) template: bool,
    /// It has a subscriber.
    pub(super) subscriber: bool,
    /// Something was sent.
    pub(super) sent: bool,
}

/// Looks; once something was sent nothing else needs to be looked at.
pub(super) async fn steps(ctx: &Context, program: &MiniProgram, numbers: &Numbers) -> UseResult<Steps> {
    if numbers.days.total.total() > 0
        || numbers.notices.iter().any(|notice| notice.confirmed_at.is_some())
        || sent_long_ago(ctx, program, numbers).await?
    {
        return Ok(Steps { program: true, template: true, subscriber: true, sent: true });
    }
    let template = !ctx.services.registered_templates(program.id).await?.is_empty();
    Ok(Steps { program: true, template, subscriber: numbers.subscribers > 0, sent: false })
}

/// The latest notices may all be drafts although others were sent before them.
async fn sent_long_ago(ctx: &Context, program: &MiniProgram, numbers: &Numbers) -> UseResult<bool> {
    if numbers.notices.is_empty() {
        return Ok(false);
    }
    for state in [NoticeState::Finished, NoticeState::Running, NoticeState::Cancelled, NoticeState::Stopped] {
        if !ctx.services.notices(program.id, Some(state), None, At::Start).await?.rows.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A step on screen.
struct Step<'a> {
    done: bool,
    title: &'a str,
    text: &'a str,
    /// Where it is done, and where what was done is seen.
    href: (&'static str, &'static str),
    action: &'a str,
}

/// The checklist; the first step that is not done has the button.
pub(super) fn checklist(ctx: &Context, steps: Steps) -> impl IntoView + use<> {
    let list = list(ctx, steps);
    let next = list.iter().position(|step| !step.done);
    let items: Vec<_> = list
        .iter()
        .enumerate()
        .map(|(i, step)| {
            // Adding a mini program takes an administrator.
            let may = i > 0 || ctx.may(Permission::ManageMiniPrograms);
            item(ctx, i, step, next == Some(i), may)
        })
        .collect();
    view! {
        <section class="card checklist">
            <h2>{ctx.t("开始使用", "Getting started").to_owned()}</h2>
            <p class="muted">
                {ctx.t("完成这四步，就能发出第一条订阅消息。", "Four steps to the first subscribe message.").to_owned()}
            </p>
            <ol class="checklist-steps">{items}</ol>
        </section>
    }
}

fn list(ctx: &Context, steps: Steps) -> [Step<'_>; 4] {
    [
        Step {
            done: steps.program,
            title: ctx.t("添加小程序", "Add a mini program"),
            text: ctx.t("填写 AppID 和 AppSecret，并测试连接。", "Enter AppID and AppSecret and test the connection."),
            href: ("/mini-programs/new", "/mini-programs"),
            action: ctx.t("添加小程序", "Add a mini program"),
        },
        Step {
            done: steps.template,
            title: ctx.t("登记模板", "Register a template"),
            text: ctx.t("从微信后台复制模板 ID 和详细内容。", "Copy the template id and its content from WeChat."),
            href: ("/templates/new", "/templates"),
            action: ctx.t("登记模板", "Register a template"),
        },
        Step {
            done: steps.subscriber,
            title: ctx.t("添加订阅者", "Add a subscriber"),
            text: ctx.t(
                "手动添加一个 openid，或让小程序在用户同意订阅后上报。",
                "Add an openid by hand, or let the mini program report whoever accepts.",
            ),
            href: ("/subscribers/new", "/subscribers"),
            action: ctx.t("添加订阅者", "Add a subscriber"),
        },
        Step {
            done: steps.sent,
            title: ctx.t("发送第一条消息", "Send the first message"),
            text: ctx.t("选择模板和接收人，填写内容，确认后发送。", "Choose template and recipients, write, confirm."),
            href: ("/send", "/notices"),
            action: ctx.t("去发送", "Send"),
        },
    ]
}

fn item(ctx: &Context, i: usize, step: &Step<'_>, next: bool, may: bool) -> impl IntoView + use<> {
    let (class, state) = match (step.done, next) {
        (true, _) => ("checklist-step done", ctx.t("已完成", "Done")),
        (false, true) => ("checklist-step current", ctx.t("下一步", "Next")),
        (false, false) => ("checklist-step", ctx.t("未完成", "To do")),
    };
    let mark = if step.done { view! { <Icon name=IconName::Check /> }.into_any() } else { (i + 1).into_any() };
    let (title, action) = (step.title.to_owned(), step.action.to_owned());
    let title = if step.done { view! { <a href=step.href.1>{title}</a> }.into_any() } else { title.into_any() };
    let action = match (next, may) {
        (true, true) => view! { <a class="button primary" href=step.href.0>{action}</a> }.into_any(),
        (true, false) => {
            view! { <span class="muted">{ctx.t("请联系管理员添加。", "Ask an administrator.").to_owned()}</span> }
                .into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <li class=class aria-current=next.then_some("step")>
            <span class="checklist-mark" aria-hidden="true">{mark}</span>
            <div class="checklist-text">
                <strong>{title}</strong> " " <span class="muted small">{state.to_owned()}</span>
                <p class="muted">{step.text.to_owned()}</p>
            </div>
            {action}
        </li>
    }
}
