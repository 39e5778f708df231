//! The people of an account: their grants, what was accepted for them, and whether a send is under way.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::account::AccountState;
use crate::sync::lock;

const SHARDS: usize = 64;

/// Split by openid, so that sends to different people do not wait for one lock.
#[derive(Debug)]
pub(crate) struct Subscribers {
    shards: Box<[Mutex<Shard>]>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Shard {
    by_openid: HashMap<Arc<str>, Subscriber>,
    /// How often each (openid, template, content) was accepted, by hash: a list of texts would be ten times as large.
    seen: HashMap<u64, u32>,
}

#[derive(Debug, Default)]
struct Subscriber {
    in_flight: bool,
    accepted: u32,
    grants: Vec<(Arc<str>, u32)>,
    /// What the person chose on the phone; most never did, and there may be millions.
    choices: Option<Box<Choices>>,
}

/// What a person chose on the phone apart from single answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    /// Whether the main switch of subscribe messages is off.
    pub main_off: bool,
    /// Templates for which 总是保持以上选择 was ticked, and whether they were accepted.
    pub kept: Vec<(Arc<str>, bool)>,
}

impl Choices {
    pub fn kept(&self, template: &str) -> Option<bool> {
        self.kept.iter().find(|(id, _)| **id == *template).map(|(_, accept)| *accept)
    }

    pub fn keep(&mut self, template: &Arc<str>, accept: bool) {
        self.kept.retain(|(id, _)| id != template);
        self.kept.push((template.clone(), accept));
    }
}

/// An accepted send in numbers.
pub(crate) struct Accepted {
    /// Sends accepted for this person so far.
    pub total: u32,
    /// How often exactly this message was accepted.
    pub times: u32,
    pub key: u64,
}

/// What stood at the door of a send.
pub(crate) enum Place {
    /// Nobody of that name is registered.
    Unknown,
    /// Another send to the same person is under way.
    Busy(Arc<str>),
    Entered(InFlight),
}

impl Place {
    pub fn openid(&self) -> Option<&Arc<str>> {
        match self {
            Self::Unknown => None,
            Self::Busy(openid) => Some(openid),
            Self::Entered(guard) => Some(&guard.openid),
        }
    }
}

/// Marks a send as under way until it is dropped, also when the caller hangs up.
pub(crate) struct InFlight {
    account: Arc<AccountState>,
    pub openid: Arc<str>,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut shard = self.account.subscribers.shard(&self.openid);
        if let Some(subscriber) = shard.by_openid.get_mut(&*self.openid) {
            subscriber.in_flight = false;
        }
    }
}

impl Subscribers {
    pub fn new() -> Self {
        let shards = std::iter::repeat_with(Mutex::default).take(SHARDS).collect();
        Self { shards, hasher: RandomState::new() }
    }

    fn shard(&self, openid: &str) -> MutexGuard<'_, Shard> {
        lock(&self.shards[self.hasher.hash_one(openid) as usize % SHARDS])
    }

    pub fn register(&self, openid: &str) {
        self.shard(openid).subscriber(openid);
    }

    pub fn knows(&self, openid: &str) -> bool {
        self.shard(openid).by_openid.contains_key(openid)
    }

    /// Changes a balance and returns the new one.
    pub fn change(&self, openid: &str, template: &Arc<str>, change: impl FnOnce(u32) -> u32) -> u32 {
        let mut shard = self.shard(openid);
        let balance = shard.subscriber(openid).balance(template);
        *balance = change(*balance);
        *balance
    }

    pub fn balance(&self, openid: &str, template: &str) -> u32 {
        let shard = self.shard(openid);
        let grants = shard.by_openid.get(openid).map(|subscriber| subscriber.grants.as_slice()).unwrap_or_default();
        grants.iter().find(|(id, _)| **id == *template).map_or(0, |(_, balance)| *balance)
    }

    /// Whether a send would find a grant: there is one, and the main switch is on.
    pub fn is_open(&self, openid: &str, template: &str) -> bool {
        let shard = self.shard(openid);
        let Some(subscriber) = shard.by_openid.get(openid) else { return false };
        let off = subscriber.choices.as_ref().is_some_and(|choices| choices.main_off);
        !off && subscriber.grants.iter().any(|(id, balance)| **id == *template && *balance > 0)
    }

    pub fn choices(&self, openid: &str) -> Choices {
        let shard = self.shard(openid);
        let choices = shard.by_openid.get(openid).and_then(|subscriber| subscriber.choices.as_deref());
        choices.cloned().unwrap_or_default()
    }

    /// Changes what a person chose.
    pub fn choose(&self, openid: &str, change: impl FnOnce(&mut Choices)) {
        change(self.shard(openid).subscriber(openid).choices.get_or_insert_default());
    }

    pub fn count(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).by_openid.len()).sum()
    }

    /// The first people in the order of their openids whose openid contains a text, and the sum of their grants.
    pub fn people(&self, search: &str, limit: usize) -> Vec<(Arc<str>, u64)> {
        let mut found: BTreeMap<Arc<str>, u64> = BTreeMap::new();
        for shard in &self.shards {
            for (openid, subscriber) in &lock(shard).by_openid {
                let late = found.len() >= limit && found.last_key_value().is_none_or(|(last, _)| openid > last);
                if late || !openid.contains(search) {
                    continue;
                }
                found.insert(openid.clone(), subscriber.grants.iter().map(|(_, n)| u64::from(*n)).sum());
                if found.len() > limit {
                    found.pop_last();
                }
            }
        }
        found.into_iter().collect()
    }

    pub fn accepted(&self, openid: &str) -> u32 {
        self.shard(openid).by_openid.get(openid).map_or(0, |subscriber| subscriber.accepted)
    }

    /// Begins a send to somebody.
    pub fn enter(account: &Arc<AccountState>, openid: &str) -> Place {
        let mut shard = account.subscribers.shard(openid);
        let Some(subscriber) = shard.by_openid.get_mut(openid) else {
            return Place::Unknown;
        };
        let was_busy = std::mem::replace(&mut subscriber.in_flight, true);
        // One shared string per person: the log holds a million of them.
        let openid = shard.by_openid.get_key_value(openid).map_or_else(|| openid.into(), |(name, _)| name.clone());
        if was_busy { Place::Busy(openid) } else { Place::Entered(InFlight { account: account.clone(), openid }) }
    }

    /// Spends a grant (a long-term one stays) and counts the send.
    pub fn accept(&self, openid: &str, template: &Arc<str>, long_term: bool, content: u64) -> Option<Accepted> {
        let mut shard = self.shard(openid);
        let subscriber = shard.by_openid.get_mut(openid)?;
        let balance = subscriber.balance(template);
        *balance = if long_term { Some(*balance).filter(|n| *n > 0)? } else { balance.checked_sub(1)? };
        subscriber.accepted += 1;
        let total = subscriber.accepted;
        let key = self.hasher.hash_one((openid, &**template, content));
        let times = shard.seen.entry(key).or_default();
        *times += 1;
        Some(Accepted { total, times: *times, key })
    }

    /// Forgets what was accepted; grants stay.
    pub fn forget_sends(&self) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            shard.seen.clear();
            shard.by_openid.values_mut().for_each(|subscriber| subscriber.accepted = 0);
        }
    }
}

impl Shard {
    fn subscriber(&mut self, openid: &str) -> &mut Subscriber {
        self.by_openid.entry(openid.into()).or_default()
    }
}

impl Subscriber {
    fn balance(&mut self, template: &Arc<str>) -> &mut u32 {
        let position = self.grants.iter().position(|(id, _)| id == template).unwrap_or_else(|| {
            self.grants.push((template.clone(), 0));
            self.grants.len() - 1
        });
        &mut self.grants[position].1
    }
}
