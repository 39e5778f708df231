//! How a mini program's notices are sent.

use super::super::{dialect::Backend, query, query_as};
use crate::{QuietHours, StoreResult};
use model::{control::SendRules, ids::MiniProgramId};

/// Share, after how many, quiet from and to, cap and its days, above how many somebody has to agree.
type Row = (i64, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

pub(super) async fn of(db: &Backend, id: MiniProgramId) -> StoreResult<SendRules> {
    let row: Option<Row> = query_as(
        "SELECT fail_share, fail_after, quiet_from, quiet_to, cap_n, cap_days, approve_above
         FROM send_rules WHERE mini_program_id = $1",
    )
    .bind(id.0)
    .fetch_optional(db.read())
    .await?;
    Ok(row.map_or_else(SendRules::default, |(fail_share, fail_after, from, to, n, days, approve_above)| SendRules {
        fail_share,
        fail_after,
        quiet: from.zip(to),
        cap: n.zip(days),
        approve_above,
    }))
}

pub(super) async fn set(db: &Backend, id: MiniProgramId, rules: &SendRules) -> StoreResult<()> {
    query(
        "INSERT INTO send_rules (mini_program_id, fail_share, fail_after, quiet_from, quiet_to, cap_n, cap_days,
                                 approve_above)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (mini_program_id) DO UPDATE
         SET fail_share = excluded.fail_share, fail_after = excluded.fail_after, quiet_from = excluded.quiet_from,
             quiet_to = excluded.quiet_to, cap_n = excluded.cap_n, cap_days = excluded.cap_days,
             approve_above = excluded.approve_above,
             -- Worked out anew from the new hours.
             quiet_since = 0, quiet_until = 0",
    )
    .bind(id.0)
    .bind(rules.fail_share)
    .bind(rules.fail_after)
    .bind(rules.quiet.map(|(from, _)| from))
    .bind(rules.quiet.map(|(_, to)| to))
    .bind(rules.cap.map(|(n, _)| n))
    .bind(rules.cap.map(|(_, days)| days))
    .bind(rules.approve_above)
    .execute(db.write())
    .await?;
    Ok(())
}

pub(super) async fn quiet_hours(db: &Backend) -> StoreResult<Vec<QuietHours>> {
    let rows: Vec<(i64, String, i64, i64, i64, i64)> = query_as(
        "SELECT r.mini_program_id, m.time_zone, r.quiet_from, r.quiet_to, r.quiet_since, r.quiet_until
         FROM send_rules r JOIN mini_programs m ON m.id = r.mini_program_id
         WHERE r.quiet_from IS NOT NULL AND r.quiet_to IS NOT NULL
         ORDER BY r.mini_program_id",
    )
    .fetch_all(db.read())
    .await?;
    let row = |(id, time_zone, from, to, since, until)| QuietHours {
        mini_program: MiniProgramId(id),
        time_zone,
        from,
        to,
        noted: (since, until),
    };
    Ok(rows.into_iter().map(row).collect())
}
