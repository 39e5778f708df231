//! The verdict table: what an answer of WeChat means for the delivery, the notice and the mini program. Pure.

use model::{
    Millis,
    advice::{self, Scope},
    delivery::own_code,
};
use wechat::{CallError, NotSentCause, SendAccepted};

/// What to do about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// WeChat took it.
    Accepted {
        /// The platform's message id.
        msgid: Option<i64>,
    },
    /// Try again after so long.
    Later {
        /// The code of this attempt.
        errcode: i64,
        /// Milliseconds.
        after_ms: Millis,
    },
    /// The request never left: nothing was tried; the mini program's pump rests a little.
    NotSent,
    /// The token is no good: drop it, fetch one, try once more.
    FreshToken {
        /// The code.
        errcode: i64,
    },
    /// Final for this delivery.
    Failed {
        /// The code.
        errcode: i64,
        /// 43101.
        no_grant: bool,
    },
    /// It may or may not have reached WeChat.
    Unknown {
        /// One of `own_code`.
        errcode: i64,
    },
    /// Final for every recipient of the notice.
    StopNotice {
        /// The code.
        errcode: i64,
    },
    /// The whole mini program has to rest: a quota is used up.
    Pause {
        /// The code.
        errcode: i64,
        /// How long.
        rest: Rest,
    },
}

impl Verdict {
    /// The same about a message that differs from the others of its notice: what is wrong with its content says nothing
    /// about theirs.
    #[must_use]
    pub fn of_own_data(self) -> Self {
        match self {
            Self::StopNotice { errcode } if CONTENT.contains(&errcode) => Self::Failed { errcode, no_grant: false },
            other => other,
        }
    }
}

/// What is wrong with the values of a message.
const CONTENT: [i64; 4] = [44002, 45168, 47001, 47003];

/// How long a mini program rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// So many milliseconds.
    For(Millis),
    /// Until the quota's day ends (midnight in China).
    NextDay,
}

/// Nobody is told to wait for longer: the store takes a wait beyond 20 minutes for one of a clock that has gone back since.
const LONGEST_WAIT_MS: Millis = 900_000;

/// Attempts after which a "later" becomes final.
const MOST_ATTEMPTS: i64 = 8;

/// Judges an answer to attempt number `attempt` (1 is the first). `fresh_tried`: a fresh token has been tried already.
/// `jitter` in 0.0..1.0.
#[must_use]
pub fn judge(answer: &Result<SendAccepted, CallError>, attempt: i64, fresh_tried: bool, jitter: f64) -> Verdict {
    match answer {
        Ok(accepted) => Verdict::Accepted { msgid: accepted.msgid },
        Err(CallError::Platform(error)) => platform(error.errcode, attempt, fresh_tried, jitter),
        // Our own mistake; trying again would not mend it.
        Err(CallError::NotSent { cause: NotSentCause::Invalid, .. }) => {
            Verdict::Failed { errcode: own_code::GATEWAY, no_grant: false }
        }
        Err(CallError::NotSent { .. }) => Verdict::NotSent,
        Err(CallError::Throttled { retry_after_ms, .. }) => {
            let wait = retry_after_ms.unwrap_or(0).clamp(0, LONGEST_WAIT_MS).max(backoff(attempt, jitter));
            later(own_code::GATEWAY, attempt, wait)
        }
        Err(CallError::Refused { .. }) => Verdict::Failed { errcode: own_code::GATEWAY, no_grant: false },
        Err(CallError::Unknown { .. }) => Verdict::Unknown { errcode: own_code::NO_ANSWER },
    }
}

fn platform(errcode: i64, attempt: i64, fresh_tried: bool, jitter: f64) -> Verdict {
    match errcode {
        // Not the user's no for ever: the balance was wrong.
        43101 => Verdict::Failed { errcode, no_grant: true },
        40001 | 40014 | 42001 if !fresh_tried => Verdict::FreshToken { errcode },
        // Somebody else keeps fetching tokens for this AppID: go slow.
        40001 | 40014 | 42001 => later(errcode, attempt, backoff(attempt, jitter).max(30_000)),
        // Another call to the same person was under way.
        43108 => later(errcode, attempt, 1_000 + scale(2_000, jitter)),
        -1 => later(errcode, attempt, backoff(attempt, jitter)),
        45011 => Verdict::Pause { errcode, rest: Rest::For(60_000 + scale(5_000, jitter)) },
        45009 => Verdict::Pause { errcode, rest: Rest::NextDay },
        // Content that is the same for every recipient is wrong for all of them; see `of_own_data` for what is not.
        code if CONTENT.contains(&code) => Verdict::StopNotice { errcode },
        _ if advice::advise(errcode).scope == Scope::Notice => Verdict::StopNotice { errcode },
        _ if advice::advise(errcode).scope == Scope::MiniProgram => {
            Verdict::Pause { errcode, rest: Rest::For(300_000 + scale(30_000, jitter)) }
        }
        _ => Verdict::Failed { errcode, no_grant: false },
    }
}

fn later(errcode: i64, attempt: i64, after_ms: Millis) -> Verdict {
    if attempt >= MOST_ATTEMPTS {
        Verdict::Failed { errcode, no_grant: false }
    } else {
        Verdict::Later { errcode, after_ms }
    }
}

/// 1 s, 2 s, 4 s, … at most 5 minutes, half of it by chance.
fn backoff(attempt: i64, jitter: f64) -> Millis {
    let full = 1_000i64 << attempt.clamp(1, 9).saturating_sub(1);
    let full = full.min(300_000);
    full / 2 + scale(full / 2, jitter)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a few minutes in milliseconds")]
fn scale(ms: Millis, jitter: f64) -> Millis {
    (ms as f64 * jitter.clamp(0.0, 1.0)) as Millis
}

#[cfg(test)]
mod tests {
    use super::*;
    use wechat::PlatformError;

    fn refused(errcode: i64) -> Result<SendAccepted, CallError> {
        Err(CallError::Platform(PlatformError { errcode, errmsg: String::new(), rid: None }))
    }

    #[test]
    fn every_code_of_the_send_page_has_its_verdict() {
        let failed = |errcode| Verdict::Failed { errcode, no_grant: false };
        let table = [
            (43101, Verdict::Failed { errcode: 43101, no_grant: true }),
            (40003, failed(40003)),
            (40037, Verdict::StopNotice { errcode: 40037 }),
            (41030, Verdict::StopNotice { errcode: 41030 }),
            (43107, Verdict::StopNotice { errcode: 43107 }),
            (45168, Verdict::StopNotice { errcode: 45168 }),
            (47003, Verdict::StopNotice { errcode: 47003 }),
            (48001, Verdict::StopNotice { errcode: 48001 }),
            (40001, Verdict::FreshToken { errcode: 40001 }),
            (40014, Verdict::FreshToken { errcode: 40014 }),
            (42001, Verdict::FreshToken { errcode: 42001 }),
            (45009, Verdict::Pause { errcode: 45009, rest: Rest::NextDay }),
            (45011, Verdict::Pause { errcode: 45011, rest: Rest::For(60_000) }),
            (-1, Verdict::Later { errcode: -1, after_ms: 500 }),
            (43108, Verdict::Later { errcode: 43108, after_ms: 1_000 }),
            (999_999, failed(999_999)),
        ];
        for (errcode, verdict) in table {
            assert_eq!(judge(&refused(errcode), 1, false, 0.0), verdict, "errcode {errcode}");
        }
    }

    #[test]
    fn a_fresh_token_is_tried_once_only() {
        assert!(matches!(judge(&refused(40001), 2, true, 0.0), Verdict::Later { errcode: 40001, after_ms: 30_000.. }));
    }

    #[test]
    fn a_busy_platform_is_asked_again_with_growing_waits_and_not_for_ever() {
        let mut last = 0;
        for attempt in 1..MOST_ATTEMPTS {
            let Verdict::Later { after_ms, .. } = judge(&refused(-1), attempt, false, 1.0) else { panic!("later") };
            assert!(after_ms > last);
            last = after_ms;
        }
        assert_eq!(judge(&refused(-1), MOST_ATTEMPTS, false, 1.0), Verdict::Failed { errcode: -1, no_grant: false });
    }

    #[test]
    fn content_of_ones_own_fails_alone_and_a_bad_template_stops_all() {
        for errcode in CONTENT {
            let verdict = judge(&refused(errcode), 1, false, 0.0).of_own_data();
            assert_eq!(verdict, Verdict::Failed { errcode, no_grant: false });
        }
        let verdict = judge(&refused(40037), 1, false, 0.0).of_own_data();
        assert_eq!(verdict, Verdict::StopNotice { errcode: 40037 });
    }

    #[test]
    fn an_accepted_message_keeps_its_id() {
        let answer = Ok(SendAccepted { msgid: Some(2_097_683_633_284_153_344) });
        assert_eq!(judge(&answer, 1, false, 0.5), Verdict::Accepted { msgid: Some(2_097_683_633_284_153_344) });
    }
}
