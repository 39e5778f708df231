//! Processes that send: what each tells of itself, and what is dangerous about how it is set up.

mod warning;

pub use warning::Warning;

use crate::{Millis, ids::MiniProgramId};
use serde::{Deserialize, Serialize};

/// What a process finished for one mini program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Which.
    pub mini_program: MiniProgramId,
    /// Sent, failed and unknown deliveries.
    pub finished: i64,
}

/// How often one code came for one mini program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorTally {
    /// Which.
    pub mini_program: MiniProgramId,
    /// The code; `None`: all that the adviser does not know.
    pub errcode: Option<i64>,
    /// How often; deliveries that are tried again count each time.
    pub n: i64,
}

/// What a process that sends tells of itself every few seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// Random and positive; made when the process starts.
    pub id: i64,
    /// The machine's name.
    pub host: String,
    /// The process's number on it.
    pub pid: i64,
    /// Of the program.
    pub version: String,
    /// When the process began to send.
    pub started_at: Millis,
    /// It was told to stop and waits for calls under way.
    pub draining: bool,
    /// Calls under way.
    pub under_way: i64,
    /// Messages that WeChat accepted in the last minute.
    pub sent: i64,
    /// Failed and unknown deliveries of the last minute.
    pub failed: i64,
    /// Sent, failed and unknown per 1,000 seconds, over the last ten seconds; see [`Beat::rate`].
    pub millirate: i64,
    /// Half of the calls of the last minute took at most so many milliseconds; `None`: there was no call.
    pub p50_ms: Option<i64>,
    /// 95 of 100 calls of the last minute took at most so many milliseconds.
    pub p95_ms: Option<i64>,
    /// What it finished in the last minute, by mini program.
    pub paces: Vec<Pace>,
    /// What went wrong in the last five minutes, most first.
    pub errors: Vec<ErrorTally>,
    /// What is dangerous about its settings.
    pub warnings: Vec<Warning>,
}

impl Beat {
    /// Sent, failed and unknown deliveries per second, over the last ten seconds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate to be read by people")]
    pub fn rate(&self) -> f64 {
        self.millirate as f64 / 1_000.0
    }
}

/// A process and when it was heard of last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// What it told.
    pub beat: Beat,
    /// When.
    pub beat_at: Millis,
}

/// A process beats this often.
pub const BEAT_EVERY_MS: Millis = 5_000;
/// One that was silent for longer is taken to be gone: some beats may be late behind a long transaction.
const SILENT_MS: Millis = 30_000;

impl Worker {
    /// Whether it was heard of a moment ago. Clocks of two machines differ a little, so a beat may lie ahead.
    #[must_use]
    pub fn is_alive(&self, now: Millis) -> bool {
        now - self.beat_at <= SILENT_MS
    }
}
