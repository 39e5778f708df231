//! What the store must show: the state of every delivery, moved only as the design's words allow.

use model::{
    Millis,
    delivery::DeliveryState,
    ids::{DeliveryId, NoticeId},
};
use std::collections::{BTreeMap, BTreeSet};
use store::{Claimed, DeliveryResult, Outcome};

/// No lease is longer.
const LONGEST_LEASE_MS: Millis = 900_000;

/// One delivery.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub state: DeliveryState,
    /// The lease that it is under, or became unknown under; else 0.
    pub lease: i64,
    pub lease_until: Millis,
    /// It can be claimed from then on.
    pub due_at: Millis,
    /// It must not be claimed before: only where a try asked for a wait.
    pub not_before: Option<Millis>,
    /// Calls that the platform accepted.
    pub accepted: u32,
}

/// Changes of which the store chooses some.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    pub among: BTreeSet<DeliveryId>,
    pub at_least: usize,
    pub at_most: usize,
    pub to: Option<DeliveryState>,
}

impl Choice {
    /// Whether so many may have been chosen.
    pub fn check(&self, n: usize) -> Result<(), String> {
        if (self.at_least..=self.at_most).contains(&n) {
            return Ok(());
        }
        Err(format!("{n} became {:?}, must be {} to {}", self.to, self.at_least, self.at_most))
    }
}

/// All deliveries of a schedule.
#[derive(Debug, Default)]
pub(super) struct Shadow {
    pub lines: BTreeMap<DeliveryId, Line>,
    /// Notices, and whether somebody ended them.
    pub ended: BTreeMap<NoticeId, bool>,
    pub paused: bool,
}

impl Shadow {
    /// A delivery of a new notice: pending, or skipped where no grant was found behind it.
    pub fn add(&mut self, id: DeliveryId, state: DeliveryState, now: Millis) {
        let line = Line { state, lease: 0, lease_until: 0, due_at: now, not_before: None, accepted: 0 };
        self.lines.insert(id, line);
    }

    pub fn is_ended(&self, notice: NoticeId) -> bool {
        self.ended.get(&notice).copied().unwrap_or(false)
    }

    /// Whether nothing of a notice is left to do.
    pub fn is_done(&self, notice: NoticeId) -> bool {
        self.lines.iter().all(|(id, line)| id.notice != notice || line.state.is_final())
    }

    fn is_busy(&self, id: DeliveryId) -> bool {
        self.lines.iter().any(|(other, line)| other.subscriber == id.subscriber && line.state == DeliveryState::Sending)
    }

    /// Whether a claim may not come back empty.
    pub fn has_due(&self, now: Millis) -> bool {
        !self.paused
            && self.lines.iter().any(|(id, line)| {
                line.state == DeliveryState::Pending
                    && line.due_at <= now
                    && !self.is_ended(id.notice)
                    && !self.is_busy(*id)
            })
    }

    /// Takes what was claimed, or says what is wrong with it.
    pub fn claim(
        &mut self,
        rows: &[Claimed],
        lease: i64,
        limit: i64,
        now: Millis,
        until: Millis,
    ) -> Result<(), String> {
        if rows.len() > usize::try_from(limit).unwrap_or_default() {
            return Err(format!("{} claimed, {limit} asked for", rows.len()));
        }
        if rows.is_empty() && self.has_due(now) {
            return Err("nothing claimed although something is due".to_owned());
        }
        for row in rows {
            self.may_claim(row, now).map_err(|why| format!("claimed {:?}: {why}", row.id))?;
            if let Some(line) = self.lines.get_mut(&row.id) {
                (line.state, line.lease, line.lease_until) = (DeliveryState::Sending, lease, until);
            }
        }
        Ok(())
    }

    fn may_claim(&self, row: &Claimed, now: Millis) -> Result<(), &'static str> {
        let line = self.lines.get(&row.id).ok_or("it belongs to no notice of this schedule")?;
        if line.state != DeliveryState::Pending {
            return Err("it was not pending");
        }
        if line.not_before.is_some_and(|at| now < at) {
            return Err("it was to wait");
        }
        if self.paused {
            return Err("the mini program is paused");
        }
        if self.is_ended(row.id.notice) {
            return Err("its notice was ended");
        }
        if self.is_busy(row.id) {
            return Err("its subscriber has another under way");
        }
        Ok(())
    }

    /// Takes a result if it counts.
    pub fn record(&mut self, result: &DeliveryResult) -> bool {
        let Some(line) = self.lines.get_mut(&result.id) else { return false };
        let counts = line.lease == result.lease
            && match line.state {
                DeliveryState::Sending => true,
                DeliveryState::Unknown => matches!(result.outcome, Outcome::Sent { .. } | Outcome::Failed { .. }),
                _ => false,
            };
        if counts {
            line.take(&result.outcome);
        }
        counts
    }

    /// Gives back what stands under a lease, due at once; how much.
    pub fn release(&mut self, lease: i64, now: Millis) -> i64 {
        let mut n = 0;
        for line in self.lines.values_mut() {
            if line.state == DeliveryState::Sending && line.lease == lease {
                (line.state, line.lease, line.due_at, line.not_before) = (DeliveryState::Pending, 0, now, None);
                n += 1;
            }
        }
        n
    }

    /// Deliveries whose lease is over, of which a recovery makes some unknown.
    pub fn recover(&self, limit: usize, now: Millis) -> Choice {
        // A lease that seems longer than any may be was made before the clock went back.
        let ended = |until: Millis| until < now || until > now + LONGEST_LEASE_MS;
        let over = |line: &Line| line.state == DeliveryState::Sending && ended(line.lease_until);
        let choice = self.choose(limit, DeliveryState::Unknown, |_, line| over(line));
        Choice { at_least: choice.at_most, ..choice }
    }

    /// Pending deliveries of an ended notice, of which a withdrawal cancels some.
    pub fn withdraw(&self, notice: NoticeId, limit: usize) -> Choice {
        let ended = self.is_ended(notice);
        self.choose(limit, DeliveryState::Cancelled, |id, line| {
            ended && id.notice == notice && line.state == DeliveryState::Pending
        })
    }

    fn choose(&self, limit: usize, to: DeliveryState, wanted: impl Fn(&DeliveryId, &Line) -> bool) -> Choice {
        let among: BTreeSet<_> = self.lines.iter().filter(|(id, line)| wanted(id, line)).map(|(id, _)| *id).collect();
        let at_most = limit.min(among.len());
        // Whoever asks repeats until nothing is left, so one is enough.
        Choice { at_least: at_most.min(1), at_most, among, to: Some(to) }
    }

    /// Compares with what the store shows, after choices of its own.
    pub fn compare(&mut self, shown: &BTreeMap<DeliveryId, DeliveryState>, choice: &Choice) -> Result<(), String> {
        if shown.len() != self.lines.len() {
            return Err(format!("{} deliveries are shown, there are {}", shown.len(), self.lines.len()));
        }
        let mut chosen = 0;
        for (id, line) in &mut self.lines {
            let actual = shown.get(id).copied();
            if actual == Some(line.state) {
                continue;
            }
            if actual != choice.to || !choice.among.contains(id) {
                return Err(format!("{id:?} is {actual:?}, must be {:?}", line.state));
            }
            chosen += 1;
            if let Some(to) = choice.to {
                line.state = to;
            }
        }
        choice.check(chosen)
    }

    /// What must hold of everybody when nothing is left to do.
    pub fn judge(&self) -> Result<(), String> {
        for (id, line) in &self.lines {
            match (line.state, line.accepted) {
                (_, 2..) => return Err(format!("{id:?} was sent to {} times", line.accepted)),
                (DeliveryState::Pending | DeliveryState::Sending, _) => {
                    return Err(format!("{id:?} is lost: {line:?}"));
                }
                (DeliveryState::Sent, 0) => return Err(format!("{id:?} is sent and was never accepted")),
                (DeliveryState::Sent | DeliveryState::Unknown, _) | (_, 0) => {}
                (state, _) => return Err(format!("{id:?} was accepted and is {state:?}")),
            }
        }
        Ok(())
    }
}

impl Line {
    fn take(&mut self, outcome: &Outcome) {
        self.state = match outcome {
            Outcome::Sent { .. } => DeliveryState::Sent,
            Outcome::Failed { .. } => DeliveryState::Failed,
            // Keeps the lease, for an answer that comes after all.
            Outcome::Unknown { .. } => return self.state = DeliveryState::Unknown,
            Outcome::Retry { due_at, .. } => {
                (self.due_at, self.not_before) = (*due_at, Some(*due_at));
                DeliveryState::Pending
            }
            Outcome::Released { due_at } => {
                (self.due_at, self.not_before) = (*due_at, None);
                DeliveryState::Pending
            }
            Outcome::Skipped(_) => DeliveryState::Skipped,
        };
        self.lease = 0;
    }
}
