//! The rules in force, with what they have counted.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{Action, Fault, Match};
use crate::endpoint::Endpoint;
use crate::sync::lock;

/// What is known of a call when its fate is decided.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subject<'a> {
    pub appid: Option<&'a str>,
    pub openid: Option<&'a str>,
    pub template_id: Option<&'a str>,
}

/// What the rules say about a call.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    pub delay: Duration,
    pub action: Option<Action>,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Mutex<Vec<Armed>>,
    /// Lets a call pass without the lock while there is no rule, which is nearly always.
    count: AtomicUsize,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    seen: u64,
    random: fastrand::Rng,
}

impl Faults {
    pub fn add(&self, faults: impl IntoIterator<Item = Fault>) {
        let mut rules = lock(&self.rules);
        rules.extend(faults.into_iter().map(|fault| {
            let random = fastrand::Rng::with_seed(fault.matching.seed);
            Armed { fault, seen: 0, random }
        }));
        self.count.store(rules.len(), Ordering::Release);
    }

    pub fn clear(&self) {
        lock(&self.rules).clear();
        self.count.store(0, Ordering::Release);
    }

    pub fn list(&self) -> Vec<Fault> {
        lock(&self.rules).iter().map(|rule| rule.fault.clone()).collect()
    }

    /// Whether the connection is to be closed before the body is read.
    pub fn drops_unread(&self, endpoint: Endpoint) -> bool {
        let subject = Subject::default();
        self.any() && lock(&self.rules).iter_mut().any(|rule| rule.drops_unread() && rule.strikes(endpoint, &subject))
    }

    /// What happens to a call that was read.
    pub fn decide(&self, endpoint: Endpoint, subject: &Subject<'_>) -> Decision {
        let mut decision = Decision::default();
        if !self.any() {
            return decision;
        }
        for rule in lock(&self.rules).iter_mut().filter(|rule| !rule.drops_unread()) {
            if !rule.strikes(endpoint, subject) {
                continue;
            }
            match &rule.fault.action {
                Action::Delay { ms } => decision.delay += Duration::from_millis(*ms),
                action => {
                    decision.action = Some(action.clone());
                    break;
                }
            }
        }
        decision
    }

    fn any(&self) -> bool {
        self.count.load(Ordering::Acquire) > 0
    }
}

impl Armed {
    fn drops_unread(&self) -> bool {
        let Match { appid, openid, template_id, .. } = &self.fault.matching;
        matches!(self.fault.action, Action::DropBefore) && appid.is_none() && openid.is_none() && template_id.is_none()
    }

    fn strikes(&mut self, endpoint: Endpoint, subject: &Subject<'_>) -> bool {
        let wanted = &self.fault.matching;
        let selected = fits(&wanted.path, Some(endpoint.path()))
            && fits(&wanted.appid, subject.appid)
            && fits(&wanted.openid, subject.openid)
            && fits(&wanted.template_id, subject.template_id);
        if !selected {
            return false;
        }
        self.seen += 1;
        wanted.nth.is_none_or(|nth| self.seen == nth)
            && wanted.first.is_none_or(|first| self.seen <= first)
            && wanted.probability.is_none_or(|chance| self.random.f64() < chance)
    }
}

fn fits(wanted: &Option<String>, actual: Option<&str>) -> bool {
    wanted.as_deref().is_none_or(|wanted| actual == Some(wanted))
}
