//! The disk is full, and then there is room again. Only SQLite: PostgreSQL's own disk is not ours to fill.

use crate::{
    Crew, Judge, Place, Stage, Temper,
    report::{Row, Told},
};
use anyhow::{Context, Result};
use fastrand::Rng;
use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// What is filled, and how often.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The executable.
    pub program: PathBuf,
    /// So often.
    pub times: usize,
    /// People; each gets every notice.
    pub people: usize,
    /// Notices.
    pub notices: usize,
    /// Chooses the moments and how much room is left.
    pub seed: u64,
}

/// Leases outlast the trouble, so that nothing may become unknown.
const TEMPER: Temper = Temper { concurrency: 16, timeout_secs: 2, lease_secs: 120, latency_ms: 20 };
/// Room for the database and its log, several times over.
const SIZE: &str = "size=96m";
/// Sending must have stood still for so long before it counts as hit.
const STILL: Duration = Duration::from_millis(1_500);
/// It is given up for this time when sending goes on for so long: the log had room enough inside.
const GIVE_UP: Duration = Duration::from_secs(8);

/// Runs it; skipped by name where no file system may be mounted.
///
/// # Errors
/// Something that is not under test does not work, or the sending stalls.
pub async fn run(plan: &Plan) -> Result<Row> {
    let began = Instant::now();
    let disk = match Disk::mount() {
        Ok(disk) => disk,
        Err(why) => return Ok(Row::skipped("disk full", "sqlite", &format!("{why:#}"))),
    };
    let stage = Stage::furnish(Place::file_in(disk.path()), TEMPER, plan.people, plan.notices).await?;
    let told = Told::new("disk full", &stage, 1, plan.seed);
    let mut crew = Crew::start(vec![stage.worker(plan.program.clone())])?;
    let mut rng = Rng::with_seed(plan.seed);
    let (mut times, mut hit) = (0, 0);
    while times < plan.times && stage.accepted() < stage.deliveries() {
        tokio::time::sleep(Duration::from_millis(rng.u64(200..1_200))).await;
        disk.fill(rng.u64(..400_000))?;
        hit += usize::from(stands_still(&stage).await);
        disk.empty()?;
        crew.check()?;
        times += 1;
    }
    stage.wait_for(stage.deliveries()).await.with_context(|| crew.logs())?;
    crew.stop().await?;
    let mut verdict = Judge::new(&stage).look().await?;
    if hit == 0 {
        verdict.breaches.push("the full disk never stopped the sending: the drill proves nothing".to_owned());
    }
    stage.clear().await?;
    Ok(told.row(format!("full {times} times, felt {hit} times"), verdict, began))
}

/// Whether the platform gets no more calls.
async fn stands_still(stage: &Stage) -> bool {
    let began = Instant::now();
    let mut last = (stage.accepted(), Instant::now());
    while began.elapsed() < GIVE_UP && stage.accepted() < stage.deliveries() {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if stage.accepted() != last.0 {
            last = (stage.accepted(), Instant::now());
        } else if last.1.elapsed() >= STILL {
            return true;
        }
    }
    false
}

/// A small file system in memory.
#[derive(Debug)]
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn mount() -> Result<Self> {
        anyhow::ensure!(cfg!(target_os = "linux"), "tmpfs is Linux's");
        anyhow::ensure!(rustix::process::geteuid().is_root(), "only root may mount a small tmpfs");
        let folder = TempDir::with_prefix("yanshu-drill-disk-")?;
        quietly(Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(folder.path()))
            .context("a small tmpfs cannot be mounted here")?;
        Ok(Self { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it up but for so many bytes.
    fn fill(&self, left: u64) -> Result<()> {
        let mut file = File::create(self.path().join("filler"))?;
        let block = vec![0_u8; 65_536];
        while file.write_all(&block).is_ok() {}
        let length = file.metadata()?.len();
        file.set_len(length.saturating_sub(left))?;
        Ok(())
    }

    fn empty(&self) -> Result<()> {
        Ok(fs::remove_file(self.path().join("filler"))?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whatever still has a file open lets go of it later.
        drop(quietly(Command::new("umount").arg("-l").arg(self.folder.path())));
    }
}

fn quietly(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    anyhow::ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}
