//! A grant that is held, and the lines that change it.

use super::super::{
    dialect::{self, Conn},
    query, query_as,
};
use crate::{
    StoreResult,
    records::{HeldGrantRecord, word},
};
use model::{Millis, grant::LedgerKind, mini_program::GrantSource, template::TemplateKind};

/// What happened this much before it was written happened then, as far as the ledger is concerned.
const SAME_MS: Millis = 1_000;

/// One grant, locked until the transaction ends, as it stands after what was written of it.
pub(super) struct Row {
    pub template: i64,
    pub subscriber: i64,
    pub mini_program: i64,
    pub kind: TemplateKind,
    /// Who is believed about taps.
    pub source: GrantSource,
    /// Whether a callback is set up, so that there are two sources.
    pub has_callback: bool,
    pub balance: i64,
    pub refused: bool,
    /// The person's last answer.
    pub answered_at: Millis,
    /// The platform is known to have held nothing then.
    pub emptied_at: Millis,
    pub updated_at: Millis,
}

/// What a line says beyond how the grant stands after it.
pub(super) struct Line<'a> {
    pub kind: LedgerKind,
    pub note: &'a str,
    pub happened_at: Millis,
}

/// Holds grants by (template, subscriber), made where they are not there. They come in the order of their keys, which is
/// the order in which everybody locks them; those of unknown templates are missing.
pub(super) async fn hold(conn: &mut Conn, mut keys: Vec<[i64; 2]>, now: Millis) -> StoreResult<Vec<Row>> {
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let keys = dialect::rows(&keys);
    query(concat!(
        "INSERT INTO grants (template_id, subscriber_id, balance, reserved, refused, updated_at)
         SELECT r_template, r_subscriber, 0, 0, 0, $2 FROM ",
        rows!(2: 1 "r_template", 2 "r_subscriber"),
        " AS r WHERE one = 1 ORDER BY 1, 2
         ON CONFLICT (template_id, subscriber_id) DO NOTHING"
    ))
    .bind(keys.clone())
    .bind(now)
    .execute(&mut *conn)
    .await?;
    let rows: Vec<HeldGrantRecord> = query_as(concat!(
        "SELECT g.template_id, g.subscriber_id, g.balance, g.refused, g.answered_at, g.emptied_at, g.updated_at,
                t.kind, t.mini_program_id, m.grant_source, m.callback_mode
         FROM ",
        rows!(2: 1 "r_template", 2 "r_subscriber"),
        " AS r
         JOIN grants g ON g.template_id = r_template AND g.subscriber_id = r_subscriber
         JOIN templates t ON t.id = g.template_id
         JOIN mini_programs m ON m.id = t.mini_program_id
         ORDER BY g.template_id, g.subscriber_id",
        for_update!("g")
    ))
    .bind(keys)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

impl Row {
    fn read(r: HeldGrantRecord) -> StoreResult<Self> {
        Ok(Self {
            template: r.template_id,
            subscriber: r.subscriber_id,
            mini_program: r.mini_program_id,
            kind: word("templates", "kind", &r.kind, TemplateKind::parse)?,
            source: word("mini_programs", "grant_source", &r.grant_source, GrantSource::parse)?,
            has_callback: r.callback_mode.is_some(),
            balance: r.balance,
            refused: r.refused != 0,
            answered_at: r.answered_at,
            emptied_at: r.emptied_at,
            updated_at: r.updated_at,
        })
    }

    pub(super) fn is_one_time(&self) -> bool {
        self.kind == TemplateKind::OneTime
    }

    /// Writes the row as it stands now, and the line that says how it came from `balance_before`.
    pub(super) async fn write(
        &mut self,
        conn: &mut Conn,
        balance_before: i64,
        line: &Line<'_>,
        now: Millis,
    ) -> StoreResult<()> {
        // Later than every line, so that whoever asks what came after an instant need not read the ledger for most people.
        self.updated_at = self.updated_at.max(now);
        query(
            "UPDATE grants SET balance = $3, refused = $4, answered_at = $5, emptied_at = $6, updated_at = $7
             WHERE template_id = $1 AND subscriber_id = $2",
        )
        .bind(self.template)
        .bind(self.subscriber)
        .bind(self.balance)
        .bind(i64::from(self.refused))
        .bind(self.answered_at)
        .bind(self.emptied_at)
        .bind(self.updated_at)
        .execute(&mut *conn)
        .await?;
        self.note(conn, balance_before, line, now).await
    }

    /// Writes the line only: the row is as it was.
    pub(super) async fn note(
        &self,
        conn: &mut Conn,
        balance_before: i64,
        line: &Line<'_>,
        now: Millis,
    ) -> StoreResult<()> {
        query(
            "INSERT INTO ledger (subscriber_id, template_id, at, happened_at, kind, change, balance_after, notice_id, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8)",
        )
        .bind(self.subscriber)
        .bind(self.template)
        .bind(now)
        .bind(Some(line.happened_at).filter(|at| now - at > SAME_MS))
        .bind(line.kind.code())
        .bind(self.balance - balance_before)
        .bind(self.balance)
        .bind(line.note)
        .execute(conn)
        .await?;
        Ok(())
    }
}
