//! What is left of a grant that the platform is known to have held none of at some instant.

use super::super::{
    dialect::{self, Conn},
    query_as,
};
use crate::StoreResult;
use std::collections::HashMap;

/// Whose, of what, after which instant.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct After {
    pub template: i64,
    pub subscriber: i64,
    pub since: i64,
    /// What this notice spent or gave back is left out: it is the one that met 43101. 0 for none.
    pub notice: i64,
    pub is_one_time: bool,
}

/// (instant, line, template, subscriber, acceptance or not, what it did).
type Later = (i64, i64, i64, i64, i64, i64);

/// Lines after an instant. Only for grants that have changed since. The platform
/// tells whole seconds: what it may have been told after the instant was accepted after it. What corrections, refusals
/// and expiries took is not counted: it was there before the instant.
pub(in super::super) const LATER: &str = concat!(
    "SELECT COALESCE(l.happened_at, l.at), l.id, l.template_id, l.subscriber_id,
            CAST(CASE l.kind WHEN 'accepted' THEN 1 ELSE 0 END AS BIGINT),
            -- What happened, not what the balance made of it when it was learnt.
            CAST(CASE l.kind WHEN 'accepted' THEN 1 WHEN 'spent' THEN -1 ELSE l.change END AS BIGINT)
     FROM ",
    rows!(4: 1 "r_template", 2 "r_subscriber", 3 "r_since", 4 "r_notice"),
    " AS r
     JOIN grants g ON g.template_id = r_template AND g.subscriber_id = r_subscriber AND g.updated_at > r_since
     JOIN ledger l ON l.subscriber_id = g.subscriber_id AND l.template_id = g.template_id
     WHERE l.kind IN ('accepted', 'adjusted', 'spent', 'returned')
       AND COALESCE(l.happened_at + CASE l.kind WHEN 'accepted' THEN 999 ELSE 0 END, l.at) > r_since
       AND (l.notice_id IS NULL OR l.notice_id <> r_notice)"
);

/// What was accepted, or added by hand, after an instant and not spent since, by (template, subscriber); nothing where
/// nothing is left. The grants are held.
pub(in super::super) async fn kept(conn: &mut Conn, of: &[After]) -> StoreResult<HashMap<(i64, i64), i64>> {
    let lines = later(conn, of).await?;
    let one_time: HashMap<(i64, i64), bool> = of.iter().map(|a| ((a.template, a.subscriber), a.is_one_time)).collect();
    let mut kept = HashMap::new();
    for (_, _, template, subscriber, accepted, change) in lines {
        let key = (template, subscriber);
        let left: &mut i64 = kept.entry(key).or_default();
        if one_time.get(&key).is_some_and(|one_time| *one_time) {
            *left = left.saturating_add(change).max(0);
        } else if accepted != 0 || change > 0 {
            // Accepting a grant that stood already changed nothing then, and means that it stands now.
            *left = 1;
        }
    }
    Ok(kept)
}

/// By how much the balance of a one-time grant would be higher now had an acceptance of this instant been known then: one,
/// or nothing where a message has used it in the meantime, which the balance could not show.
pub(super) async fn gain(conn: &mut Conn, after: After, at: i64) -> StoreResult<i64> {
    let known: Vec<(i64, i64)> =
        later(conn, &[after]).await?.into_iter().map(|(when, .., change)| (when, change)).collect();
    let place = known.partition_point(|(when, _)| *when <= at);
    let mut more = known.clone();
    more.insert(place, (at, 1));
    Ok(fold(&more) - fold(&known))
}

fn fold(lines: &[(i64, i64)]) -> i64 {
    lines.iter().fold(0, |left, (_, change)| left.saturating_add(*change).max(0))
}

/// In the order in which things happened.
async fn later(conn: &mut Conn, of: &[After]) -> StoreResult<Vec<Later>> {
    let rows: Vec<[i64; 4]> = of.iter().map(|a| [a.template, a.subscriber, a.since, a.notice]).collect();
    let mut lines: Vec<Later> = query_as(LATER).bind(dialect::rows(&rows)).fetch_all(conn).await?;
    lines.sort_unstable();
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn a_message_sent_before_its_acceptance_was_known_uses_that_acceptance() {
        // Sent at 3 with nothing known; the acceptance of 2 comes to light later, that of 4 stays.
        assert_eq!(fold(&[(3, -1), (4, 1)]), 1);
        assert_eq!(fold(&[(2, 1), (3, -1), (4, 1)]), 1);
    }
}
