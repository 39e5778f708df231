//! Notices made from what became of another one.

use crate::{Services, UseError, UseResult};
use model::{
    Problem,
    advice::advise,
    control::FollowKind,
    delivery::DeliveryState,
    ids::NoticeId,
    notice::{Audience, Notice, ResultSlice},
    statistics::CodeCounts,
};
use store::CopyOf;

impl Services {
    /// The draft that sends once more to those whose delivery ended so: the one there is, or a new one. Those whom another
    /// follow-up has reached are left out. `sure`: the person knows that some may get it twice.
    ///
    /// # Errors
    /// `Invalid` where the notice goes on still, nobody ended so, or the yes is missing.
    pub async fn follow_up(&self, id: NoticeId, kind: FollowKind, sure: bool, by: &str) -> UseResult<NoticeId> {
        let notice = self.notice(id).await?.notice;
        check(&notice)?;
        let ends = ends(kind, &self.notice_codes(id).await?);
        if ends.is_empty() {
            return Err(nobody().into());
        }
        if !sure && ends.iter().any(|(state, _)| may_double(*state)) {
            return Err(Problem::of(
                "sure",
                "needs_yes",
                "这些人可能已经收到过；再发可能会重复。确实要发，请先勾选确认。",
                "These people may have got it already; sending again may double it. Tick the box if you mean it.",
            )
            .into());
        }
        let audience = Audience::Results { notice: id, slice: ResultSlice { ends, once: true } };
        let words = serde_json::to_string(&kind).map_err(|_| UseError::Internal("words of a follow-up"))?;
        self.store.follow_up(id, &words, &audience, by, self.now()).await?.ok_or(UseError::NotFound)
    }

    /// A new draft of the same template, content and recipients, with the values that these had of their own. Whom an
    /// earlier follow-up has reached matters no more.
    ///
    /// # Errors
    /// `NotFound`, or when the database fails.
    pub async fn duplicate_notice(&self, id: NoticeId, by: &str) -> UseResult<NoticeId> {
        let notice = self.notice(id).await?.notice;
        let kept = self.store.ordered_audience(id).await?;
        let audience = match (kept, notice.audience) {
            (Some(kept), _) => Some(kept),
            // Nothing is left of whom it was ordered for but the deliveries.
            (None, Audience::Nobody) if notice.confirmed_at.is_some() && notice.pruned_at.is_none() => None,
            (None, other) => Some(other),
        };
        let audience = audience.map(|audience| match audience {
            Audience::Results { notice, slice } => {
                Audience::Results { notice, slice: ResultSlice { once: false, ..slice } }
            }
            other => other,
        });
        let people = audience.as_ref().map_or(CopyOf::Everybody, CopyOf::Same);
        self.store.duplicate_notice(id, people, by, self.now()).await?.ok_or(UseError::NotFound)
    }
}

/// Whether somebody whose delivery ended so may have got the message.
fn may_double(state: DeliveryState) -> bool {
    matches!(state, DeliveryState::Unknown | DeliveryState::Sent | DeliveryState::Delivered)
}

fn check(notice: &Notice) -> Result<(), Problem> {
    if !notice.state.is_over() {
        return Err(Problem::whole(
            "still_open",
            "这条通知任务还没有结束，请等它发完，或先取消剩余的部分。",
            "This notice has not ended. Wait until it has, or cancel the rest first.",
        ));
    }
    if notice.pruned_at.is_some() {
        return Err(Problem::whole(
            "pruned",
            "这条通知任务太久远，逐条投递记录已按保留期清除，无法再按结果发送。",
            "This notice is too old: its deliveries were removed when their time of keeping was over.",
        ));
    }
    Ok(())
}

fn ends(kind: FollowKind, codes: &[CodeCounts]) -> Vec<(DeliveryState, Option<i64>)> {
    match kind {
        FollowKind::Retriable => codes
            .iter()
            .filter(|c| c.state == DeliveryState::Failed && c.n > 0 && advise(c.errcode).may_pass())
            .map(|c| (c.state, Some(c.errcode)))
            .collect(),
        FollowKind::Rest => vec![(DeliveryState::Cancelled, None)],
        FollowKind::Ended(state, code) if state.is_final() => vec![(state, code)],
        FollowKind::Ended(..) => Vec::new(),
    }
}

fn nobody() -> Problem {
    Problem::whole("nobody_ended_so", "没有这样的投递，所以没有建立草稿。", "No delivery ended so; no draft was made.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::delivery::own_code;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let failed = |errcode| CodeCounts { errcode, state: DeliveryState::Failed, n: 1 };
        let codes = [
            failed(43101),
            failed(-1),
            failed(own_code::NO_CONNECTION),
            failed(47003),
            failed(45009),
            CodeCounts { errcode: own_code::NO_ANSWER, state: DeliveryState::Unknown, n: 1 },
        ];
        let again: Vec<_> = ends(FollowKind::Retriable, &codes).into_iter().map(|(_, code)| code).collect();
        assert_eq!(again, [Some(-1), Some(own_code::NO_CONNECTION), Some(45009)]);
    }
}
