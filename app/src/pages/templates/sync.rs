//! Keeping the templates in step with WeChat: ask, look at the differences, choose.

mod differences;
mod line;

use super::no_mini_program;
use crate::{
    actions::templates::{ApplySync, FetchTemplates},
    components::{Empty, FormErrors, IconName, PageHeader, words::number},
    web::{Context, FormState, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang, Millis,
    access::Permission,
    mini_program::MiniProgram,
    platform::{SyncDiff, SyncLine, SyncStep},
};

/// An answer older than this may not be what WeChat would say now.
const FRESH_MS: Millis = 10 * 60_000;

/// The last answer of WeChat beside what is registered.
#[component]
pub fn SyncTemplates() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Templates, |ctx| async move {
        let title = ctx.t("从微信同步模板", "Sync templates with WeChat");
        let Some(program) = ctx.mini_program.clone() else { return Ok(no_mini_program(&ctx, title)) };
        let diff = ctx.services.sync_diff(program.id).await?;
        let fresh = diff.as_ref().is_some_and(|diff| ctx.services.now() - diff.fetched_at <= FRESH_MS);
        let text = match ctx.lang {
            Lang::Zh => format!("小程序“{}”", program.settings.name),
            Lang::En => format!("For the mini program “{}”", program.settings.name),
        };
        let shown = diff.map(|diff| differences(&ctx, &program, diff, fresh));
        let body = view! {
            <PageHeader title=title text=text back="/templates" back_text=ctx.t("模板", "Templates") />
            <div class="stack">
                {ask(&ctx, &program, fresh)}
                {shown}
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn ask(ctx: &Context, program: &MiniProgram, fresh: bool) -> impl IntoView + use<> {
    let class = if fresh { "button" } else { "button primary" };
    let button =
        if fresh { ctx.t("重新向微信查询", "Ask WeChat again") } else { ctx.t("向微信查询", "Ask WeChat") };
    view! {
        <section class="card">
            <h2>{ctx.t("向微信查询模板列表", "Ask WeChat for its list of templates").to_owned()}</h2>
            <p class="muted">
                {ctx.t(
                    "微信每天允许查询的次数不多，也没有公布具体数字，所以雁书只在你点击时查询，不会自动查询。查询不会更改任何东西：先显示差异，由你选择要应用哪些。雁书不会自行删除模板。",
                    "WeChat allows only a few such calls a day and does not say how many, so Yanshu asks only when you press the button. Asking changes nothing: you see the differences first and choose. Yanshu never deletes a template by itself.",
                ).to_owned()}
            </p>
            <form class="form-actions" method="post" action=FetchTemplates::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="mini_program" value=program.id.0 />
                <button class=class type="submit">{button.to_owned()}</button>
            </form>
        </section>
    }
}

fn differences(ctx: &Context, program: &MiniProgram, diff: SyncDiff, fresh: bool) -> AnyView {
    let SyncDiff { fetched_at, lines } = diff;
    let of = |wanted: fn(SyncStep) -> bool| lines.iter().filter(|line| wanted(line.step)).cloned().collect::<Vec<_>>();
    let open = of(|step| matches!(step, SyncStep::Gone | SyncStep::Changed | SyncStep::Back | SyncStep::New));
    let other = of(|step| step == SyncStep::NotSendable);
    let same = of(|step| step == SyncStep::Same);
    let nothing = lines.is_empty().then(|| {
        view! {
            <Empty
                icon=IconName::Template
                title=ctx.t("微信的账号里没有模板", "The account has no template at WeChat")
                text=ctx.t("从微信的模板库里选一个添加。", "Add one from WeChat's library.")
                href="/templates/library"
                action=ctx.t("从模板库添加", "Add from the library")
            />
        }
    });
    view! {
        {asked(ctx, fetched_at, fresh)}
        {choose(ctx, program, fetched_at, &open, lines.is_empty())}
        {nothing}
        {(!other.is_empty()).then(|| not_sendable(ctx, &other))}
        {(!same.is_empty()).then(|| in_step(ctx, &same))}
    }
    .into_any()
}

/// When the list was had, and that it may be out of date.
fn asked(ctx: &Context, at: Millis, fresh: bool) -> impl IntoView + use<> {
    let old = (!fresh).then(|| {
        let text = ctx.t(
            "这份列表取得已超过 10 分钟，微信那边可能又有变化；建议重新查询后再应用。",
            "This list is older than 10 minutes and may be out of date: better ask again before you apply anything.",
        );
        view! { <div class="notice-box warn"><p>{text.to_owned()}</p></div> }
    });
    view! {
        <p class="muted small">{ctx.t("列表取得于 ", "The list is of ").to_owned()} <time>{ctx.time(at)}</time></p>
        {old}
    }
}

fn choose(
    ctx: &Context,
    program: &MiniProgram,
    fetched_at: Millis,
    lines: &[SyncLine],
    none_at_all: bool,
) -> Option<AnyView> {
    if lines.is_empty() {
        let text = ctx.t(
            "雁书里的模板与微信一致，不需要更改。",
            "The templates here are as they are at WeChat; there is nothing to change.",
        );
        return (!none_at_all)
            .then(|| view! { <div class="notice-box success"><p>{text.to_owned()}</p></div> }.into_any());
    }
    let state = ctx.form("sync");
    let cards: Vec<_> = lines.iter().map(|line| line::card(ctx, line, ticked(line, &state))).collect();
    Some(
        view! {
            <form class="stack" method="post" action=ApplySync::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="mini_program" value=program.id.0 />
                <input type="hidden" name="fetched_at" value=fetched_at />
                <div class="stack" id="f-chosen">{cards}</div>
                <p class="muted small">
                    {ctx.t(
                        "应用只改雁书里的标题、类型和字段；有效期等雁书自己的设置和历史都保留，授权额度除上面写明的以外也不变。标记为“已在微信删除”的模板不会从雁书里删掉。",
                        "Applying changes title, kind and fields here only; our own settings such as the validity and the history stay, and so do the grants unless it says otherwise above. A template marked as gone is not removed from Yanshu.",
                    ).to_owned()}
                </p>
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("应用所选的更改", "Apply what is ticked").to_owned()}</button>
                    <a class="button quiet" href="/templates">{ctx.t("取消", "Cancel").to_owned()}</a>
                </div>
            </form>
        }
        .into_any(),
    )
}

/// What adds or corrects is ticked to begin with; what says goodbye to a template is not.
fn ticked(line: &SyncLine, state: &FormState) -> bool {
    if state.refused() {
        let chosen = state.value("chosen", "");
        return chosen.split(',').any(|id| id == line::id(line));
    }
    matches!(line.step, SyncStep::New | SyncStep::Changed | SyncStep::Back)
}

fn not_sendable(ctx: &Context, lines: &[SyncLine]) -> impl IntoView + use<> {
    let items: Vec<_> = lines.iter().map(|line| line::plain(ctx, line)).collect();
    view! {
        <section class="card" id="not-sendable">
            <h2>{ctx.t("不能发送（服务卡片）", "Cannot be sent (service cards)").to_owned()}</h2>
            <p class="muted small">
                {ctx.t(
                    "微信也列出了这些模板，但它们没有可填写的字段或类型不明（例如服务卡片），订阅消息接口发不了，所以不登记。",
                    "WeChat lists these too, but they have no fields or an unknown kind (service cards have): subscribe messages cannot be sent with them, so they are not registered.",
                ).to_owned()}
            </p>
            <ul class="rows">{items}</ul>
        </section>
    }
}

fn in_step(ctx: &Context, lines: &[SyncLine]) -> impl IntoView + use<> {
    let items: Vec<_> = lines.iter().map(|line| line::plain(ctx, line)).collect();
    let n = number(i64::try_from(lines.len()).unwrap_or(i64::MAX));
    let text = match ctx.lang {
        Lang::Zh => format!("与微信一致的模板（{n}）"),
        Lang::En => format!("In step with WeChat ({n})"),
    };
    view! {
        <details class="more" id="same">
            <summary>{text}</summary>
            <ul class="rows">{items}</ul>
        </details>
    }
}
