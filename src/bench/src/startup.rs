//! How soon the console is ready, and how large the executable is.

use anyhow::Result;

use crate::{
    console::Console,
    database::Database,
    report::{Figure, Report},
    sends::Setting,
    stats::Sample,
    world::World,
};

/// Starts the console some times on a database that is there already.
///
/// # Errors
/// When it does not start or stop.
#[expect(clippy::cast_precision_loss, reason = "megabytes")]
pub async fn measure(setting: Setting<'_>, rounds: usize, report: &mut Report) -> Result<()> {
    let section = "Start";
    for kind in setting.kinds() {
        let database = Database::make(kind, setting, "startup").await?;
        let world = World::furnish(database, "wxbe00000000000008", None).await?;
        let mut times = Vec::new();
        for _ in 0..rounds * 2 - 1 {
            let console = Console::start(setting, &world).await?;
            times.push(console.ready_after.as_secs_f64() * 1000.0);
            // It answers a moment before it listens for signals.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            console.stop().await?;
        }
        world.remove().await?;
        let name = format!("from the start of `yanshu serve` on {} to ready", kind.name());
        report.add(Figure::new(&format!("start.{}", kind.key()), section, &name, "ms", &Sample::new(times)));
    }
    let size = std::fs::metadata(setting.yanshu)?.len() as f64 / 1e6;
    report.add(Figure::once("executable", section, "the executable", "MB", size));
    Ok(())
}
