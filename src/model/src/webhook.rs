//! Webhooks: who wants to hear of what, and what became of telling them.

use crate::{
    Millis,
    delivery::DeliveryState,
    ids::{EndpointId, MiniProgramId, NoticeId},
};
use serde::{Deserialize, Serialize};

/// What can be heard of. The numbers are stored as bits; never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(i64)]
pub enum EventKind {
    /// Deliveries ended, many in one message.
    Results = 1,
    /// A notice has nothing left to do.
    Finished = 2,
    /// A notice was stopped, or sending rests: somebody has to do something.
    Attention = 4,
    /// Nothing: somebody tries whether it arrives.
    Test = 8,
}

impl EventKind {
    /// All.
    pub const ALL: [Self; 4] = [Self::Results, Self::Finished, Self::Attention, Self::Test];
    /// Those that an endpoint chooses among.
    pub const CHOICES: [Self; 3] = [Self::Results, Self::Finished, Self::Attention];

    /// The stored bit.
    #[must_use]
    pub fn bit(self) -> i64 {
        self as i64
    }

    /// Reads the stored bit.
    #[must_use]
    pub fn from_bit(bit: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.bit() == bit)
    }

    /// The `type` of a message.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Results => "delivery.results",
            Self::Finished => "notice.finished",
            Self::Attention => "attention.needed",
            Self::Test => "webhook.test",
        }
    }

    /// Reads the `type`.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == s)
    }
}

/// Why nothing is sent to an endpoint any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisabledWhy {
    /// A person switched it off.
    Person,
    /// Every call failed, for days.
    Failing,
    /// It answered that it is gone (410).
    Gone,
}

impl DisabledWhy {
    /// All.
    pub const ALL: [Self; 3] = [Self::Person, Self::Failing, Self::Gone];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == s)
    }
}

/// Where to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Row id.
    pub id: EndpointId,
    /// Of which mini program.
    pub mini_program: MiniProgramId,
    /// The address.
    pub url: String,
    /// Bits of [`EventKind`].
    pub wants: i64,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Millis,
    /// Since when every call has failed.
    pub failing_since: Option<Millis>,
    /// When it was switched off, and why.
    pub disabled: Option<(Millis, DisabledWhy)>,
}

impl Endpoint {
    /// Whether it wants to hear of something.
    #[must_use]
    pub fn wants(&self, kind: EventKind) -> bool {
        self.wants & kind.bit() != 0
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Grows.
    pub id: i64,
    /// In which mini program.
    pub mini_program: MiniProgramId,
    /// What.
    pub kind: EventKind,
    /// To which notice; `None`: it concerns the whole mini program.
    pub notice: Option<NoticeId>,
    /// To whom, of a delivery.
    pub openid: Option<String>,
    /// How a delivery ended.
    pub state: Option<DeliveryState>,
    /// Why.
    pub errcode: Option<i64>,
    /// When, where that is known.
    pub at: Option<Millis>,
    /// Why somebody is wanted, where the notice does not tell: `token_failing`.
    pub reason: Option<String>,
}

/// Where a message stands. The numbers are stored; never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum MessageState {
    /// To be sent (again).
    Waiting = 0,
    /// The receiver took it.
    Taken = 1,
    /// Tried often enough.
    GivenUp = 2,
}

impl MessageState {
    /// Reads the stored number.
    #[must_use]
    pub fn from_number(n: i64) -> Option<Self> {
        [Self::Waiting, Self::Taken, Self::GivenUp].into_iter().find(|state| *state as i64 == n)
    }
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// 1 for the first.
    pub number: i64,
    /// When it began.
    pub started_at: Millis,
    /// How long it took.
    pub duration_ms: i64,
    /// HTTP status; `None`: there was no answer.
    pub status: Option<i64>,
    /// Why there was none.
    pub fault: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

/// A message to an endpoint, with its calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Row id.
    pub id: i64,
    /// To which endpoint.
    pub endpoint: EndpointId,
    /// What the receiver knows it by.
    pub name: String,
    /// What it tells.
    pub kind: EventKind,
    /// JSON.
    pub body: String,
    /// When it was made.
    pub created_at: Millis,
    /// Where it stands.
    pub state: MessageState,
    /// When it is tried again, while it waits.
    pub next_at: Millis,
    /// The calls, first one first.
    pub calls: Vec<Call>,
}
