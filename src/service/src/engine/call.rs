//! One delivery: the call and what its answer means.

use super::verdict::{Rest, Verdict, judge};
use super::writer::Finished;
use crate::{Services, tokens::Held, zone};
use jiff::tz::TimeZone;
use model::{
    Millis, Problem,
    delivery::{Attempt, SkipReason, own_code},
    field::Field,
    ids::{MiniProgramId, NoticeId},
};
use std::{collections::BTreeMap, sync::Arc, time::Instant};
use store::{Claimed, DeliveryResult, Outcome};
use tokio::sync::OwnedSemaphorePermit;
use wechat::{CallError, Data, SendAccepted, SendRequest, Sender};

/// Calls come faster than WeChat takes them (API calls too frequent).
const TOO_MANY: i64 = 45011;

/// What all deliveries of a notice share.
#[derive(Debug)]
pub(super) struct Prepared {
    pub pri_tmpl_id: String,
    pub page: String,
    pub program_state: &'static str,
    pub message_lang: &'static str,
    pub fields: Vec<Field>,
    pub values: BTreeMap<String, String>,
}

/// One leased delivery and all it needs.
#[derive(Debug)]
pub(super) struct Job {
    pub program: MiniProgramId,
    pub claimed: Claimed,
    pub lease: i64,
    pub prepared: Arc<Prepared>,
    pub route: Arc<Route>,
    /// Of the call; free when it has ended.
    pub permit: OwnedSemaphorePermit,
    /// Of the result; free when it is stored.
    pub place: OwnedSemaphorePermit,
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

/// A token and what sends with it; shared by the calls of a claim.
#[derive(Debug)]
pub(super) struct Route {
    token: Held,
    sender: Sender,
}

impl Route {
    pub(super) fn new(token: Held) -> Arc<Self> {
        let sender = token.client.sender(&token.token);
        Arc::new(Self { token, sender })
    }
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
        // Checked before, but attributes may have changed since.
        let Ok(own) = self.own_values() else {
            return self.finish(None, Outcome::Skipped(SkipReason::InvalidData), None, Signal::Answered);
        };
        let started_at = services.now();
        let began = Instant::now();
        let number = self.claimed.attempts + 1;
        let mut answer = self.call(own.as_ref()).await;
        let mut verdict = judge(&answer, number, false, fastrand::f64());
        let mut signal = Signal::Answered;
        if let Verdict::FreshToken { errcode } = verdict {
            signal = Signal::TokenDropped;
            match self.fresh_token(services, errcode).await {
                Ok(()) => {
                    answer = self.call(own.as_ref()).await;
                    verdict = judge(&answer, number, true, fastrand::f64());
                }
                // The platform refused before it looked at the message: safe to try again when there is a token.
                Err(()) => verdict = Verdict::Later { errcode, after_ms: 30_000 },
            }
        }
        if own.is_some_and(|own| own != self.prepared.values) {
            verdict = verdict.of_own_data();
        }
        let duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let attempt = attempt(number, started_at, duration_ms, &answer);
        self.conclude(services, verdict, attempt, signal).await
    }

    /// The person's own message, where messages of the notice may differ.
    fn own_values(&self) -> Result<Option<BTreeMap<String, String>>, Problem> {
        let p = &self.prepared;
        self.claimed.personal.as_ref().map(|own| own.fill(&p.fields, &p.values)).transpose()
    }

    async fn call(&self, own: Option<&BTreeMap<String, String>>) -> Result<SendAccepted, CallError> {
        let p = &self.prepared;
        let request = SendRequest {
            touser: &self.claimed.openid,
            template_id: &p.pri_tmpl_id,
            page: (!p.page.is_empty()).then_some(p.page.as_str()),
            miniprogram_state: p.program_state,
            lang: p.message_lang,
            data: Data::Values(own.unwrap_or(&p.values)),
        };
        self.route.sender.send(&request).await
    }

    async fn fresh_token(&mut self, services: &Services, errcode: i64) -> Result<(), ()> {
        let dropped = services.tokens.drop_failed(self.program, &self.route.token, errcode).await;
        if let Err(error) = dropped {
            tracing::warn!(error = &error as &dyn std::error::Error, "a failed access token could not be dropped");
            return Err(());
        }
        self.route = Route::new(services.tokens.get(self.program).await.map_err(|_| ())?);
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
                if let Err(error) = services.store.pause_mini_program(self.program, until, errcode, now).await {
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
        // Another call may begin while this result waits to be stored.
        drop(self.permit);
        (Finished { result, stop, place: self.place }, signal)
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
