//! What is allowed and yet dangerous. What would lose messages is not allowed: see the executable's settings.

use crate::Lang;
use serde::{Deserialize, Serialize};

/// One danger; told in the log at the start, by `yanshu doctor` and on the system page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Warning {
    /// A stop does not wait as long as a call may take.
    DrainShort {
        /// Seconds that a stop waits.
        drain: u64,
        /// Seconds that a call may take.
        timeout: u64,
    },
    /// Console and engine of one process may wait for each other's connections.
    PoolSmall {
        /// Connections.
        pool: u64,
        /// How many would do.
        enough: u64,
    },
    /// An SQLite file on a network file system.
    NetworkFileSystem {
        /// Its kind, as the system calls it.
        kind: String,
    },
    /// No process sends.
    NoWorker,
    /// Processes of several versions work on one database.
    VersionsDiffer {
        /// Which.
        versions: Vec<String>,
    },
}

impl Warning {
    /// The setting or command that it is about.
    #[must_use]
    pub fn about(&self) -> &'static str {
        match self {
            Self::DrainShort { .. } => "YANSHU_DRAIN_SECS",
            Self::PoolSmall { .. } => "YANSHU_DATABASE_POOL",
            Self::NetworkFileSystem { .. } => "DATABASE_URL",
            Self::NoWorker => "yanshu worker",
            Self::VersionsDiffer { .. } => "yanshu --version",
        }
    }

    /// What is the matter and what to do about it.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::DrainShort { drain, timeout } => lang
                .t(
                    "停止时只等待 {drain} 秒，而一次调用最长 {timeout} 秒（YANSHU_WECHAT_TIMEOUT_SECS）：更久的调用会成为“结果未知”。请设为不小于 {timeout}。",
                    "a stop waits {drain} s, while a call may take {timeout} s (YANSHU_WECHAT_TIMEOUT_SECS): deliveries whose call takes longer become unknown; set it to {timeout} or more",
                )
                .replace("{drain}", &drain.to_string())
                .replace("{timeout}", &timeout.to_string()),
            Self::PoolSmall { pool, enough } => lang
                .t(
                    "同一进程的控制台和发送引擎只有 {pool} 个数据库连接，繁忙时会互相等待。请设为不小于 {enough}。",
                    "console and engine of one process share {pool} connections and will wait for each other when busy; set it to {enough} or more",
                )
                .replace("{pool}", &pool.to_string())
                .replace("{enough}", &enough.to_string()),
            Self::NetworkFileSystem { kind } => lang
                .t(
                    "SQLite 文件位于网络文件系统（{kind}），文件锁不可靠，数据可能损坏。请放到本机磁盘，或改用 PostgreSQL。",
                    "the SQLite file lies on a network file system ({kind}), whose locks cannot be relied on: the data may be damaged; move it to a local disk or use PostgreSQL",
                )
                .replace("{kind}", kind),
            Self::NoWorker => lang
                .t(
                    "没有进程在发送：请启动 yanshu worker，或去掉 serve 的 --no-worker。",
                    "no process is sending: start yanshu worker, or leave out --no-worker of serve",
                )
                .to_owned(),
            Self::VersionsDiffer { versions } => lang
                .t(
                    "多个版本的进程在用同一个数据库（{versions}）。请把它们升级到同一版本。",
                    "processes of several versions work on one database ({versions}); bring them to the same one",
                )
                .replace("{versions}", &versions.join(", ")),
        }
    }
}
