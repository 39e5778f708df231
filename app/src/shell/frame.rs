//! Navigation, switcher, language and theme around every page.

use crate::{
    actions::account::{SetPreference, SignOut, SwitchMiniProgram},
    components::{Icon, IconName},
    web::{Context, Flash, FlashKind, Nav, Theme},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Lang, access::Permission};

/// The frame of a page; pages that belong to no navigation entry get none.
#[component]
pub fn Frame(ctx: Context, nav: Nav, children: Children) -> impl IntoView {
    let flash = ctx.flash.clone().map(|flash| banner(flash, ctx.lang));
    let skip = ctx.t("跳到内容", "Skip to content").to_owned();
    if nav == Nav::Bare || ctx.user.is_none() {
        return view! {
            <div class="bare">
                <header class="bare-head">{brand(ctx.lang)} {preferences(&ctx)}</header>
                <main id="content" class="bare-main">{flash} {children()}</main>
            </div>
        }
        .into_any();
    }
    view! {
        <a class="skip" href="#content">{skip}</a>
        <div class="app">
            <header class="side">
                <details class="menu">
                    <summary><Icon name=IconName::Menu /> <span>{ctx.t("菜单", "Menu").to_owned()}</span></summary>
                </details>
                <div class="side-inner">
                    {brand(ctx.lang)}
                    {switcher(&ctx)}
                    {navigation(&ctx, nav)}
                    <div class="side-foot">{preferences(&ctx)} {person(&ctx, nav)}</div>
                </div>
            </header>
            <main id="content" class="main" tabindex="-1">
                {paused(&ctx, nav)}
                {flash}
                {children()}
            </main>
        </div>
    }
    .into_any()
}

fn brand(lang: Lang) -> AnyView {
    view! {
        <a class="brand" href="/">
            <img src="/favicon.svg" alt="" width="24" height="24" />
            <span>{lang.t("雁书", "Yanshu").to_owned()}</span>
        </a>
    }
    .into_any()
}

fn banner(flash: Flash, lang: Lang) -> AnyView {
    let (class, role, icon) = match flash.kind {
        FlashKind::Success => ("flash success", "status", IconName::Check),
        FlashKind::Error => ("flash fail", "alert", IconName::Alert),
    };
    view! { <div class=class role=role><Icon name=icon /> <p>{flash.message.pick(lang).to_owned()}</p></div> }
        .into_any()
}

fn navigation(ctx: &Context, nav: Nav) -> AnyView {
    let entries = [
        (Nav::Overview, "/", IconName::Overview, ctx.t("总览", "Overview")),
        (Nav::Templates, "/templates", IconName::Template, ctx.t("模板", "Templates")),
        (Nav::Subscribers, "/subscribers", IconName::People, ctx.t("订阅者", "Subscribers")),
        (Nav::Send, "/send", IconName::Send, ctx.t("发送", "Send")),
        (Nav::Notices, "/notices", IconName::Notices, ctx.t("通知任务", "Notices")),
        (Nav::Statistics, "/statistics", IconName::Chart, ctx.t("统计", "Statistics")),
        (Nav::Errors, "/errors", IconName::Info, ctx.t("错误码", "Error codes")),
    ];
    let settings = [
        (Permission::Operate, Nav::MiniPrograms, "/mini-programs", IconName::Phone, ctx.t("小程序", "Mini programs")),
        (Permission::ManageUsers, Nav::Users, "/settings/users", IconName::User, ctx.t("用户", "Users")),
        (Permission::ManageApi, Nav::ApiKeys, "/settings/api-keys", IconName::Key, ctx.t("API 密钥", "API keys")),
        (
            Permission::ManageApi,
            Nav::Webhooks,
            "/settings/webhooks",
            IconName::External,
            ctx.t("推送 Webhook", "Webhooks"),
        ),
        (Permission::ManageSystem, Nav::System, "/system", IconName::Settings, ctx.t("系统", "System")),
    ];
    let link = |here: bool, href: &'static str, icon, text: &str| {
        let text = text.to_owned();
        view! { <li><a href=href aria-current=here.then_some("page")><Icon name=icon /> <span>{text}</span></a></li> }
            .into_any()
    };
    let main: Vec<_> = entries.into_iter().map(|(n, href, icon, text)| link(n == nav, href, icon, text)).collect();
    let more: Vec<_> = settings
        .into_iter()
        .filter(|(permission, ..)| ctx.may(*permission))
        .map(|(_, n, href, icon, text)| link(n == nav, href, icon, text))
        .collect();
    view! {
        <nav class="nav" aria-label=ctx.t("主导航", "Main").to_owned()>
            <ul>{main}</ul>
            <p class="nav-group">{ctx.t("设置", "Settings").to_owned()}</p>
            <ul>{more} {simulator(ctx)}</ul>
        </nav>
    }
    .into_any()
}

/// In the demo: the stand-in for WeChat, where one plays the user.
fn simulator(ctx: &Context) -> Option<AnyView> {
    let href = ctx.simulator.as_ref()?.to_string();
    let text = ctx.t("微信模拟器", "WeChat simulator").to_owned();
    Some(view! { <li><a href=href><Icon name=IconName::Phone /> <span>{text}</span></a></li> }.into_any())
}

/// The chosen mini program; with several, a form to choose another (the button works without JavaScript).
fn switcher(ctx: &Context) -> AnyView {
    let Some(current) = ctx.mini_program.clone() else { return ().into_any() };
    let label = ctx.t("当前小程序", "Mini program").to_owned();
    if ctx.mini_programs.len() == 1 {
        return view! { <p class="switcher one"><span class="muted small">{label}</span> <strong>{current.settings.name}</strong></p> }
            .into_any();
    }
    let options: Vec<_> = ctx
        .mini_programs
        .iter()
        .map(|p| view! { <option value=p.id.0 selected=p.id == current.id>{p.settings.name.clone()}</option> })
        .collect();
    view! {
        <form class="switcher" method="post" action=SwitchMiniProgram::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="back" value="/" />
            <label class="muted small" for="switcher">{label}</label>
            <div class="switcher-row">
                <select id="switcher" name="id">{options}</select>
                <button class="button small" type="submit">{ctx.t("切换", "Go").to_owned()}</button>
            </div>
        </form>
    }
    .into_any()
}

/// Language and theme: plain forms, each button says what it switches to.
fn preferences(ctx: &Context) -> AnyView {
    let (lang, lang_text) = match ctx.lang {
        Lang::Zh => ("en", "English"),
        Lang::En => ("zh", "中文"),
    };
    let (theme, icon, theme_text) = match ctx.theme {
        Theme::Auto => ("dark", IconName::Moon, ctx.t("深色", "Dark")),
        Theme::Dark => ("light", IconName::Sun, ctx.t("浅色", "Light")),
        Theme::Light => ("auto", IconName::Settings, ctx.t("跟随系统", "System")),
    };
    view! {
        <form class="preferences" method="post" action=SetPreference::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="back" value=ctx.path.clone() />
            <button class="button quiet small" type="submit" name="lang" value=lang><Icon name=IconName::Globe /> {lang_text}</button>
            <button class="button quiet small" type="submit" name="theme" value=theme><Icon name=icon /> {theme_text.to_owned()}</button>
        </form>
    }
    .into_any()
}

fn person(ctx: &Context, nav: Nav) -> AnyView {
    let name = ctx.by();
    let here = (nav == Nav::Account).then_some("page");
    view! {
        <div class="person">
            <a href="/account" aria-current=here><Icon name=IconName::User /> <span>{name}</span></a>
            <form method="post" action=SignOut::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <button class="button quiet small" type="submit"><Icon name=IconName::Leave /> {ctx.t("退出", "Sign out").to_owned()}</button>
            </form>
        </div>
    }
    .into_any()
}

/// While a mini program rests, every page says so.
fn paused(ctx: &Context, nav: Nav) -> Option<AnyView> {
    let paused = ctx.mini_program.as_ref().and_then(|p| {
        let until = p.paused_until.filter(|until| *until > ctx.services.now())?;
        Some((p.settings.name.clone(), ctx.time(until), p.pause_errcode.unwrap_or_default()))
    });
    paused.filter(|_| nav != Nav::MiniPrograms).map(|(name, until, code)| {
        let advice = model::advice::advise(code);
        let text = match ctx.lang {
            Lang::Zh => format!("“{name}”已暂停发送至 {until}：{}（{code}）", advice.cause(Lang::Zh)),
            Lang::En => format!("Sending for “{name}” rests until {until}: {} ({code})", advice.cause(Lang::En)),
        };
        view! { <div class="flash warn" role="status"><Icon name=IconName::Alert /> <p>{text} " " {advice.remedy(ctx.lang)}</p></div> }.into_any()
    })
}
