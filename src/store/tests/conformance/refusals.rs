//! Refusals and corrections, late and out of order: what is older never undoes what is newer.

use crate::{
    harness::TestDb,
    pushes::{SECOND, called_back},
    world::{NOW, World, openids, result},
};
use model::{
    Millis,
    delivery::{Attempt, own_code},
    grant::{Answer, LedgerKind},
    page::At,
};
use store::{Claimed, DeliveryResult, Outcome};

cases!(
    a_refusal_in_the_settings_takes_what_was_accepted_before,
    a_late_refusal_leaves_what_came_after_it,
    late_acceptances_before_a_refusal_do_not_count,
    a_long_term_grant_follows_the_last_answer_in_any_order,
    a_popup_refusal_of_a_one_time_template_takes_nothing,
    a_tap_during_a_call_that_met_43101_is_kept,
    an_event_from_before_a_correction_does_not_count,
    a_long_term_tap_during_the_call_is_kept,
    a_refused_call_gives_the_grant_back_and_says_so,
    a_late_refusal_of_the_call_gives_the_grant_back,
    what_was_given_back_late_is_not_more_than_was_spent,
);

const NO_GRANT: Outcome = Outcome::Failed { errcode: 43101, no_grant: true };
const BAD_DATA: Outcome = Outcome::Failed { errcode: 47003, no_grant: false };

/// A result of a call that began then.
fn called(row: &Claimed, lease: i64, outcome: Outcome, started_at: Millis) -> DeliveryResult {
    let told = result(row, lease, outcome);
    let attempt = told.attempt.map(|attempt| Attempt { started_at, ..attempt });
    DeliveryResult { attempt, ..told }
}

impl World {
    async fn accepted(&self, openid: &str, seconds: &[i64]) {
        let events: Vec<_> =
            seconds.iter().map(|s| self.popup(openid, self.one, Answer::Accept, NOW + s * SECOND)).collect();
        self.pushed(&events, NOW + 100 * SECOND).await;
    }

    async fn changed(&self, openid: &str, second: i64) {
        self.pushed(&[self.change(openid, self.one, NOW + second * SECOND)], NOW + 100 * SECOND).await;
    }

    async fn last(&self, openid: &str) -> (LedgerKind, i64, i64) {
        let line = self.lines(openid).await.remove(0);
        (line.0, line.1, line.2)
    }

    async fn claimed(&self, openid: &str, lease: i64) -> Claimed {
        self.send(openids(&[openid])).await;
        self.claim(lease, 9).await.remove(0)
    }
}

async fn a_refusal_in_the_settings_takes_what_was_accepted_before(db: TestDb) {
    let w = called_back(&db).await;
    w.accepted("a", &[1, 2, 3]).await;
    w.changed("a", 4).await;
    assert_eq!((w.last("a").await, w.refused("a", w.one).await), ((LedgerKind::Rejected, -3, 0), true));
    w.accepted("a", &[5]).await;
    assert_eq!((w.balance("a", w.one).await, w.refused("a", w.one).await), (1, false));
}

async fn a_late_refusal_leaves_what_came_after_it(db: TestDb) {
    let w = called_back(&db).await;
    w.accepted("a", &[1, 2, 5, 6, 7]).await;
    let id = w.id("a").await;
    w.store.adjust_grant(id, w.one, 2, "", NOW + 101 * SECOND).await.unwrap();
    w.store.adjust_grant(id, w.one, -1, "", NOW + 102 * SECOND).await.unwrap();
    let row = w.claimed("a", 1).await;
    let sent = called(&row, 1, Outcome::Sent { msgid: None }, NOW + 8 * SECOND);
    assert_eq!(w.store.record_results(&[sent], NOW + 103 * SECOND).await.unwrap(), 1);
    assert_eq!(w.balance("a", w.one).await, 5);
    // Three acceptances, one more by hand, one spent.
    w.changed("a", 3).await;
    assert_eq!((w.last("a").await, w.refused("a", w.one).await), ((LedgerKind::Rejected, -2, 3), false));
    let entry = w.store.ledger_of(id, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!(entry.happened_at, Some(NOW + 3 * SECOND));
    // Older still: the later one has seen to it.
    w.changed("a", 2).await;
    assert_eq!(w.last("a").await, (LedgerKind::Rejected, 0, 3));
}

async fn late_acceptances_before_a_refusal_do_not_count(db: TestDb) {
    let w = called_back(&db).await;
    w.accepted("a", &[9]).await;
    w.changed("a", 5).await;
    w.accepted("a", &[4, 6]).await;
    assert_eq!((w.balance("a", w.one).await, w.refused("a", w.one).await), (2, false));
    let kinds: Vec<_> = w.lines("a").await.into_iter().map(|l| (l.0, l.1)).collect();
    assert!(kinds.contains(&(LedgerKind::Confirmed, 0)));
    // One of the same second counts: in doubt the platform will say so.
    w.accepted("a", &[5]).await;
    assert_eq!(w.balance("a", w.one).await, 3);
    // A refusal may be the first that is heard of somebody. What was tapped before it and after it is never one tap.
    w.changed("b", 9).await;
    assert_eq!((w.balance("b", w.one).await, w.refused("b", w.one).await), (0, true));
    w.accepted("b", &[8]).await;
    w.report("b", w.one, Answer::Accept, NOW + 10 * SECOND).await;
    assert_eq!((w.balance("b", w.one).await, w.refused("b", w.one).await), (1, false));
    w.accepted("b", &[10]).await;
    assert_eq!(w.balance("b", w.one).await, 1);
}

async fn a_long_term_grant_follows_the_last_answer_in_any_order(db: TestDb) {
    let w = called_back(&db).await;
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for (n, order) in orders.into_iter().enumerate() {
        for (name, answers, stands) in [
            ("accept", [Answer::Reject, Answer::Accept, Answer::Accept], 1),
            ("refuse", [Answer::Accept, Answer::Accept, Answer::Reject], 0),
            ("ban", [Answer::Accept, Answer::Reject, Answer::Ban], 0),
        ] {
            let openid = format!("{name}{n}");
            for place in order {
                let at = NOW + place as i64 * SECOND;
                w.pushed(&[w.popup(&openid, w.long, answers[place], at)], NOW + 9 * SECOND).await;
            }
            assert_eq!(w.balance(&openid, w.long).await, stands, "{openid} {order:?}");
            assert_eq!(w.refused(&openid, w.long).await, name != "accept", "{openid} {order:?}");
        }
    }
}

async fn a_popup_refusal_of_a_one_time_template_takes_nothing(db: TestDb) {
    let w = called_back(&db).await;
    w.accepted("a", &[1]).await;
    w.pushed(&[w.popup("a", w.one, Answer::Reject, NOW + 2 * SECOND)], NOW + 9 * SECOND).await;
    assert_eq!((w.balance("a", w.one).await, w.refused("a", w.one).await), (1, true));
    w.accepted("b", &[3]).await;
    w.pushed(&[w.popup("b", w.one, Answer::Reject, NOW + 2 * SECOND)], NOW + 9 * SECOND).await;
    assert_eq!((w.balance("b", w.one).await, w.refused("b", w.one).await), (1, false));
}

async fn a_tap_during_a_call_that_met_43101_is_kept(db: TestDb) {
    let w = World::new(&db).await;
    for now in [NOW, NOW + 1, NOW + 2] {
        w.report("a", w.one, Answer::Accept, now).await;
    }
    let row = w.claimed("a", 1).await;
    w.report("a", w.one, Answer::Accept, NOW + 20 * SECOND).await;
    w.report("a", w.one, Answer::Accept, NOW + 30 * SECOND).await;
    let met = called(&row, 1, NO_GRANT, NOW + 10 * SECOND);
    assert_eq!(w.store.record_results(&[met], NOW + 40 * SECOND).await.unwrap(), 1);
    assert_eq!(w.one(row.id.subscriber).await, (2, 0));
    assert_eq!(w.last("a").await, (LedgerKind::Corrected, -3, 2));
    let entry = w.store.ledger_of(row.id.subscriber, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!((entry.at, entry.happened_at), (NOW + 40 * SECOND, Some(NOW + 10 * SECOND)));
}

async fn an_event_from_before_a_correction_does_not_count(db: TestDb) {
    let w = called_back(&db).await;
    w.accepted("a", &[1]).await;
    let row = w.claimed("a", 1).await;
    let met = called(&row, 1, NO_GRANT, NOW + 10 * SECOND + 500);
    w.store.record_results(&[met], NOW + 101 * SECOND).await.unwrap();
    assert_eq!(w.balance("a", w.one).await, 0);
    w.accepted("a", &[9]).await;
    assert_eq!(w.last("a").await, (LedgerKind::Confirmed, 0, 0));
    // Its second ended after the call had begun.
    w.accepted("a", &[10]).await;
    assert_eq!(w.last("a").await, (LedgerKind::Accepted, 1, 1));
    // An older correction comes too late to take it.
    w.accepted("a", &[11]).await;
    let row = w.claimed("a", 2).await;
    let met = called(&row, 2, NO_GRANT, NOW + 2 * SECOND);
    w.store.record_results(&[met], NOW + 102 * SECOND).await.unwrap();
    assert_eq!(w.one(row.id.subscriber).await, (2, 0));
    // Where there is nothing left to correct it counts all the same.
    let id = w.store.add_subscriber(w.mini_program, "b", "", NOW).await.unwrap();
    w.store.adjust_grant(id, w.one, 1, "", NOW).await.unwrap();
    let row = w.claimed("b", 3).await;
    w.store.adjust_grant(id, w.one, -1, "", NOW).await.unwrap();
    w.store.record_results(&[called(&row, 3, NO_GRANT, NOW + 10 * SECOND)], NOW + 103 * SECOND).await.unwrap();
    w.accepted("b", &[5]).await;
    assert_eq!(w.balance("b", w.one).await, 0);
}

async fn a_long_term_tap_during_the_call_is_kept(db: TestDb) {
    let w = World::new(&db).await;
    for (openid, tap, stands) in [("a", Some(NOW + 20 * SECOND), 1), ("b", None, 0)] {
        w.report(openid, w.long, Answer::Accept, NOW).await;
        w.send_of(w.long, openids(&[openid]), NOW).await;
        let row = w.claim(1, 9).await.remove(0);
        if let Some(now) = tap {
            w.report(openid, w.long, Answer::Accept, now).await;
        }
        let met = called(&row, 1, NO_GRANT, NOW + 10 * SECOND);
        w.store.record_results(&[met], NOW + 30 * SECOND).await.unwrap();
        assert_eq!(w.balance(openid, w.long).await, stands, "{openid}");
    }
}

async fn a_refused_call_gives_the_grant_back_and_says_so(db: TestDb) {
    let w = World::new(&db).await;
    let outcomes = [
        (BAD_DATA, Some((LedgerKind::Returned, 0, 1))),
        // Nobody was called.
        (Outcome::Failed { errcode: own_code::NO_CONNECTION, no_grant: false }, None),
        (Outcome::Skipped(model::delivery::SkipReason::NoGrant), None),
    ];
    for (n, (outcome, line)) in outcomes.into_iter().enumerate() {
        let (openid, lease) = (format!("o{n}"), n as i64 + 1);
        let id = w.willing(&openid).await;
        let row = w.claimed(&openid, lease).await;
        assert_eq!(w.record(&[result(&row, lease, outcome)]).await, 1);
        assert_eq!(w.one(id).await, (1, 0));
        assert_eq!(w.last(&openid).await, line.unwrap_or((LedgerKind::Accepted, 1, 1)));
    }
    // Long-term grants were never taken.
    w.answer("long", w.long, Answer::Accept).await;
    w.send_of(w.long, openids(&["long"]), NOW).await;
    let row = w.claim(9, 9).await.remove(0);
    w.record(&[result(&row, 9, BAD_DATA)]).await;
    assert_eq!(w.lines("long").await.len(), 1);
}

async fn a_late_refusal_of_the_call_gives_the_grant_back(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.willing("a").await;
    w.willing("a").await;
    let row = w.claimed("a", 1).await;
    w.store.recover_expired(NOW + 60_001, 10).await.unwrap();
    assert_eq!(w.one(id).await, (1, 0));
    // The next one to the same person is under way when the answer comes, and ends in the same batch.
    let next = w.claim_after("a", 2).await;
    let results = [result(&next, 2, Outcome::Sent { msgid: None }), result(&row, 1, BAD_DATA)];
    assert_eq!(w.store.record_results(&results, NOW + 60_002).await.unwrap(), 2);
    assert_eq!(w.store.record_results(&results, NOW + 60_003).await.unwrap(), 0);
    assert_eq!(w.state(row.id).await, (model::delivery::DeliveryState::Failed, 47003));
    assert_eq!((w.one(id).await, w.last("a").await), ((1, 0), (LedgerKind::Returned, 1, 1)));
}

impl World {
    async fn claim_after(&self, openid: &str, lease: i64) -> Claimed {
        self.send_of(self.one, openids(&[openid]), NOW + 60_001).await;
        self.claim_at(lease, 9, NOW + 60_001).await.remove(0)
    }
}

async fn what_was_given_back_late_is_not_more_than_was_spent(db: TestDb) {
    let w = called_back(&db).await;
    // The balance was gone when the outcome became unknown: nothing was spent.
    let id = w.willing("a").await;
    let row = w.claimed("a", 1).await;
    w.store.adjust_grant(id, w.one, -1, "", NOW).await.unwrap();
    w.store.recover_expired(NOW + 60_001, 10).await.unwrap();
    assert_eq!(w.record(&[result(&row, 1, BAD_DATA)]).await, 1);
    assert_eq!((w.one(id).await, w.last("a").await), ((0, 0), (LedgerKind::Returned, 0, 0)));
    // The person has refused since: what comes back is gone as well.
    let id = w.willing("b").await;
    let row = w.claimed("b", 2).await;
    w.store.recover_expired(NOW + 60_001, 10).await.unwrap();
    w.changed("b", 70).await;
    assert_eq!(w.record(&[result(&row, 2, BAD_DATA)]).await, 1);
    assert_eq!(w.one(id).await, (0, 0));
    // 43101 at last: nothing comes back, and taps since the call stay.
    let id = w.willing("c").await;
    let row = w.claimed("c", 3).await;
    w.store.recover_expired(NOW + 60_001, 10).await.unwrap();
    w.report("c", w.one, Answer::Accept, NOW + 70 * SECOND).await;
    assert_eq!(w.store.record_results(&[result(&row, 3, NO_GRANT)], NOW + 71 * SECOND).await.unwrap(), 1);
    assert_eq!(w.one(id).await, (1, 0));
}
