//! Databases of drills, made and thrown away.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;
use url::Url;

/// A PostgreSQL server to make databases on.
#[derive(Clone, Debug)]
pub struct Server {
    /// Any database of it.
    pub url: String,
    /// A program that takes `start` and `stop immediate`, where the server may be stopped.
    pub control: Option<PathBuf>,
}

impl Server {
    /// Ends the server as a crash of its machine's software would.
    ///
    /// # Errors
    /// There is no control program, or it fails.
    pub fn crash(&self) -> Result<()> {
        self.control(&["stop", "immediate"])
    }

    /// Starts it again and waits until it answers.
    ///
    /// # Errors
    /// There is no control program, or it fails.
    pub fn start(&self) -> Result<()> {
        self.control(&["start"])
    }

    fn control(&self, words: &[&str]) -> Result<()> {
        let program = self.control.as_ref().context("this PostgreSQL server may not be stopped")?;
        // Pipes would be kept open by the server that it starts.
        let status = Command::new(program).args(words).stdin(Stdio::null()).stdout(Stdio::null()).status()?;
        anyhow::ensure!(status.success(), "{} {words:?}: {status}", program.display());
        Ok(())
    }
}

/// One drill's database.
#[derive(Debug)]
pub struct Place {
    /// Its URL.
    pub url: String,
    /// `sqlite` or `postgres`.
    pub dialect: &'static str,
    made_on: Option<(String, String)>,
    _folder: Option<TempDir>,
}

impl Place {
    /// An SQLite file in a folder of its own.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn file() -> Result<Self> {
        Self::temporary(TempDir::with_prefix("yanshu-drill-")?)
    }

    fn temporary(folder: TempDir) -> Result<Self> {
        let url = sqlite_url(folder.path());
        Ok(Self { url, dialect: "sqlite", made_on: None, _folder: Some(folder) })
    }

    /// As [`Place::new`]; a file is put into memory, where the system has a folder for that.
    ///
    /// # Errors
    /// As of [`Place::on`] and [`Place::file`].
    pub async fn quick(server: Option<&Server>) -> Result<Self> {
        let memory = Path::new("/dev/shm");
        match server {
            Some(server) => Self::on(server).await,
            None if memory.is_dir() => Self::temporary(TempDir::with_prefix_in("yanshu-drill-", memory)?),
            None => Self::file(),
        }
    }

    /// An SQLite file in a folder that somebody else looks after.
    #[must_use]
    pub fn file_in(folder: &Path) -> Self {
        Self { url: sqlite_url(folder), dialect: "sqlite", made_on: None, _folder: None }
    }

    /// A new database on a server.
    ///
    /// # Errors
    /// The server does not answer or refuses.
    pub async fn on(server: &Server) -> Result<Self> {
        let name = format!("drill_{}", uuid::Uuid::new_v4().simple());
        let mut connection = PgConnection::connect(&server.url).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
        connection.close().await?;
        let mut url = Url::parse(&server.url)?;
        url.set_path(&name);
        Ok(Self { url: url.into(), dialect: "postgres", made_on: Some((server.url.clone(), name)), _folder: None })
    }

    /// A new database on the server where there is one, else a file.
    ///
    /// # Errors
    /// As of [`Place::on`] and [`Place::file`].
    pub async fn new(server: Option<&Server>) -> Result<Self> {
        match server {
            Some(server) => Self::on(server).await,
            None => Self::file(),
        }
    }

    /// Drops what was made on a server; a file goes with the value.
    ///
    /// # Errors
    /// The server does not answer or refuses.
    pub async fn clear(self) -> Result<()> {
        if let Some((server, name)) = &self.made_on {
            let mut connection = PgConnection::connect(server).await?;
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
        }
        Ok(())
    }
}

fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("yanshu.db").display())
}
