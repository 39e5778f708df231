//! Notices: one order to send.

use crate::{
    Millis,
    delivery::{DeliveryState, Slice},
    ids::{MiniProgramId, NoticeId, RecurrenceId, SubscriberId, TemplateId},
    mini_program::{MessageLang, ProgramState},
    recipient::Recipient,
    subscriber::SubscriberFilter,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeState {
    /// Being written; nothing is queued.
    Draft,
    /// Confirmed; it begins by itself when its time has come.
    Scheduled,
    /// Confirmed; a second person has to agree first.
    Approval,
    /// Confirmed; deliveries are pending or sending.
    Running,
    /// A person, or too many failures, made it wait; what is under way ends, nothing more is begun.
    Paused,
    /// Its time passed while nobody was there to send it; a person has to say what becomes of it.
    Missed,
    /// Nothing is left to do.
    Finished,
    /// The platform refused in a way that holds for every recipient; the rest was withdrawn.
    Stopped,
    /// A person withdrew the rest.
    Cancelled,
}

impl NoticeState {
    /// All.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Scheduled,
        Self::Approval,
        Self::Running,
        Self::Paused,
        Self::Missed,
        Self::Finished,
        Self::Stopped,
        Self::Cancelled,
    ];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Approval => "approval",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Missed => "missed",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == s)
    }

    /// Whether something holds it back, although it was confirmed and is not at its end.
    #[must_use]
    pub fn is_held(self) -> bool {
        matches!(self, Self::Scheduled | Self::Approval | Self::Paused | Self::Missed)
    }

    /// Whether nothing more is begun of it, for good.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Stopped | Self::Cancelled)
    }
}

/// To whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Audience {
    /// Not chosen yet.
    Nobody,
    /// Everybody with a grant for the template that is not promised to another notice.
    EverybodyWithGrant,
    /// Rows chosen in the subscriber list.
    Chosen(Vec<SubscriberId>),
    /// Openids typed or pasted, duplicates removed, order kept.
    Openids(Vec<String>),
    /// Whoever the filter finds when it is confirmed, by now if it is about time.
    Filtered(Box<SubscriberFilter>),
    /// Recipients that are stored by themselves, perhaps with values of their own; see [`crate::recipient`].
    Listed {
        /// How many there are, without duplicates.
        size: i64,
    },
    /// Those of an earlier notice whose delivery ended so.
    Results {
        /// The earlier notice.
        notice: NoticeId,
        /// Which of its deliveries.
        slice: ResultSlice,
    },
}

/// Some of the deliveries of a notice, by how they ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultSlice {
    /// State, and error code unless any will do.
    pub ends: Vec<(DeliveryState, Option<i64>)>,
    /// Leaves out whoever was sent a message by a notice that followed up the same one.
    pub once: bool,
}

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Field key → value.
    pub values: BTreeMap<String, String>,
    /// The page a tap opens; empty: none.
    pub page: String,
    /// Which version of the mini program it opens.
    pub program_state: ProgramState,
    /// The message's language.
    pub message_lang: MessageLang,
}

/// A notice as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Row id.
    pub id: NoticeId,
    /// The mini program.
    pub mini_program: MiniProgramId,
    /// The template.
    pub template: TemplateId,
    /// The template's title, for lists.
    pub template_title: String,
    /// Where it stands.
    pub state: NoticeState,
    /// To whom. Lists leave it `Nobody`; the draft's own pages load it.
    pub audience: Audience,
    /// What.
    pub content: Content,
    /// Openids dropped at confirmation because they stood in the list more than once.
    pub duplicates: i64,
    /// Name of the person (or key) that ordered it.
    pub created_by: String,
    /// When the draft was begun.
    pub created_at: Millis,
    /// When it was confirmed.
    pub confirmed_at: Option<Millis>,
    /// When it begins or began.
    pub due_at: Option<Millis>,
    /// Whether a person chose that time; else it is the end of the time to undo.
    pub planned: bool,
    /// Whether quiet hours and the frequency cap do not hold for it.
    pub urgent: bool,
    /// Whether they do: it is not urgent and goes to more than one person.
    pub heeds: bool,
    /// The code that most of the failures had which paused it; `None`: a person paused it.
    pub hold_errcode: Option<i64>,
    /// The notices that are repeated of which it is one.
    pub recurrence: Option<RecurrenceId>,
    /// When nothing was left to do.
    pub finished_at: Option<Millis>,
    /// The error code that stopped it.
    pub stop_errcode: Option<i64>,
    /// When its deliveries were removed, because they were older than is kept; its counts stay. 0: that is under way.
    pub pruned_at: Option<Millis>,
    /// How many deliveries stand where.
    pub counts: StateCounts,
}

/// How many deliveries stand in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateCounts(pub [i64; 8]);

impl StateCounts {
    /// The number in a state.
    #[must_use]
    pub fn of(&self, state: DeliveryState) -> i64 {
        self.0.get(state as usize).copied().unwrap_or_default()
    }

    /// Adds to a state.
    pub fn add(&mut self, state: DeliveryState, n: i64) {
        if let Some(slot) = self.0.get_mut(state as usize) {
            *slot += n;
        }
    }

    /// The number in a slice of the charts.
    #[must_use]
    pub fn slice(&self, slice: Slice) -> i64 {
        DeliveryState::ALL.into_iter().filter(|s| s.slice() == Some(slice)).map(|s| self.of(s)).sum()
    }

    /// 成功 + 失败 + 待发送: what was or will be sent.
    #[must_use]
    pub fn sendable(&self) -> i64 {
        Slice::ALL.into_iter().map(|s| self.slice(s)).sum()
    }

    /// Every delivery.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.0.iter().sum()
    }
}

/// What would happen if a draft were confirmed now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preflight {
    /// Will be sent.
    pub will_send: i64,
    /// Skipped: no grant left (people we know).
    pub no_grant: i64,
    /// Skipped: the last thing the person said was no.
    pub refused: i64,
    /// Skipped: openids never seen before, so without a grant. They become subscribers at confirmation.
    pub unknown: i64,
    /// Skipped: what would be sent to them breaks a field rule, or a value is missing.
    pub invalid: i64,
    /// Skipped: they have had as many messages lately as the mini program's cap allows.
    pub too_often: i64,
    /// Dropped: in the list more than once.
    pub duplicates: i64,
    /// Some openids of each skipped slice, at most [`Preflight::SAMPLE`] each.
    pub no_grant_sample: Vec<String>,
    /// See `no_grant_sample`.
    pub refused_sample: Vec<String>,
    /// See `no_grant_sample`.
    pub unknown_sample: Vec<String>,
    /// Some of the invalid recipients.
    pub invalid_sample: Vec<Recipient>,
    /// See `no_grant_sample`.
    pub too_often_sample: Vec<String>,
}

impl Preflight {
    /// How many openids of a slice are shown.
    pub const SAMPLE: usize = 20;

    /// How many are skipped.
    #[must_use]
    pub fn skipped(&self) -> i64 {
        self.no_grant + self.refused + self.unknown + self.invalid + self.too_often
    }

    /// How many recipients there are after duplicates are dropped.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.will_send + self.skipped()
    }
}
