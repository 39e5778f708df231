//! How a notice is held back, let go, followed up and repeated.

mod repeat;
mod rules;

pub use repeat::{Repeat, Weekdays};
pub use rules::SendRules;

use crate::{
    Lang, Millis, Problem,
    ids::{MiniProgramId, NoticeId, RecurrenceId, TemplateId},
    notice::{Content, NoticeState},
};
use serde::{Deserialize, Serialize};

/// What was done with a notice after it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Confirmed; it goes out after the time to undo.
    Confirmed,
    /// Confirmed for a later time.
    Scheduled,
    /// Confirmed; a second person has to agree.
    AskedApproval,
    /// A second person agreed.
    Approved,
    /// A second person did not agree: it is a draft again.
    Declined,
    /// Taken back before anything was sent: it is a draft again.
    Undone,
    /// Its time was changed.
    Rescheduled,
    /// Made to wait.
    Paused,
    /// Made to wait by Yanshu, because too much failed.
    PausedByFailures,
    /// Let go on.
    Resumed,
    /// The rest was withdrawn.
    Cancelled,
    /// Its time passed while nothing was there to send it.
    Missed,
    /// Sent at once although its time had passed.
    SentLate,
    /// A time of a repetition at which it could not be sent as it was: it stays a draft.
    LeftAsDraft,
}

impl Deed {
    /// All.
    pub const ALL: [Self; 14] = [
        Self::Confirmed,
        Self::Scheduled,
        Self::AskedApproval,
        Self::Approved,
        Self::Declined,
        Self::Undone,
        Self::Rescheduled,
        Self::Paused,
        Self::PausedByFailures,
        Self::Resumed,
        Self::Cancelled,
        Self::Missed,
        Self::SentLate,
        Self::LeftAsDraft,
    ];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Scheduled => "scheduled",
            Self::AskedApproval => "asked_approval",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Undone => "undone",
            Self::Rescheduled => "rescheduled",
            Self::Paused => "paused",
            Self::PausedByFailures => "paused_by_failures",
            Self::Resumed => "resumed",
            Self::Cancelled => "cancelled",
            Self::Missed => "missed",
            Self::SentLate => "sent_late",
            Self::LeftAsDraft => "left_as_draft",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.code() == s)
    }

    /// The words on screen.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::Confirmed => ("确认发送", "Confirmed"),
            Self::Scheduled => ("确认并定时", "Confirmed for a later time"),
            Self::AskedApproval => ("提交审批", "Submitted for approval"),
            Self::Approved => ("审批通过", "Approved"),
            Self::Declined => ("审批退回", "Declined"),
            Self::Undone => ("撤销，回到草稿", "Taken back to a draft"),
            Self::Rescheduled => ("修改时间", "Time changed"),
            Self::Paused => ("暂停", "Paused"),
            Self::PausedByFailures => ("失败过多，自动暂停", "Paused by itself: too many failures"),
            Self::Resumed => ("继续发送", "Resumed"),
            Self::Cancelled => ("取消剩余", "Rest cancelled"),
            Self::Missed => ("错过时间，等待处理", "Time missed, waits for somebody"),
            Self::SentLate => ("错过后立即发送", "Sent late"),
            Self::LeftAsDraft => ("重复发送时没有发出，留作草稿", "Could not be sent at its time, left as a draft"),
        };
        lang.t(zh, en)
    }
}

/// A line of a notice's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When.
    pub at: Millis,
    /// Who; empty: Yanshu itself.
    pub by: String,
    /// What.
    pub deed: Deed,
    /// What is to be known besides.
    pub note: String,
}

/// A notice that was made from what became of another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The earlier one.
    pub of: NoticeId,
    /// The later one.
    pub notice: NoticeId,
    /// Where the later one stands.
    pub state: NoticeState,
    /// Which deliveries of the earlier one.
    pub kind: FollowKind,
}

/// Which deliveries of a notice are followed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowKind {
    /// Those that failed for a reason that may have passed.
    Retriable,
    /// Those that were withdrawn before they were sent.
    Rest,
    /// Those that ended in a state, and with a code unless any will do.
    Ended(crate::delivery::DeliveryState, Option<i64>),
}

/// What was foretold when a notice was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// Messages.
    pub messages: i64,
    /// People left out.
    pub skipped: i64,
    /// Messages of other notices that are sent beside it.
    pub beside: i64,
    /// Messages a minute, all in all.
    pub per_minute: i64,
    /// Whether the rate was measured lately; else it is what the settings let expect.
    pub measured: bool,
    /// How long it takes, in seconds.
    pub seconds: i64,
}

impl Forecast {
    /// From the numbers and a rate. Notices take turns, so that of what goes on beside it as much goes out as of itself.
    #[must_use]
    pub fn new(messages: i64, skipped: i64, beside: i64, per_minute: i64, measured: bool) -> Self {
        let all = messages.saturating_add(beside.min(messages));
        let seconds = all.saturating_mul(60).div_euclid(per_minute.max(1)).max(1);
        Self { messages, skipped, beside, per_minute, measured, seconds }
    }
}

/// Notices that are ordered again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// Row id.
    pub id: RecurrenceId,
    /// The mini program.
    pub mini_program: MiniProgramId,
    /// The template.
    pub template: TemplateId,
    /// The template's title.
    pub template_title: String,
    /// What is sent each time.
    pub content: Content,
    /// When.
    pub repeat: Repeat,
    /// Whether each is urgent.
    pub urgent: bool,
    /// The next time; `None`: it was ended.
    pub next_at: Option<Millis>,
    /// Who ordered it.
    pub created_by: String,
    /// When it was ordered.
    pub created_at: Millis,
    /// What was wrong with the last time, as long as nobody has seen to it.
    pub trouble: Option<Trouble>,
}

/// Why a time of a repetition did not go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// When it should have.
    pub at: Millis,
    /// The draft that it left behind.
    pub notice: NoticeId,
    /// What has to be mended.
    pub problem: Problem,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_is_read_back_from_its_name() {
        assert!(Deed::ALL.into_iter().all(|deed| Deed::parse(deed.code()) == Some(deed)));
    }

    #[test]
    fn a_forecast_counts_what_is_sent_beside_only_as_far_as_it_takes_turns() {
        assert_eq!(Forecast::new(6_000, 0, 0, 60_000, true).seconds, 6);
        assert_eq!(Forecast::new(6_000, 0, 1_000_000, 60_000, true).seconds, 12);
        assert_eq!(Forecast::new(1, 0, 0, 60_000, false).seconds, 1);
    }
}
