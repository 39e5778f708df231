//! Deliveries: one notice to one subscriber, the row that the queue works on.

use crate::{
    Millis,
    ids::{DeliveryId, NoticeId, SubscriberId},
};
use serde::{Deserialize, Serialize};

/// Where a delivery stands. The numbers are stored; never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(i64)]
pub enum DeliveryState {
    /// Waiting to be sent.
    Pending = 0,
    /// Leased by a worker; the call may be under way.
    Sending = 1,
    /// WeChat accepted it.
    Sent = 2,
    /// The platform's sent event confirmed it.
    Delivered = 3,
    /// Final refusal, with an error code.
    Failed = 4,
    /// The call may or may not have reached WeChat; only a person may decide to send again.
    Unknown = 5,
    /// Not sent on purpose, see [`SkipReason`].
    Skipped = 6,
    /// Withdrawn before it was sent.
    Cancelled = 7,
}

impl DeliveryState {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Failed,
        Self::Unknown,
        Self::Skipped,
        Self::Cancelled,
    ];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> i64 {
        self as i64
    }

    /// Reads the stored number.
    #[must_use]
    pub fn from_number(n: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.number() == n)
    }

    /// The name in the API and in query strings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == s)
    }

    /// The slice of the three-way charts; `None` for what is shown beside them.
    #[must_use]
    pub fn slice(self) -> Option<Slice> {
        match self {
            Self::Sent | Self::Delivered => Some(Slice::Success),
            Self::Failed | Self::Unknown => Some(Slice::Fail),
            Self::Pending | Self::Sending => Some(Slice::Pending),
            Self::Skipped | Self::Cancelled => None,
        }
    }

    /// Whether nothing more happens by itself.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Sending)
    }
}

/// The three slices of every chart: 成功 / 失败 / 待发送.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slice {
    /// 成功: sent and delivered.
    Success,
    /// 失败: failed and unknown.
    Fail,
    /// 待发送: pending and sending.
    Pending,
}

impl Slice {
    /// In the order of the charts.
    pub const ALL: [Self; 3] = [Self::Success, Self::Fail, Self::Pending];
}

/// Why a delivery was skipped. Stored in the error-code column as a negative number below -1000, so that one column
/// and one counter key explain every end of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(i64)]
pub enum SkipReason {
    /// No grant is recorded or all are promised to other notices.
    NoGrant = -1001,
    /// The last thing the person said was no.
    Refused = -1002,
    /// What would be sent to this person breaks a field rule, or a value is missing.
    InvalidData = -1003,
    /// They have had as many messages lately as the mini program's cap allows.
    TooOften = -1004,
}

impl SkipReason {
    /// All.
    pub const ALL: [Self; 4] = [Self::NoGrant, Self::Refused, Self::InvalidData, Self::TooOften];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> i64 {
        self as i64
    }

    /// Reads the stored number.
    #[must_use]
    pub fn from_number(n: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.number() == n)
    }
}

/// Codes of our own in the error-code column for ends that WeChat gave no code for (all below -1000).
pub mod own_code {
    /// The call's outcome is not known: time-out or broken answer after the request left.
    pub const NO_ANSWER: i64 = -1101;
    /// The process that held the lease ended; the call may or may not have been made.
    pub const LEASE_EXPIRED: i64 = -1102;
    /// No connection to the platform, after all retries.
    pub const NO_CONNECTION: i64 = -1103;
    /// The platform's gateway refused (HTTP 429, 503 or another 4xx), after all retries.
    pub const GATEWAY: i64 = -1104;
    /// No access token could be had.
    pub const NO_TOKEN: i64 = -1105;
    /// Withdrawn by a person.
    pub const CANCELLED: i64 = -1201;
}

/// One call to WeChat for a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// 1 for the first.
    pub number: i64,
    /// When the call began.
    pub started_at: Millis,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// WeChat's errcode, 0 for accepted, or one of [`own_code`].
    pub errcode: i64,
    /// WeChat's request id, for its support.
    pub rid: Option<String>,
    /// WeChat's text, cut at 200 characters, or ours.
    pub errmsg: Option<String>,
}

/// A row of a notice's delivery table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Which.
    pub id: DeliveryId,
    /// To whom.
    pub openid: String,
    /// The operators' remark for the person.
    pub remark: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Last errcode (0: none), a [`SkipReason`] or an [`own_code`].
    pub errcode: i64,
    /// WeChat's request id of the last attempt.
    pub rid: Option<String>,
    /// WeChat's text of the last attempt.
    pub errmsg: Option<String>,
    /// Calls made.
    pub attempts: i64,
    /// When it is due (again).
    pub due_at: Millis,
    /// Last change of state.
    pub updated_at: Millis,
}

/// A line of a subscriber's sending history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberDelivery {
    /// The notice.
    pub notice: NoticeId,
    /// The person.
    pub subscriber: SubscriberId,
    /// The template's title.
    pub template_title: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Last errcode, see [`Delivery::errcode`].
    pub errcode: i64,
    /// Last change of state.
    pub updated_at: Millis,
}
