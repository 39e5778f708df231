//! One call, and what becomes of the message.

use crate::{Services, UseResult, keys::Purpose};
use model::{Millis, ids::EndpointId, webhook::Call};
use store::{DueMessage, Fate};
use url::Url;
use webhook::{Answer, Fault, Secret};

/// Seconds before each further call, as Svix has them.
const AGAIN_SECS: [i64; 7] = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600];
/// An endpoint of which every call has failed for so long is switched off: five days.
const FAILING_MS: Millis = 5 * 24 * 3_600_000;
/// Of an answer so much is kept.
const KEPT: usize = 500;

impl Services {
    /// Sends a message and stores what came of it.
    pub(super) async fn call_webhook(&self, endpoint: EndpointId, lease: i64, message: DueMessage) -> UseResult<()> {
        let Some((endpoint, sealed)) = self.store.endpoint(endpoint).await? else { return Ok(()) };
        let secret = self.keys.open(Purpose::WebhookSecret, &sealed)?;
        let started_at = self.now();
        let began = tokio::time::Instant::now();
        let told = webhook::Message { id: &message.name, at: started_at / 1_000, body: &message.body };
        let answer = match (endpoint.url.parse::<Url>(), Secret::read(&secret)) {
            (Ok(url), Ok(secret)) => self.hooks.client()?.post(&url, &secret, told).await,
            _ => Err(Fault::NoConnection),
        };
        let duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let now = self.now();
        let fate = fate(&answer, message.tries, now);
        let call = call(&answer, started_at, duration_ms);
        self.store.end_webhook(message.id, lease, &call, fate, now - FAILING_MS, now).await?;
        Ok(())
    }
}

/// What becomes of a message after a call; `tries` were made before.
fn fate(answer: &Result<Answer, Fault>, tries: i64, now: Millis) -> Fate {
    match answer {
        Ok(answer) if answer.is_good() => Fate::Taken,
        Ok(answer) if answer.is_gone() => Fate::Gone,
        _ => match usize::try_from(tries).ok().and_then(|tries| AGAIN_SECS.get(tries)) {
            // A little apart, so that what failed together does not come back together.
            Some(seconds) => Fate::Again(now + seconds * 1_000 + fastrand::i64(0..=seconds * 100)),
            None => Fate::GivenUp,
        },
    }
}

fn call(answer: &Result<Answer, Fault>, started_at: Millis, duration_ms: i64) -> Call {
    let (status, fault, text) = match answer {
        Ok(answer) => (Some(i64::from(answer.status)), None, Some(answer.text.chars().take(KEPT).collect())),
        Err(fault) => (None, Some(fault.code().to_owned()), None),
    };
    Call { number: 0, started_at, duration_ms, status, fault, answer: text.filter(|text: &String| !text.is_empty()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_eight_times_over_a_day_and_given_up() {
        let refused = Ok(Answer { status: 500, text: String::new() });
        let mut waited = 0;
        for tries in 0..7 {
            let Fate::Again(at) = fate(&refused, tries, 0) else { panic!("given up after {tries}") };
            waited += at;
        }
        assert!((27..31).contains(&(waited / 3_600_000)), "{waited}");
        assert_eq!(fate(&refused, 7, 0), Fate::GivenUp);
        assert_eq!(fate(&Err(Fault::TimedOut), 70, 0), Fate::GivenUp);
        assert_eq!(fate(&Ok(Answer { status: 202, text: String::new() }), 7, 0), Fate::Taken);
        assert_eq!(fate(&Ok(Answer { status: 410, text: String::new() }), 0, 0), Fate::Gone);
        assert!(matches!(fate(&Ok(Answer { status: 302, text: String::new() }), 0, 0), Fate::Again(_)));
    }
}
