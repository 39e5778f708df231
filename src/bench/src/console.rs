//! `yanshu serve` in a process of its own.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{
    process::{Memory, Process, free_port},
    sends::Setting,
    world::World,
};

/// The running console.
#[derive(Debug)]
pub struct Console {
    /// Its base address.
    pub base: String,
    /// From the start of the process to the first time that it said it was ready.
    pub ready_after: Duration,
    process: Process,
}

impl Console {
    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready within a minute.
    pub async fn start(setting: Setting<'_>, world: &World) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let client = reqwest::Client::builder().no_proxy().build()?;
        let base = format!("http://{address}");
        let environment = world.environment(&[("YANSHU_LISTEN", address)]);
        let began = Instant::now();
        let mut process = Process::start(setting.yanshu, setting.folder, &["serve"], &environment)?;
        while began.elapsed() < Duration::from_secs(60) {
            process.check()?;
            if let Ok(answer) = client.get(format!("{base}/readyz")).send().await
                && answer.status().is_success()
            {
                return Ok(Self { base, ready_after: began.elapsed(), process });
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        bail!("the console does not become ready at {base}")
    }

    /// Its memory.
    ///
    /// # Errors
    /// When it has ended.
    pub fn memory(&self) -> Result<Memory> {
        self.process.memory()
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Stops it.
    ///
    /// # Errors
    /// When it does not stop in order.
    pub async fn stop(self) -> Result<()> {
        self.process.stop().await
    }
}
