use super::*;
use crate::serve::Parts;
use model::{Lang, worker::Warning};
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
        ("YANSHU_CONCURRENCY", "4097"),
        ("YANSHU_LEASE_SECS", "5"),
        ("YANSHU_LEASE_SECS", "29"),
        ("YANSHU_LEASE_SECS", "601"),
        ("YANSHU_POLL_MS", "0"),
        ("YANSHU_POLL_MS", "60001"),
        ("YANSHU_DRAIN_SECS", "0"),
        ("YANSHU_DATABASE_POOL", "3"),
        ("YANSHU_RETENTION_DAYS", "29"),
        ("YANSHU_METRICS_LISTEN", "9464"),
        ("YANSHU_METRICS_TOKEN", "hush"),
        ("YANSHU_METRICS_TOKEN", "hush hush hush hush"),
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
    let path: &'static str = Box::leak(dir.path().join("k/secret.key").to_string_lossy().into_owned().into_boxed_str());
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

#[test]
fn what_is_dangerous_but_allowed_is_warned_of_by_name() {
    const BOTH: Parts = Parts { web: true, worker: true };
    const WORKER: Parts = Parts { web: false, worker: true };
    const WEB: Parts = Parts { web: true, worker: false };
    assert_eq!(read(&[]).unwrap().warnings(BOTH), []);

    let hasty = read(&[("YANSHU_DRAIN_SECS", "9")]).unwrap();
    assert_eq!(hasty.warnings(WORKER), [Warning::DrainShort { drain: 9, timeout: 10 }]);
    assert_eq!(hasty.warnings(WEB), []);
    assert_eq!(read(&[("YANSHU_DRAIN_SECS", "10")]).unwrap().warnings(WORKER), []);

    let postgres = ("DATABASE_URL", "postgres://u@h/db");
    let narrow = read(&[postgres, ("YANSHU_DATABASE_POOL", "7")]).unwrap();
    assert_eq!(narrow.warnings(BOTH), [Warning::PoolSmall { pool: 7, enough: 8 }]);
    assert_eq!(narrow.warnings(WORKER), []);
    assert_eq!(read(&[postgres, ("YANSHU_DATABASE_POOL", "8")]).unwrap().warnings(BOTH), []);
    // SQLite has one writer whatever is set.
    assert_eq!(read(&[("YANSHU_DATABASE_POOL", "4")]).unwrap().warnings(BOTH), []);
    for warning in hasty.warnings(WORKER).iter().chain(&narrow.warnings(BOTH)) {
        assert!(warning.about().starts_with("YANSHU_"), "{warning:?}");
        assert!(!warning.text(Lang::Zh).contains('{') && !warning.text(Lang::En).contains('{'), "{warning:?}");
    }
}

#[test]
fn a_lease_holds_a_call_a_new_token_and_the_call_again() {
    let of = |lease, timeout| read(&[("YANSHU_LEASE_SECS", lease), ("YANSHU_WECHAT_TIMEOUT_SECS", timeout)]);
    assert_eq!(of("30", "10").unwrap().engine.lease.as_secs(), 30);
    assert_eq!(of("600", "120").unwrap().engine.lease.as_secs(), 600);
    assert!(of("359", "120").unwrap_err().to_string().contains("at least 360"));
}

#[test]
fn what_is_ended_is_kept_for_ever_unless_days_are_set() {
    assert_eq!(read(&[]).unwrap().retention, None);
    let settings = read(&[("YANSHU_RETENTION_DAYS", "90")]).unwrap();
    assert_eq!(settings.retention, Some(std::time::Duration::from_secs(90 * 86_400)));
}
