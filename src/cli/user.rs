//! `yanshu user`: help for whoever is locked out.

use super::say;
use crate::{serve, settings::Settings};
use anyhow::Context;
use clap::Subcommand;
use model::access::Role;
use secrecy::SecretString;
use service::UseError;
use std::io::BufRead;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Lists the users.
    List,
    /// Adds a user; the password is read from standard input.
    Add {
        /// The name.
        name: String,
        /// An administrator rather than an operator.
        #[arg(long)]
        administrator: bool,
    },
    /// Sets a password, read from standard input.
    Password {
        /// The name.
        name: String,
    },
}

/// Runs it.
pub async fn run(command: UserCommand, settings: Settings) -> anyhow::Result<()> {
    let services = serve::services(&settings).await?;
    match command {
        UserCommand::List => {
            for user in services.users().await? {
                say(&format!("{}\t{}", user.name, user.role.code()));
            }
        }
        UserCommand::Add { name, administrator } => {
            let role = if administrator { Role::Administrator } else { Role::Operator };
            services.add_user(&name, read_password()?, role).await.map_err(explain)?;
            say(&format!("Added {name}."));
        }
        UserCommand::Password { name } => {
            let users = services.users().await?;
            let user = users.iter().find(|u| u.name.eq_ignore_ascii_case(&name)).context("there is no such user")?;
            services.reset_password(user.id, read_password()?).await.map_err(explain)?;
            say(&format!("The password of {name} is set; open sessions have ended."));
        }
    }
    services.store().close().await;
    Ok(())
}

fn read_password() -> anyhow::Result<SecretString> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("the password is read from standard input")?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn explain(error: UseError) -> anyhow::Error {
    match error {
        UseError::Invalid(problems) => {
            let all: Vec<_> = problems.0.iter().map(|p| p.say(model::Lang::En)).collect();
            anyhow::anyhow!(all.join(" "))
        }
        other => other.into(),
    }
}
