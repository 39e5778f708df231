//! The command line.

mod doctor;
mod user;

use crate::{
    demo, serve,
    settings::{ProcessEnvironment, Settings},
    telemetry,
};
use clap::{Parser, Subcommand};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Yanshu 雁书: a console for WeChat Mini Program subscribe messages.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    /// Settings file (TOML); the environment wins over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulator, console and sample data in one process, to try everything without an AppID.
    Demo {
        /// Throw away the data of the demo before.
        #[arg(long)]
        fresh: bool,
        /// Where the console listens; an address of this machine only.
        #[arg(long, env = "YANSHU_LISTEN", default_value = "127.0.0.1:3000")]
        listen: SocketAddr,
        /// Where the demo keeps its data.
        #[arg(long, default_value = "data/demo")]
        data: PathBuf,
        /// Use this database instead of a SQLite file in the data folder.
        #[arg(long, env = "YANSHU_DEMO_DATABASE_URL", hide_env_values = true)]
        database_url: Option<String>,
    },
    /// The console, and the delivery engine with it.
    Serve {
        /// Leave sending to `yanshu worker`.
        #[arg(long)]
        no_worker: bool,
    },
    /// The delivery engine alone.
    Worker,
    /// The stand-in for api.weixin.qq.com alone.
    Simulate {
        /// Where it listens.
        #[arg(long, default_value = "127.0.0.1:3900")]
        listen: SocketAddr,
    },
    /// Brings the database up to date (`serve` and `worker` do so by themselves).
    Migrate,
    /// Users, for when nobody can sign in any more.
    User {
        #[command(subcommand)]
        command: user::UserCommand,
    },
    /// Checks settings, database and books.
    Doctor,
}

/// Runs the command; what went wrong is told on standard error, once.
pub fn run(arguments: Arguments) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::from(error)),
    };
    match runtime.block_on(dispatch(arguments.command, arguments.config.as_deref())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

#[expect(clippy::print_stderr, reason = "a command line program tells what went wrong on standard error")]
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("yanshu: {error:#}");
    ExitCode::FAILURE
}

async fn dispatch(command: Command, config: Option<&Path>) -> anyhow::Result<()> {
    let settings = || -> anyhow::Result<Settings> {
        let settings = Settings::read(&ProcessEnvironment, config)?;
        telemetry::start(settings.json_logs, "info");
        Ok(settings)
    };
    match command {
        Command::Demo { fresh, listen, data, database_url } => {
            telemetry::start(false, "warn");
            demo::run(demo::Options { fresh, listen, data, database_url }).await
        }
        Command::Serve { no_worker } => serve::run(settings()?, serve::Parts { web: true, worker: !no_worker }).await,
        Command::Worker => serve::run(settings()?, serve::Parts { web: false, worker: true }).await,
        Command::Simulate { listen } => {
            telemetry::start(false, "info");
            simulate(listen).await
        }
        Command::Migrate => {
            serve::open_store(&settings()?).await?.close().await;
            say("The database is up to date.");
            Ok(())
        }
        Command::User { command } => user::run(command, settings()?).await,
        Command::Doctor => doctor::run(settings()?).await,
    }
}

async fn simulate(listen: SocketAddr) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    say(&format!("The simulator listens on http://{address} and its page is http://{address}/sim/"));
    simulator::Simulator::new().serve(listener, serve::stop_signal()).await?;
    Ok(())
}

/// Says something on standard output.
#[expect(clippy::print_stdout, reason = "a command line program answers on standard output")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
