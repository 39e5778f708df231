//! Throwaway PostgreSQL servers for the tests.
//!
//! There are two: one that stays up, which tests share, and one that a test may stop and start again without pulling the
//! database from under all the others that run at the same time.

use std::{
    fs,
    io::Read as _,
    net::{Ipv4Addr, TcpListener},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{install, process};

/// The servers of one run of the suite.
#[derive(Debug)]
pub struct Clusters {
    shared: Cluster,
    outage: Cluster,
}

impl Clusters {
    /// Starts both, and installs PostgreSQL first if it is missing.
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        let start = || Cluster::start(&programs, QUICK);
        let clusters = Self { shared: start()?, outage: start()? };
        println!("{} and, to be stopped by tests, {}", clusters.shared.url, clusters.outage.url);
        Ok(clusters)
    }

    /// What tests find them by. Each `…_PG_CTL` is an executable that takes `start` or `stop`.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("YANSHU_TEST_DATABASE_URL", self.shared.url.clone()),
            ("YANSHU_TEST_PG_CTL", self.shared.control.display().to_string()),
            ("YANSHU_TEST_OUTAGE_DATABASE_URL", self.outage.url.clone()),
            ("YANSHU_TEST_OUTAGE_PG_CTL", self.outage.control.display().to_string()),
        ]
    }
}

/// One server with its data in a temporary directory.
#[derive(Debug)]
pub struct Cluster {
    /// Where its first database answers.
    pub url: String,
    control: PathBuf,
    guardian: Child,
}

impl Cluster {
    /// A server with PostgreSQL's own settings, as durable as one that somebody relies on.
    pub fn durable() -> Result<Self> {
        Self::start(&programs()?, "")
    }

    fn start(programs: &Path, more: &str) -> Result<Self> {
        let account = Account::choose()?;
        let directory = tempfile::Builder::new().prefix("yanshu-postgres-").tempdir()?;
        let data = directory.path().join("data");
        account.own(directory.path())?;
        let options = ["--auth=trust", "--username=yanshu", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"];
        let mut initdb = account.command(&programs.join("initdb"));
        process::capture(initdb.args(options).arg(&data)).context("cannot make a PostgreSQL cluster")?;
        let port = free_port()?;
        account.append(&data.join("postgresql.conf"), &settings(port, more))?;
        let control = directory.path().join("control");
        fs::write(&control, control_script(&account.prefix, programs, directory.path()))?;
        fs::set_permissions(&control, fs::Permissions::from_mode(0o755))?;
        // From here on the guardian removes the directory, whatever becomes of us.
        let mut cluster = Self {
            url: format!("postgres://yanshu@127.0.0.1:{port}/postgres"),
            guardian: guardian(&control, &directory)?,
            control,
        };
        let _ = directory.keep();
        cluster.begin()?;
        Ok(cluster)
    }

    /// Starts the server; what it says when it cannot is in its log.
    fn begin(&mut self) -> Result<()> {
        process::capture(process::command(&self.control).arg("start").stdin(Stdio::null()))
            .with_context(|| fs::read_to_string(self.control.with_file_name("log")).unwrap_or_default())
            .context("PostgreSQL does not start")
            .map(drop)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The guardian acts when its standard input ends.
        drop(self.guardian.stdin.take());
        if let Err(reason) = self.guardian.wait() {
            eprintln!("xtask: cannot wait for PostgreSQL to stop: {reason}");
        }
    }
}

/// A process of its own that stops the server and removes its data as soon as we are gone: at the end of a run, after
/// Ctrl-C, and when we are killed.
fn guardian(control: &Path, directory: &TempDir) -> Result<Child> {
    let script = "trap '' INT TERM HUP; echo ready; cat >/dev/null; cd /; \"$1\" stop immediate >/dev/null 2>&1; \
                  rm -rf \"$2\"";
    let mut guardian = process::command("sh")
        .args(["-c", script, "guardian"])
        .arg(control)
        .arg(directory.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .context("cannot start the shell that cleans up after PostgreSQL")?;
    // Only after this line does Ctrl-C leave it alone.
    if let Some(output) = guardian.stdout.as_mut() {
        output.read_exact(&mut [0; 6]).context("the shell that cleans up after PostgreSQL ended at once")?;
    }
    Ok(guardian)
}

/// The account that the server runs under: PostgreSQL refuses to be root.
#[derive(Debug)]
struct Account {
    /// The user, if it is not ours.
    user: Option<&'static str>,
    /// The words before a command that make it run as that user.
    prefix: Vec<String>,
}

impl Account {
    fn choose() -> Result<Self> {
        if !install::is_root() {
            return Ok(Self { user: None, prefix: Vec::new() });
        }
        let exists = |user: &&str| process::capture(process::command("id").arg(user)).is_ok();
        let user = ["postgres", "nobody"].into_iter().find(exists);
        let user = user.context("PostgreSQL does not run as root: make a user called postgres")?;
        let words: &[&str] = if process::which("setpriv").is_some() {
            &["setpriv", "--reuid", user, "--regid", &group(user)?, "--clear-groups", "--"]
        } else if process::which("runuser").is_some() {
            &["runuser", "-u", user, "--"]
        } else {
            bail!("PostgreSQL does not run as root: install util-linux for setpriv, or run this as another user");
        };
        Ok(Self { user: Some(user), prefix: words.iter().copied().map(str::to_owned).collect() })
    }

    /// A command that runs under this account.
    fn command(&self, program: &Path) -> Command {
        let mut command = match self.prefix.split_first() {
            None => process::command(program),
            Some((first, rest)) => {
                let mut command = process::command(first);
                command.args(rest).arg(program);
                command
            }
        };
        // The account may not be allowed to read the directory that we are in.
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    /// Gives a directory to this account.
    fn own(&self, directory: &Path) -> Result<()> {
        match self.user {
            None => Ok(()),
            Some(user) => process::run(process::command("chown").arg(user).arg(directory)),
        }
    }

    /// Adds lines to a file of this account.
    fn append(&self, file: &Path, text: &str) -> Result<()> {
        let old = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        fs::write(file, old + text).with_context(|| format!("cannot write {}", file.display()))
    }
}

fn group(user: &str) -> Result<String> {
    Ok(process::capture(process::command("id").args(["-g", user]))?.trim().to_owned())
}

/// Speed over safety: nobody misses this data.
const QUICK: &str = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum_naptime = 10s\n";

fn settings(port: u16, more: &str) -> String {
    format!(
        "\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\nmax_connections = 200\n{more}"
    )
}

/// `control start` and `control stop [smart|fast|immediate]`.
fn control_script(prefix: &[String], programs: &Path, directory: &Path) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let prefix = prefix.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
    let pg_ctl = quote(&programs.join("pg_ctl").to_string_lossy());
    let data = quote(&directory.join("data").to_string_lossy());
    let log = quote(&directory.join("log").to_string_lossy());
    format!(
        "#!/bin/sh\ncd /\ncase \"$1\" in\n\
         start) exec {prefix} {pg_ctl} --silent --wait --timeout 60 --pgdata {data} --log {log} start ;;\n\
         stop) exec {prefix} {pg_ctl} --silent --wait --timeout 60 --pgdata {data} --mode \"${{2:-fast}}\" stop ;;\n\
         *) echo 'say start or stop' >&2; exit 2 ;;\nesac\n"
    )
}

/// A port that nobody listens on at this moment.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The directory of PostgreSQL's programs, which distributions keep off the PATH.
fn programs() -> Result<PathBuf> {
    if let Some(found) = find_programs() {
        return Ok(found);
    }
    install::apt("PostgreSQL", &["postgresql"])?;
    find_programs().context("PostgreSQL was installed, yet initdb and pg_ctl are not found: put them on the PATH")
}

fn find_programs() -> Option<PathBuf> {
    // Links on the PATH are followed: the other account needs the real place.
    let on_path = process::which("initdb").and_then(|path| path.canonicalize().ok()?.parent().map(Path::to_path_buf));
    on_path.into_iter().chain(installed_versions()).find(|place| place.join("pg_ctl").is_file())
}

/// Debian's places, newest version first.
fn installed_versions() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let mut versions: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|path| number(path).is_some()).collect();
    versions.sort_by_key(|path| std::cmp::Reverse(number(path)));
    versions.into_iter().map(|path| path.join("bin")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_quotes_what_it_is_given() -> Result<()> {
        let directory = tempfile::Builder::new().prefix("it's here ").tempdir()?;
        let programs = directory.path().join("bin");
        crate::files::write(&programs.join("pg_ctl"), b"#!/bin/sh\necho \"$@\"\n")?;
        fs::set_permissions(programs.join("pg_ctl"), fs::Permissions::from_mode(0o755))?;
        let script = control_script(&["env".to_owned()], &programs, directory.path());
        let run = |word: &str| process::capture(process::command("sh").args(["-c", &script, "control", word]));
        assert!(run("stop")?.contains("--mode fast stop"));
        assert!(run("start")?.contains(&format!("--pgdata {}/data", directory.path().display())));
        assert!(run("dance").is_err());
        Ok(())
    }
}
