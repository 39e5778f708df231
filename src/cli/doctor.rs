//! `yanshu doctor`: are settings, database and books in order?

use super::say;
use crate::{
    serve::{self, Parts},
    settings::Settings,
};
use model::worker::Beat;
use service::{ConnectionCheck, Services};

/// Runs all checks; an error when one of them failed.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let services = serve::services(&settings).await?;
    let mut bad = 0;
    say(&format!("database: {}, answers and takes writes", services.store().dialect()));
    services.store().ping().await?;
    let wrong = services.store().check_books().await?;
    if wrong.is_empty() {
        say("books: ledger, reservations and counters agree with a recount");
    }
    for line in wrong {
        bad += 1;
        say(&format!("books: {line}"));
    }
    engine(&settings, &services).await?;
    for program in services.mini_programs().await? {
        let name = &program.settings.name;
        match services.test_connection(program.id).await? {
            ConnectionCheck::Good => say(&format!("{name}: WeChat gives an access token")),
            other => {
                bad += 1;
                say(&format!("{name}: {}", describe(&other)));
            }
        }
    }
    services.store().close().await;
    anyhow::ensure!(bad == 0, "{bad} of the checks failed");
    Ok(())
}

/// Who sends, and what is dangerous: told, but no failure.
async fn engine(settings: &Settings, services: &Services) -> anyhow::Result<()> {
    services.note_warnings(settings.warnings(Parts { web: true, worker: true }));
    for worker in services.engine_health().await?.workers {
        let Beat { host, pid, version, .. } = worker.beat;
        say(&format!("sending: process {pid} on {host}, version {version}"));
    }
    for warning in services.warnings().await? {
        say(&format!("warning: {}: {}", warning.about(), warning.text(model::Lang::En)));
    }
    Ok(())
}

fn describe(check: &ConnectionCheck) -> String {
    let advice = |code| {
        let advice = model::advice::advise(code);
        format!("{code}: {} {}", advice.cause(model::Lang::En), advice.remedy(model::Lang::En))
    };
    match check {
        ConnectionCheck::Good => String::new(),
        ConnectionCheck::Refused { errcode, address, .. } => {
            let address = address.as_ref().map(|a| format!(" ({a})")).unwrap_or_default();
            format!("{}{address}", advice(*errcode))
        }
        ConnectionCheck::Unreachable { errcode } => advice(*errcode),
        ConnectionCheck::SecretLost => {
            "the stored AppSecret cannot be opened with this secret key: enter it again".to_owned()
        }
    }
}
