//! One delivery: the call and what its answer means.

use super::verdict::{Rest, Verdict, judge};
use super::writer::Finished;
use crate::{Services, tokens::Held, zone};
use jiff::tz::TimeZone;
use model::{
    Millis,
    delivery::{Attempt, SkipReason, own_code},
    ids::{MiniProgramId, NoticeId},
};
use std::{collections::BTreeMap, sync::Arc, time::Instant};
use store::{Claimed, DeliveryResult, Outcome};
use tokio::sync::OwnedSemaphorePermit;
use wechat::{CallError, Data, SendAccepted, SendRequest};

/// Calls come faster than WeChat takes them (API calls too frequent).
const TOO_MANY: i64 = 45011;

/// What all deliveries of a notice share.
#[derive(Debug)]
pub(super) struct Prepared {
    pub pri_tmpl_id: String,
    pub page: String,
    pub program_state: &'static str,
    pub message_lang: &'static str,
    pub values: BTreeMap<String, String>,
}

/// One leased delivery and all it needs.
#[derive(Debug)]
pub(super) struct Job {
    pub program: MiniProgramId,
    pub claimed: Claimed,
    pub lease: i64,
    pub prepared: Arc<Prepared>,
    pub token: Held,
    pub permit: OwnedSemaphorePermit,
}

/// What a call tells the pump besides the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// WeChat answered.
    Answered,
    /// WeChat could not be reached: rest a little.
    NotReached,
    /// The mini program was paused.
    Paused,
    /// WeChat is busy.
    Busy,
    /// WeChat asks for fewer calls; the mini program was paused.
    TooFast,
    /// The token was dropped.
    TokenDropped,
}

impl Job {
    /// Makes the call. Never fails: whatever happens is a result.
    pub(super) async fn run(mut self, services: &Services) -> (Finished, Signal) {
        if !self.claimed.granted {
            return self.finish(None, Outcome::Skipped(SkipReason::NoGrant), None, Signal::Answered);
        }
        if self.claimed.capped {
            return self.finish(None, Outcome::Skipped(SkipReason::TooOften), None, Signal::Answered);
        }
        let started_at = services.now();
        let began = Instant::now();
        let number = self.claimed.attempts + 1;
        let mut answer = self.call().await;
        let mut verdict = judge(&answer, number, false, fastrand::f64());
        let mut signal = Signal::Answered;
        if let Verdict::FreshToken { errcode } = verdict {
            signal = Signal::TokenDropped;
            match self.fresh_token(services, errcode).await {
                Ok(()) => {
                    answer = self.call().await;
                    verdict = judge(&answer, number, true, fastrand::f64());
                }
                // The platform refused before it looked at the message: safe to try again when there is a token.
                Err(()) => verdict = Verdict::Later { errcode, after_ms: 30_000 },
            }
        }
        let duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let attempt = attempt(number, started_at, duration_ms, &answer);
        self.conclude(services, verdict, attempt, signal).await
    }

    async fn call(&self) -> Result<SendAccepted, CallError> {
        let p = &self.prepared;
        let request = SendRequest {
            touser: &self.claimed.openid,
            template_id: &p.pri_tmpl_id,
            page: (!p.page.is_empty()).then_some(p.page.as_str()),
            miniprogram_state: p.program_state,
            lang: p.message_lang,
            data: Data::Values(&p.values),
        };
        self.token.client.send(&self.token.token, &request).await
    }

    async fn fresh_token(&mut self, services: &Services, errcode: i64) -> Result<(), ()> {
        let dropped = services.tokens.drop_failed(self.program, &self.token, errcode).await;
        if let Err(error) = dropped {
            tracing::warn!(error = &error as &dyn std::error::Error, "a failed access token could not be dropped");
            return Err(());
        }
        self.token = services.tokens.get(self.program).await.map_err(|_| ())?;
        Ok(())
    }

    async fn conclude(
        self,
        services: &Services,
        verdict: Verdict,
        attempt: Attempt,
        signal: Signal,
    ) -> (Finished, Signal) {
        let now = services.now();
        let notice = self.claimed.id.notice;
        match verdict {
            Verdict::Accepted { msgid } => self.finish(Some(attempt), Outcome::Sent { msgid }, None, signal),
            Verdict::Later { errcode: errcode @ -1, after_ms } => {
                self.finish(Some(attempt), Outcome::Retry { due_at: now + after_ms, errcode }, None, Signal::Busy)
            }
            Verdict::Later { errcode, after_ms } => {
                self.finish(Some(attempt), Outcome::Retry { due_at: now + after_ms, errcode }, None, signal)
            }
            // Judged with the fresh token tried already, this cannot come; if it did, later is right.
            Verdict::FreshToken { errcode } => {
                self.finish(Some(attempt), Outcome::Retry { due_at: now + 30_000, errcode }, None, signal)
            }
            Verdict::Failed { errcode, no_grant } => {
                self.finish(Some(attempt), Outcome::Failed { errcode, no_grant }, None, signal)
            }
            Verdict::Unknown { errcode } => self.finish(Some(attempt), Outcome::Unknown { errcode }, None, signal),
            Verdict::NotSent => self.finish(None, Outcome::Released { due_at: now }, None, Signal::NotReached),
            Verdict::StopNotice { errcode } => {
                let outcome = Outcome::Failed { errcode, no_grant: false };
                self.finish(Some(attempt), outcome, Some((notice, errcode)), signal)
            }
            Verdict::Pause { errcode, rest } => {
                let until = until(rest, now);
                if let Err(error) = services.store.pause_mini_program(self.program, Some(until), Some(errcode)).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the mini program could not be paused");
                }
                // The pause is what holds it back, and a person may end that at any time.
                let signal = if errcode == TOO_MANY { Signal::TooFast } else { Signal::Paused };
                self.finish(Some(attempt), Outcome::Retry { due_at: now + 1_000, errcode }, None, signal)
            }
        }
    }

    fn finish(
        self,
        attempt: Option<Attempt>,
        outcome: Outcome,
        stop: Option<(NoticeId, i64)>,
        signal: Signal,
    ) -> (Finished, Signal) {
        let result = DeliveryResult { id: self.claimed.id, lease: self.lease, attempt, outcome };
        (Finished { result, stop, permit: self.permit }, signal)
    }
}

/// The quota's day ends at midnight in China, whatever the mini program's charts use.
fn until(rest: Rest, now: Millis) -> Millis {
    match rest {
        Rest::For(ms) => now + ms,
        Rest::NextDay => {
            let china = zone::find("Asia/Shanghai").unwrap_or(TimeZone::UTC);
            // A few minutes after midnight, at no round moment.
            zone::start_of(zone::plus_days(zone::date_of(now, &china), 1), &china) + fastrand::i64(60_000..600_000)
        }
    }
}

fn attempt(number: i64, started_at: Millis, duration_ms: i64, answer: &Result<SendAccepted, CallError>) -> Attempt {
    let (errcode, rid, errmsg) = match answer {
        Ok(_) => (0, None, None),
        Err(CallError::Platform(e)) => (e.errcode, e.rid.clone(), Some(e.errmsg.chars().take(200).collect())),
        Err(error @ (CallError::Throttled { .. } | CallError::Refused { .. })) => {
            (own_code::GATEWAY, None, Some(error.to_string()))
        }
        Err(error @ CallError::NotSent { .. }) => (own_code::NO_CONNECTION, None, Some(error.to_string())),
        Err(error @ CallError::Unknown { .. }) => (own_code::NO_ANSWER, None, Some(error.to_string())),
    };
    Attempt { number, started_at, duration_ms, errcode, rid, errmsg }
}
