//! All mini programs. Operators see how they are; administrators also get in.

use super::{
    state,
    tabs::{Tab, is_current},
};
use crate::{
    actions::account::SwitchMiniProgram,
    components::{Badge, Empty, Icon, IconName, PageHeader, Tone, words},
    web::{Context, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{access::Permission, mini_program::MiniProgram};
use service::Health;

/// The list.
#[component]
pub fn MiniPrograms() -> impl IntoView {
    page(Need::SignedIn, Nav::MiniPrograms, |ctx| async move {
        let mut rows = Vec::new();
        for program in &ctx.mini_programs {
            rows.push((program.clone(), ctx.services.health(program).await?));
        }
        let title = ctx.t("小程序", "Mini programs");
        let add = ctx.may(Permission::ManageMiniPrograms).then(|| {
            let text = ctx.t("添加小程序", "Add a mini program").to_owned();
            view! { <a class="button primary" href="/mini-programs/new"><Icon name=IconName::Plus /> {text}</a> }
        });
        let body = view! {
            <PageHeader
                title=title
                text=ctx.t("每个小程序有自己的模板、订阅者和通知任务。", "Each has templates, subscribers and notices of its own.")
            >
                {add}
            </PageHeader>
            {content(&ctx, rows)}
        };
        Ok(Page::new(title, body))
    })
}

fn content(ctx: &Context, rows: Vec<(MiniProgram, Health)>) -> AnyView {
    if rows.is_empty() {
        return empty(ctx);
    }
    let rows: Vec<_> = rows.iter().map(|(program, health)| row(ctx, program, health)).collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t("名称", "Name").to_owned()}</th>
                        <th scope="col">"AppID"</th>
                        <th scope="col">{ctx.t("调用凭证", "Access token").to_owned()}</th>
                        <th scope="col">{ctx.t("回调", "Callback").to_owned()}</th>
                        <th scope="col">{ctx.t("发送", "Sending").to_owned()}</th>
                        <th scope="col">{ctx.t("默认页面", "Default page").to_owned()}</th>
                        <th scope="col">{ctx.t("打开版本", "Opens").to_owned()}</th>
                        <th scope="col"><span class="visually-hidden">{ctx.t("操作", "Actions").to_owned()}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn empty(ctx: &Context) -> AnyView {
    let title = ctx.t("还没有小程序", "No mini program yet");
    if ctx.may(Permission::ManageMiniPrograms) {
        let text = ctx.t(
            "填写 AppID 和 AppSecret，就可以登记模板、发送订阅消息。",
            "Give AppID and AppSecret; then templates can be registered and messages sent.",
        );
        let action = ctx.t("添加小程序", "Add a mini program");
        return view! { <Empty icon=IconName::Phone title=title text=text href="/mini-programs/new" action=action /> }
            .into_any();
    }
    let text = ctx.t("请联系管理员添加第一个小程序。", "Ask an administrator to add the first one.");
    view! { <Empty icon=IconName::Phone title=title text=text /> }.into_any()
}

fn row(ctx: &Context, program: &MiniProgram, health: &Health) -> AnyView {
    let settings = &program.settings;
    let name = settings.name.clone();
    let may = ctx.may(Permission::ManageMiniPrograms);
    let name =
        if may { view! { <a href=Tab::Settings.path(program.id)>{name}</a> }.into_any() } else { name.into_any() };
    let page = if settings.default_page.is_empty() {
        view! { <span class="muted">{ctx.t("不跳转", "Opens nothing").to_owned()}</span> }.into_any()
    } else {
        view! { <code>{settings.default_page.clone()}</code> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td><code>{settings.appid.clone()}</code></td>
            <td>{linked(may, Tab::Health.path(program.id), state::token(ctx, health))}</td>
            <td>{linked(may, Tab::Callback.path(program.id), state::callback(ctx, program))}</td>
            <td>{state::sending(ctx, program)}</td>
            <td>{page}</td>
            <td>{words::program_state(settings.program_state, ctx.lang).to_owned()}</td>
            <td>{choose(ctx, program)}</td>
        </tr>
    }
    .into_any()
}

/// A state, with the way to its page for those who may go there.
fn linked(may: bool, href: String, state: AnyView) -> AnyView {
    if may { view! { <a href=href>{state}</a> }.into_any() } else { state }
}

/// The one worked with says so; any other can be chosen.
fn choose(ctx: &Context, program: &MiniProgram) -> AnyView {
    if is_current(ctx, program) {
        return view! { <Badge text=ctx.t("当前", "Current") tone=Tone::Info /> }.into_any();
    }
    view! {
        <form method="post" action=SwitchMiniProgram::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="id" value=program.id.0 />
            <input type="hidden" name="back" value="/mini-programs" />
            <button class="button small" type="submit">
                {ctx.t("设为当前", "Work with this").to_owned()} " " <span class="visually-hidden">{program.settings.name.clone()}</span>
            </button>
        </form>
    }
    .into_any()
}
