//! What a run measures and how much of it.

use std::path::PathBuf;

/// The parts of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Sends per second beside a bare client.
    Sends,
    /// Sends per second while the platform takes its time.
    Latency,
    /// Confirming a notice for many.
    Enqueue,
    /// Memory idle and while sending, and bytes on disk.
    Memory,
    /// Start-up time and the executable's size.
    Startup,
    /// Pages over a large database.
    Pages,
}

impl Part {
    /// All, in the order in which they run.
    pub const ALL: [Self; 6] = [Self::Sends, Self::Latency, Self::Enqueue, Self::Memory, Self::Startup, Self::Pages];
}

/// What the bench is told.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "bench", about = "Measures Yanshu beside a bare client on this machine.")]
pub struct Options {
    /// The executable to measure.
    #[arg(long, value_name = "FILE")]
    pub yanshu: PathBuf,
    /// A PostgreSQL server on which databases may be made and dropped; without it only SQLite is measured.
    #[arg(long, value_name = "URL")]
    pub postgres: Option<String>,
    /// Where databases are made (default: a temporary folder, removed at the end).
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Measure these parts only.
    #[arg(long, value_enum, value_delimiter = ',', num_args = 1..)]
    pub only: Vec<Part>,
    /// A run of a few minutes: everything at a twentieth of its size. Sizes that are given stand.
    #[arg(long)]
    pub quick: bool,
    /// Messages of one round without latency.
    #[arg(long, value_name = "N")]
    pub sends: Option<i64>,
    /// How often each rate is measured; an odd number has a median of its own.
    #[arg(long, value_name = "N")]
    pub rounds: Option<usize>,
    /// How long one round with latency should take.
    #[arg(long, value_name = "SECONDS")]
    pub seconds: Option<i64>,
    /// Latency of the platform in those rounds.
    #[arg(long, value_name = "MS", default_value_t = 50)]
    pub latency_ms: i64,
    /// Subscribers of the notice that is confirmed, of the one whose memory is watched, and of the pages.
    #[arg(long, value_name = "N")]
    pub subscribers: Option<i64>,
    /// Deliveries behind the pages.
    #[arg(long, value_name = "N")]
    pub deliveries: Option<i64>,
    /// How often each page is asked for.
    #[arg(long, value_name = "N")]
    pub requests: Option<usize>,
    /// Writes every figure as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Writes the tables into this page between its two marks, or makes the page.
    #[arg(long, value_name = "FILE")]
    pub doc: Option<PathBuf>,
}

impl Options {
    /// Whether a part is wanted.
    #[must_use]
    pub fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// The sizes of this run.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        let usual = if self.quick { Sizes::QUICK } else { Sizes::FULL };
        Sizes {
            sends: self.sends.unwrap_or(usual.sends),
            rounds: self.rounds.unwrap_or(usual.rounds).max(1),
            seconds: self.seconds.unwrap_or(usual.seconds),
            subscribers: self.subscribers.unwrap_or(usual.subscribers),
            deliveries: self.deliveries.unwrap_or(usual.deliveries),
            requests: self.requests.unwrap_or(usual.requests).max(1),
        }
    }
}

/// How much is measured.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Sizes {
    /// Messages of one round without latency.
    pub sends: i64,
    /// Rounds of each rate.
    pub rounds: usize,
    /// Seconds that one round with latency should take.
    pub seconds: i64,
    /// Subscribers of the large notices and of the pages.
    pub subscribers: i64,
    /// Deliveries behind the pages.
    pub deliveries: i64,
    /// Requests of each page.
    pub requests: usize,
}

impl Sizes {
    const FULL: Self =
        Self { sends: 100_000, rounds: 3, seconds: 8, subscribers: 1_000_000, deliveries: 10_000_000, requests: 200 };
    const QUICK: Self =
        Self { sends: 20_000, rounds: 1, seconds: 3, subscribers: 50_000, deliveries: 500_000, requests: 50 };
}
