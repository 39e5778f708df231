//! What subscribers answered, and changes by hand.

use super::{
    books,
    dialect::{self, Backend, Conn},
    ledger, query, query_as,
};
use crate::{
    Grants, StoreError, StoreResult,
    records::{GrantRecord, word},
    text::text,
};
use async_trait::async_trait;
use model::{
    Millis,
    grant::{Answer, Grant, LedgerEntry, LedgerKind},
    ids::{MiniProgramId, SubscriberId, TemplateId},
    page::{At, Page},
    template::TemplateKind,
};

#[async_trait]
impl Grants for Backend {
    async fn record_answers(
        &self,
        mini_program: MiniProgramId,
        openid: &str,
        answers: &[(TemplateId, Answer)],
        note: &str,
        now: Millis,
    ) -> StoreResult<SubscriberId> {
        let mut tx = self.begin().await?;
        let (id,) = query_as(
            "INSERT INTO subscribers (mini_program_id, openid, remark, remark_key, created_at, last_seen_at)
             VALUES ($1, $2, '', '', $3, $3)
             ON CONFLICT (mini_program_id, openid) DO UPDATE SET last_seen_at = excluded.last_seen_at
             RETURNING id",
        )
        .bind(mini_program.0)
        .bind(text(openid))
        .bind(now)
        .fetch_one(&mut *tx)
        .await?;
        let mut templates: Vec<i64> = answers.iter().map(|(template, _)| template.0).collect();
        templates.sort_unstable();
        templates.dedup();
        dialect::lock_grants(&mut tx, &templates, false).await?;
        // Rows are locked in the order of their keys, so that two reports of one person cannot wait for each other.
        let mut sorted = answers.to_vec();
        sorted.sort_by_key(|(template, _)| *template);
        for (template, answer) in sorted {
            let grant = Row::hold(&mut tx, template, id, now).await?;
            if grant.mini_program != mini_program.0 {
                return Err(StoreError::inconsistent("templates", "mini_program_id", grant.mini_program));
            }
            grant.answer(&mut tx, answer, note, now).await?;
        }
        tx.commit().await?;
        Ok(SubscriberId(id))
    }

    async fn adjust_grant(
        &self,
        subscriber: SubscriberId,
        template: TemplateId,
        change: i64,
        note: &str,
        now: Millis,
    ) -> StoreResult<Option<i64>> {
        let mut tx = self.begin().await?;
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
        let grant = Row::hold(&mut tx, template, subscriber.0, now).await?;
        let most = if grant.kind == TemplateKind::LongTerm { 1 } else { i64::MAX };
        let balance = grant.balance.saturating_add(change).clamp(0, most);
        if balance != grant.balance {
            let line =
                Line { kind: LedgerKind::Adjusted, balance, refused: grant.refused, note: text(note).into_owned() };
            grant.set(&mut tx, &line, now).await?;
        }
        tx.commit().await?;
        Ok(Some(balance))
    }

    async fn grants_of(&self, subscriber: SubscriberId) -> StoreResult<Vec<Grant>> {
        let rows: Vec<GrantRecord> = query_as(
            "SELECT template_id, subscriber_id, balance, reserved, refused, updated_at
             FROM grants WHERE subscriber_id = $1 ORDER BY template_id",
        )
        .bind(subscriber.0)
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(Grant::from).collect())
    }

    async fn ledger_of(&self, subscriber: SubscriberId, at: At, size: i64) -> StoreResult<Page<LedgerEntry>> {
        ledger::of_subscriber(self, subscriber, at, size).await
    }

    async fn ledger_after(&self, id: i64, limit: i64) -> StoreResult<Vec<LedgerEntry>> {
        ledger::after(self, id, limit).await
    }

    async fn last_ledger_entry(&self) -> StoreResult<i64> {
        ledger::last(self).await
    }

    async fn check_books(&self) -> StoreResult<Vec<String>> {
        books::check(self).await
    }
}

/// One grant, made if it is not there and locked until the transaction ends.
struct Row {
    template: i64,
    subscriber: i64,
    mini_program: i64,
    kind: TemplateKind,
    balance: i64,
    refused: i64,
}

/// A change of a grant, with the ledger line that explains it.
struct Line {
    kind: LedgerKind,
    balance: i64,
    refused: i64,
    note: String,
}

impl Row {
    async fn hold(conn: &mut Conn, template: TemplateId, subscriber: i64, now: Millis) -> StoreResult<Self> {
        query(
            "INSERT INTO grants (template_id, subscriber_id, balance, reserved, refused, updated_at)
             VALUES ($1, $2, 0, 0, 0, $3)
             ON CONFLICT (template_id, subscriber_id) DO NOTHING",
        )
        .bind(template.0)
        .bind(subscriber)
        .bind(now)
        .execute(&mut *conn)
        .await?;
        let (balance, refused, kind, mini_program): (i64, i64, String, i64) = query_as(concat!(
            "SELECT g.balance, g.refused, t.kind, t.mini_program_id
             FROM grants g JOIN templates t ON t.id = g.template_id
             WHERE g.template_id = $1 AND g.subscriber_id = $2",
            for_update!("g")
        ))
        .bind(template.0)
        .bind(subscriber)
        .fetch_one(conn)
        .await?;
        let kind = word("templates", "kind", &kind, TemplateKind::parse)?;
        Ok(Self { template: template.0, subscriber, mini_program, kind, balance, refused })
    }

    async fn answer(self, conn: &mut Conn, answer: Answer, note: &str, now: Millis) -> StoreResult<()> {
        let note = text(note);
        let line = match (answer, self.kind) {
            (Answer::Accept, kind) => Line {
                kind: LedgerKind::Accepted,
                balance: if kind == TemplateKind::OneTime { self.balance.saturating_add(1) } else { 1 },
                refused: 0,
                note: note.into_owned(),
            },
            (Answer::Reject, kind) => Line {
                kind: LedgerKind::Rejected,
                balance: if kind == TemplateKind::OneTime { self.balance } else { 0 },
                refused: 1,
                note: note.into_owned(),
            },
            // Not the person's own no: the word stands in the note, and `refused` stays.
            (Answer::Ban | Answer::Filter, kind) => Line {
                kind: LedgerKind::Rejected,
                balance: if kind == TemplateKind::LongTerm && answer == Answer::Ban { 0 } else { self.balance },
                refused: self.refused,
                note: format!("{}: {note}", answer.code()),
            },
        };
        self.set(conn, &line, now).await
    }

    async fn set(self, conn: &mut Conn, line: &Line, now: Millis) -> StoreResult<()> {
        query(
            "UPDATE grants SET balance = $3, refused = $4, updated_at = $5
             WHERE template_id = $1 AND subscriber_id = $2",
        )
        .bind(self.template)
        .bind(self.subscriber)
        .bind(line.balance)
        .bind(line.refused)
        .bind(now)
        .execute(&mut *conn)
        .await?;
        query(
            "INSERT INTO ledger (subscriber_id, template_id, at, kind, change, balance_after, notice_id, note)
             VALUES ($1, $2, $3, $4, $5, $6, NULL, $7)",
        )
        .bind(self.subscriber)
        .bind(self.template)
        .bind(now)
        .bind(line.kind.code())
        .bind(line.balance - self.balance)
        .bind(line.balance)
        .bind(&line.note)
        .execute(conn)
        .await?;
        Ok(())
    }
}
