//! Subscribers, grants and the ledger.

use super::word;
use crate::{StoreError, StoreResult};
use model::{
    grant::{Grant, LedgerEntry, LedgerKind},
    ids::{MiniProgramId, NoticeId, SubscriberId, TemplateId},
    subscriber::{Subscriber, SubscriberSummary},
};

/// A row of `subscribers`.
#[derive(sqlx::FromRow)]
pub(crate) struct SubscriberRecord {
    id: i64,
    mini_program_id: i64,
    openid: String,
    remark: String,
    created_at: i64,
    last_seen_at: Option<i64>,
}

impl From<SubscriberRecord> for Subscriber {
    fn from(r: SubscriberRecord) -> Self {
        Self {
            id: SubscriberId(r.id),
            mini_program: MiniProgramId(r.mini_program_id),
            openid: r.openid,
            remark: r.remark,
            created_at: r.created_at,
            last_seen_at: r.last_seen_at,
        }
    }
}

/// A subscriber with a balance.
#[derive(sqlx::FromRow)]
pub(crate) struct SubscriberSummaryRecord {
    #[sqlx(flatten)]
    subscriber: SubscriberRecord,
    balance: i64,
}

impl From<SubscriberSummaryRecord> for SubscriberSummary {
    fn from(r: SubscriberSummaryRecord) -> Self {
        Self { subscriber: r.subscriber.into(), balance: r.balance }
    }
}

/// A row of `grants`.
#[derive(sqlx::FromRow)]
pub(crate) struct GrantRecord {
    template_id: i64,
    subscriber_id: i64,
    balance: i64,
    reserved: i64,
    refused: i64,
    updated_at: i64,
}

impl From<GrantRecord> for Grant {
    fn from(r: GrantRecord) -> Self {
        Self {
            subscriber: SubscriberId(r.subscriber_id),
            template: TemplateId(r.template_id),
            balance: r.balance,
            reserved: r.reserved,
            refused: r.refused != 0,
            updated_at: r.updated_at,
        }
    }
}

/// A grant that is held, with what decides what an answer does to it.
#[derive(sqlx::FromRow)]
pub(crate) struct HeldGrantRecord {
    pub template_id: i64,
    pub subscriber_id: i64,
    pub balance: i64,
    pub refused: i64,
    pub answered_at: i64,
    pub emptied_at: i64,
    pub updated_at: i64,
    pub kind: String,
    pub mini_program_id: i64,
    pub grant_source: String,
    pub callback_mode: Option<String>,
}

/// A row of `ledger`.
#[derive(sqlx::FromRow)]
pub(crate) struct LedgerRecord {
    id: i64,
    subscriber_id: i64,
    template_id: i64,
    at: i64,
    happened_at: Option<i64>,
    kind: String,
    change: i64,
    balance_after: i64,
    notice_id: Option<i64>,
    note: String,
}

impl TryFrom<LedgerRecord> for LedgerEntry {
    type Error = StoreError;

    fn try_from(r: LedgerRecord) -> StoreResult<Self> {
        Ok(Self {
            id: r.id,
            subscriber: SubscriberId(r.subscriber_id),
            template: TemplateId(r.template_id),
            at: r.at,
            happened_at: r.happened_at,
            kind: word("ledger", "kind", &r.kind, LedgerKind::parse)?,
            change: r.change,
            balance_after: r.balance_after,
            notice: r.notice_id.map(NoticeId),
            note: r.note,
        })
    }
}
