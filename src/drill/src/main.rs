//! `cargo xtask drill` builds this and runs it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks on its standard output")]

use anyhow::Result;
use clap::{Parser, ValueEnum};
use drill::{
    Server, Temper, clock, disk, kill, outage, platform,
    report::{self, Row},
    schedules,
};
use std::{fs, path::PathBuf, process::ExitCode};

/// What is drilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// kill -9 at random moments, one process and two.
    Kill,
    /// PostgreSQL crashes and starts again.
    Crash,
    /// PostgreSQL is cut off.
    Cut,
    /// SQLite's disk is full.
    Disk,
    /// The clock moves.
    Clock,
    /// The platform misbehaves.
    Platform,
    /// Seeded schedules of everything that may happen between transactions.
    Schedules,
}

/// Breaks Yanshu on purpose and proves afterwards that nobody was lost or doubled.
#[derive(Clone, Debug, Parser)]
struct Options {
    /// The `yanshu` executable.
    #[arg(long)]
    program: PathBuf,
    /// A PostgreSQL server; without one only SQLite is drilled.
    #[arg(long)]
    postgres: Option<String>,
    /// A program that takes `start` and `stop immediate` for that server.
    #[arg(long)]
    postgres_control: Option<PathBuf>,
    /// Drill these, no others.
    #[arg(long, value_enum, num_args = 1.., value_delimiter = ',')]
    only: Vec<Scenario>,
    /// What is chosen by; another one each time where it is not given.
    #[arg(long)]
    seed: Option<u64>,
    /// kill -9 so often.
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// Crashes, cuts, full disks, jumps of the clock: so many of each.
    #[arg(long, default_value_t = 20)]
    times: usize,
    /// Deliveries of a kill drill; the others have two fifths of them.
    #[arg(long, default_value_t = 20_000)]
    deliveries: usize,
    /// Schedules on SQLite; a fiftieth of them on PostgreSQL.
    #[arg(long, default_value_t = 100_000)]
    schedules: u64,
    /// Shows the rows that an earlier run wrote with --json as well.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    beside: Vec<PathBuf>,
    /// Writes all numbers there.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes the table there, for the documentation.
    #[arg(long, value_name = "FILE")]
    doc: Option<PathBuf>,
}

/// Every notice goes to everybody, so that people have several deliveries at once.
const NOTICES: usize = 4;

fn main() -> ExitCode {
    let options = Options::parse();
    match tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| runtime.block_on(run(options))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("drill: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<bool> {
    let mut drill = Drill {
        seed: options.seed.unwrap_or_else(|| fastrand::u64(1..1_000_000)),
        server: options.postgres.clone().map(|url| Server { url, control: options.postgres_control.clone() }),
        rows: Vec::new(),
        options,
    };
    for file in &drill.options.beside {
        drill.rows.extend(serde_json::from_slice::<Vec<Row>>(&fs::read(file)?)?);
    }
    println!("seed {}", drill.seed);
    drill.all().await;
    println!("\n{}", report::table(&drill.rows));
    if let Some(file) = &drill.options.json {
        fs::write(file, serde_json::to_string_pretty(&drill.rows)?)?;
    }
    if let Some(file) = &drill.options.doc {
        fs::write(file, report::page(&drill.rows, drill.seed))?;
    }
    Ok(drill.rows.iter().all(|row| row.breaches().is_empty()))
}

struct Drill {
    options: Options,
    seed: u64,
    server: Option<Server>,
    rows: Vec<Row>,
}

impl Drill {
    async fn all(&mut self) {
        let databases: Vec<_> = [None].into_iter().chain(self.server.clone().map(Some)).collect();
        for server in databases {
            let database = if server.is_some() { "postgres" } else { "sqlite" };
            self.schedules(server.as_ref(), database);
            for processes in [1, 2] {
                self.kill(server.clone(), database, processes).await;
            }
            self.clock(server.clone(), database).await;
            self.platform(server.clone(), database).await;
        }
        self.disk().await;
        self.outages().await;
    }

    fn wants(&self, scenario: Scenario) -> bool {
        self.options.only.is_empty() || self.options.only.contains(&scenario)
    }

    fn people(&self) -> usize {
        self.options.deliveries * 2 / 5 / NOTICES
    }

    /// Keeps a row and shows it at once: the whole takes a while.
    fn keep(&mut self, scenario: &str, database: &str, row: Result<Row>) {
        let row = row.unwrap_or_else(|error| Row::broken(scenario, database, self.seed, &error));
        println!("{row}");
        self.rows.push(row);
    }

    fn schedules(&mut self, server: Option<&Server>, database: &str) {
        if !self.wants(Scenario::Schedules) {
            return;
        }
        let count = if server.is_some() { self.options.schedules / 50 } else { self.options.schedules };
        let threads = std::thread::available_parallelism().map_or(1, Into::into);
        let outcome = tokio::task::block_in_place(|| schedules::run(server, self.seed, count, threads));
        let row = outcome.map(|outcome| Row::schedules(database, &outcome, self.seed));
        self.keep("schedules", database, row);
    }

    async fn kill(&mut self, server: Option<Server>, database: &str, processes: usize) {
        if !self.wants(Scenario::Kill) {
            return;
        }
        let plan = kill::Plan {
            program: self.options.program.clone(),
            server,
            processes,
            kills: self.options.kills,
            people: self.options.deliveries / NOTICES,
            notices: NOTICES,
            temper: Temper::default(),
            seed: self.seed,
        };
        let row = kill::run(&plan).await;
        self.keep("kill -9", database, row);
    }

    async fn clock(&mut self, server: Option<Server>, database: &str) {
        if !self.wants(Scenario::Clock) {
            return;
        }
        let plan = clock::Plan {
            program: self.options.program.clone(),
            server,
            faketime: None,
            processes: 2,
            times: self.options.times,
            people: self.people(),
            notices: NOTICES,
            seed: self.seed,
        };
        let row = clock::run(&plan).await;
        self.keep("clock moved", database, row);
    }

    async fn platform(&mut self, server: Option<Server>, database: &str) {
        if !self.wants(Scenario::Platform) {
            return;
        }
        let plan = platform::Plan {
            program: self.options.program.clone(),
            server,
            processes: 2,
            people: self.people(),
            notices: NOTICES,
            with_rest: true,
            seed: self.seed,
        };
        let row = platform::run(&plan).await;
        self.keep("platform misbehaves", database, row);
    }

    async fn disk(&mut self) {
        if !self.wants(Scenario::Disk) {
            return;
        }
        let (program, times, people) = (self.options.program.clone(), self.options.times.min(8), self.people());
        let row = disk::run(&disk::Plan { program, times, people, notices: NOTICES, seed: self.seed }).await;
        self.keep("disk full", "sqlite", row);
    }

    async fn outages(&mut self) {
        let Some(server) = self.server.clone() else { return };
        let plan = outage::Plan {
            program: self.options.program.clone(),
            server,
            processes: 2,
            times: self.options.times,
            people: self.people(),
            notices: NOTICES,
            seed: self.seed,
        };
        if self.wants(Scenario::Cut) {
            let row = outage::cut(&plan).await;
            self.keep("network cut", "postgres", row);
        }
        if !self.wants(Scenario::Crash) {
            return;
        }
        let row = if plan.server.control.is_some() {
            outage::restart(&plan).await
        } else {
            Ok(Row::skipped("server crashes", "postgres", "this PostgreSQL server may not be stopped"))
        };
        self.keep("server crashes", "postgres", row);
    }
}
