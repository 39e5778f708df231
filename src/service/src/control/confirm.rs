//! Confirming a draft.

use super::plan;
use crate::{Services, UseError, UseResult, notices::nobody, zone};
use model::{Millis, Problem, ids::NoticeId, notice::NoticeState};
use std::sync::Arc;
use store::{Enqueued, Order, Wait};

/// What the last step's form sends.
#[derive(Clone, Debug, Default)]
pub struct ConfirmInput {
    /// The number on the button that was pressed.
    pub shown: i64,
    /// When, in the mini program's zone: `2026-11-22T09:30`; empty: at once.
    pub at: String,
    /// Whether the person has said yes to many messages that only members of the project can open.
    pub members_only: bool,
}

/// When a confirmed notice begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Now.
    Now,
    /// After the time to undo.
    Soon,
    /// At a time that a person chose.
    At(Millis),
    /// It should have begun then: somebody has to say what becomes of it.
    Missed(Millis),
}

impl Services {
    /// A person confirms a draft: its deliveries and reservations are made now, so that what was confirmed is what is sent; it
    /// begins after the time to undo, at the time that was chosen, or when a second person has agreed. Pressing twice orders
    /// once.
    ///
    /// # Errors
    /// `Invalid` when something has to be mended, more would be sent than was shown, nobody would get it, the time has
    /// passed, or the yes to a version for members only is missing.
    pub async fn order_notice(self: &Arc<Self>, id: NoticeId, input: &ConfirmInput, by: &str) -> UseResult<()> {
        let view = self.notice(id).await?;
        if view.notice.state != NoticeState::Draft {
            return Ok(());
        }
        let when = match input.at.trim() {
            "" => When::Soon,
            typed => When::At(plan::time(typed, &view.mini_program.settings.time_zone, self.now())?),
        };
        self.place(id, input.shown, when, by, input.members_only).await
    }

    /// Confirms a draft for a program, which knows what it does.
    pub(crate) async fn confirm(self: &Arc<Self>, id: NoticeId, shown: i64, when: When, by: &str) -> UseResult<()> {
        if self.notice(id).await?.notice.state != NoticeState::Draft {
            return Ok(());
        }
        self.place(id, shown, when, by, true).await
    }

    /// Confirms what was a draft a moment ago.
    async fn place(
        self: &Arc<Self>,
        id: NoticeId,
        shown: i64,
        when: When,
        by: &str,
        yes_to_members: bool,
    ) -> UseResult<()> {
        let review = match self.review(id).await {
            Ok(review) => review,
            // Confirmed by the other press between our two looks.
            Err(UseError::NotFound) => return Ok(()),
            Err(other) => return Err(other),
        };
        let is_bulk_to_members = review.is_bulk_to_members();
        let view = review.view;
        review.problems.check()?;
        if is_bulk_to_members && !yes_to_members {
            return Err(members_only().into());
        }
        let now = self.now();
        let (wait, due_at) = self.wait(when, now);
        let order = Order {
            id,
            // Whoever is left out is queued too, and skipped at their turn. The page told that those who had enough messages
            // are counted at the time that was chosen.
            shown: shown.saturating_add(review.left_out).saturating_add(match when {
                When::At(_) => review.preflight.too_often,
                When::Now | When::Soon | When::Missed(_) => 0,
            }),
            hour_at: zone::hour_of(due_at, &zone::of(&view.mini_program.settings.time_zone)),
            now,
            wait,
            by: by.to_owned(),
            forecast: Some(review.forecast),
            left_out: review.left_out,
        };
        self.settled(self.store.order_notice(&order).await?, shown)
    }

    /// What the notice waits for, and when it begins at the earliest. Whether it is so big that it needs a second person is
    /// judged where the number is settled.
    fn wait(&self, when: When, now: Millis) -> (Wait, Millis) {
        match when {
            When::Missed(due_at) => (Wait::Decision { due_at }, now),
            When::At(due_at) => (Wait::Time { due_at, planned: true }, due_at),
            When::Soon if self.undo_ms > 0 => {
                (Wait::Time { due_at: now + self.undo_ms, planned: false }, now + self.undo_ms)
            }
            When::Soon | When::Now => (Wait::Nothing, now),
        }
    }

    fn settled(&self, done: Enqueued, shown: i64) -> UseResult<()> {
        match done {
            Enqueued::Done(_) => {
                self.wake_engine();
                Ok(())
            }
            Enqueued::Already => Ok(()),
            Enqueued::Missing => Err(UseError::NotFound),
            Enqueued::Nobody(_) => Err(nobody().into()),
            Enqueued::MoreThanShown(now) => Err(Problem::whole(
                "numbers_changed",
                format!("人数有变化：现在会发送 {} 条，之前显示 {shown} 条。请核对后再确认。", now.will_send),
                format!(
                    "The numbers have changed: {} would be sent now, {shown} were shown. Check and confirm again.",
                    now.will_send
                ),
            )
            .into()),
        }
    }
}

pub(super) fn members_only() -> Problem {
    Problem::of(
        "members_only",
        "needs_yes",
        "点开消息会进入开发版或体验版，普通用户打不开。确实要群发，请勾选确认；否则把内容里的“打开的版本”改为正式版。",
        "A tap opens the development or trial version, which ordinary people cannot open. Tick the box if you mean it, or choose the released version in the content.",
    )
}
