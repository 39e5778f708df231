//! The worker processes of a drill.

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Longer than the drain time of a worker.
const STOP_WITHIN: Duration = Duration::from_secs(40);

/// What every worker is started with.
#[derive(Clone, Debug)]
pub struct Call {
    /// The executable.
    pub program: PathBuf,
    /// Its settings.
    pub environment: Vec<(String, String)>,
}

impl Call {
    /// The same with another value of a setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.into()));
        self
    }
}

/// Running `yanshu worker` processes; those that are left are killed when the value goes.
#[derive(Debug)]
pub struct Crew {
    calls: Vec<Call>,
    children: Vec<Child>,
    folder: TempDir,
}

impl Crew {
    /// Starts one worker for each call.
    ///
    /// # Errors
    /// The executable does not start.
    pub fn start(calls: Vec<Call>) -> Result<Self> {
        let folder = TempDir::with_prefix("yanshu-drill-log-")?;
        let children = calls
            .iter()
            .enumerate()
            .map(|(n, call)| spawn(call, &log_file(folder.path(), n)))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self { calls, children, folder })
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.children.len()
    }

    /// Whether nobody is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.children.is_empty()
    }

    /// kill -9, and another takes the place.
    ///
    /// # Errors
    /// It had ended by itself (which no harm of a drill excuses), or another does not start.
    pub fn replace(&mut self, which: usize) -> Result<()> {
        self.check()?;
        let (Some(child), Some(call)) = (self.children.get_mut(which), self.calls.get(which)) else {
            bail!("no worker number {which}")
        };
        child.kill()?;
        child.wait()?;
        *child = spawn(call, &log_file(self.folder.path(), which))?;
        Ok(())
    }

    /// Nobody may have ended by themselves.
    ///
    /// # Errors
    /// Somebody has; the end of its log is in the error.
    pub fn check(&mut self) -> Result<()> {
        for (n, child) in self.children.iter_mut().enumerate() {
            if let Some(status) = child.try_wait()? {
                bail!("worker {n} ended by itself ({status}): {}", tail(&log_file(self.folder.path(), n)));
            }
        }
        Ok(())
    }

    /// The ends of their logs, for an error.
    #[must_use]
    pub fn logs(&self) -> String {
        let logs =
            (0..self.children.len()).map(|n| format!("worker {n} said: {}", tail(&log_file(self.folder.path(), n))));
        logs.collect::<Vec<_>>().join("; ")
    }

    /// SIGTERM to all; they have to end in time and without an error.
    ///
    /// # Errors
    /// One does not, or ended before.
    pub async fn stop(mut self) -> Result<()> {
        self.check()?;
        for child in &self.children {
            let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw).context("a process id")?;
            kill_process(id, Signal::TERM)?;
        }
        let until = Instant::now() + STOP_WITHIN;
        for (n, child) in self.children.iter_mut().enumerate() {
            let status = wait(child, until).await?;
            let log = log_file(self.folder.path(), n);
            let status = status.with_context(|| format!("worker {n} did not stop: {}", tail(&log)))?;
            anyhow::ensure!(status.success(), "worker {n} stopped with {status}: {}", tail(&log));
        }
        Ok(())
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for child in &mut self.children {
            // They may have ended; then there is nothing to do.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

async fn wait(child: &mut Child, until: Instant) -> Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn spawn(call: &Call, log: &Path) -> Result<Child> {
    let log = OpenOptions::new().create(true).append(true).open(log)?;
    Command::new(&call.program)
        .arg("worker")
        .envs(call.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(File::options().write(true).open("/dev/null")?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("cannot start {}", call.program.display()))
}

fn log_file(folder: &Path, n: usize) -> PathBuf {
    folder.join(format!("worker-{n}.log"))
}

/// The last lines of a log.
fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().rev().take(6).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" | ")
}
