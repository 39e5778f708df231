//! Memory of the console with its engine, idle and while it confirms and sends a large notice; then what that left on disk.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use model::ids::NoticeId;

use crate::{
    console::Console,
    database::{Database, Kind},
    disk,
    report::{Figure, Report, Target},
    sends::Setting,
    visitor::Visitor,
    world::{ADMINISTRATOR, World, per_second},
};

const SECTION: &str = "Memory and disk";

/// Measures on every database; the console is left alone for `rest` before its idle memory is read.
///
/// # Errors
/// When a message is lost or sent twice.
pub async fn measure(setting: Setting<'_>, n: i64, rest: Duration, report: &mut Report) -> Result<()> {
    for kind in setting.kinds() {
        let (appid, platform) = (format!("wxbe0000000000001{}", u8::from(kind == Kind::Sqlite)), setting.platform);
        let world = World::furnish(Database::make(kind, setting, "memory").await?, &appid, Some(platform)).await?;
        world.people(n, 1, Some((platform, &appid))).await?;
        world.database.settle().await?;
        one(setting, &world, n, rest, report).await?;
        world.check_books().await?;
        disk::measure(&world.database, n, SECTION, report).await?;
        world.remove().await?;
    }
    Ok(())
}

async fn one(setting: Setting<'_>, world: &World, n: i64, rest: Duration, report: &mut Report) -> Result<()> {
    let kind = world.database.kind;
    let notice = world.draft().await?;
    setting.platform.clear().await?;
    let mut console = Console::start(setting, world).await?;
    tokio::time::sleep(rest).await;
    let idle = console.memory()?;
    report.add(figure(kind, "idle", "idle", idle.now).should(Target::at_most(30.0)));
    confirm(&console, notice, n).await?;
    let began = Instant::now();
    world.finished(notice, n, std::slice::from_mut(console.process())).await?;
    let rate = per_second(n, began.elapsed());
    let memory = console.memory()?;
    console.stop().await?;
    let summary = setting.platform.summary().await?;
    ensure!(summary.accepted == n && summary.repeats.is_empty(), "not everybody got one message: {summary:?}");
    let name = format!("most while confirming and sending {n}");
    report.add(figure(kind, "sending", &name, memory.most).should(Target::at_most(80.0)));
    let name = format!("sends/s meanwhile, from the confirmation to the last of {n} on {}", kind.name());
    report.add(Figure::once(&format!("memory.{}.rate", kind.key()), SECTION, &name, "sends/s", rate));
    Ok(())
}

/// Presses the button on the page, so that the console itself does the work.
async fn confirm(console: &Console, notice: NoticeId, n: i64) -> Result<()> {
    let visitor = Visitor::sign_in(&console.base, ADMINISTRATOR).await?;
    let csrf = visitor.csrf(&format!("/send/{notice}/review")).await?;
    let (id, shown) = (notice.to_string(), n.to_string());
    let path = visitor.post("/actions/confirm-notice", &[("csrf", &csrf), ("notice", &id), ("shown", &shown)]).await?;
    ensure!(path == format!("/notices/{notice}"), "the notice was not confirmed: the console leads to {path}");
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "megabytes")]
fn figure(kind: Kind, key: &str, name: &str, bytes: u64) -> Figure {
    let (key, name) = (format!("memory.{}.{key}", kind.key()), format!("resident memory on {}, {name}", kind.name()));
    Figure::once(&key, SECTION, &name, "MB", bytes as f64 / 1e6)
}
