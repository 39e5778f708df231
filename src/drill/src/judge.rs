//! What is compared afterwards: our books, our deliveries, and what the platform says it did.

use crate::stage::{APPID, Ordered, Stage};
use anyhow::Result;
use model::{
    delivery::{Delivery, DeliveryState},
    grant::Grant,
    ids::SubscriberId,
    page::At,
};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, hash_map::Entry};

/// At most so many names of each breach are told.
const NAMES: usize = 8;
const PAGE: i64 = 1_000;
const SEND: &str = "/cgi-bin/message/subscribe/send";

/// What was found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Verdict {
    /// Deliveries of all notices.
    pub deliveries: usize,
    /// Sends that the platform accepted.
    pub accepted: usize,
    /// Sent here.
    pub sent: usize,
    /// Failed here.
    pub failed: usize,
    /// Unknown here.
    pub unknown: usize,
    /// Of those, accepted there: the platform knows better.
    pub unknown_accepted: usize,
    /// Of those, without any call whose answer the platform spoilt or withheld.
    pub unknown_for_nothing: usize,
    /// At most so many may be unknown.
    pub unknown_allowed: usize,
    /// Skipped or cancelled here.
    pub skipped: usize,
    /// Calls of the platform.
    pub calls: u64,
    /// Calls that were closed before they were read; the log cannot say to whom they were.
    pub unread: usize,
    /// Calls that came while another to the same person was under way (43108).
    pub overlaps: usize,
    /// Everything that must not be.
    pub breaches: Vec<String>,
}

impl Verdict {
    fn allow(&mut self, unknown: usize) {
        self.unknown_allowed = unknown;
        if self.unknown > unknown {
            self.breaches.push(format!("{} are unknown, at most {unknown} may be", self.unknown));
        }
    }

    /// Every unknown delivery has a call that was spoilt, or one that was closed unread.
    fn allow_in_doubt(&mut self) {
        self.unknown_allowed = self.unknown - self.unknown_for_nothing + self.unread;
        if self.unknown_for_nothing > self.unread {
            let (n, unread) = (self.unknown_for_nothing, self.unread);
            self.breaches
                .push(format!("{n} are unknown although they were answered; {unread} calls were closed unread"));
        }
    }
}

/// Compares a stage with its platform after all workers have stopped.
#[derive(Debug)]
pub struct Judge<'a> {
    /// What is looked at.
    pub stage: &'a Stage,
    /// At most so many deliveries may be unknown.
    pub unknown_allowed: usize,
    /// Whether a call may meet another to the same person: only where the platform was told to hang.
    pub overlaps_allowed: bool,
    /// Whether only what the platform left in doubt may be unknown: where no process was harmed.
    pub only_in_doubt: bool,
}

/// What the platform did for one delivery.
#[derive(Clone, Copy, Debug, Default)]
struct There {
    accepted: usize,
    /// Calls whose answer was spoilt or never given: nobody but the platform can know what came of them.
    in_doubt: usize,
}

/// (openid, the platform's template id).
type Log = HashMap<(String, String), There>;

/// Asked for once.
type Balances = HashMap<SubscriberId, Vec<Grant>>;

impl<'a> Judge<'a> {
    /// Nothing may be unknown and nothing may overlap, until told otherwise.
    #[must_use]
    pub fn new(stage: &'a Stage) -> Self {
        Self { stage, unknown_allowed: 0, overlaps_allowed: false, only_in_doubt: false }
    }

    /// Looks at everything.
    ///
    /// # Errors
    /// The database does not answer. What is found is no error but stands in the verdict.
    pub async fn look(&self) -> Result<Verdict> {
        let mut verdict = Verdict { deliveries: self.stage.deliveries(), ..Verdict::default() };
        verdict.calls = self.stage.simulator.call_count();
        let log = self.read_log(&mut verdict);
        let mut balances = Balances::new();
        for ordered in &self.stage.ordered {
            self.notice(ordered, &log, &mut balances, &mut verdict).await?;
        }
        if self.only_in_doubt {
            verdict.allow_in_doubt();
        } else {
            verdict.allow(self.unknown_allowed);
        }
        if verdict.overlaps > 0 && !self.overlaps_allowed {
            verdict.breaches.push(format!("{} calls met another one to the same person", verdict.overlaps));
        }
        let books = self.stage.services.store().check_books().await?;
        verdict.breaches.extend(books.into_iter().take(NAMES).map(|line| format!("books: {line}")));
        Ok(verdict)
    }

    fn read_log(&self, verdict: &mut Verdict) -> Log {
        let mut log = Log::new();
        for call in self.stage.simulator.calls(usize::MAX, Some(SEND)) {
            verdict.overlaps += usize::from(call.errcode == Some(43108));
            verdict.unread += usize::from(!call.read);
            let (Some(openid), Some(template)) = (&call.openid, &call.template_id) else { continue };
            let there = log.entry((openid.to_string(), template.to_string())).or_default();
            there.accepted += usize::from(call.accepted);
            there.in_doubt += usize::from(!call.answered || call.spoilt);
            verdict.accepted += usize::from(call.accepted);
        }
        let doubled: Vec<_> =
            log.iter().filter(|(_, there)| there.accepted > 1).map(|((openid, _), _)| openid).collect();
        if !doubled.is_empty() {
            let names: Vec<_> = doubled.iter().take(NAMES).collect();
            verdict.breaches.push(format!("{} were sent to twice: {names:?}", doubled.len()));
        }
        log
    }

    async fn notice(&self, ordered: &Ordered, log: &Log, balances: &mut Balances, verdict: &mut Verdict) -> Result<()> {
        let mut wrong: HashMap<&'static str, Vec<String>> = HashMap::new();
        let rows = self.rows(ordered).await?;
        for row in &rows {
            let there = log.get(&(row.openid.clone(), ordered.platform_template.clone())).copied().unwrap_or_default();
            count(row.state, there, verdict);
            if let Some(what) = disagreement(row.state, there) {
                wrong.entry(what).or_default().push(row.openid.clone());
            }
            if let Some(what) = self.balance(ordered, row, there, balances).await? {
                wrong.entry(what).or_default().push(row.openid.clone());
            }
        }
        if rows.len() != self.stage.openids.len() {
            wrong.entry("lost: there is no delivery of some").or_default();
        }
        for (what, names) in wrong {
            let some: Vec<_> = names.iter().take(NAMES).collect();
            verdict.breaches.push(format!("notice {}: {what}: {} such as {some:?}", ordered.notice, names.len()));
        }
        self.counts(ordered, &rows, verdict).await
    }

    async fn rows(&self, ordered: &Ordered) -> Result<Vec<Delivery>> {
        let (mut all, mut at) = (Vec::new(), At::Start);
        loop {
            let page = self.stage.services.store().deliveries(ordered.notice, &[], None, at, PAGE).await?;
            all.extend(page.rows);
            match page.after {
                Some(key) => at = At::After(key),
                None => return Ok(all),
            }
        }
    }

    /// The balance here against the platform's.
    async fn balance(
        &self,
        ordered: &Ordered,
        row: &Delivery,
        there: There,
        balances: &mut Balances,
    ) -> Result<Option<&'static str>> {
        let grants = match balances.entry(row.id.subscriber) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(self.stage.services.store().grants_of(row.id.subscriber).await?),
        };
        let here = grants.iter().find(|grant| grant.template == ordered.template);
        let here = here.map_or((0, 0), |grant| (grant.balance, grant.reserved));
        let balance = self.stage.simulator.balance(APPID, &row.openid, &ordered.platform_template)?;
        // What is unknown counts as spent here; the platform may still have it.
        let kept = i64::from(row.state == DeliveryState::Unknown && there.accepted == 0 && balance > 0);
        Ok((here != (i64::from(balance) - kept, 0)).then_some("the ledger's balance is not the platform's"))
    }

    /// The notice's own numbers against its rows.
    async fn counts(&self, ordered: &Ordered, rows: &[Delivery], verdict: &mut Verdict) -> Result<()> {
        let notice = self.stage.services.notice(ordered.notice).await?.notice;
        for state in DeliveryState::ALL {
            let n = i64::try_from(rows.iter().filter(|row| row.state == state).count())?;
            if n != notice.counts.of(state) {
                let told = notice.counts.of(state);
                verdict.breaches.push(format!("notice {}: {n} are {}, {told} are told", notice.id, state.code()));
            }
        }
        if notice.finished_at.is_none() {
            verdict.breaches.push(format!("notice {} never finished", notice.id));
        }
        Ok(())
    }
}

fn count(state: DeliveryState, there: There, verdict: &mut Verdict) {
    match state {
        DeliveryState::Sent | DeliveryState::Delivered => verdict.sent += 1,
        DeliveryState::Failed => verdict.failed += 1,
        DeliveryState::Unknown => {
            verdict.unknown += 1;
            verdict.unknown_accepted += usize::from(there.accepted > 0);
            verdict.unknown_for_nothing += usize::from(there.in_doubt == 0);
        }
        DeliveryState::Skipped | DeliveryState::Cancelled => verdict.skipped += 1,
        DeliveryState::Pending | DeliveryState::Sending => {}
    }
}

/// What cannot be true of one delivery here and there at once.
fn disagreement(state: DeliveryState, there: There) -> Option<&'static str> {
    match (state, there.accepted > 0) {
        (DeliveryState::Pending | DeliveryState::Sending, _) => Some("lost: never ended"),
        (DeliveryState::Sent | DeliveryState::Delivered, false) => Some("sent here, never accepted there"),
        (DeliveryState::Failed | DeliveryState::Skipped | DeliveryState::Cancelled, true) => {
            Some("accepted there, neither sent nor unknown here")
        }
        _ => None,
    }
}
