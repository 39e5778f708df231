//! Control of notices: confirmed for a time, held back, let go, followed up, repeated.

use crate::{Enqueued, StoreResult};
use async_trait::async_trait;
use model::{
    Millis, Problem,
    control::{Deed, FollowUp, Forecast, LogLine, Recurrence, Repeat, SendRules},
    ids::{MiniProgramId, NoticeId, RecurrenceId, UserId},
    notice::Audience,
    statistics::CodeCounts,
};

/// What a confirmed notice waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// For nothing: it is sent from now on.
    Nothing,
    /// For its time; an end of the time to undo (`false`), or one that a person chose (`true`).
    Time {
        /// When it begins.
        due_at: Millis,
        /// Whether a person chose it.
        planned: bool,
    },
    /// For a second person, and then for a time that a person chose, if any.
    Approval {
        /// When it begins at the earliest.
        planned: Option<Millis>,
    },
    /// For somebody to say what becomes of it: its time has passed.
    Decision {
        /// When it should have begun.
        due_at: Millis,
    },
}

/// A confirmation.
#[derive(Clone, Debug)]
pub struct Order {
    /// The draft.
    pub id: NoticeId,
    /// How many messages the person was told of.
    pub shown: i64,
    /// The hour under which its deliveries are counted.
    pub hour_at: Millis,
    /// Now.
    pub now: Millis,
    /// What it waits for.
    pub wait: Wait,
    /// Who confirms it.
    pub by: String,
    /// What was foretold.
    pub forecast: Option<Forecast>,
    /// How many of those that are queued are known to be skipped at their turn: they need nobody's approval.
    pub left_out: i64,
}

/// Where a notice that was let go, or was given another time, stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetGo {
    /// It goes on, or waits for its time.
    Goes,
    /// It is so big that another person has to agree first, and nobody has yet.
    AsksApproval,
}

/// What [`Control::start_due`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Started {
    /// Notices that are being sent now.
    pub begun: u64,
    /// Notices whose time had passed by more than is made up for.
    pub missed: u64,
}

/// Notices that are to be ordered again and again.
#[derive(Clone, Debug)]
pub struct NewRecurrence {
    /// The draft that says what and to whom, each time anew.
    pub draft: NoticeId,
    /// When.
    pub repeat: Repeat,
    /// The first time.
    pub next_at: Millis,
    /// Who orders it.
    pub created_by: String,
}

/// To whom a copy of a notice goes.
#[derive(Clone, Copy, Debug)]
pub enum CopyOf<'a> {
    /// These; nobody has values of their own.
    Others(&'a Audience),
    /// These, with the values that the notice's recipients have of their own.
    Same(&'a Audience),
    /// Everybody who stands in the notice, whatever became of them, as a list; with their values.
    Everybody,
}

/// A time of a repetition that has come.
#[derive(Clone, Copy, Debug)]
pub struct Occurrence {
    /// Of which.
    pub id: RecurrenceId,
    /// The time that it was waiting for.
    pub due_at: Millis,
    /// The time that is made up for: a later one, where several have passed.
    pub at: Millis,
    /// The next one.
    pub next_at: Millis,
    /// Whether it comes too late to be sent without asking.
    pub is_missed: bool,
}

/// Control.
#[async_trait]
pub trait Control {
    /// [`crate::Notices::enqueue_notice`], and what the notice waits for before anything of it is sent. Its deliveries and
    /// reservations are made now all the same: what was confirmed is what is sent. Where that is more than the mini program's
    /// rules let one person send, it waits for another one instead. The person and what they did go into the notice's log.
    async fn order_notice(&self, order: &Order) -> StoreResult<Enqueued>;

    /// Begins every notice whose time has come; one whose chosen time passed more than `grace` ago waits for a decision
    /// instead. However many processes ask, each notice begins once.
    async fn start_due(&self, grace: Millis, now: Millis) -> StoreResult<Started>;

    /// Makes a draft again of a notice of which nothing was sent yet (scheduled, waiting for approval, missed): its
    /// deliveries go, its reservations are given back, its counts are taken back. `false`: it is too late, or no such notice.
    async fn undo_notice(&self, id: NoticeId, deed: Deed, by: &str, now: Millis) -> StoreResult<bool>;

    /// Sets another time for a scheduled or missed notice; counted under another hour from now on. `None`: too late.
    async fn reschedule_notice(
        &self,
        id: NoticeId,
        due_at: Millis,
        hour_at: Millis,
        by: &str,
        now: Millis,
    ) -> StoreResult<Option<LetGo>>;

    /// A second person agrees to what was confirmed at `seen`: the notice begins at its time, or now where none was chosen,
    /// and is then counted under the hour `hour_at`. `false`: it does not wait for that, or was confirmed anew since.
    async fn approve_notice(
        &self,
        id: NoticeId,
        seen: Millis,
        hour_at: Millis,
        by: &str,
        now: Millis,
    ) -> StoreResult<bool>;

    /// Makes a running notice wait; nothing more of it is claimed from now on. At once, however many deliveries wait.
    /// `errcode`: the most frequent code where too many failed. `false`: it is not running.
    async fn pause_notice(&self, id: NoticeId, errcode: Option<i64>, by: &str, now: Millis) -> StoreResult<bool>;

    /// Lets a paused or missed notice go on; the share of failures is judged anew from here. `judged`: how many have ended
    /// and how many of them failed by our side; `hour_at`: the hour under which a missed one is counted from now on. `None`: it
    /// is neither.
    async fn resume_notice(
        &self,
        id: NoticeId,
        judged: (i64, i64),
        hour_at: Millis,
        by: &str,
        now: Millis,
    ) -> StoreResult<Option<LetGo>>;

    /// From which numbers of ended and failed on the share of failures is judged; `None` where it is not running.
    async fn judged_from(&self, id: NoticeId) -> StoreResult<Option<(MiniProgramId, i64, i64)>>;

    /// How many deliveries stand in each state, by code where they ended with one.
    async fn tallies(&self, id: NoticeId) -> StoreResult<Vec<CodeCounts>>;

    /// A draft of an occurrence that cannot be confirmed as it is becomes a draft like any other. What is wrong with it stands
    /// in its log and with its repetition, and whoever wants to hear of what needs attention does.
    async fn leave_occurrence(&self, id: NoticeId, problem: &Problem, now: Millis) -> StoreResult<()>;

    /// Notes what was done, for deeds that have no operation here.
    async fn log_notice(&self, id: NoticeId, deed: Deed, by: &str, note: &str, now: Millis) -> StoreResult<()>;

    /// What was done with a notice, first one first; of very much the newest.
    async fn notice_log(&self, id: NoticeId) -> StoreResult<Vec<LogLine>>;

    /// What was foretold at the confirmation.
    async fn forecast(&self, id: NoticeId) -> StoreResult<Option<Forecast>>;

    /// To whom a notice was ordered, where that was kept.
    async fn ordered_audience(&self, id: NoticeId) -> StoreResult<Option<Audience>>;

    /// Sets whether a draft is urgent; `false` when it is no draft (any more).
    async fn set_urgent(&self, id: NoticeId, urgent: bool) -> StoreResult<bool>;

    /// The draft that follows up some deliveries of a notice: the one there is, or a new one of the same template and
    /// content. `words` name the deliveries: the same words, the same draft. Values that these people had of their own come
    /// along.
    async fn follow_up(
        &self,
        of: NoticeId,
        words: &str,
        audience: &Audience,
        by: &str,
        now: Millis,
    ) -> StoreResult<Option<NoticeId>>;

    /// The notices that followed up this one, and the one that it follows up itself.
    async fn follow_ups(&self, id: NoticeId) -> StoreResult<Vec<FollowUp>>;

    /// A new draft of the same template and content, for these people.
    async fn duplicate_notice(
        &self,
        id: NoticeId,
        people: CopyOf<'_>,
        by: &str,
        now: Millis,
    ) -> StoreResult<Option<NoticeId>>;

    /// The rules of a mini program; the usual ones where none were set.
    async fn send_rules(&self, mini_program: MiniProgramId) -> StoreResult<SendRules>;

    /// Sets them.
    async fn set_send_rules(&self, mini_program: MiniProgramId, rules: &SendRules) -> StoreResult<()>;

    /// Mini programs with quiet hours: time zone, minutes of the local day, and the quiet hours that are noted.
    async fn quiet_hours(&self) -> StoreResult<Vec<QuietHours>>;

    /// Notes the quiet hours that are now or next.
    async fn note_quiet(&self, mini_program: MiniProgramId, since: Millis, until: Millis) -> StoreResult<()>;

    /// To whom a person sent tests last.
    async fn test_openid(&self, user: UserId, mini_program: MiniProgramId) -> StoreResult<Option<String>>;

    /// Remembers it.
    async fn remember_test_openid(&self, user: UserId, mini_program: MiniProgramId, openid: &str) -> StoreResult<()>;

    /// Makes a repetition of a draft; the draft goes. `None`: it is no draft (any more), or the other press was first.
    async fn add_recurrence(&self, new: &NewRecurrence, now: Millis) -> StoreResult<Option<RecurrenceId>>;

    /// Ends it; `false` when it was ended before. Notices that were made stay.
    async fn end_recurrence(&self, id: RecurrenceId) -> StoreResult<bool>;

    /// All of a mini program, newest first, those that go on before those that were ended.
    async fn recurrences(&self, mini_program: MiniProgramId) -> StoreResult<Vec<Recurrence>>;

    /// Those whose next time has come.
    async fn recurrences_due(&self, now: Millis) -> StoreResult<Vec<Recurrence>>;

    /// Makes the draft of an occurrence and moves on, in one transaction. `None`: another process has, or it was missed while
    /// an earlier one still waits for somebody to decide, which is enough to decide about.
    async fn occur(&self, occurrence: &Occurrence, now: Millis) -> StoreResult<Option<NoticeId>>;

    /// Drafts of occurrences that nobody confirmed yet, with when they were to occur: a process may have ended in between.
    async fn occurrences(&self) -> StoreResult<Vec<(NoticeId, Millis)>>;
}

/// The quiet hours of a mini program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// Whose.
    pub mini_program: MiniProgramId,
    /// Its time zone.
    pub time_zone: String,
    /// First minute of the local day.
    pub from: i64,
    /// The minute that is not quiet any more.
    pub to: i64,
    /// When those that are noted begin and end.
    pub noted: (Millis, Millis),
}
