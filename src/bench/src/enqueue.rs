//! Confirming a notice for many, by the storage's own method.

use anyhow::Result;

use crate::{
    database::{Database, Kind},
    report::{Figure, Report, Target},
    sends::Setting,
    stats::Sample,
    world::World,
};

/// The sizes that targets are given for.
const MILLION: i64 = 1_000_000;

/// Confirms one notice after the other for all subscribers.
///
/// # Errors
/// When not exactly everybody is queued.
pub async fn measure(setting: Setting<'_>, n: i64, rounds: usize, report: &mut Report) -> Result<()> {
    for kind in setting.kinds() {
        let database = Database::make(kind, setting, "enqueue").await?;
        let world = World::furnish(database, "wxbe00000000000007", None).await?;
        world.people(n, u32::try_from(rounds)?, None).await?;
        let mut seconds = Vec::new();
        for _ in 0..rounds {
            let notice = world.draft().await?;
            world.database.settle().await?;
            seconds.push(world.enqueue(notice, n).await?.as_secs_f64());
        }
        world.remove().await?;
        let name = format!("confirm a notice for {n} subscribers on {}", kind.name());
        let figure = Figure::new(&format!("enqueue.{}", kind.key()), "Confirming", &name, "s", &Sample::new(seconds));
        let target = Target::at_most(if kind == Kind::Sqlite { 4.0 } else { 8.0 });
        report.add(if n == MILLION { figure.should(target) } else { figure });
    }
    Ok(())
}
