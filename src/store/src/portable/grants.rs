//! What subscribers answered, and changes by hand.

mod adjust;
mod answer;
mod expiry;
mod import;
mod observation;
mod replay;
mod report;
mod row;
mod tap;

pub(super) use observation::{Observation, Says, observe};
#[cfg(test)]
pub(super) use replay::LATER;
pub(super) use replay::{After, kept};

use super::{books, dialect::Backend, ledger, query_as};
use crate::{Expired, GrantReport, Grants, Reported, StoreResult, records::GrantRecord};
use async_trait::async_trait;
use model::{
    Millis,
    grant::{Answer, Grant, LedgerEntry},
    ids::{MiniProgramId, SubscriberId, TemplateId},
    page::{At, Page},
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
        let report = GrantReport { mini_program, openid, answers, note, report_id: None };
        Ok(report::record(self, report, now).await?.subscriber)
    }

    async fn record_report(&self, report: GrantReport<'_>, now: Millis) -> StoreResult<Reported> {
        report::record(self, report, now).await
    }

    async fn expire_grants(
        &self,
        template: TemplateId,
        since: Millis,
        after: Option<SubscriberId>,
        limit: i64,
        now: Millis,
    ) -> StoreResult<Expired> {
        expiry::step(self, template, since, after, limit, now).await
    }

    async fn import_grants(
        &self,
        mini_program: MiniProgramId,
        template: TemplateId,
        openids: &[String],
        note: &str,
        now: Millis,
    ) -> StoreResult<i64> {
        import::grants(self, mini_program, template, openids, note, now).await
    }

    async fn adjust_grant(
        &self,
        subscriber: SubscriberId,
        template: TemplateId,
        change: i64,
        note: &str,
        now: Millis,
    ) -> StoreResult<Option<i64>> {
        adjust::by_hand(self, subscriber, template, change, note, now).await
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
