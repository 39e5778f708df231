//! Settings: environment first, then the TOML file, then the defaults. A bad one is refused at start by its name.

mod engine;
mod master_key;
mod warnings;

use secrecy::SecretString;
use serde::Deserialize;
use service::{LimitSettings, engine::EngineSettings};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use url::Url;

/// Why the settings were refused; names the setting.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A value means nothing.
    #[error("{name}: {why}")]
    Bad {
        /// The setting.
        name: &'static str,
        /// What is wrong and what would be right.
        why: String,
    },
    /// The file cannot be read.
    #[error("{path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

fn bad(name: &'static str, why: impl ToString) -> SettingsError {
    SettingsError::Bad { name, why: why.to_string() }
}

/// Everything that can be set.
#[derive(Debug)]
pub struct Settings {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: SecretString,
    /// PostgreSQL: the most connections of this process.
    pub database_pool: u32,
    /// Where the console listens.
    pub listen: SocketAddr,
    /// How the outside reaches it, without a slash at the end.
    pub public_url: Option<Url>,
    /// The master key of stored secrets.
    pub master_key: [u8; 32],
    /// The platform's base address.
    pub wechat_api_base: Url,
    /// The engine.
    pub engine: EngineSettings,
    /// How long a confirmation can be taken back before anything is sent.
    pub undo: Duration,
    /// Time-out of one call to the platform.
    pub wechat_timeout: Duration,
    /// Where files that are handed in lie until they are read.
    pub upload_dir: PathBuf,
    /// Ended notices and their deliveries are removed after so long; `None`: never.
    pub retention: Option<Duration>,
    /// Where `yanshu worker` serves its health and numbers; `None`: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// What `/metrics` asks for; `None`: only this machine may read it.
    pub metrics_token: Option<SecretString>,
    /// How often the mini program's API may be called.
    pub limits: LimitSettings,
    /// Whether webhooks may go to private addresses, and without TLS.
    pub webhook_private: bool,
    /// Whether `X-Forwarded-For` and `X-Forwarded-Proto` of a proxy on this machine count.
    pub behind_proxy: bool,
    /// The page of the simulator; no setting, the demo sets it.
    pub simulator: Option<String>,
    /// Where the built site lies, unless it is in the executable.
    pub site_dir: Option<PathBuf>,
    /// Logs as JSON lines.
    pub json_logs: bool,
}

/// The TOML file. Unknown names are refused, so that a typing error is not silently a default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    database_url: Option<String>,
    listen: Option<String>,
    public_url: Option<String>,
    secret_key_file: Option<PathBuf>,
    wechat_api_base: Option<String>,
    wechat_timeout_secs: Option<u64>,
    behind_proxy: Option<bool>,
    api_per_address: Option<u64>,
    api_per_openid: Option<u64>,
    api_per_key: Option<u64>,
    webhook_private: Option<bool>,
    json_logs: Option<bool>,
    database_pool: Option<u64>,
    retention_days: Option<u64>,
    upload_dir: Option<PathBuf>,
    metrics_listen: Option<String>,
    metrics_token: Option<String>,
    engine: engine::FileEngine,
}

/// Where a value may come from besides the file; the process environment, or a map in tests.
pub trait Environment {
    /// The value of a variable; empty is none.
    fn get(&self, name: &str) -> Option<String>;
}

/// The environment of this process.
#[derive(Clone, Copy, Debug)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.trim().is_empty())
    }
}

impl Settings {
    /// Reads the settings. Makes the key file when there is neither a key nor a file yet.
    ///
    /// # Errors
    /// [`SettingsError`] with the name of the setting at fault.
    pub fn read(env: &impl Environment, config: Option<&Path>) -> Result<Self, SettingsError> {
        let file = match config.map(Path::to_path_buf).or_else(|| env.get("YANSHU_CONFIG").map(PathBuf::from)) {
            Some(path) => read_file(&path)?,
            None => File::default(),
        };
        let text = |name: &'static str, in_file: &Option<String>, default: &str| {
            env.get(name).or_else(|| in_file.clone()).unwrap_or_else(|| default.to_owned())
        };
        let database_url = text("DATABASE_URL", &file.database_url, "sqlite://data/yanshu.db");
        check_database_url(&database_url)?;
        let listen = address("YANSHU_LISTEN", &text("YANSHU_LISTEN", &file.listen, "127.0.0.1:3000"))?;
        let public_url = env
            .get("YANSHU_PUBLIC_URL")
            .or(file.public_url)
            .map(|url| parse_url("YANSHU_PUBLIC_URL", &url))
            .transpose()?;
        let base = text("YANSHU_WECHAT_API_BASE", &file.wechat_api_base, "https://api.weixin.qq.com");
        let wechat_timeout =
            Duration::from_secs(number(env, "YANSHU_WECHAT_TIMEOUT_SECS", file.wechat_timeout_secs, 10, 1..=120)?);
        let engine = engine::read(env, &file.engine, wechat_timeout)?;
        let undo = engine::undo(env, &file.engine)?;
        let limits = limits(env, [file.api_per_address, file.api_per_openid, file.api_per_key])?;
        Ok(Self {
            master_key: master_key::read(env, file.secret_key_file.as_deref(), &database_url)?,
            database_url: database_url.into(),
            database_pool: pool(env, file.database_pool)?,
            listen,
            public_url,
            wechat_api_base: parse_url("YANSHU_WECHAT_API_BASE", &base)?,
            engine,
            wechat_timeout,
            undo,
            retention: retention(env, file.retention_days)?,
            upload_dir: env
                .get("YANSHU_UPLOAD_DIR")
                .map(PathBuf::from)
                .or(file.upload_dir)
                .unwrap_or_else(|| std::env::temp_dir().join("yanshu-uploads")),
            metrics_listen: metrics_listen(env, file.metrics_listen)?,
            metrics_token: metrics_token(env, file.metrics_token)?,
            limits,
            webhook_private: flag(env, "YANSHU_WEBHOOK_PRIVATE", file.webhook_private)?,
            behind_proxy: flag(env, "YANSHU_BEHIND_PROXY", file.behind_proxy)?,
            simulator: None,
            site_dir: env.get("YANSHU_SITE_DIR").map(PathBuf::from),
            json_logs: flag(env, "YANSHU_JSON_LOGS", file.json_logs)?,
        })
    }

    /// How the outside reaches the console that listens at an address, without a slash at the end.
    #[must_use]
    pub fn public(&self, address: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{address}"),
        }
    }

    /// Whether the cookie may only travel over https.
    #[must_use]
    pub fn secure_cookie(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }
}

fn read_file(path: &Path) -> Result<File, SettingsError> {
    let trouble = |why: String| SettingsError::File { path: path.to_path_buf(), why };
    let text = std::fs::read_to_string(path).map_err(|error| trouble(error.to_string()))?;
    toml::from_str(&text).map_err(|error| trouble(error.to_string()))
}

fn check_database_url(url: &str) -> Result<(), SettingsError> {
    if ["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(());
    }
    // The value may hold a password: it is not repeated.
    Err(bad("DATABASE_URL", "must begin with sqlite:// or postgres://"))
}

fn parse_url(name: &'static str, text: &str) -> Result<Url, SettingsError> {
    let url = Url::parse(text).map_err(|error| bad(name, error))?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(url)
    } else {
        Err(bad(name, "must be an http:// or https:// address"))
    }
}

fn flag(env: &impl Environment, name: &'static str, in_file: Option<bool>) -> Result<bool, SettingsError> {
    match env.get(name).as_deref() {
        None => Ok(in_file.unwrap_or(false)),
        Some("1" | "true" | "yes") => Ok(true),
        Some("0" | "false" | "no") => Ok(false),
        Some(_) => Err(bad(name, "must be true or false")),
    }
}

fn number(
    env: &impl Environment,
    name: &'static str,
    in_file: Option<u64>,
    default: u64,
    range: std::ops::RangeInclusive<u64>,
) -> Result<u64, SettingsError> {
    let wrong = || bad(name, format!("must be a whole number from {} to {}", range.start(), range.end()));
    let value = match env.get(name) {
        Some(text) => text.trim().parse().map_err(|_| wrong())?,
        None => in_file.unwrap_or(default),
    };
    if range.contains(&value) { Ok(value) } else { Err(wrong()) }
}

fn address(name: &'static str, text: &str) -> Result<SocketAddr, SettingsError> {
    text.trim().parse().map_err(|_| bad(name, "give an address and a port, such as 127.0.0.1:3000"))
}

/// The engine alone holds four for long: claims, results, events, and its own waiting.
fn pool(env: &impl Environment, in_file: Option<u64>) -> Result<u32, SettingsError> {
    number(env, "YANSHU_DATABASE_POOL", in_file, 16, 4..=1000).map(|n| u32::try_from(n).unwrap_or(16))
}

/// Whole days; a month is the least, since late events and retries go back to the rows.
fn retention(env: &impl Environment, in_file: Option<u64>) -> Result<Option<Duration>, SettingsError> {
    const NAME: &str = "YANSHU_RETENTION_DAYS";
    if env.get(NAME).is_none() && in_file.is_none() {
        return Ok(None);
    }
    number(env, NAME, in_file, 30, 30..=36_500).map(|days| Some(Duration::from_secs(days * 24 * 3600)))
}

fn metrics_listen(env: &impl Environment, in_file: Option<String>) -> Result<Option<SocketAddr>, SettingsError> {
    const NAME: &str = "YANSHU_METRICS_LISTEN";
    env.get(NAME).or(in_file).map(|text| address(NAME, &text)).transpose()
}

/// The value is never repeated.
fn metrics_token(env: &impl Environment, in_file: Option<String>) -> Result<Option<SecretString>, SettingsError> {
    const NAME: &str = "YANSHU_METRICS_TOKEN";
    match env.get(NAME).or(in_file).map(|text| text.trim().to_owned()) {
        Some(text) if text.len() < 16 || !text.bytes().all(|b| b.is_ascii_graphic()) => {
            Err(bad(NAME, "must be at least 16 letters, digits or signs, without blanks"))
        }
        token => Ok(token.map(SecretString::from)),
    }
}

/// Calls per minute; 0: no limit.
fn limits(
    env: &impl Environment,
    [per_address, per_openid, per_key]: [Option<u64>; 3],
) -> Result<LimitSettings, SettingsError> {
    let usual = LimitSettings::default();
    let most = u64::from(u32::MAX);
    let read = |name, in_file, usual: u32| {
        number(env, name, in_file, usual.into(), 0..=most).map(|n| u32::try_from(n).unwrap_or(u32::MAX))
    };
    Ok(LimitSettings {
        per_address: read("YANSHU_API_PER_ADDRESS", per_address, usual.per_address)?,
        per_openid: read("YANSHU_API_PER_OPENID", per_openid, usual.per_openid)?,
        per_key: read("YANSHU_API_PER_KEY", per_key, usual.per_key)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
