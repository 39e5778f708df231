//! What an answer that counts does to a grant. Answers come late and out of order; what is older never undoes what is
//! newer, so that any order leads to the same balance.

use super::{
    super::dialect::Conn,
    observation::{Observation, Says},
    replay::{After, gain, kept},
    row::{Line, Row},
};
use crate::{StoreResult, text::text};
use model::{
    Millis,
    grant::{Answer, LedgerKind},
};

pub(super) async fn apply(conn: &mut Conn, row: &mut Row, told: &Observation<'_>, now: Millis) -> StoreResult<()> {
    let before = row.balance;
    let kind = match told.answer {
        Answer::Accept => accept(conn, row, told).await?,
        Answer::Reject => {
            // A tap on the popup takes nothing of what was accepted of a one-time template; a refusal in the settings does.
            if told.says == Says::Change || !row.is_one_time() {
                empty(conn, row, told.happened_at).await?;
            }
            if told.happened_at >= row.answered_at {
                (row.refused, row.answered_at) = (true, told.happened_at);
            }
            LedgerKind::Rejected
        }
        Answer::Ban if !row.is_one_time() => {
            empty(conn, row, told.happened_at).await?;
            LedgerKind::Rejected
        }
        Answer::Ban | Answer::Filter => LedgerKind::Rejected,
    };
    // Not the person's own no: the word stands in the note, and `refused` stays.
    let note = match told.answer {
        Answer::Ban | Answer::Filter => format!("{}: {}", told.answer.code(), text(told.note)),
        Answer::Accept | Answer::Reject => text(told.note).into_owned(),
    };
    row.write(conn, before, &Line { kind, note: &note, happened_at: told.happened_at }, now).await
}

/// In doubt an acceptance counts: the platform corrects a balance that is too high, and never one that is too low.
async fn accept(conn: &mut Conn, row: &mut Row, told: &Observation<'_>) -> StoreResult<LedgerKind> {
    if told.until() >= row.answered_at {
        (row.refused, row.answered_at) = (false, row.answered_at.max(told.happened_at));
    }
    if told.until() < row.emptied_at {
        return Ok(LedgerKind::Confirmed);
    }
    row.balance = match row.is_one_time() {
        false => 1,
        true if told.until() < row.updated_at => row.balance + gain(conn, since_emptied(row), told.happened_at).await?,
        true => row.balance.saturating_add(1),
    };
    Ok(LedgerKind::Accepted)
}

fn since_emptied(row: &Row) -> After {
    After {
        template: row.template,
        subscriber: row.subscriber,
        since: row.emptied_at,
        notice: 0,
        is_one_time: row.is_one_time(),
    }
}

/// The platform held nothing at this instant: what was accepted since is left.
async fn empty(conn: &mut Conn, row: &mut Row, at: Millis) -> StoreResult<()> {
    if at < row.emptied_at {
        // A later emptying has seen to it.
        return Ok(());
    }
    row.emptied_at = at;
    if row.balance > 0 && row.updated_at > at {
        let after = After {
            template: row.template,
            subscriber: row.subscriber,
            since: at,
            notice: 0,
            is_one_time: row.is_one_time(),
        };
        let kept = kept(conn, &[after]).await?.get(&(row.template, row.subscriber)).copied().unwrap_or_default();
        row.balance = row.balance.min(kept);
    } else {
        row.balance = 0;
    }
    Ok(())
}
