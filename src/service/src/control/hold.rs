//! Taking back, pausing, letting go.

use super::plan;
use crate::{NoticeView, Services, UseError, UseResult, zone};
use model::{
    Millis, Problem,
    control::{Deed, FollowUp, Forecast, LogLine, SendRules},
    delivery::DeliveryState,
    ids::NoticeId,
    notice::{Notice, NoticeState},
};
pub use store::LetGo;

/// The hour of the mini program's clock in which an instant lies.
fn hour_of(view: &NoticeView, at: Millis) -> Millis {
    zone::hour_of(at, &zone::of(&view.mini_program.settings.time_zone))
}

fn changed_since() -> Problem {
    Problem::whole(
        "changed_since",
        "没有审批：在你打开页面之后，这条通知被撤回并重新提交过。请核对现在的内容和人数，再决定。",
        "Nothing was approved: since you opened the page, this notice was taken back and submitted anew. Look at what it says now, and then decide.",
    )
}

/// What a notice's page needs to know about what holds it back and what followed it.
#[derive(Clone, Debug)]
pub struct Control {
    /// Who did what.
    pub log: Vec<LogLine>,
    /// What was foretold.
    pub forecast: Option<Forecast>,
    /// What followed it up, and what it follows up.
    pub follow_ups: Vec<FollowUp>,
    /// How its mini program's notices are sent.
    pub rules: SendRules,
    /// It is quiet until then, and it heeds that.
    pub quiet_until: Option<Millis>,
}

impl Control {
    /// Who asked for a second person's yes last.
    #[must_use]
    pub fn asked_by(&self) -> Option<&str> {
        let asked = self.log.iter().rev().find(|line| line.deed == Deed::AskedApproval);
        asked.map(|line| line.by.as_str()).filter(|by| !by.is_empty())
    }

    /// Whether a notice whose time was missed needs a second person before it goes out after all.
    #[must_use]
    pub fn asks_approval(&self, notice: &Notice) -> bool {
        let taken_back = |line: &&LogLine| !matches!(line.deed, Deed::Undone | Deed::Declined);
        let agreed = self.log.iter().rev().take_while(taken_back).any(|line| line.deed == Deed::Approved);
        !agreed && self.rules.needs_approval(notice.counts.of(DeliveryState::Pending))
    }
}

impl Services {
    /// What holds a notice back and what followed it.
    ///
    /// # Errors
    /// `NotFound`, or when the database fails.
    pub async fn control(&self, id: NoticeId) -> UseResult<Control> {
        let view = self.notice(id).await?;
        let (program, now) = (view.mini_program.id, self.now());
        let rules = self.store.send_rules(program).await?;
        let heeds = view.notice.state == NoticeState::Running && view.notice.heeds;
        let quiet = rules.quiet.filter(|_| heeds);
        let quiet = quiet.and_then(|(from, to)| plan::quiet(from, to, &view.mini_program.settings.time_zone, now));
        Ok(Control {
            log: self.store.notice_log(id).await?,
            forecast: self.store.forecast(id).await?,
            follow_ups: self.store.follow_ups(id).await?,
            rules,
            quiet_until: quiet.filter(|(since, _)| *since <= now).map(|(_, until)| until),
        })
    }

    /// Sets whether quiet hours and the frequency cap do not hold for a draft.
    ///
    /// # Errors
    /// `NotFound` when it is no draft (any more).
    pub async fn set_urgent(&self, id: NoticeId, urgent: bool) -> UseResult<()> {
        if self.store.set_urgent(id, urgent).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Makes a draft again of a notice that has not begun: nothing of it was sent, its reservations are given back.
    ///
    /// # Errors
    /// `Invalid` when it has begun.
    pub async fn undo_notice(&self, id: NoticeId, by: &str) -> UseResult<()> {
        let done = self.store.undo_notice(id, Deed::Undone, by, self.now()).await?;
        if done { Ok(()) } else { Err(self.too_late(id).await?) }
    }

    /// Gives a scheduled or missed notice another time.
    ///
    /// # Errors
    /// `Invalid` for a time that has passed or where it has begun already.
    pub async fn reschedule_notice(&self, id: NoticeId, at: &str, by: &str) -> UseResult<LetGo> {
        let view = self.notice(id).await?;
        let (now, time_zone) = (self.now(), &view.mini_program.settings.time_zone);
        let at = plan::time(at, time_zone, now)?;
        let hour_at = zone::hour_of(at, &zone::of(time_zone));
        let done = self.store.reschedule_notice(id, at, hour_at, by, now).await?;
        match done {
            Some(done) => Ok(done),
            None => Err(self.too_late(id).await?),
        }
    }

    /// A second person agrees to what was confirmed at the instant `seen`, which their page showed.
    ///
    /// # Errors
    /// `Invalid` where it is the person who asked, it was changed and submitted anew since, or it does not wait for that (any
    /// more).
    pub async fn approve_notice(&self, id: NoticeId, seen: Millis, by: &str) -> UseResult<()> {
        let view = self.notice(id).await?;
        self.second_person(id, by).await?;
        let now = self.now();
        if !self.store.approve_notice(id, seen, hour_of(&view, now), by, now).await? {
            let notice = self.notice(id).await?.notice;
            if notice.state == NoticeState::Approval && notice.confirmed_at != Some(seen) {
                return Err(changed_since().into());
            }
            return Err(self.too_late(id).await?);
        }
        self.wake_engine();
        Ok(())
    }

    /// A second person does not agree: it is a draft again.
    ///
    /// # Errors
    /// `Invalid` where it does not wait for that (any more).
    pub async fn decline_notice(&self, id: NoticeId, by: &str) -> UseResult<()> {
        if self.notice(id).await?.notice.state != NoticeState::Approval {
            return Err(self.too_late(id).await?);
        }
        let done = self.store.undo_notice(id, Deed::Declined, by, self.now()).await?;
        if done { Ok(()) } else { Err(self.too_late(id).await?) }
    }

    async fn second_person(&self, id: NoticeId, by: &str) -> UseResult<()> {
        let log = self.store.notice_log(id).await?;
        let asked = log.iter().rev().find(|line| line.deed == Deed::AskedApproval);
        if asked.is_some_and(|line| line.by == by) {
            return Err(Problem::whole(
                "same_person",
                "提交审批的人不能自己审批，请另一位同事登录后处理。",
                "Whoever submitted it cannot approve it; another person has to sign in and do so.",
            )
            .into());
        }
        Ok(())
    }

    /// Makes a running notice wait; what is under way ends.
    ///
    /// # Errors
    /// `Invalid` where it is not running (any more).
    pub async fn pause_notice(&self, id: NoticeId, by: &str) -> UseResult<()> {
        let done = self.store.pause_notice(id, None, by, self.now()).await?;
        if done { Ok(()) } else { Err(self.too_late(id).await?) }
    }

    /// Lets a paused notice go on, or sends at once one whose time was missed.
    ///
    /// # Errors
    /// `Invalid` where it is neither (any more).
    pub async fn resume_notice(&self, id: NoticeId, by: &str) -> UseResult<LetGo> {
        let view = self.notice(id).await?;
        let (judged, now) = (self.tally(id).await?, self.now());
        let judged = (judged.ended, judged.failed);
        let done = self.store.resume_notice(id, judged, hour_of(&view, now), by, now).await?;
        let Some(done) = done else { return Err(self.too_late(id).await?) };
        self.wake_engine();
        Ok(done)
    }

    /// Says where the notice stands instead.
    async fn too_late(&self, id: NoticeId) -> UseResult<UseError> {
        let state = self.notice(id).await?.notice.state;
        let (zh, en) = match state {
            NoticeState::Draft => ("它现在是草稿。", "It is a draft now."),
            NoticeState::Scheduled => ("它现在等待定时开始。", "It waits for its time now."),
            NoticeState::Approval => ("它现在等待审批。", "It waits for approval now."),
            NoticeState::Running => ("它已经开始发送。", "It is being sent already."),
            NoticeState::Paused => ("它现在是暂停状态。", "It is paused now."),
            NoticeState::Missed => ("它错过了时间，等待处理。", "Its time was missed; it waits for a decision."),
            NoticeState::Finished => ("它已经发送完。", "It is finished already."),
            NoticeState::Stopped => ("它已经停止。", "It was stopped."),
            NoticeState::Cancelled => ("它已经取消。", "It was cancelled."),
        };
        let zh = format!("没有做任何更改：{zh}");
        Ok(Problem::whole("too_late", zh, format!("Nothing was changed. {en}")).into())
    }
}
