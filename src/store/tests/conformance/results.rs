//! Storing what became of leased deliveries.

use crate::{
    harness::TestDb,
    world::{NOW, World, attempt, openids, result, sent},
};
use model::{
    delivery::{DeliveryState, SkipReason, own_code},
    grant::{Answer, LedgerKind},
    notice::{Audience, NoticeState, StateCounts},
    page::At,
};
use store::{DeliveryResult, Outcome};

cases!(
    every_outcome_does_to_state_and_grant_what_it_says,
    a_long_term_grant_is_not_spent_but_can_be_contradicted,
    a_retry_keeps_the_promise_and_the_attempts_add_up,
    the_last_delivery_finishes_the_notice,
    the_same_result_twice_changes_nothing,
    a_result_counts_only_under_its_lease,
    a_contradicted_balance_is_not_below_zero_afterwards,
    hostile_texts_are_stored_as_they_are,
);

async fn every_outcome_does_to_state_and_grant_what_it_says(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(7).await;
    for id in &ids {
        w.store.adjust_grant(*id, w.one, 1, "", NOW).await.unwrap();
    }
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 10).await;
    let outcomes = [
        Outcome::Sent { msgid: Some(5) },
        Outcome::Failed { errcode: 47003, no_grant: false },
        Outcome::Failed { errcode: 43101, no_grant: true },
        Outcome::Unknown { errcode: own_code::NO_ANSWER },
        Outcome::Retry { due_at: NOW + 5_000, errcode: -1 },
        Outcome::Released { due_at: NOW + 6_000 },
        Outcome::Skipped(SkipReason::NoGrant),
    ];
    let results: Vec<_> = claimed.iter().zip(&outcomes).map(|(c, outcome)| result(c, 1, outcome.clone())).collect();
    assert_eq!(w.record(&results).await, 7);
    assert_eq!(w.notice(notice).await.counts, StateCounts([2, 0, 1, 0, 2, 1, 1, 0]));
    let rows = w.store.deliveries(notice, &[], None, At::Start, 10).await.unwrap().rows;
    use DeliveryState::{Failed, Pending, Sent, Skipped, Unknown};
    let told: Vec<_> = rows.iter().map(|r| (r.state, r.errcode, r.attempts, r.due_at - NOW)).collect();
    let expected = [
        (Sent, 0, 1, 0),
        (Failed, 47003, 1, 0),
        (Failed, 43101, 1, 0),
        (Unknown, own_code::NO_ANSWER, 1, 0),
        (Pending, -1, 1, 5_000),
        (Pending, 0, 0, 6_000),
        (Skipped, -1001, 0, 0),
    ];
    assert_eq!(told, expected);
    assert_eq!((rows[1].rid.as_deref(), rows[1].updated_at), (Some("rid-1"), NOW + 10));
    // Each had 2 of which 1 was promised.
    let mut grants = Vec::new();
    for id in &ids {
        grants.push(w.one(*id).await);
    }
    assert_eq!(grants, [(1, 0), (2, 0), (0, 0), (1, 0), (2, 1), (2, 1), (2, 0)]);
    for (n, kind, change, after) in
        [(0, LedgerKind::Spent, -1, 1), (2, LedgerKind::Corrected, -2, 0), (3, LedgerKind::Spent, -1, 1)]
    {
        let entry = w.store.ledger_of(ids[n], At::Start, 1).await.unwrap().rows.remove(0);
        assert_eq!((entry.kind, entry.change, entry.balance_after, entry.notice), (kind, change, after, Some(notice)));
    }
}

async fn a_long_term_grant_is_not_spent_but_can_be_contradicted(db: TestDb) {
    let w = World::new(&db).await;
    let (a, b) = (w.answer("a", w.long, Answer::Accept).await, w.answer("b", w.long, Answer::Accept).await);
    w.send_of(w.long, openids(&["a", "b"]), NOW).await;
    let claimed = w.claim(1, 10).await;
    w.record(&[sent(&claimed[0], 1), result(&claimed[1], 1, Outcome::Failed { errcode: 43101, no_grant: true })]).await;
    assert_eq!(w.grant(a, w.long).await.balance, 1);
    assert_eq!(w.grant(b, w.long).await.balance, 0);
    assert_eq!(w.store.ledger_of(a, At::Start, 9).await.unwrap().rows.len(), 1);
    let entry = w.store.ledger_of(b, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!((entry.kind, entry.change), (LedgerKind::Corrected, -1));
}

async fn a_retry_keeps_the_promise_and_the_attempts_add_up(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    let notice = w.send(openids(&["a"])).await;
    let first = w.claim(1, 10).await;
    w.record(&[result(&first[0], 1, Outcome::Retry { due_at: NOW + 50, errcode: -1 })]).await;
    assert_eq!(w.one(a).await, (1, 1));
    assert_eq!(w.claim(2, 10).await, []);
    let second = w.claim_at(3, 10, NOW + 50).await;
    assert_eq!((second[0].attempts, second[0].due_at), (1, NOW + 50));
    // Given back without a call: the code of the last call stays to be seen.
    w.record(&[result(&second[0], 3, Outcome::Released { due_at: NOW + 60 })]).await;
    let row = w.store.deliveries(notice, &[], None, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!(
        (row.state, row.errcode, row.attempts, row.rid.as_deref()),
        (DeliveryState::Pending, -1, 1, Some("rid-1"))
    );
    let third = w.claim_at(4, 10, NOW + 60).await;
    w.record(&[sent(&third[0], 4)]).await;
    let row = w.store.deliveries(notice, &[], None, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!((row.state, row.errcode, row.attempts, row.rid), (DeliveryState::Sent, 0, 2, None));
    let calls = w.store.attempts(row.id).await.unwrap();
    assert_eq!(calls, [attempt(1, -1), attempt(2, 0)]);
    assert_eq!(w.one(a).await, (0, 0));
}

async fn the_last_delivery_finishes_the_notice(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(2).await;
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 10).await;
    w.record(&[sent(&claimed[0], 1)]).await;
    assert_eq!((w.notice(notice).await.state, w.notice(notice).await.finished_at), (NoticeState::Running, None));
    w.record(&[sent(&claimed[1], 1)]).await;
    assert_eq!(
        (w.notice(notice).await.state, w.notice(notice).await.finished_at),
        (NoticeState::Finished, Some(NOW + 10))
    );
}

async fn the_same_result_twice_changes_nothing(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(4).await;
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 10).await;
    let results = [
        sent(&claimed[0], 1),
        result(&claimed[1], 1, Outcome::Unknown { errcode: own_code::NO_ANSWER }),
        result(&claimed[2], 1, Outcome::Retry { due_at: NOW + 5, errcode: -1 }),
        result(&claimed[3], 1, Outcome::Failed { errcode: 43101, no_grant: true }),
    ];
    // Twice in one batch, and once more.
    let twice: Vec<_> = results.iter().chain(&results).cloned().collect();
    assert_eq!(w.record(&twice).await, 4);
    let before = (w.notice(notice).await, w.one(ids[0]).await);
    assert_eq!(w.record(&results).await, 0);
    assert_eq!((w.notice(notice).await, w.one(ids[0]).await), before);
    assert_eq!(w.record(&[]).await, 0);
}

async fn a_result_counts_only_under_its_lease(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(2).await;
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 10).await;
    let (wrong, right) = (sent(&claimed[0], 2), result(&claimed[0], 1, Outcome::Skipped(SkipReason::NoGrant)));
    // Whatever the order in the batch, the one with the lease counts.
    assert_eq!(w.record(&[wrong.clone(), right]).await, 1);
    assert_eq!(w.count(notice, DeliveryState::Skipped).await, 1);
    let lost = DeliveryResult { lease: 3, ..sent(&claimed[1], 1) };
    assert_eq!(w.record(&[lost, wrong]).await, 0);
    assert_eq!(w.count(notice, DeliveryState::Sending).await, 1);
}

async fn a_contradicted_balance_is_not_below_zero_afterwards(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    w.willing("a").await;
    let first = w.send(openids(&["a"])).await;
    w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 1).await;
    assert_eq!(claimed[0].id.notice, first);
    w.record(&[result(&claimed[0], 1, Outcome::Failed { errcode: 43101, no_grant: true })]).await;
    // The other notice's promise stands for a while without anything behind it.
    assert_eq!(w.one(a).await, (0, 1));
    let claimed = w.claim(2, 1).await;
    assert!(!claimed[0].granted);
    // Sent all the same, by a caller who knows better: the balance stays at 0.
    w.record(&[sent(&claimed[0], 2)]).await;
    assert_eq!(w.one(a).await, (0, 0));
}

async fn hostile_texts_are_stored_as_they_are(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 1).await;
    let mut failed = result(&claimed[0], 1, Outcome::Failed { errcode: 40003, no_grant: false });
    let text = "'; DELETE FROM attempts; -- {}[],\\\" <script> \u{1F600}";
    if let Some(attempt) = &mut failed.attempt {
        (attempt.errmsg, attempt.rid) = (Some(text.to_owned()), Some("a\0b".to_owned()));
    }
    assert_eq!(w.record(&[failed]).await, 1);
    let calls = w.store.attempts(claimed[0].id).await.unwrap();
    assert_eq!((calls[0].errmsg.as_deref(), calls[0].rid.as_deref()), (Some(text), Some("a\u{fffd}b")));
}
