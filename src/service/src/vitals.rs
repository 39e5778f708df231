//! Does anything send, how fast, and what waits for it?

use crate::{Services, UseResult, engine::pulse::versions};
use model::{
    Millis,
    ids::MiniProgramId,
    worker::{ErrorTally, Warning, Worker},
};
use std::collections::BTreeMap;

/// What is due for longer than this is late, unless its mini program's deliveries go out all the same.
const LATE_MS: Millis = 60_000;

/// What waits for one mini program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Which.
    pub mini_program: MiniProgramId,
    /// Pending and sending deliveries.
    pub waiting: i64,
    /// Since when the oldest could have been sent; `None`: nothing is due now (paused, or all wait for another try).
    pub due_since: Option<Millis>,
}

/// How sending stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineState {
    /// No process sends.
    None,
    /// All processes that send were told to stop.
    Draining,
    /// Something is due since then, and nothing of its mini program went out in the last minute.
    Late(Millis),
    /// Something is due since then; a long queue is being worked off.
    Busy(Millis),
    /// All is well.
    Fine,
}

/// The processes that send, and what waits for them.
#[derive(Clone, Debug, Default)]
pub struct EngineHealth {
    /// Processes that were heard of a moment ago, the oldest first.
    pub workers: Vec<Worker>,
    /// Processes that fell silent in the last minutes without having stopped in order.
    pub silent: Vec<Worker>,
    /// By mini program, where something waits.
    pub queues: Vec<Queue>,
    /// When this was looked at.
    pub at: Millis,
}

impl EngineHealth {
    /// How sending stands, for one mini program or for all.
    #[must_use]
    pub fn state(&self, mini_program: Option<MiniProgramId>) -> EngineState {
        if self.workers.is_empty() {
            return EngineState::None;
        }
        if self.workers.iter().all(|worker| worker.beat.draining) {
            return EngineState::Draining;
        }
        let mine = |queue: &&Queue| mini_program.is_none_or(|id| id == queue.mini_program);
        let late = |queue: &Queue| queue.due_since.filter(|since| self.at - since > LATE_MS);
        let waiting = self.queues.iter().filter(mine);
        let (mut stuck, mut busy) = (None, None);
        for queue in waiting {
            let worst = if self.pace(queue.mini_program) > 0 { &mut busy } else { &mut stuck };
            if let Some(since) = late(queue) {
                *worst = Some(worst.map_or(since, |oldest: Millis| oldest.min(since)));
            }
        }
        match (stuck, busy) {
            (Some(since), _) => EngineState::Late(since),
            (None, Some(since)) => EngineState::Busy(since),
            (None, None) => EngineState::Fine,
        }
    }

    /// When anything was heard of last.
    #[must_use]
    pub fn last_beat(&self) -> Option<Millis> {
        self.workers.iter().chain(&self.silent).map(|worker| worker.beat_at).max()
    }

    /// Sent, failed and unknown deliveries per second, of all processes.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.workers.iter().map(|worker| worker.beat.rate()).sum()
    }

    /// Deliveries of a mini program that ended in the last minute.
    #[must_use]
    pub fn pace(&self, mini_program: MiniProgramId) -> i64 {
        let paces = self.workers.iter().flat_map(|worker| &worker.beat.paces);
        paces.filter(|pace| pace.mini_program == mini_program).map(|pace| pace.finished).sum()
    }

    /// What went wrong in the last five minutes, most first: codes (`None`: those that nobody knows) with how often each
    /// came, for one mini program or for all.
    #[must_use]
    pub fn errors(&self, mini_program: Option<MiniProgramId>) -> Vec<(Option<i64>, i64)> {
        let mut sums: BTreeMap<Option<i64>, i64> = BTreeMap::new();
        let all = self.workers.iter().flat_map(|worker| &worker.beat.errors);
        let mine = |tally: &&ErrorTally| mini_program.is_none_or(|id| id == tally.mini_program);
        for tally in all.filter(mine) {
            *sums.entry(tally.errcode).or_default() += tally.n;
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        sums
    }
}

impl Services {
    /// The processes that send, and what waits for them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn engine_health(&self) -> UseResult<EngineHealth> {
        let now = self.now();
        let (workers, silent) = self.store.workers(now).await?.into_iter().partition(|worker| worker.is_alive(now));
        Ok(EngineHealth { workers, silent, queues: self.queues(now).await?, at: now })
    }

    async fn queues(&self, now: Millis) -> UseResult<Vec<Queue>> {
        let loads = self.store.queues().await?;
        if loads.is_empty() {
            return Ok(Vec::new());
        }
        let due: BTreeMap<MiniProgramId, Millis> = self.store.pending_mini_programs(now).await?.into_iter().collect();
        let queue = |load: store::QueueLoad| Queue {
            mini_program: load.mini_program,
            waiting: load.waiting,
            due_since: due.get(&load.mini_program).copied().filter(|at| *at <= now),
        };
        Ok(loads.into_iter().map(queue).collect())
    }

    /// What is dangerous: about the settings of this process and of those that send, and about how they go together.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn warnings(&self) -> UseResult<Vec<Warning>> {
        let now = self.now();
        let workers = self.store.workers(now).await?;
        let alive: Vec<&Worker> = workers.iter().filter(|worker| worker.is_alive(now)).collect();
        let mut found = self.own_warnings().to_vec();
        for warning in alive.iter().flat_map(|worker| &worker.beat.warnings) {
            if !found.contains(warning) {
                found.push(warning.clone());
            }
        }
        if alive.is_empty() {
            found.push(Warning::NoWorker);
        }
        let versions = versions(alive.into_iter());
        if versions.len() > 1 {
            found.push(Warning::VersionsDiffer { versions: versions.into_iter().collect() });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::worker::{Beat, Pace};

    const NOW: Millis = 1_800_000_000_000;
    const A: MiniProgramId = MiniProgramId(1);
    const B: MiniProgramId = MiniProgramId(2);

    fn worker(beat: Beat) -> Worker {
        Worker { beat, beat_at: NOW - 1_000 }
    }

    fn due(mini_program: MiniProgramId, ago: Millis) -> Queue {
        Queue { mini_program, waiting: 5, due_since: Some(NOW - ago) }
    }

    fn health(workers: Vec<Worker>, queues: Vec<Queue>) -> EngineHealth {
        EngineHealth { workers, silent: Vec::new(), queues, at: NOW }
    }

    #[test]
    fn without_a_process_nothing_is_sent_whatever_waits() {
        assert_eq!(health(vec![], vec![]).state(None), EngineState::None);
        assert_eq!(health(vec![], vec![due(A, 90_000)]).state(None), EngineState::None);
    }

    #[test]
    fn draining_is_told_only_when_all_drain() {
        let draining = worker(Beat { draining: true, ..Beat::default() });
        assert_eq!(health(vec![draining.clone()], vec![]).state(None), EngineState::Draining);
        assert_eq!(health(vec![draining, worker(Beat::default())], vec![]).state(None), EngineState::Fine);
    }

    #[test]
    fn a_queue_is_late_when_nothing_of_it_goes_out_and_busy_when_something_does() {
        let paces = vec![Pace { mini_program: A, finished: 900 }];
        let one = vec![worker(Beat { paces, ..Beat::default() })];
        let at = |queues: Vec<Queue>, id| health(one.clone(), queues).state(id);
        assert_eq!(at(vec![due(A, 60_000)], None), EngineState::Fine);
        assert_eq!(at(vec![due(A, 61_000)], None), EngineState::Busy(NOW - 61_000));
        assert_eq!(at(vec![due(B, 61_000)], None), EngineState::Late(NOW - 61_000));
        let both = vec![due(A, 600_000), due(B, 61_000)];
        assert_eq!(at(both.clone(), None), EngineState::Late(NOW - 61_000));
        assert_eq!(at(both, Some(A)), EngineState::Busy(NOW - 600_000));
        let resting = Queue { due_since: None, ..due(B, 0) };
        assert_eq!(at(vec![resting], None), EngineState::Fine);
    }

    #[test]
    fn errors_of_all_processes_add_up_most_first() {
        let beat = |errors: &[(MiniProgramId, Option<i64>, i64)]| {
            let tally = |(mini_program, errcode, n)| ErrorTally { mini_program, errcode, n };
            worker(Beat { errors: errors.iter().copied().map(tally).collect(), ..Beat::default() })
        };
        let two = vec![beat(&[(A, Some(43101), 2), (B, None, 1)]), beat(&[(A, Some(-1), 3), (A, Some(43101), 4)])];
        let health = health(two, vec![]);
        assert_eq!(health.errors(None), [(Some(43101), 6), (Some(-1), 3), (None, 1)]);
        assert_eq!(health.errors(Some(B)), [(None, 1)]);
    }
}
