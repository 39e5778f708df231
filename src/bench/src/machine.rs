//! The machine that a run was made on: without it a figure says nothing.

use std::{fmt, fs, process::Command};

use serde::Serialize;
use sqlx::PgConnection;

use crate::database::Plain;

/// What a reader has to know to compare.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The processor's name.
    pub cpu: String,
    /// How many of them.
    pub cores: usize,
    /// Memory in bytes.
    pub memory: u64,
    /// Kernel and its version.
    pub kernel: String,
    /// What PostgreSQL calls itself, where it was measured.
    pub postgres: Option<String>,
    /// The day of the run, UTC.
    pub date: String,
    /// How busy the machine was with other things just before: the load average of the last minute.
    pub load: String,
}

impl Machine {
    /// This one.
    ///
    /// # Errors
    /// When PostgreSQL does not answer.
    pub async fn describe(postgres: Option<&str>) -> anyhow::Result<Self> {
        let version = match postgres {
            None => None,
            Some(url) => {
                let mut plain = Plain::Postgres(<PgConnection as sqlx::Connection>::connect(url).await?);
                let version = plain.texts("SHOW server_version").await?.pop();
                plain.close().await?;
                version
            }
        };
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Ok(Self {
            cpu: field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            memory: field(&read("/proc/meminfo"), "MemTotal").map_or(0, |text| kib(&text)),
            kernel: kernel(),
            postgres: version,
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            load: read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
        })
    }

    /// A machine for tests of what is printed.
    #[cfg(test)]
    pub(crate) fn of_tests() -> Self {
        Self {
            cpu: "a processor".to_owned(),
            cores: 2,
            memory: 24 << 30,
            kernel: "Linux 6".to_owned(),
            postgres: Some("15".to_owned()),
            date: "2026-11-21".to_owned(),
            load: "0.10".to_owned(),
        }
    }
}

fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kib(text: &str) -> u64 {
    text.trim_end_matches("kB").trim().parse::<u64>().unwrap_or_default() * 1024
}

fn kernel() -> String {
    let output = Command::new("uname").arg("-sr").output();
    output
        .map_or_else(|_| std::env::consts::OS.to_owned(), |out| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

impl fmt::Display for Machine {
    #[expect(clippy::cast_precision_loss, reason = "gigabytes")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = self.memory as f64 / f64::from(1 << 30);
        write!(f, "{}, {} cores, {memory:.0} GB, {}", self.cpu, self.cores, self.kernel)?;
        if let Some(version) = &self.postgres {
            write!(f, ", PostgreSQL {version}")?;
        }
        write!(f, "; {}, load before {}", self.date, self.load)
    }
}
