//! What is wrong with the set-up, whatever was sent: token, callback, templates that are gone.

use crate::{
    components::{ErrorCode, words::number},
    pages::mini_programs::{Standing, ago, standing, trouble_name},
    web::{Context, call_words},
};
use leptos::prelude::*;
use model::{
    Millis,
    access::Permission,
    mini_program::MiniProgram,
    platform::Quota,
    template::Template,
    webhook::{DisabledWhy, Endpoint},
};
use service::{CallbackHealth, TokenHealth, UseResult};

/// How a mini program is connected.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) token: TokenHealth,
    pub(super) callback: CallbackHealth,
    /// The last answer about the quota, and when it was given.
    pub(super) quota: Option<(Millis, Quota)>,
    /// In use here, and not listed by WeChat any more.
    gone: Vec<Template>,
    /// Webhooks that were switched off because nobody answers.
    unheard: Vec<Endpoint>,
}

impl Setup {
    /// Looks.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn of(ctx: &Context, program: &MiniProgram) -> UseResult<Self> {
        let services = &ctx.services;
        let templates = services.registered_templates(program.id).await?.into_iter();
        Ok(Self {
            token: services.token_health(program.id).await?,
            callback: services.callback_health(program).await?,
            quota: services.quota_seen(program.id).await?,
            unheard: services.endpoints(program.id).await?.into_iter().filter(is_unheard).collect(),
            gone: templates.filter(|t| t.gone_at.is_some() && t.archived_at.is_none()).collect(),
        })
    }
}

/// One thing to mend.
struct Fault {
    name: String,
    code: Option<i64>,
    at: Option<Millis>,
    text: String,
    href: String,
    click: String,
}

/// The lines of the list "what needs action", worst first.
pub(super) fn faults(ctx: &Context, program: &MiniProgram, setup: &Setup) -> Vec<AnyView> {
    let page = format!("/mini-programs/{}", program.id);
    let found = [token(ctx, &page, setup), foreign(ctx, &page, setup), callback(ctx, &page, setup)];
    let gone = setup.gone.iter().map(|template| gone(ctx, template));
    let unheard = setup.unheard.iter().map(|endpoint| unheard(ctx, endpoint));
    found.into_iter().flatten().chain(gone).chain(unheard).map(|fault| line(ctx, fault)).collect()
}

fn token(ctx: &Context, page: &str, setup: &Setup) -> Option<Fault> {
    let trouble = setup.token.trouble.as_ref()?;
    let [name, cause, remedy] = call_words(trouble.errcode, ctx.lang);
    Some(Fault {
        name: format!("{}{name}", ctx.t("无法获取凭证：", "No access token: ")),
        code: Some(trouble.errcode),
        at: None,
        text: format!("{cause}{}{remedy}", ctx.t("", " ")),
        href: format!("{page}/health"),
        click: ctx.t("查看凭证", "See the token").to_owned(),
    })
}

fn foreign(ctx: &Context, page: &str, setup: &Setup) -> Option<Fault> {
    let text = ctx.t(
        "今天有 {n} 个凭证提前失效。找出那个程序，停用它或让它改用 stable_token。",
        "{n} tokens were called invalid before their end today. Find that program and turn it off, or let it use stable_token.",
    );
    setup.token.foreign.then(|| Fault {
        name: ctx.t("另有程序在为这个 AppID 获取凭证", "Another program fetches tokens for this AppID").to_owned(),
        code: None,
        at: None,
        text: text.replace("{n}", &number(setup.token.invalidated)),
        href: format!("{page}/health"),
        click: ctx.t("查看怎么做", "See what to do").to_owned(),
    })
}

fn callback(ctx: &Context, page: &str, setup: &Setup) -> Option<Fault> {
    let (name, at, text) = match standing(&setup.callback) {
        Standing::Silent(hours) => (
            ctx.t("{n} 小时没有收到发送结果", "No result of a send for {n} hours").replace("{n}", &number(hours)),
            None,
            ctx.t(
                "期间有消息发出，但微信没有推送结果。请检查微信后台的消息推送。",
                "Messages went out meanwhile, and WeChat pushed no results. Check message push in its console.",
            ),
        ),
        Standing::Trouble(tally) => (
            format!("{}{}", ctx.t("回调被拒收：", "Pushes refused: "), trouble_name(tally.what, ctx.lang)),
            Some(tally.last_at),
            ctx.t(
                "最近的推送没有通过校验，之后再没有收到正常的推送。",
                "The latest pushes did not pass the checks, and none that is good came since.",
            ),
        ),
        _ => return None,
    };
    let click = ctx.t("查看回调", "See the callback").to_owned();
    Some(Fault { name, code: None, at, text: text.to_owned(), href: format!("{page}/callback"), click })
}

fn gone(ctx: &Context, template: &Template) -> Fault {
    Fault {
        name: ctx
            .t("模板在微信后台已不存在：{t}", "Template gone at WeChat: {t}")
            .replace("{t}", &template.settings.title),
        code: None,
        at: template.gone_at,
        text: ctx
            .t(
                "最近一次同步没有找到它，用它发送会失败（40037）。不再使用就归档，需要时重新添加。",
                "The last sync did not find it; sends with it fail (40037). Archive it, or add it again.",
            )
            .to_owned(),
        href: format!("/templates/{}", template.id),
        click: ctx.t("查看模板", "Open the template").to_owned(),
    }
}

fn is_unheard(endpoint: &Endpoint) -> bool {
    endpoint.disabled.is_some_and(|(_, why)| why != DisabledWhy::Person)
}

fn unheard(ctx: &Context, endpoint: &Endpoint) -> Fault {
    Fault {
        name: ctx.t("Webhook 已自动停用", "A webhook was switched off").to_owned(),
        code: None,
        at: endpoint.disabled.map(|(at, _)| at),
        text: format!(
            "{} {}",
            endpoint.url,
            ctx.t(
                "连续失败或返回 410，结果不再通知。修好接收方后重新启用。",
                "failed for days or answered 410, so it is told nothing. Mend the receiver and switch it on again."
            )
        ),
        href: format!("/settings/webhooks/{}", endpoint.id),
        click: ctx.t("查看 Webhook", "Open the webhook").to_owned(),
    }
}

fn line(ctx: &Context, fault: Fault) -> AnyView {
    let Fault { name, code, at, text, href, click } = fault;
    let code = code.map(|errcode| view! { <ErrorCode errcode /> });
    let at = at.map(|at| view! { <span class="num small muted">{ago(at, ctx.services.now(), ctx.lang)}</span> });
    let may = if href.starts_with("/settings/webhooks") {
        ctx.may(Permission::ManageApi)
    } else {
        !href.starts_with("/mini-programs/") || ctx.may(Permission::ManageMiniPrograms)
    };
    let next = if may {
        view! { <a href=href>{click}</a> }.into_any()
    } else {
        ctx.t("请联系管理员处理。", "Ask an administrator.").to_owned().into_any()
    };
    view! {
        <li class="action ours">
            <p class="action-head row"><strong>{name}</strong> {code} {at}</p>
            <p class="small">{text} " " {next}</p>
        </li>
    }
    .into_any()
}
