//! Notices of which too much fails are paused.

use crate::{Services, UseResult};
use model::{
    advice::{Side, advise},
    delivery::DeliveryState,
    ids::NoticeId,
    statistics::CodeCounts,
};
use std::collections::BTreeSet;
use store::{DeliveryResult, Outcome};

/// What of a notice has ended so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Sent, delivered, failed, unknown; without what failed for a reason that is the audience's own, which says nothing
    /// about the notice: a thousand refusals must not hide ten failures of ten.
    pub ended: i64,
    /// Failed or unknown, for a reason that is not the audience's own.
    pub failed: i64,
    /// The most frequent code of those.
    pub errcode: Option<i64>,
}

impl Tally {
    fn of(codes: &[CodeCounts]) -> Self {
        let mut tally = Self::default();
        let mut most = 0;
        for code in codes {
            let fails = matches!(code.state, DeliveryState::Failed | DeliveryState::Unknown);
            if matches!(code.state, DeliveryState::Sent | DeliveryState::Delivered) {
                tally.ended += code.n;
            }
            if fails && advise(code.errcode).side != Side::Audience {
                tally.ended += code.n;
                tally.failed += code.n;
                if code.n > most {
                    (most, tally.errcode) = (code.n, Some(code.errcode));
                }
            }
        }
        tally
    }
}

/// Notices of which something failed in a batch that is not the audience's own doing.
pub(crate) fn failing(results: &[DeliveryResult]) -> BTreeSet<NoticeId> {
    let fails = |outcome: &Outcome| match outcome {
        Outcome::Failed { errcode, .. } | Outcome::Unknown { errcode } => advise(*errcode).side != Side::Audience,
        _ => false,
    };
    results.iter().filter(|result| fails(&result.outcome)).map(|result| result.id.notice).collect()
}

impl Services {
    /// What of a notice has ended so far.
    pub(crate) async fn tally(&self, id: NoticeId) -> UseResult<Tally> {
        Ok(Tally::of(&self.store.tallies(id).await?))
    }

    /// Looks at notices of which something failed.
    pub(crate) async fn mind_failures_of(&self, notices: BTreeSet<NoticeId>) {
        for notice in notices {
            if let Err(error) = self.mind_failures(notice).await {
                // The next failure of the notice makes it be looked at again.
                let error: &dyn std::error::Error = &error;
                tracing::warn!(notice.id = notice.0, error, "the failures of a notice could not be judged");
            }
        }
    }

    /// Pauses a notice of which more fails than the mini program's rules bear.
    async fn mind_failures(&self, id: NoticeId) -> UseResult<()> {
        let Some((program, ended, failed)) = self.store.judged_from(id).await? else { return Ok(()) };
        let tally = self.tally(id).await?;
        let (ended, failed) = (tally.ended - ended, tally.failed - failed);
        if !self.store.send_rules(program).await?.fails_too_often(failed, ended) {
            return Ok(());
        }
        if self.store.pause_notice(id, tally.errcode, "", self.now()).await? {
            tracing::warn!(notice.id = id.0, failed, ended, errcode = tally.errcode, "notice paused: too much fails");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audiences_own_reasons_do_not_count_as_failures() {
        let code = |errcode, state, n| CodeCounts { errcode, state, n };
        let codes = [
            code(0, DeliveryState::Pending, 90),
            code(0, DeliveryState::Sent, 5),
            code(43101, DeliveryState::Failed, 70),
            code(40003, DeliveryState::Failed, 2),
            code(-1101, DeliveryState::Unknown, 3),
            code(-1001, DeliveryState::Skipped, 9),
        ];
        let tally = Tally::of(&codes);
        assert_eq!(tally.ended, 8, "72 of 80 are the audience's own");
        assert_eq!(tally.failed, 3);
        assert_eq!(tally.errcode, Some(-1101));
    }
}
