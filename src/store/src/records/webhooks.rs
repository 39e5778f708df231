//! Webhooks.

use super::{state, word};
use crate::{StoreError, StoreResult};
use model::{
    ids::{EndpointId, MiniProgramId, NoticeId},
    webhook::{Call, DisabledWhy, Endpoint, Event, EventKind, Message, MessageState},
};

/// A row of `webhook_endpoints`, without the secret.
#[derive(sqlx::FromRow)]
pub(crate) struct EndpointRecord {
    id: i64,
    mini_program_id: i64,
    url: String,
    wants: i64,
    created_by: String,
    created_at: i64,
    failing_since: Option<i64>,
    disabled_at: Option<i64>,
    disabled_why: Option<String>,
}

/// With it.
#[derive(sqlx::FromRow)]
pub(crate) struct EndpointSecretRecord {
    #[sqlx(flatten)]
    pub endpoint: EndpointRecord,
    pub sealed_secret: String,
    pub sealed_old_secret: Option<String>,
    pub old_secret_until: Option<i64>,
}

impl TryFrom<EndpointRecord> for Endpoint {
    type Error = StoreError;

    fn try_from(r: EndpointRecord) -> StoreResult<Self> {
        let why = r.disabled_why.unwrap_or_default();
        let disabled = r
            .disabled_at
            .map(|at| Ok::<_, StoreError>((at, word("webhook_endpoints", "disabled_why", &why, DisabledWhy::parse)?)))
            .transpose()?;
        Ok(Self {
            id: EndpointId(r.id),
            mini_program: MiniProgramId(r.mini_program_id),
            url: r.url,
            wants: r.wants,
            created_by: r.created_by,
            created_at: r.created_at,
            failing_since: r.failing_since,
            disabled,
        })
    }
}

/// A row of `webhook_events`.
#[derive(sqlx::FromRow)]
pub(crate) struct WebhookEventRecord {
    id: i64,
    mini_program_id: i64,
    kind: i64,
    notice_id: Option<i64>,
    openid: Option<String>,
    state: Option<i64>,
    errcode: Option<i64>,
    at: Option<i64>,
    reason: Option<String>,
}

fn kind(table: &'static str, bit: i64) -> StoreResult<EventKind> {
    EventKind::from_bit(bit).ok_or_else(|| StoreError::inconsistent(table, "kind", bit))
}

impl TryFrom<WebhookEventRecord> for Event {
    type Error = StoreError;

    fn try_from(r: WebhookEventRecord) -> StoreResult<Self> {
        Ok(Self {
            id: r.id,
            mini_program: MiniProgramId(r.mini_program_id),
            kind: kind("webhook_events", r.kind)?,
            notice: r.notice_id.map(NoticeId),
            openid: r.openid,
            state: r.state.map(|n| state("webhook_events", n)).transpose()?,
            errcode: r.errcode,
            at: r.at,
            reason: r.reason,
        })
    }
}

/// A row of `webhook_messages`.
#[derive(sqlx::FromRow)]
pub(crate) struct WebhookMessageRecord {
    pub id: i64,
    endpoint_id: i64,
    name: String,
    kind: i64,
    body: String,
    created_at: i64,
    state: i64,
    next_at: i64,
}

impl WebhookMessageRecord {
    pub(crate) fn into_model(self, calls: Vec<Call>) -> StoreResult<Message> {
        let state = MessageState::from_number(self.state);
        Ok(Message {
            id: self.id,
            endpoint: EndpointId(self.endpoint_id),
            name: self.name,
            kind: kind("webhook_messages", self.kind)?,
            body: self.body,
            created_at: self.created_at,
            state: state.ok_or_else(|| StoreError::inconsistent("webhook_messages", "state", self.state))?,
            next_at: self.next_at,
            calls,
        })
    }
}

/// A row of `webhook_attempts`.
#[derive(sqlx::FromRow)]
pub(crate) struct WebhookCallRecord {
    pub message_id: i64,
    number: i64,
    started_at: i64,
    duration_ms: i64,
    status: Option<i64>,
    fault: Option<String>,
    answer: Option<String>,
}

impl From<WebhookCallRecord> for Call {
    fn from(r: WebhookCallRecord) -> Self {
        Self {
            number: r.number,
            started_at: r.started_at,
            duration_ms: r.duration_ms,
            status: r.status,
            fault: r.fault,
            answer: r.answer,
        }
    }
}
