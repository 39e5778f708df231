//! Keeps the simulator's books in step with what a visitor of the demo does in the console: a template registered there
//! exists "at WeChat" too, and a grant recorded there was given. Without a mini program and real people there is nobody
//! else to tell the simulator.

use model::{
    grant::LedgerKind,
    ids::{MiniProgramId, TemplateId},
    page::At,
    subscriber::SubscriberFilter,
    template::{Template as Registered, TemplateKind},
};
use service::{Services, UseError};
use simulator::{Account, Grant, Simulator, Template, UnknownAccount};
use std::{collections::HashMap, sync::Arc, time::Duration};
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
pub async fn restore(services: &Services, simulator: &Simulator) -> anyhow::Result<()> {
    for program in services.mini_programs().await? {
        let Ok(secret) = services.app_secret(program.id).await else { continue };
        let appid = &program.settings.appid;
        simulator.add_account(Account::new(appid, expose(&secret)));
        let mut ids = HashMap::new();
        for summary in services.templates(program.id).await? {
            ids.insert(summary.template.id, summary.template.settings.pri_tmpl_id.clone());
            simulator.add_template(appid, at_wechat(&summary.template))?;
        }
        restore_grants(services, simulator, program.id, appid, &ids).await?;
    }
    Ok(())
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
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = follow(&services, &simulator, &mut last).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the simulator's books could not follow");
        }
    }
}

async fn follow(services: &Services, simulator: &Simulator, last: &mut i64) -> Result<(), MirrorError> {
    let known: Vec<_> = simulator.accounts().into_iter().map(|a| a.appid).collect();
    let mut templates = HashMap::new();
    for program in services.mini_programs().await?.into_iter().filter(|p| known.contains(&p.settings.appid)) {
        let appid = program.settings.appid;
        let there: Vec<_> = simulator.templates(&appid)?.into_iter().map(|t| t.id).collect();
        for summary in services.templates(program.id).await? {
            let id = summary.template.settings.pri_tmpl_id.clone();
            if !there.contains(&id) {
                simulator.add_template(&appid, at_wechat(&summary.template))?;
            }
            templates.insert(summary.template.id, (appid.clone(), id));
        }
    }
    for entry in services.store().ledger_after(*last, 500).await? {
        *last = entry.id;
        let given = matches!(entry.kind, LedgerKind::Accepted | LedgerKind::Adjusted) && entry.change > 0;
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
