//! What the mini program reports.

use super::{
    super::{
        dialect::{self, Backend, Conn},
        query,
        subscribers::seen,
    },
    Observation, Says, observe,
};
use crate::{GrantReport, Reported, StoreResult, text::text};
use model::{Millis, ids::SubscriberId};

pub(super) async fn record(db: &Backend, report: GrantReport<'_>, now: Millis) -> StoreResult<Reported> {
    let mut tx = db.begin().await?;
    let id = seen(&mut tx, report.mini_program.0, report.openid, now, now).await?;
    let subscriber = SubscriberId(id);
    if let Some(report_id) = report.report_id
        && !is_new(&mut tx, id, report_id, now).await?
    {
        // The person is not even noted as seen.
        tx.rollback().await?;
        return Ok(Reported { subscriber, repeated: true });
    }
    let mut templates: Vec<i64> = report.answers.iter().map(|(template, _)| template.0).collect();
    templates.sort_unstable();
    templates.dedup();
    dialect::lock_grants(&mut tx, &templates, false).await?;
    let observations: Vec<Observation<'_>> = report
        .answers
        .iter()
        .map(|&(template, answer)| Observation {
            template: template.0,
            subscriber: id,
            says: Says::Report,
            answer,
            happened_at: now,
            note: report.note,
        })
        .collect();
    observe(&mut tx, Some(report.mini_program.0), &observations, now).await?;
    tx.commit().await?;
    Ok(Reported { subscriber, repeated: false })
}

async fn is_new(conn: &mut Conn, subscriber: i64, report_id: &str, now: Millis) -> StoreResult<bool> {
    let done = query(
        "INSERT INTO reports (subscriber_id, report_id, at) VALUES ($1, $2, $3)
         ON CONFLICT (subscriber_id, report_id) DO NOTHING",
    )
    .bind(subscriber)
    .bind(text(report_id))
    .bind(now)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}
