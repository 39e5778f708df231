//! Settings: environment first, then the TOML file, then the defaults. A bad one is refused at start by its name.

use secrecy::SecretString;
use serde::Deserialize;
use service::{LimitSettings, engine::EngineSettings, keys::Keys};
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
    /// Time-out of one call to the platform.
    pub wechat_timeout: Duration,
    /// How often the mini program's API may be called.
    pub limits: LimitSettings,
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
    json_logs: Option<bool>,
    engine: FileEngine,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileEngine {
    concurrency: Option<usize>,
    lease_secs: Option<u64>,
    poll_ms: Option<u64>,
    drain_secs: Option<u64>,
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
        let listen = text("YANSHU_LISTEN", &file.listen, "127.0.0.1:3000")
            .parse()
            .map_err(|_| bad("YANSHU_LISTEN", "give an address and a port, such as 127.0.0.1:3000"))?;
        let public_url = env
            .get("YANSHU_PUBLIC_URL")
            .or(file.public_url)
            .map(|url| parse_url("YANSHU_PUBLIC_URL", &url))
            .transpose()?;
        let base = text("YANSHU_WECHAT_API_BASE", &file.wechat_api_base, "https://api.weixin.qq.com");
        let wechat_timeout =
            Duration::from_secs(number(env, "YANSHU_WECHAT_TIMEOUT_SECS", file.wechat_timeout_secs, 10, 1..=120)?);
        let engine = engine(env, &file.engine, wechat_timeout)?;
        let limits = limits(env, file.api_per_address, file.api_per_openid)?;
        Ok(Self {
            master_key: master_key(env, file.secret_key_file.as_deref(), &database_url)?,
            database_url: database_url.into(),
            listen,
            public_url,
            wechat_api_base: parse_url("YANSHU_WECHAT_API_BASE", &base)?,
            engine,
            wechat_timeout,
            limits,
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

/// Calls per minute; 0: no limit.
fn limits(
    env: &impl Environment,
    per_address: Option<u64>,
    per_openid: Option<u64>,
) -> Result<LimitSettings, SettingsError> {
    let usual = LimitSettings::default();
    let most = u64::from(u32::MAX);
    let read = |name, in_file, usual: u32| {
        number(env, name, in_file, usual.into(), 0..=most).map(|n| u32::try_from(n).unwrap_or(u32::MAX))
    };
    Ok(LimitSettings {
        per_address: read("YANSHU_API_PER_ADDRESS", per_address, usual.per_address)?,
        per_openid: read("YANSHU_API_PER_OPENID", per_openid, usual.per_openid)?,
    })
}

fn engine(env: &impl Environment, file: &FileEngine, timeout: Duration) -> Result<EngineSettings, SettingsError> {
    let concurrency = number(env, "YANSHU_CONCURRENCY", file.concurrency.map(|n| n as u64), 64, 1..=4096)?;
    let lease = Duration::from_secs(number(env, "YANSHU_LEASE_SECS", file.lease_secs, 120, 1..=3600)?);
    // A lease that ends while its call is under way would turn good answers into unknown ones.
    if lease < timeout * 2 {
        return Err(bad(
            "YANSHU_LEASE_SECS",
            format!("must be at least twice YANSHU_WECHAT_TIMEOUT_SECS, which is {}", timeout.as_secs()),
        ));
    }
    Ok(EngineSettings {
        concurrency: usize::try_from(concurrency).unwrap_or(64),
        lease,
        poll: Duration::from_millis(number(env, "YANSHU_POLL_MS", file.poll_ms, 1000, 10..=60_000)?),
        drain: Duration::from_secs(number(env, "YANSHU_DRAIN_SECS", file.drain_secs, 30, 1..=600)?),
    })
}

/// The key of the environment, else of the key file, which is made on the first start, beside the SQLite database.
fn master_key(env: &impl Environment, in_file: Option<&Path>, database_url: &str) -> Result<[u8; 32], SettingsError> {
    let parse = |name, text: String| Keys::parse_master(&SecretString::from(text)).map_err(|error| bad(name, error));
    if let Some(text) = env.get("YANSHU_SECRET_KEY") {
        return parse("YANSHU_SECRET_KEY", text);
    }
    let path = env
        .get("YANSHU_SECRET_KEY_FILE")
        .map(PathBuf::from)
        .or_else(|| in_file.map(Path::to_path_buf))
        .unwrap_or_else(|| default_key_file(database_url));
    if !path.exists() {
        make_key_file(&path)?;
    }
    let text = std::fs::read_to_string(&path)
        .map_err(|error| SettingsError::File { path: path.clone(), why: error.to_string() })?;
    parse("YANSHU_SECRET_KEY_FILE", text)
}

fn default_key_file(database_url: &str) -> PathBuf {
    let path = database_url.strip_prefix("sqlite://").map(|p| p.split('?').next().unwrap_or(p));
    let dir = path.map(Path::new).and_then(Path::parent).unwrap_or_else(|| Path::new("data"));
    dir.join("secret.key")
}

fn make_key_file(path: &Path) -> Result<(), SettingsError> {
    use std::io::Write;
    let trouble = |why: String| SettingsError::File { path: path.to_path_buf(), why };
    let key = Keys::new_master().map_err(|error| trouble(error.to_string()))?;
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir).map_err(|error| trouble(error.to_string()))?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(mut file) => writeln!(file, "{key}").map_err(|error| trouble(error.to_string())),
        // Another process of the same installation was quicker.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(trouble(error.to_string())),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::collections::HashMap;

    struct Map(HashMap<&'static str, &'static str>);

    impl Environment for Map {
        fn get(&self, name: &str) -> Option<String> {
            self.0.get(name).map(|s| (*s).to_owned())
        }
    }

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<Settings, SettingsError> {
        let key = ("YANSHU_SECRET_KEY", "0000000000000000000000000000000000000000000000000000000000000001");
        Settings::read(&Map(pairs.iter().copied().chain([key]).collect()), None)
    }

    #[test]
    fn without_any_setting_the_defaults_hold() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(settings.wechat_api_base.as_str(), "https://api.weixin.qq.com/");
        assert!(!settings.secure_cookie());
    }

    #[test]
    fn a_bad_setting_is_refused_by_its_name() {
        let cases = [
            ("DATABASE_URL", "mysql://root:hush@h/db"),
            ("YANSHU_LISTEN", "localhost"),
            ("YANSHU_PUBLIC_URL", "console.example"),
            ("YANSHU_WECHAT_API_BASE", "ftp://x"),
            ("YANSHU_CONCURRENCY", "many"),
            ("YANSHU_CONCURRENCY", "0"),
            ("YANSHU_LEASE_SECS", "5"),
            ("YANSHU_BEHIND_PROXY", "perhaps"),
            ("YANSHU_SECRET_KEY", "short"),
        ];
        for (name, value) in cases {
            let error = if name == "YANSHU_SECRET_KEY" {
                Settings::read(&Map([(name, value)].into()), None).unwrap_err()
            } else {
                read(&[(name, value)]).unwrap_err()
            };
            let text = error.to_string();
            assert!(text.starts_with(name), "{text}");
            assert!(!text.contains("hush"), "{text}");
        }
    }

    #[test]
    fn an_https_address_makes_the_cookie_secure() {
        let settings = read(&[("YANSHU_PUBLIC_URL", "https://console.example/")]).unwrap();
        assert!(settings.secure_cookie());
        assert_eq!(settings.public(settings.listen), "https://console.example");
    }

    #[test]
    fn a_key_file_is_made_once_and_for_the_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let path: &'static str =
            Box::leak(dir.path().join("k/secret.key").to_string_lossy().into_owned().into_boxed_str());
        let env = Map([("YANSHU_SECRET_KEY_FILE", path)].into());
        let first = Settings::read(&env, None).unwrap().master_key;
        assert_eq!(first, Settings::read(&env, None).unwrap().master_key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_misspelt_name_in_the_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("yanshu.toml");
        std::fs::write(&path, "[engine]\nconcurency = 3\n").unwrap();
        let error = Settings::read(&Map(HashMap::new()), Some(&path)).unwrap_err();
        assert!(error.to_string().contains("concurency"), "{error}");
    }
}
