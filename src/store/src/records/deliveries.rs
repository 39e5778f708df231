//! Deliveries and attempts.

use super::state;
use crate::{Claimed, StoreError, StoreResult};
use model::{
    delivery::{Attempt, Delivery, SubscriberDelivery},
    ids::{DeliveryId, NoticeId, SubscriberId, TemplateId},
};
use std::borrow::Cow;

/// A row of the delivery table, with the last attempt.
#[derive(sqlx::FromRow)]
pub(crate) struct DeliveryRecord {
    notice_id: i64,
    pub subscriber_id: i64,
    openid: String,
    remark: String,
    state: i64,
    errcode: i64,
    rid: Option<String>,
    errmsg: Option<String>,
    attempts: i64,
    due_at: i64,
    updated_at: i64,
}

impl TryFrom<DeliveryRecord> for Delivery {
    type Error = StoreError;

    fn try_from(r: DeliveryRecord) -> StoreResult<Self> {
        Ok(Self {
            id: DeliveryId { notice: NoticeId(r.notice_id), subscriber: SubscriberId(r.subscriber_id) },
            openid: r.openid,
            remark: r.remark,
            state: state("deliveries", r.state)?,
            errcode: r.errcode,
            rid: r.rid,
            errmsg: r.errmsg,
            attempts: r.attempts,
            due_at: r.due_at,
            updated_at: r.updated_at,
        })
    }
}

/// A line of a person's history.
#[derive(sqlx::FromRow)]
pub(crate) struct TimelineRecord {
    pub notice_id: i64,
    subscriber_id: i64,
    title: String,
    state: i64,
    errcode: i64,
    updated_at: i64,
}

impl TryFrom<TimelineRecord> for SubscriberDelivery {
    type Error = StoreError;

    fn try_from(r: TimelineRecord) -> StoreResult<Self> {
        Ok(Self {
            notice: NoticeId(r.notice_id),
            subscriber: SubscriberId(r.subscriber_id),
            template_title: r.title,
            state: state("deliveries", r.state)?,
            errcode: r.errcode,
            updated_at: r.updated_at,
        })
    }
}

/// A row of `attempts`.
#[derive(sqlx::FromRow)]
pub(crate) struct AttemptRecord {
    number: i64,
    started_at: i64,
    duration_ms: i64,
    errcode: i64,
    rid: Option<String>,
    errmsg: Option<String>,
}

impl From<AttemptRecord> for Attempt {
    fn from(r: AttemptRecord) -> Self {
        Self {
            number: r.number,
            started_at: r.started_at,
            duration_ms: r.duration_ms,
            errcode: r.errcode,
            rid: r.rid,
            errmsg: r.errmsg,
        }
    }
}

/// A delivery that a sent event may belong to.
#[derive(sqlx::FromRow)]
pub(crate) struct CandidateRecord {
    pub notice_id: i64,
    pub subscriber_id: i64,
    pub template_id: i64,
    pub state: i64,
    pub errcode: i64,
    pub msgid: Option<i64>,
    /// When the call began, where that is known.
    pub started_at: Option<i64>,
    pub updated_at: i64,
}

/// Notice, subscriber, number, started_at, duration_ms, errcode, rid, errmsg.
pub(crate) type NewAttempt<'a> = (i64, i64, i64, i64, i64, i64, Option<Cow<'a, str>>, Option<Cow<'a, str>>);

/// What waits for another try has this and the instant at which it is due as its turn (2^60).
pub(crate) const WAITS: i64 = 1 << 60;

/// A row of the queue.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct WindowRecord {
    turn: i64,
    pub notice_id: i64,
    subscriber_id: i64,
    attempts: Option<i64>,
    errcode: Option<i64>,
    busy: i64,
}

impl WindowRecord {
    /// With its notice's template, when that was due, whether it heeds quiet hours and the cap, how it stands, and whether
    /// its messages may differ.
    pub(crate) fn with(self, of_notice: (i64, i64, i64, i64, i64)) -> QueueRecord {
        let (template_id, due_at, heeds, standing, personal) = of_notice;
        let Self { turn, notice_id, subscriber_id, attempts, errcode, busy } = self;
        let standing = Standing::of(standing);
        QueueRecord {
            turn,
            notice_id,
            subscriber_id,
            attempts,
            errcode,
            template_id,
            due_at,
            heeds,
            standing,
            personal,
            busy,
        }
    }
}

/// How the notice of a row of the queue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was ended; its rows are being withdrawn.
    Ended,
    /// It is being sent.
    Runs,
    /// It is being sent, but its rows are of rounds that others have left behind while it was held back.
    Lags,
    /// It is held back.
    Held,
}

impl Standing {
    fn of(stored: i64) -> Self {
        match stored {
            1 => Self::Runs,
            2 => Self::Lags,
            3 => Self::Held,
            _ => Self::Ended,
        }
    }

    /// Whether its rows may be claimed.
    pub(crate) fn runs(self) -> bool {
        matches!(self, Self::Runs | Self::Lags)
    }
}

/// A row of the queue with what its notice says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueRecord {
    pub turn: i64,
    pub notice_id: i64,
    pub subscriber_id: i64,
    pub attempts: Option<i64>,
    pub errcode: Option<i64>,
    pub template_id: i64,
    /// When its notice was due.
    due_at: i64,
    /// Whether quiet hours and the frequency cap count for its notice.
    pub heeds: i64,
    /// How its notice stands.
    pub standing: Standing,
    /// Whether its notice's messages may differ from person to person.
    pub personal: i64,
    /// Whether its subscriber has a delivery under way.
    pub busy: i64,
}

impl QueueRecord {
    /// When it is or was due itself.
    pub(crate) fn due_at(&self) -> i64 {
        if self.turn >= WAITS { self.turn - WAITS } else { self.due_at }
    }
}

/// A row of `sending`.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct SendingRecord {
    pub subscriber_id: i64,
    pub mini_program_id: i64,
    pub notice_id: i64,
    pub template_id: i64,
    pub attempts: i64,
    pub errcode: i64,
    pub lease: i64,
}

/// A row of the queue that was leased.
pub(crate) fn claimed(row: &QueueRecord, openid: String, granted: bool, capped: bool) -> Claimed {
    Claimed {
        id: DeliveryId { notice: NoticeId(row.notice_id), subscriber: SubscriberId(row.subscriber_id) },
        template: TemplateId(row.template_id),
        openid,
        attempts: row.attempts.unwrap_or_default(),
        granted,
        capped,
        personal: None,
        due_at: row.due_at(),
    }
}
