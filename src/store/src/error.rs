//! What can go wrong in storage.

/// Trouble with the database. Its text is for logs, never for users.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The driver failed: connection lost, disk full, …. See [`StoreError::is_transient`].
    #[error("the database failed")]
    Driver(#[source] sqlx::Error),
    /// The database can be read but not written to: file permissions, a read-only mount, a standby server.
    #[error(
        "the database is read-only; check the permissions of the file and its folder, or which server the URL names"
    )]
    ReadOnly(#[source] sqlx::Error),
    /// A value that must be unique is there already; names the domain field, such as `appid`.
    #[error("{0} is taken already")]
    NotUnique(&'static str),
    /// A stored row cannot be read as what it should be: somebody changed it by hand, or an older version is running.
    #[error("{table}.{column} holds {value:?}, which means nothing")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What stands there, cut short.
        value: String,
    },
    /// The migrations could not be applied.
    #[error("the migrations failed")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The URL is neither `sqlite://…` nor `postgres://…`, or has a bad part.
    #[error("bad database URL: {0}")]
    Url(String),
    /// The folder or file of an SQLite database could not be made.
    #[error("the database file could not be made")]
    File(#[source] std::io::Error),
}

impl StoreError {
    /// Whether the same call may succeed in a moment: the connection was lost or refused, the pool timed out, the
    /// database is locked or restarting.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Driver(
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed,
            ) => true,
            Self::Driver(sqlx::Error::Database(e)) => e.code().is_some_and(|code| is_transient_code(&code)),
            _ => false,
        }
    }

    /// `NotUnique` of a field, where the driver complains of a unique index.
    pub(crate) fn unique(error: sqlx::Error, field: &'static str) -> Self {
        match &error {
            sqlx::Error::Database(e) if e.is_unique_violation() => Self::NotUnique(field),
            _ => error.into(),
        }
    }

    /// A column that cannot be read as what it should be.
    pub(crate) fn inconsistent(table: &'static str, column: &'static str, value: impl ToString) -> Self {
        Self::Inconsistent { table, column, value: value.to_string().chars().take(80).collect() }
    }
}

/// PostgreSQL: class 08 connection, 40 serialization or deadlock, 53300 too many connections, 55P03 lock not to be had,
/// 57P shutdown and crash. SQLite: BUSY and LOCKED with their extended codes.
fn is_transient_code(code: &str) -> bool {
    let postgres = code.len() == 5
        && (["08", "40", "57P"].iter().any(|class| code.starts_with(class)) || ["53300", "55P03"].contains(&code));
    postgres || code.len() < 5 && code.parse::<i64>().is_ok_and(|n| matches!(n & 0xff, 5 | 6))
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let read_only = error.as_database_error().and_then(|e| e.code()).is_some_and(|code| {
            // 25006 of PostgreSQL; 8 READONLY of SQLite with its extended codes.
            code == "25006" || code.len() < 5 && code.parse::<i64>().is_ok_and(|n| n & 0xff == 8)
        });
        if read_only { Self::ReadOnly(error) } else { Self::Driver(error) }
    }
}
