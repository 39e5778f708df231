//! One call, and what becomes of the message.

use crate::{Services, UseResult, keys::Purpose};
use model::{Millis, ids::EndpointId, webhook::Call};
use store::{DueMessage, Fate, SealedSecrets};
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
        let started_at = self.now();
        let secrets = self.secrets(endpoint.id, sealed, started_at);
        let began = tokio::time::Instant::now();
        let told = webhook::Message { id: &message.name, at: started_at / 1_000, body: &message.body };
        let answer = match (endpoint.url.parse::<Url>(), secrets) {
            (Ok(url), Some(secrets)) => self.hooks.client()?.post(&url, &secrets, told).await,
            (Ok(_), None) => Err(Fault::NoSecret),
            (Err(_), _) => Err(Fault::NoConnection),
        };
        let duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let now = self.now();
        let fate = fate(&answer, message.tries, now);
        let call = call(&answer, started_at, duration_ms);
        self.store.end_webhook(message.id, lease, &call, fate, now - FAILING_MS, now).await?;
        Ok(())
    }

    /// What to sign with: the secret, and the one before it while that counts. `None` where the secret cannot be opened,
    /// because it was sealed with another key; the call fails then like any other, and the page says why.
    fn secrets(&self, id: EndpointId, sealed: SealedSecrets, now: Millis) -> Option<Vec<Secret>> {
        let open = |sealed: &str| {
            let secret = self.keys.open(Purpose::WebhookSecret, sealed).ok().and_then(|text| Secret::read(&text).ok());
            if secret.is_none() {
                tracing::warn!(endpoint.id = id.0, "a webhook's secret cannot be opened with this key");
            }
            secret
        };
        let mut secrets = vec![open(&sealed.current)?];
        if let Some((old, _)) = sealed.old.filter(|(_, until)| now < *until) {
            secrets.extend(open(&old));
        }
        Some(secrets)
    }
}

/// What becomes of a message after a call; `tries` were made before.
fn fate(answer: &Result<Answer, Fault>, tries: i64, now: Millis) -> Fate {
    match answer {
        Ok(answer) if answer.is_good() => Fate::Taken,
        Ok(answer) if answer.is_gone() => Fate::Gone,
        _ => match usize::try_from(tries).ok().and_then(|tries| AGAIN_SECS.get(tries)) {
            // A little apart, so that what failed together does not come back together.
            Some(seconds) => {
                let planned = seconds * 1_000 + fastrand::i64(0..=seconds * 100);
                Fate::Again(now + planned.max(wanted_ms(answer)))
            }
            None => Fate::GivenUp,
        },
    }
}

/// How long the receiver wants to be left alone.
fn wanted_ms(answer: &Result<Answer, Fault>) -> Millis {
    let wanted = answer.as_ref().ok().and_then(|answer| answer.retry_after).unwrap_or_default();
    Millis::try_from(wanted.as_millis()).unwrap_or(Millis::MAX)
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

    fn answer(status: u16) -> Result<Answer, Fault> {
        Ok(Answer { status, text: String::new(), retry_after: None })
    }

    #[test]
    fn a_receiver_is_left_alone_as_long_as_it_asks_and_never_less_than_planned() {
        let asks = |seconds| {
            answer(429).map(|answer| Answer { retry_after: Some(std::time::Duration::from_secs(seconds)), ..answer })
        };
        assert_eq!(fate(&asks(600), 0, 1_000), Fate::Again(601_000));
        let Fate::Again(at) = fate(&asks(600), 2, 0) else { panic!("given up") };
        assert!(at >= 1_800_000, "{at}");
    }

    #[test]
    fn a_message_is_tried_eight_times_over_a_day_and_given_up() {
        let refused = answer(500);
        let mut waited = 0;
        for tries in 0..7 {
            let Fate::Again(at) = fate(&refused, tries, 0) else { panic!("given up after {tries}") };
            waited += at;
        }
        assert!((27..31).contains(&(waited / 3_600_000)), "{waited}");
        assert_eq!(fate(&refused, 7, 0), Fate::GivenUp);
        assert_eq!(fate(&Err(Fault::TimedOut), 70, 0), Fate::GivenUp);
        assert_eq!(fate(&answer(202), 7, 0), Fate::Taken);
        assert_eq!(fate(&answer(410), 0, 0), Fate::Gone);
        assert!(matches!(fate(&answer(302), 0, 0), Fate::Again(_)));
    }
}
