//! A person changes a balance by hand.

use super::{
    super::{
        dialect::{self, Backend},
        query_as,
    },
    row::{Line, hold},
};
use crate::{StoreError, StoreResult, text::text};
use model::{
    Millis,
    grant::LedgerKind,
    ids::{SubscriberId, TemplateId},
};

pub(super) async fn by_hand(
    db: &Backend,
    subscriber: SubscriberId,
    template: TemplateId,
    change: i64,
    note: &str,
    now: Millis,
) -> StoreResult<Option<i64>> {
    let mut tx = db.begin().await?;
    let fits: Option<(i64,)> = query_as(
        "SELECT s.id FROM subscribers s JOIN templates t ON t.mini_program_id = s.mini_program_id
         WHERE s.id = $1 AND t.id = $2",
    )
    .bind(subscriber.0)
    .bind(template.0)
    .fetch_optional(&mut *tx)
    .await?;
    if fits.is_none() {
        return Ok(None);
    }
    dialect::lock_grants(&mut tx, &[template.0], false).await?;
    let mut rows = hold(&mut tx, vec![[template.0, subscriber.0]], now).await?;
    let grant = rows.first_mut().ok_or_else(|| StoreError::inconsistent("grants", "template_id", template.0))?;
    let (before, most) = (grant.balance, if grant.is_one_time() { i64::MAX } else { 1 });
    grant.balance = before.saturating_add(change).clamp(0, most);
    let balance = grant.balance;
    if balance != before {
        let note = text(note);
        let line = Line { kind: LedgerKind::Adjusted, note: &note, happened_at: now };
        grant.write(&mut tx, before, &line, now).await?;
    }
    tx.commit().await?;
    Ok(Some(balance))
}
