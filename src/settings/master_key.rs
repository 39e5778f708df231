//! The master key of stored secrets.

use super::{Environment, SettingsError, bad};
use secrecy::SecretString;
use service::keys::Keys;
use std::path::{Path, PathBuf};

/// The key of the environment, else of the key file, which is made on the first start, beside the SQLite database.
pub(super) fn read(
    env: &impl Environment,
    in_file: Option<&Path>,
    database_url: &str,
) -> Result<[u8; 32], SettingsError> {
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
