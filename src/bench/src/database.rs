//! Databases made for a run, and plain statements on them, past the storage layer.

use std::{path::Path, str::FromStr as _};

use anyhow::{Context as _, Result, bail};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions,
};

use crate::sends::Setting;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Kind {
    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// Its name in keys of figures.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A database of a run; dropped by [`Database::remove`].
#[derive(Debug)]
pub struct Database {
    /// Which kind.
    pub kind: Kind,
    /// Its URL.
    pub url: String,
    server: Option<String>,
    name: String,
}

/// One connection for plain statements.
#[derive(Debug)]
pub enum Plain {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

impl Database {
    /// A new database of this kind.
    ///
    /// # Errors
    /// What the server says.
    pub async fn make(kind: Kind, setting: Setting<'_>, name: &str) -> Result<Self> {
        match (kind, setting.postgres) {
            (Kind::Postgres, Some(server)) => Self::postgres(server, name).await,
            (Kind::Postgres, None) => bail!("no PostgreSQL server is given"),
            (Kind::Sqlite, _) => Ok(Self::sqlite(setting.folder, name)),
        }
    }

    /// A new SQLite file in a folder.
    #[must_use]
    pub fn sqlite(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("{name}.db"));
        Self {
            kind: Kind::Sqlite,
            url: format!("sqlite://{}", path.display()),
            server: None,
            name: path.display().to_string(),
        }
    }

    /// A new database on a PostgreSQL server.
    ///
    /// # Errors
    /// What the server says.
    pub async fn postgres(server: &str, name: &str) -> Result<Self> {
        let name = format!("yanshu_bench_{name}_{}", std::process::id());
        let mut connection = PgConnection::connect(server).await.context("PostgreSQL")?;
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
        let mut url = url::Url::parse(server)?;
        url.set_path(&name);
        Ok(Self { kind: Kind::Postgres, url: url.into(), server: Some(server.to_owned()), name })
    }

    /// A connection for plain statements.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn connect(&self) -> Result<Plain> {
        Ok(match self.kind {
            Kind::Sqlite => {
                let options =
                    SqliteConnectOptions::from_str(&self.url)?.busy_timeout(std::time::Duration::from_secs(30));
                Plain::Sqlite(SqliteConnection::connect_with(&options).await?)
            }
            Kind::Postgres => Plain::Postgres(PgConnection::connect(&self.url).await?),
        })
    }

    /// Writes everything to its place, so that what came before does not slow down what is measured next.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn settle(&self) -> Result<()> {
        let mut plain = self.connect().await?;
        plain
            .run(match self.kind {
                Kind::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
                Kind::Postgres => "CHECKPOINT",
            })
            .await?;
        plain.close().await
    }

    /// Removes it with all its data.
    ///
    /// # Errors
    /// What the server or the file system says.
    pub async fn remove(self) -> Result<()> {
        if let Some(server) = self.server {
            let mut connection = PgConnection::connect(&server).await?;
            let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            connection.execute(AssertSqlSafe(sql)).await?;
            return Ok(());
        }
        for end in ["", "-wal", "-shm"] {
            match std::fs::remove_file(format!("{}{end}", self.name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Plain {
    /// Runs statements.
    ///
    /// # Errors
    /// What the driver says, with the statement.
    pub async fn run(&mut self, sql: &str) -> Result<()> {
        let text = AssertSqlSafe(sql.to_owned());
        let done = match self {
            Self::Sqlite(connection) => connection.execute(sqlx::raw_sql(text)).await.map(drop),
            Self::Postgres(connection) => connection.execute(sqlx::raw_sql(text)).await.map(drop),
        };
        done.with_context(|| sql.to_owned())
    }

    /// The first number of the first row; `None` without one.
    ///
    /// # Errors
    /// What the driver says, with the statement.
    pub async fn number(&mut self, sql: &str) -> Result<Option<i64>> {
        let text = AssertSqlSafe(sql.to_owned());
        let row: Result<Option<(Option<i64>,)>, _> = match self {
            Self::Sqlite(connection) => sqlx::query_as(text).fetch_optional(connection).await,
            Self::Postgres(connection) => sqlx::query_as(text).fetch_optional(connection).await,
        };
        Ok(row.with_context(|| sql.to_owned())?.and_then(|(n,)| n))
    }

    /// The first text of every row.
    ///
    /// # Errors
    /// What the driver says, with the statement.
    pub async fn texts(&mut self, sql: &str) -> Result<Vec<String>> {
        let text = AssertSqlSafe(sql.to_owned());
        let rows: Result<Vec<(String,)>, _> = match self {
            Self::Sqlite(connection) => sqlx::query_as(text).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_as(text).fetch_all(connection).await,
        };
        Ok(rows.with_context(|| sql.to_owned())?.into_iter().map(|(text,)| text).collect())
    }

    /// Which kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }

    /// Ends the connection.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn close(self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.close().await?,
            Self::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }
}
