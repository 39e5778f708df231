//! Sends per second: the bare client, the engine on either database, two engines on one, side by side.

use std::{path::Path, time::Duration};

use anyhow::{Result, ensure};

use crate::{
    bare::{Bare, How},
    database::{Database, Kind as DatabaseKind},
    platform::Platform,
    process::Process,
    report::{Figure, Report, Target},
    stats::Sample,
    world::{World, per_second},
};

/// What the engine has under way at once, by default, and so the bare client too.
const AT_ONCE: usize = 64;
/// What an engine that is to go as fast as it can has under way: the more, the more fits into one transaction.
const BUSY_AT_ONCE: usize = 512;
/// In flight where one process is to reach what its limit allows.
const MANY_AT_ONCE: usize = 256;

/// Where and with what.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The executable.
    pub yanshu: &'a Path,
    /// Where databases and logs lie.
    pub folder: &'a Path,
    /// The PostgreSQL server, if there is one.
    pub postgres: Option<&'a str>,
    /// The simulator.
    pub platform: &'a Platform,
}

impl Setting<'_> {
    /// The databases that can be measured.
    #[must_use]
    pub fn kinds(&self) -> Vec<DatabaseKind> {
        if self.postgres.is_some() {
            vec![DatabaseKind::Sqlite, DatabaseKind::Postgres]
        } else {
            vec![DatabaseKind::Sqlite]
        }
    }
}

/// One engine set-up that is measured again and again.
struct Runner<'a> {
    setting: Setting<'a>,
    world: World,
    appid: String,
    sends: i64,
    processes: usize,
    at_once: Option<usize>,
    rates: Vec<f64>,
}

impl<'a> Runner<'a> {
    async fn prepare(setting: Setting<'a>, database: Database, appid: &str, sends: i64, rounds: usize) -> Result<Self> {
        let world = World::furnish(database, appid, Some(setting.platform)).await?;
        world.people(sends, u32::try_from(rounds)?, Some((setting.platform, appid))).await?;
        let appid = appid.to_owned();
        Ok(Self { setting, world, appid, sends, processes: 1, at_once: None, rates: Vec::new() })
    }

    /// Queues a notice, starts the processes, and takes the time from the first call that the platform saw until the
    /// last result could be read in the database.
    async fn round(&mut self) -> Result<()> {
        let notice = self.world.draft().await?;
        self.world.enqueue(notice, self.sends).await?;
        self.world.database.settle().await?;
        self.setting.platform.clear().await?;
        let more: Vec<_> = self.at_once.iter().map(|n| ("YANSHU_CONCURRENCY", n.to_string())).collect();
        let environment = self.world.environment(&more);
        let mut workers = Vec::new();
        for _ in 0..self.processes {
            workers.push(Process::start(self.setting.yanshu, self.setting.folder, &["worker"], &environment)?);
        }
        let end = self.world.finished(notice, self.sends, &mut workers).await?;
        for worker in workers {
            worker.stop().await?;
        }
        let summary = self.setting.platform.summary().await?;
        ensure!(
            summary.accepted == self.sends && summary.repeats.is_empty(),
            "{}: the platform accepted {} of {}, and more than once: {:?}",
            self.appid,
            summary.accepted,
            self.sends,
            summary.repeats
        );
        let begin = self.setting.platform.first_send().await?;
        let time = Duration::from_millis(u64::try_from(end - begin)?);
        self.rates.push(per_second(self.sends, time));
        Ok(())
    }

    async fn end(self) -> Result<Vec<f64>> {
        self.world.check_books().await?;
        self.world.remove().await?;
        Ok(self.rates)
    }
}

/// Without latency: the bare client beside the engine.
///
/// # Errors
/// When anything is not sent exactly once, or the books do not agree afterwards.
pub async fn without_latency(setting: Setting<'_>, sends: i64, rounds: usize, report: &mut Report) -> Result<()> {
    setting.platform.set_latency(0).await?;
    let client = Bare::prepare(setting.platform, AT_ONCE).await?;
    let file = Database::sqlite(setting.folder, "sends");
    let mut sqlite = Runner::prepare(setting, file, "wxbe00000000000001", sends, rounds).await?;
    sqlite.at_once = Some(BUSY_AT_ONCE);
    let mut postgres = match setting.postgres {
        Some(server) => {
            let database = Database::postgres(server, "sends").await?;
            let mut runner = Runner::prepare(setting, database, "wxbe00000000000002", sends, rounds).await?;
            runner.at_once = Some(BUSY_AT_ONCE);
            Some(runner)
        }
        None => None,
    };
    client.rate(How::Pooled, sends / 10, AT_ONCE).await?;
    let (mut bare, mut barest, mut reqwest) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        setting.platform.clear().await?;
        bare.push(client.rate(How::Pooled, sends, AT_ONCE).await?);
        barest.push(client.rate(How::Connections, sends, AT_ONCE).await?);
        reqwest.push(client.rate(How::Reqwest, sends, AT_ONCE).await?);
        sqlite.round().await?;
        if let Some(postgres) = &mut postgres {
            postgres.round().await?;
        }
        report.say(&format!("round {} of {rounds} without latency", round + 1));
    }
    let section = "Sends per second, no latency";
    report.add(rate("sends.bare", section, "bare client, nothing stored", &bare));
    report.add(rate("sends.barest", section, "the same without a pool", &barest).of(&bare, "bare", None));
    report.add(rate("sends.reqwest", section, "reqwest, nothing stored", &reqwest).of(&bare, "bare", None));
    let engine = rate("sends.sqlite", section, "engine on SQLite, 512 in flight", &sqlite.end().await?);
    report.add(engine.of(&bare, "bare", Some(Target::at_least(0.40))));
    if let Some(postgres) = postgres {
        let engine = rate("sends.postgres", section, "engine on PostgreSQL, 512 in flight", &postgres.end().await?);
        report.add(engine.of(&bare, "bare", Some(Target::at_least(0.25))));
    }
    Ok(())
}

/// With latency: what a limit on calls in flight allows, and a second process.
///
/// # Errors
/// As [`without_latency`].
#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
pub async fn with_latency(
    setting: Setting<'_>,
    latency_ms: i64,
    seconds: i64,
    rounds: usize,
    report: &mut Report,
) -> Result<()> {
    let allowed = |at_once: usize| at_once as f64 * 1000.0 / latency_ms as f64;
    let number = |at_once: usize| i64::try_from(at_once).map(|n| (n * 1000 * seconds / latency_ms).max(1));
    setting.platform.set_latency(latency_ms).await?;
    let client = Bare::prepare(setting.platform, MANY_AT_ONCE).await?;
    let mut runners = runners(setting, number(AT_ONCE)?, number(MANY_AT_ONCE)?, rounds).await?;
    let mut bare = Vec::new();
    for round in 0..rounds {
        setting.platform.clear().await?;
        bare.push(client.rate(How::Pooled, number(MANY_AT_ONCE)?, MANY_AT_ONCE).await?);
        for (_, runner) in &mut runners {
            runner.round().await?;
        }
        report.say(&format!("round {} of {rounds} with {latency_ms} ms of latency", round + 1));
    }
    setting.platform.set_latency(0).await?;
    let section = format!("Sends per second, {latency_ms} ms of latency");
    let ideal = vec![allowed(MANY_AT_ONCE); rounds];
    let what = format!("{MANY_AT_ONCE} ÷ {} s", latency_ms as f64 / 1000.0);
    let first = rate("latency.bare256", &section, &format!("bare client, {MANY_AT_ONCE} in flight"), &bare);
    report.add(first.of(&ideal, &what, None));
    let mut one = Vec::new();
    for (kind, runner) in runners {
        let (processes, database) = (runner.processes, runner.world.database.kind.name());
        let rates = runner.end().await?;
        report.add(match kind {
            Kind::Many => rate(
                "latency.one256",
                &section,
                &format!("one process on {database}, {MANY_AT_ONCE} in flight"),
                &rates,
            )
            .of(&ideal, &what, Some(Target::at_least(0.95))),
            Kind::Few => {
                one.clone_from(&rates);
                rate("latency.one", &section, &format!("one process on {database}, {AT_ONCE} in flight"), &rates).of(
                    &vec![allowed(AT_ONCE); rounds],
                    &format!("{AT_ONCE} ÷ {} s", latency_ms as f64 / 1000.0),
                    None,
                )
            }
            Kind::Pair => {
                let name = format!("{processes} processes on one {database}, {AT_ONCE} in flight each");
                rate("latency.two", &section, &name, &rates).of(&one, "one", Some(Target::at_least(1.8)))
            }
        });
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Kind {
    Many,
    Few,
    Pair,
}

/// One process that may have many calls in flight, one with few, and two with few each, each on a database of its own.
async fn runners(setting: Setting<'_>, few: i64, many: i64, rounds: usize) -> Result<Vec<(Kind, Runner<'_>)>> {
    let mut all = Vec::new();
    let Some(server) = setting.postgres else {
        let file = Database::sqlite(setting.folder, "latency");
        let mut one = Runner::prepare(setting, file, "wxbe00000000000003", many, rounds).await?;
        one.at_once = Some(MANY_AT_ONCE);
        all.push((Kind::Many, one));
        return Ok(all);
    };
    let kinds = [
        (Kind::Many, "many", "wxbe00000000000004", many, MANY_AT_ONCE, 1),
        (Kind::Few, "few", "wxbe00000000000005", few, AT_ONCE, 1),
        (Kind::Pair, "pair", "wxbe00000000000006", few * 2, AT_ONCE, 2),
    ];
    for (kind, name, appid, sends, at_once, processes) in kinds {
        let database = Database::postgres(server, name).await?;
        let mut runner = Runner::prepare(setting, database, appid, sends, rounds).await?;
        runner.at_once = Some(at_once);
        runner.processes = processes;
        all.push((kind, runner));
    }
    Ok(all)
}

fn rate(key: &str, section: &str, name: &str, rates: &[f64]) -> Figure {
    Figure::new(key, section, name, "sends/s", &Sample::new(rates.to_vec()))
}
