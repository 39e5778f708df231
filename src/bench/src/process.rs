//! Child processes: the executable in its several parts, what they print, how they stop and what memory they hold.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How long a process may take to stop in order.
const STOP: Duration = Duration::from_secs(60);

/// A part of `yanshu` in a process of its own; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    what: String,
    log: PathBuf,
}

impl Process {
    /// Starts `yanshu` with these arguments; what it prints goes into a file in `folder`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(yanshu: &Path, folder: &Path, arguments: &[&str], environment: &[(&str, String)]) -> Result<Self> {
        let what = format!("yanshu {}", arguments.join(" "));
        let log = folder.join(format!("{}.log", arguments.first().copied().unwrap_or("yanshu")));
        let output = File::options().create(true).append(true).open(&log)?;
        // A time of the caller's own settings must not change what is measured.
        let own = std::env::vars_os().filter(|(name, _)| !name.to_string_lossy().starts_with("YANSHU_"));
        let child = Command::new(yanshu)
            .args(arguments)
            .env_clear()
            .envs(own)
            .env_remove("DATABASE_URL")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start {}", yanshu.display()))?;
        Ok(Self { child, what, log })
    }

    /// An error when the process has ended.
    ///
    /// # Errors
    /// With the last lines that it printed.
    pub fn check(&mut self) -> Result<()> {
        let Some(status) = self.child.try_wait()? else { return Ok(()) };
        bail!("{} ended ({status}):\n{}", self.what, self.last_lines())
    }

    fn last_lines(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(20).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Asks the process to stop and waits until it has.
    ///
    /// # Errors
    /// When it does not stop in a minute, or not in order.
    pub async fn stop(mut self) -> Result<()> {
        kill_process(self.pid()?, Signal::TERM)?;
        let asked = Instant::now();
        while asked.elapsed() < STOP {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("{} stopped badly ({status}):\n{}", self.what, self.last_lines()),
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
        bail!("{} did not stop", self.what)
    }

    fn pid(&self) -> Result<Pid> {
        Pid::from_raw(i32::try_from(self.child.id())?).context("no process id")
    }

    /// Resident memory in bytes: now, and the most so far.
    ///
    /// # Errors
    /// When the process has ended, or where there is no `/proc`.
    pub fn memory(&self) -> Result<Memory> {
        Memory::parse(&fs::read_to_string(format!("/proc/{}/status", self.child.id()))?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Only fails where it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Resident memory in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// `VmRSS`.
    pub now: u64,
    /// `VmHWM`, the most since the process began.
    pub most: u64,
}

impl Memory {
    fn parse(status: &str) -> Result<Self> {
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
            let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
            anyhow::Ok(kib * 1024)
        };
        Ok(Self { now: field("VmRSS:")?, most: field("VmHWM:")? })
    }
}

/// A port that nobody listens on at this moment.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_bytes() -> Result<()> {
        let status = "Name:\tyanshu\nVmPeak:\t  999 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t3\n";
        assert_eq!(Memory::parse(status)?, Memory { now: 1024 * 1024, most: 2048 * 1024 });
        assert!(Memory::parse("Name:\tgone\n").is_err());
        Ok(())
    }
}
