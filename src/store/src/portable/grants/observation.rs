//! What one of the two sources tells of a person, and what it does to the grant.

use super::super::dialect::Conn;
use super::{
    answer,
    row::{Line, Row, hold},
    tap,
};
use crate::{StoreError, StoreResult, text::text};
use model::{
    Millis,
    grant::{Answer, LedgerKind},
    mini_program::GrantSource,
};

/// Who tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Says {
    /// The mini program, of a tap on the popup.
    Report,
    /// The platform, of a tap on the popup.
    Popup,
    /// The platform, of a refusal in the settings. Nobody else tells of it, so there is nothing to pair.
    Change,
}

/// One answer for one template.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Observation<'a> {
    pub template: i64,
    pub subscriber: i64,
    pub says: Says,
    pub answer: Answer,
    /// Never after now; of the platform: the beginning of its second.
    pub happened_at: Millis,
    /// For the ledger.
    pub note: &'a str,
}

/// Takes down observations of subscribers of one mini program or, where `mini_program` is `None`, of any. The caller has
/// said that it changes grants of these templates.
pub(in super::super) async fn observe(
    conn: &mut Conn,
    mini_program: Option<i64>,
    observations: &[Observation<'_>],
    now: Millis,
) -> StoreResult<()> {
    let keys = observations.iter().map(|o| [o.template, o.subscriber]).collect();
    let mut rows = hold(conn, keys, now).await?;
    for row in &rows {
        if mini_program.is_some_and(|id| id != row.mini_program) {
            return Err(StoreError::inconsistent("templates", "mini_program_id", row.mini_program));
        }
    }
    for observation in observations {
        let key = |row: &Row| (row.template, row.subscriber);
        let place = rows
            .binary_search_by_key(&(observation.template, observation.subscriber), key)
            .map_err(|_| StoreError::inconsistent("grants", "template_id", observation.template))?;
        observation.take_down(conn, &mut rows[place], now).await?;
    }
    Ok(())
}

impl Observation<'_> {
    /// The last instant at which it may have happened: the platform tells whole seconds.
    pub(super) fn until(&self) -> Millis {
        if self.says == Says::Report { self.happened_at } else { self.happened_at + 999 }
    }

    async fn take_down(&self, conn: &mut Conn, row: &mut Row, now: Millis) -> StoreResult<()> {
        if self.is_believed(row.source) && !self.has_pair(conn, row).await? {
            return answer::apply(conn, row, self, now).await;
        }
        let note = text(self.note);
        let line = Line { kind: LedgerKind::Confirmed, note: &note, happened_at: self.happened_at };
        row.note(conn, row.balance, &line, now).await
    }

    fn is_believed(&self, source: GrantSource) -> bool {
        match self.says {
            Says::Report => source != GrantSource::Event,
            Says::Popup => source != GrantSource::Report,
            Says::Change => true,
        }
    }

    /// Whether the other source has told of this tap. If not, it may yet.
    async fn has_pair(&self, conn: &mut Conn, row: &Row) -> StoreResult<bool> {
        let is_tap = self.says != Says::Change && row.source == GrantSource::Both;
        if !is_tap {
            return Ok(false);
        }
        // A popup event may be left from when a callback was still set up.
        if (row.has_callback || self.says == Says::Popup) && tap::take_pair(conn, self, row.emptied_at).await? {
            return Ok(true);
        }
        if row.has_callback {
            tap::leave(conn, self).await?;
        }
        Ok(false)
    }
}
