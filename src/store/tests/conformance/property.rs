//! Whatever is done in whatever order, the books are right.

use crate::{
    harness::{options, sqlite_url},
    world::{HOUR, NOW, World, result},
};
use model::{
    delivery::SkipReason,
    grant::Answer,
    notice::{Audience, NoticeState},
};
use proptest::prelude::*;
use store::{Claimed, Outcome};
use tempfile::TempDir;

/// One thing that may happen. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Answer(u8, bool, u8),
    Adjust(u8, bool, i8),
    Enqueue(Vec<u8>, bool),
    Everybody(bool),
    Claim(u8),
    Release(u8),
    Result(u8, u8),
    End(u8),
    Withdraw(u8),
    Recover,
    Kind,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (any::<u8>(), any::<bool>(), any::<u8>()).prop_map(|(p, t, a)| Step::Answer(p, t, a)),
        1 => (any::<u8>(), any::<bool>(), any::<i8>()).prop_map(|(p, t, n)| Step::Adjust(p, t, n)),
        3 => (prop::collection::vec(any::<u8>(), 1..5), any::<bool>()).prop_map(|(p, t)| Step::Enqueue(p, t)),
        1 => any::<bool>().prop_map(Step::Everybody),
        4 => (1_u8..6).prop_map(Step::Claim),
        1 => any::<u8>().prop_map(Step::Release),
        6 => (any::<u8>(), any::<u8>()).prop_map(|(r, o)| Step::Result(r, o)),
        1 => any::<u8>().prop_map(Step::End),
        1 => any::<u8>().prop_map(Step::Withdraw),
        1 => Just(Step::Recover),
        1 => Just(Step::Kind),
    ]
}

/// What has happened so far.
struct Life {
    w: World,
    now: i64,
    lease: i64,
    /// Every claim ever made: results may come late or twice.
    claimed: Vec<(i64, Claimed)>,
    notices: Vec<model::ids::NoticeId>,
    long: bool,
}

fn pick<T: Clone>(of: &[T], n: u8) -> Option<T> {
    (!of.is_empty()).then(|| of[usize::from(n) % of.len()].clone())
}

impl Life {
    async fn step(&mut self, step: Step) {
        let w = self.w.clone();
        let template = |one| if one { w.one } else { w.long };
        let openid = |n: u8| format!("o{}", n % 6);
        self.now += 1;
        match step {
            Step::Answer(person, one, answer) => {
                let answers = [Answer::Accept, Answer::Accept, Answer::Reject, Answer::Ban, Answer::Filter];
                let answer = answers[usize::from(answer) % answers.len()];
                w.answer(&openid(person), template(one), answer).await;
            }
            Step::Adjust(person, one, change) => {
                let person = w.store.subscriber_by_openid(w.mini_program, &openid(person)).await.unwrap();
                if let Some(person) = person {
                    let change = i64::from(change % 3);
                    w.store.adjust_grant(person.id, template(one), change, "", self.now).await.unwrap();
                }
            }
            Step::Enqueue(people, one) => {
                let audience = Audience::Openids(people.into_iter().map(openid).collect());
                self.enqueue(audience, one).await;
            }
            Step::Everybody(one) => self.enqueue(Audience::EverybodyWithGrant, one).await,
            Step::Claim(limit) => {
                self.lease += 1;
                let rows = w.claim_at(self.lease, i64::from(limit), self.now).await;
                self.claimed.extend(rows.into_iter().map(|row| (self.lease, row)));
            }
            Step::Release(lease) => {
                let lease = i64::from(lease) % (self.lease + 1);
                w.store.release_claim(lease, self.now).await.unwrap();
            }
            Step::Result(which, outcome) => self.result(which, outcome).await,
            Step::End(which) => {
                if let Some(id) = pick(&self.notices, which) {
                    w.store.end_notice(id, NoticeState::Cancelled, None, self.now).await.unwrap();
                }
            }
            Step::Withdraw(which) => {
                if let Some(id) = pick(&self.notices, which) {
                    w.store.withdraw_pending(id, -1201, 2, self.now).await.unwrap();
                }
            }
            Step::Recover => {
                self.now += 30_000;
                w.store.recover_expired(self.now, 3).await.unwrap();
            }
            Step::Kind => {
                self.long = !self.long;
                let kind = if self.long { "long_term" } else { "one_time" };
                let kind = model::template::TemplateKind::parse(kind).unwrap();
                w.store.change_template(w.one, &crate::world::template("one", kind)).await.unwrap();
            }
        }
    }

    async fn enqueue(&mut self, audience: Audience, one: bool) {
        let w = &self.w;
        let id = w.draft(if one { w.one } else { w.long }, &audience).await;
        w.store.enqueue_notice(id, i64::MAX, HOUR, self.now).await.unwrap();
        self.notices.push(id);
    }

    async fn result(&mut self, which: u8, outcome: u8) {
        let Some((lease, row)) = pick(&self.claimed, which) else { return };
        let outcome = match outcome % 8 {
            0 => Outcome::Failed { errcode: 43101, no_grant: true },
            1 => Outcome::Failed { errcode: 47003, no_grant: false },
            2 => Outcome::Unknown { errcode: -1101 },
            3 => Outcome::Retry { due_at: self.now + 2, errcode: -1 },
            4 => Outcome::Released { due_at: self.now },
            5 => Outcome::Skipped(SkipReason::NoGrant),
            _ => Outcome::Sent { msgid: Some(77) },
        };
        self.w.store.record_results(&[result(&row, lease, outcome)], self.now).await.unwrap();
    }
}

async fn live(steps: Vec<Step>) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let store = store::open(&sqlite_url(&folder), options()).await.unwrap();
    let w = World::with_appid(store.clone(), "wx1").await;
    let mut life = Life { w, now: NOW, lease: 0, claimed: Vec::new(), notices: Vec::new(), long: false };
    let mut wrong = Vec::new();
    for (n, step) in steps.into_iter().enumerate() {
        let told = format!("{step:?}");
        life.step(step).await;
        wrong = store.check_books().await.unwrap();
        if !wrong.is_empty() {
            wrong.push(format!("after step {n}: {told}"));
            break;
        }
    }
    store.close().await;
    wrong
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_books_are_right_after_every_step(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // Balances below zero would be refused by the database itself, and the step would fail.
        prop_assert_eq!(runtime.block_on(live(steps)), Vec::<String>::new());
    }
}
