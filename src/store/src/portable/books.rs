//! Proving the books. Each statement answers (what, a, b, c, d, e) lines of what is wrong.

use super::{
    dialect::{self, Backend},
    query_as,
};
use crate::StoreResult;

/// At most so many lines of one kind.
const MOST: i64 = 20;

type Wrong = (i64, i64, i64, i64);

/// What has not ended: in the queue or being sent.
macro_rules! waiting {
    () => {
        "(SELECT notice_id, subscriber_id FROM queue UNION ALL SELECT notice_id, subscriber_id FROM sending)"
    };
}

/// What is wrong, what the four numbers are, and how to find it (`$1` is the limit).
const CHECKS: [(&str, [&str; 4], &str); 13] = [
    (
        "the ledger does not add up to the balance",
        ["template", "subscriber", "balance", "ledger"],
        "SELECT template_id, subscriber_id, CAST(sum(balance) AS BIGINT), CAST(sum(change) AS BIGINT)
         FROM (SELECT template_id, subscriber_id, balance, 0 AS change FROM grants
               UNION ALL SELECT template_id, subscriber_id, 0, change FROM ledger) x
         GROUP BY template_id, subscriber_id HAVING sum(balance) <> sum(change)
         LIMIT $1",
    ),
    (
        "the last ledger line tells another balance",
        ["template", "subscriber", "balance", "line says"],
        "SELECT g.template_id, g.subscriber_id, g.balance, l.balance_after
         FROM (SELECT template_id, subscriber_id, max(id) AS id FROM ledger GROUP BY template_id, subscriber_id) k
         JOIN ledger l ON l.id = k.id
         JOIN grants g ON g.template_id = k.template_id AND g.subscriber_id = k.subscriber_id
         WHERE g.balance <> l.balance_after
         LIMIT $1",
    ),
    (
        "a ledger line makes a balance negative or does not follow from the line before",
        ["template", "subscriber", "line", "balance after"],
        "SELECT template_id, subscriber_id, id, balance_after
         FROM (SELECT template_id, subscriber_id, id, change, balance_after,
                      lag(balance_after, 1, CAST(0 AS BIGINT))
                      OVER (PARTITION BY template_id, subscriber_id ORDER BY id) AS balance_before
               FROM ledger) l
         WHERE balance_after < 0 OR balance_after <> balance_before + change
         LIMIT $1",
    ),
    (
        "a long-term grant stands more than once",
        ["template", "subscriber", "balance", "-"],
        "SELECT g.template_id, g.subscriber_id, g.balance, CAST(0 AS BIGINT)
         FROM grants g JOIN templates t ON t.id = g.template_id
         WHERE t.kind = 'long_term' AND g.balance NOT IN (0, 1)
         LIMIT $1",
    ),
    (
        "a tap is of nobody or of no template",
        ["template", "subscriber", "tap", "-"],
        "SELECT p.template_id, p.subscriber_id, p.id, CAST(0 AS BIGINT)
         FROM taps p
         LEFT JOIN templates t ON t.id = p.template_id
         LEFT JOIN subscribers s ON s.id = p.subscriber_id AND s.mini_program_id = t.mini_program_id
         WHERE s.id IS NULL
         LIMIT $1",
    ),
    (
        "a push neither waits for its next try nor is done",
        ["push", "due_at", "done_at", "unmatched"],
        // Given up after an hour at the latest.
        "SELECT id, due_at, COALESCE(done_at, 0), unmatched
         FROM events
         WHERE done_at IS NULL AND (unmatched <> 0 OR due_at > received_at + 3600000)
         LIMIT $1",
    ),
    (
        "reservations differ from unfinished deliveries",
        ["template", "subscriber", "reserved", "unfinished"],
        concat!(
            "SELECT g.template_id, g.subscriber_id, g.reserved, COALESCE(d.n, 0)
             FROM grants g
             JOIN templates t ON t.id = g.template_id
             LEFT JOIN (SELECT n.template_id, w.subscriber_id, count(*) AS n FROM ",
            waiting!(),
            " w JOIN notices n ON n.id = w.notice_id GROUP BY n.template_id, w.subscriber_id) d
               ON d.template_id = g.template_id AND d.subscriber_id = g.subscriber_id
             WHERE g.reserved <> CASE t.kind WHEN 'one_time' THEN COALESCE(d.n, 0) ELSE 0 END
             LIMIT $1"
        ),
    ),
    (
        "a notice's counts differ from a recount",
        ["notice", "state", "errcode", "difference"],
        concat!(
            "SELECT notice_id, state, errcode, CAST(sum(n) AS BIGINT)
             FROM (SELECT c.notice_id, c.state, c.errcode, c.n FROM notice_counts c
                   JOIN notices n ON n.id = c.notice_id AND n.pruned_at IS NULL
                   UNION ALL
                   SELECT d.notice_id, d.state, CASE WHEN d.state >= 4 THEN d.errcode ELSE 0 END, -1
                   FROM deliveries d JOIN notices n ON n.id = d.notice_id AND n.pruned_at IS NULL
                   UNION ALL
                   SELECT notice_id, 0, 0, -1 FROM ",
            waiting!(),
            " w) x
             GROUP BY notice_id, state, errcode HAVING sum(n) <> 0
             LIMIT $1"
        ),
    ),
    (
        "the counters of an hour differ from the notices' counts",
        ["template", "hour_at", "state", "difference"],
        "SELECT template_id, hour_at, state, CAST(sum(n) AS BIGINT)
         FROM (SELECT mini_program_id, template_id, hour_at, state, errcode, n FROM counters
               UNION ALL
               SELECT n.mini_program_id, n.template_id, n.hour_at, c.state, c.errcode, -c.n
               FROM notice_counts c JOIN notices n ON n.id = c.notice_id) x
         GROUP BY mini_program_id, template_id, hour_at, state, errcode HAVING sum(n) <> 0
         LIMIT $1",
    ),
    (
        "a notice's state does not fit what is left to do",
        ["notice", "left", "ended", "-"],
        concat!(
            "SELECT n.id, COALESCE(d.n, 0), CAST(CASE WHEN n.finished_at IS NULL THEN 0 ELSE 1 END AS BIGINT), CAST(0 AS BIGINT)
             FROM notices n
             LEFT JOIN (SELECT notice_id, count(*) AS n FROM ",
            waiting!(),
            " w GROUP BY notice_id) d ON d.notice_id = n.id
             WHERE CASE WHEN n.state = 'draft' THEN COALESCE(d.n, 0) > 0 OR n.finished_at IS NOT NULL
                        WHEN n.finished_at IS NULL THEN COALESCE(d.n, 0) = 0 OR n.state = 'finished'
                        ELSE COALESCE(d.n, 0) > 0 OR n.state = 'running' END
             LIMIT $1"
        ),
    ),
    (
        "a delivery stands in two places",
        ["notice", "subscriber", "places", "-"],
        concat!(
            "SELECT notice_id, subscriber_id, count(*), CAST(0 AS BIGINT)
             FROM (SELECT notice_id, subscriber_id FROM ",
            waiting!(),
            " w UNION ALL
                   SELECT d.notice_id, d.subscriber_id FROM deliveries d
                   WHERE EXISTS (SELECT 1 FROM notices n WHERE n.id = d.notice_id AND n.finished_at IS NULL)) x
             GROUP BY notice_id, subscriber_id HAVING count(*) > 1
             LIMIT $1"
        ),
    ),
    (
        "what waits is not of the notice's mini program",
        ["notice", "subscriber", "mini program", "-"],
        "SELECT w.notice_id, w.subscriber_id, w.mini_program_id, CAST(0 AS BIGINT)
         FROM (SELECT notice_id, subscriber_id, mini_program_id FROM queue
               UNION ALL SELECT notice_id, subscriber_id, mini_program_id FROM sending) w
         LEFT JOIN notices n ON n.id = w.notice_id AND n.mini_program_id = w.mini_program_id
         WHERE n.id IS NULL
         LIMIT $1",
    ),
    (
        "a delivery that is not unknown has kept a lease",
        ["notice", "subscriber", "state", "-"],
        "SELECT notice_id, subscriber_id, state, CAST(0 AS BIGINT)
         FROM deliveries WHERE lease IS NOT NULL AND state <> 5
         LIMIT $1",
    ),
];

pub(super) async fn check(db: &Backend) -> StoreResult<Vec<String>> {
    let mut tx = db.begin_snapshot().await?;
    dialect::plan_for_everything(&mut tx).await?;
    let mut lines = Vec::new();
    for (what, names, sql) in CHECKS {
        let wrong: Vec<Wrong> = query_as(sql).bind(MOST).fetch_all(&mut *tx).await?;
        lines.extend(wrong.into_iter().map(|(a, b, c, d)| {
            let [one, two, three, four] = names;
            format!("{what}: {one} {a}, {two} {b}, {three} {c}, {four} {d}")
        }));
    }
    Ok(lines)
}
