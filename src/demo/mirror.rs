//! Keeps the simulator's books in step with what a visitor of the demo does in the console: a template registered there
//! exists "at WeChat" too, and a grant added by hand or by a bare report was given. What is tapped on the simulator's own
//! phone stands in its books already; its reports carry a login token.

use model::{
    grant::LedgerKind,
    ids::{MiniProgramId, TemplateId},
    mini_program::{CallbackMode, MiniProgram},
    page::At,
    subscriber::SubscriberFilter,
    template::{Template as Registered, TemplateKind},
};
use service::{Services, UseError};
use simulator::{Account, Callback, Grant, Mode, Simulator, Template, UnknownAccount};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_millis(250);

/// Why the books could not be kept in step.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// Ours failed.
    #[error(transparent)]
    Ours(#[from] UseError),
    /// The simulator does not know the account.
    #[error(transparent)]
    Theirs(#[from] UnknownAccount),
}

impl From<store::StoreError> for MirrorError {
    fn from(error: store::StoreError) -> Self {
        Self::Ours(error.into())
    }
}

/// Tells a fresh simulator what the demo's database holds from last time.
pub async fn restore(services: &Services, simulator: &Simulator, console: &str) -> anyhow::Result<()> {
    for program in services.mini_programs().await? {
        let Ok(secret) = services.app_secret(program.id).await else { continue };
        let appid = &program.settings.appid;
        simulator.add_account(Account {
            backend_url: Some(console.to_owned()),
            callback: callback(services, &program, console).await?,
            ..Account::new(appid, expose(&secret))
        });
        let mut ids = HashMap::new();
        for summary in services.templates(program.id).await? {
            if summary.template.gone_at.is_some() {
                continue;
            }
            ids.insert(summary.template.id, summary.template.settings.pri_tmpl_id.clone());
            simulator.add_template(appid, at_wechat(&summary.template))?;
        }
        if appid == super::crowd::APPID {
            super::crowd::grant(simulator)?;
        } else {
            restore_grants(services, simulator, program.id, appid, &ids).await?;
        }
        // The simulator knows no token of last time; met while sending it would look as if somebody else fetched tokens.
        services.test_connection(program.id).await?;
    }
    Ok(())
}

/// As the console has it, as if it had been pasted at WeChat.
async fn callback(services: &Services, program: &MiniProgram, console: &str) -> anyhow::Result<Option<Callback>> {
    let Some((mode, token, key)) = services.callback_secrets(program.id).await? else { return Ok(None) };
    let url = format!("{console}/wechat/callback/{}", program.settings.appid);
    let key = key.as_ref().map(expose).unwrap_or_default();
    let mode = match mode {
        CallbackMode::Plain => Mode::Plain,
        CallbackMode::Compatible => Mode::Compatible,
        CallbackMode::Safe => Mode::Safe,
    };
    Ok(Some(Callback { mode, ..Callback::safe(url, expose(&token), key) }))
}

fn expose(secret: &secrecy::SecretString) -> &str {
    secrecy::ExposeSecret::expose_secret(secret)
}

async fn restore_grants(
    services: &Services,
    simulator: &Simulator,
    program: MiniProgramId,
    appid: &str,
    templates: &HashMap<TemplateId, String>,
) -> anyhow::Result<()> {
    let mut at = At::Start;
    loop {
        let page = services.store().subscribers(program, &SubscriberFilter::default(), at, 500).await?;
        let mut grants = Vec::new();
        for row in &page.rows {
            for grant in services.store().grants_of(row.subscriber.id).await? {
                let (Some(id), Ok(count)) = (templates.get(&grant.template), u32::try_from(grant.balance)) else {
                    continue;
                };
                grants.push(Grant {
                    appid: appid.to_owned(),
                    openid: row.subscriber.openid.clone(),
                    template_id: id.clone(),
                    count,
                });
            }
        }
        simulator.set_grants(grants)?;
        match page.after {
            Some(key) => at = At::After(key),
            None => return Ok(()),
        }
    }
}

/// Follows what is done in the console until told to stop.
pub async fn run(services: Arc<Services>, simulator: Simulator, stop: CancellationToken) {
    let mut last = services.store().last_ledger_entry().await.unwrap_or_default();
    let mut mirrored = HashSet::new();
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = follow(&services, &simulator, &mut last, &mut mirrored).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the simulator's books could not follow");
        }
    }
}

async fn follow(
    services: &Services,
    simulator: &Simulator,
    last: &mut i64,
    mirrored: &mut HashSet<TemplateId>,
) -> Result<(), MirrorError> {
    let known: Vec<_> = simulator.accounts().into_iter().map(|a| a.appid).collect();
    let mut templates = HashMap::new();
    for program in services.mini_programs().await?.into_iter().filter(|p| known.contains(&p.settings.appid)) {
        let appid = program.settings.appid;
        let there: Vec<_> = simulator.templates(&appid)?.into_iter().map(|t| t.id).collect();
        for summary in services.templates(program.id).await? {
            let id = summary.template.settings.pri_tmpl_id.clone();
            // Once each: one that is deleted at the simulator stays deleted there.
            let new = mirrored.insert(summary.template.id);
            if new && summary.template.gone_at.is_none() && !there.contains(&id) {
                simulator.add_template(&appid, at_wechat(&summary.template))?;
            }
            templates.insert(summary.template.id, (appid.clone(), id));
        }
    }
    for entry in services.store().ledger_after(*last, 500).await? {
        *last = entry.id;
        let given = match entry.kind {
            LedgerKind::Adjusted => entry.change > 0,
            LedgerKind::Accepted => entry.change > 0 && entry.note == "report",
            _ => false,
        };
        let (true, Some((appid, id))) = (given, templates.get(&entry.template)) else { continue };
        if let Some(subscriber) = services.store().subscriber(entry.subscriber).await? {
            simulator.grant(appid, &subscriber.openid, id, u32::try_from(entry.change).unwrap_or(0))?;
        }
    }
    Ok(())
}

fn at_wechat(template: &Registered) -> Template {
    let settings = &template.settings;
    let content = model::content::render_content(&settings.fields);
    let there = Template::one_time(&settings.pri_tmpl_id, &settings.title, content);
    if settings.kind == TemplateKind::LongTerm { there.long_term() } else { there }
}
