//! Whatever is done in whatever order, the books are right.

use crate::{
    harness::{options, sqlite_url},
    world::{HOUR, NOW, World, result},
};
use model::{
    control::Deed,
    delivery::SkipReason,
    grant::Answer,
    ids::TemplateId,
    mini_program::GrantSource,
    notice::{Audience, NoticeState},
};
use proptest::prelude::*;
use store::{Claimed, NewEvent, Order, Outcome, Wait};
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
    /// Confirmed, but it waits.
    Order(Vec<u8>, u8),
    Pause(u8),
    Resume(u8),
    Undo(u8),
    Begin(u8),
    Reschedule(u8, u8),
    Withdraw(u8),
    Recover,
    Kind,
    /// Person, template, answer, and the id of a report, of which there are few.
    Report(u8, bool, u8, u8),
    Push(Told),
    /// The same push once more, as the platform does.
    Again(u8),
    WorkOff,
    Expire(u8),
    Callback(bool),
    Source(u8),
}

/// A push; instants are seconds before now.
#[derive(Clone, Debug)]
enum Told {
    Popup(u8, bool, u8, u8),
    Change(u8, bool, u8),
    Sent(u8, u8, bool, u8),
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
        2 => (prop::collection::vec(any::<u8>(), 1..5), any::<u8>()).prop_map(|(p, w)| Step::Order(p, w)),
        1 => any::<u8>().prop_map(Step::Pause),
        1 => any::<u8>().prop_map(Step::Resume),
        1 => any::<u8>().prop_map(Step::Undo),
        2 => any::<u8>().prop_map(Step::Begin),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(n, h)| Step::Reschedule(n, h)),
        1 => any::<u8>().prop_map(Step::Withdraw),
        1 => Just(Step::Recover),
        1 => Just(Step::Kind),
        3 => (any::<u8>(), any::<bool>(), any::<u8>(), any::<u8>()).prop_map(|(p, t, a, i)| Step::Report(p, t, a, i)),
        6 => told().prop_map(Step::Push),
        2 => any::<u8>().prop_map(Step::Again),
        4 => Just(Step::WorkOff),
        1 => any::<u8>().prop_map(Step::Expire),
        1 => any::<bool>().prop_map(Step::Callback),
        1 => any::<u8>().prop_map(Step::Source),
    ]
}

fn told() -> impl Strategy<Value = Told> {
    prop_oneof![
        3 => (any::<u8>(), any::<bool>(), any::<u8>(), any::<u8>()).prop_map(|(p, t, a, s)| Told::Popup(p, t, a, s)),
        1 => (any::<u8>(), any::<bool>(), any::<u8>()).prop_map(|(p, t, s)| Told::Change(p, t, s)),
        3 => (any::<u8>(), any::<u8>(), any::<bool>(), any::<u8>()).prop_map(|(p, m, o, s)| Told::Sent(p, m, o, s)),
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
    pushes: Vec<NewEvent>,
    long: bool,
}

const ANSWERS: [Answer; 5] = [Answer::Accept, Answer::Accept, Answer::Reject, Answer::Ban, Answer::Filter];

fn answer_of(n: u8) -> Answer {
    ANSWERS[usize::from(n) % ANSWERS.len()]
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
                w.answer(&openid(person), template(one), answer_of(answer)).await;
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
            Step::Order(..)
            | Step::Pause(_)
            | Step::Resume(_)
            | Step::Undo(_)
            | Step::Begin(_)
            | Step::Reschedule(..) => {
                self.control(step).await;
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
            Step::Report(person, one, answer, id) => {
                let (person, id) = (openid(person), format!("{}", id % 16));
                self.report(&person, template(one), answer_of(answer), &id).await;
            }
            Step::Push(told) => {
                let event = self.event(told);
                w.store.store_events(std::slice::from_ref(&event)).await.unwrap();
                self.pushes.push(event);
            }
            Step::Again(which) => self.again(which).await,
            Step::WorkOff => {
                self.now += 1_000;
                w.work_off(self.now).await;
            }
            Step::Expire(age) => {
                let since = self.now - i64::from(age) * 500;
                w.store.expire_grants(w.one, since, None, 100, self.now).await.unwrap();
            }
            Step::Callback(is_on) => {
                let setup = is_on.then(crate::pushes::setup);
                w.store.set_callback(w.mini_program, setup.as_ref()).await.unwrap();
            }
            Step::Source(source) => {
                w.believe(GrantSource::ALL[usize::from(source) % GrantSource::ALL.len()]).await;
            }
        }
    }

    async fn control(&mut self, step: Step) {
        let (store, now) = (self.w.store.clone(), self.now);
        let notice = |which| pick(&self.notices, which).unwrap_or(model::ids::NoticeId(0));
        match step {
            Step::Order(people, wait) => {
                let audience = Audience::Openids(people.into_iter().map(|n| format!("o{}", n % 6)).collect());
                let id = self.w.draft(self.w.one, &audience).await;
                let wait = match wait % 3 {
                    0 => Wait::Approval { planned: None },
                    planned => Wait::Time { due_at: now + 5, planned: planned == 1 },
                };
                let by = "ann".to_owned();
                let order = Order { id, shown: i64::MAX, hour_at: HOUR, now, wait, by, forecast: None, left_out: 0 };
                store.order_notice(&order).await.unwrap();
                self.notices.push(id);
            }
            Step::Pause(which) => _ = store.pause_notice(notice(which), None, "ann", now).await.unwrap(),
            Step::Resume(which) => _ = store.resume_notice(notice(which), (0, 0), HOUR, "ann", now).await.unwrap(),
            Step::Undo(which) => _ = store.undo_notice(notice(which), Deed::Undone, "ann", now).await.unwrap(),
            Step::Begin(which) => {
                let seen = store.notice(notice(which)).await.unwrap().and_then(|notice| notice.confirmed_at);
                store.approve_notice(notice(which), seen.unwrap_or(0), HOUR, "bob", now).await.unwrap();
                store.start_due(1_000, now).await.unwrap();
            }
            Step::Reschedule(which, hours) => {
                let hour = HOUR + i64::from(hours % 4) * 3_600_000;
                store.reschedule_notice(notice(which), now + 3, hour, "ann", now).await.unwrap();
            }
            _ => {}
        }
    }

    /// A report that is told twice counts once.
    async fn report(&self, openid: &str, template: TemplateId, answer: Answer, id: &str) {
        self.w.report_as(openid, template, answer, Some(id), self.now).await;
        let before = self.w.store.last_ledger_entry().await.unwrap();
        assert!(self.w.report_as(openid, template, answer, Some(id), self.now + 1).await.repeated);
        assert_eq!(self.w.store.last_ledger_entry().await.unwrap(), before, "a report told twice");
    }

    fn event(&self, told: Told) -> NewEvent {
        let (w, openid) = (&self.w, |n: u8| format!("o{}", n % 6));
        let at = |seconds: u8| (self.now / 1_000 - i64::from(seconds % 16)) * 1_000;
        let template = |one| if one { w.one } else { w.long };
        let event = match told {
            Told::Popup(person, one, answer, s) => w.popup(&openid(person), template(one), answer_of(answer), at(s)),
            Told::Change(person, one, s) => w.change(&openid(person), template(one), at(s)),
            Told::Sent(person, msgid, is_ok, s) => {
                let msgid = (msgid % 3 != 0).then_some(i64::from(msgid % 8));
                w.sent_event(&openid(person), msgid, if is_ok { 0 } else { 5 }, at(s))
            }
        };
        NewEvent { received_at: self.now, ..event }
    }

    /// A push that was worked off and comes once more changes nothing.
    async fn again(&self, which: u8) {
        let Some(event) = pick(&self.pushes, which) else { return };
        let store = &self.w.store;
        self.w.work_off(self.now).await;
        let before = store.last_ledger_entry().await.unwrap();
        assert_eq!(store.store_events(&[event.clone(), event]).await.unwrap(), [false, false]);
        self.w.work_off(self.now).await;
        assert_eq!(store.last_ledger_entry().await.unwrap(), before, "a push that came twice");
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
            6 => Outcome::Sent { msgid: None },
            _ => Outcome::Sent { msgid: Some(i64::from(which % 8)) },
        };
        let mut told = result(&row, lease, outcome);
        if let Some(attempt) = &mut told.attempt {
            attempt.started_at = self.now - i64::from(which) * 20;
        }
        self.w.store.record_results(&[told], self.now).await.unwrap();
    }
}

async fn live(steps: Vec<Step>) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let store = store::open(&sqlite_url(&folder), options()).await.unwrap();
    let w = World::with_appid(store.clone(), "wx0000000000000001").await;
    let mut life =
        Life { w, now: NOW, lease: 0, claimed: Vec::new(), notices: Vec::new(), pushes: Vec::new(), long: false };
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
    fn the_books_are_right_after_every_step(steps in prop::collection::vec(step(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // Balances below zero would be refused by the database itself, and the step would fail.
        prop_assert_eq!(runtime.block_on(live(steps)), Vec::<String>::new());
    }
}
