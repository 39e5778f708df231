//! What happens when pushes, reports and sends of the same people come at once.

use crate::{
    harness::TestDb,
    pushes::{SECOND, called_back},
    races::together,
    world::{HOUR, NOW, World, result},
};
use model::{
    callback::CallbackCount,
    delivery::{DeliveryState, own_code},
    grant::Answer,
    notice::Audience,
    page::At,
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use store::{Claimed, GrantReport, NewEvent, Outcome, PAIR_WITHIN_MS};

cases!(
    two_processes_that_get_the_same_pushes_store_each_once,
    workers_at_once_do_nothing_twice,
    both_sources_of_a_tap_at_once_count_once,
    a_report_sent_twice_at_once_counts_once,
    pushes_reports_sends_and_sweeps_do_not_wait_for_each_other,
);

/// Too late to be told of by a report of now.
const LATER: i64 = NOW + 2 * PAIR_WITHIN_MS;

async fn two_processes_that_get_the_same_pushes_store_each_once(db: TestDb) {
    let w = called_back(&db).await;
    let events: Vec<NewEvent> =
        (0..40).map(|i| w.popup(&format!("o{i}"), w.one, Answer::Accept, NOW - SECOND)).collect();
    let new = together(4, |n| {
        let (w, mut events) = (w.clone(), events.clone());
        events.rotate_left(n * 7);
        async move {
            let mut new = 0;
            for group in events.chunks(10) {
                new += w.store.store_events(group).await.unwrap().into_iter().filter(|new| *new).count();
            }
            new
        }
    })
    .await;
    assert_eq!(new.iter().sum::<usize>(), 40);
    assert_eq!((w.tally(CallbackCount::Popup).await, w.tally(CallbackCount::Duplicate).await), (40, 120));
    assert_eq!(w.work_off(NOW).await.done, 40);
}

async fn workers_at_once_do_nothing_twice(db: TestDb) {
    let w = called_back(&db).await;
    w.many_willing(100).await;
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let rows = w.claim(1, 100).await;
    // Some have no number, so that they are found by their order only.
    let number = |row: &Claimed| Some(row.id.subscriber.0).filter(|id| id % 3 != 0);
    let sent: Vec<_> = rows.iter().map(|row| result(row, 1, Outcome::Sent { msgid: number(row) })).collect();
    w.record(&sent).await;
    let mut events = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        events.push(w.sent_event(&row.openid, number(row), if i % 10 == 0 { 5 } else { 0 }, NOW + SECOND));
        events.push(w.popup(&row.openid, w.one, Answer::Accept, LATER));
        events.push(w.popup(&row.openid, w.long, Answer::Accept, LATER));
        if i % 4 == 0 {
            events.push(w.change(&row.openid, w.one, LATER + SECOND));
        }
    }
    w.store.store_events(&events).await.unwrap();
    let done = together(6, |_| {
        let w = w.clone();
        async move {
            let mut done = 0;
            // What another has in hands is left out, so that everybody finds something to do.
            for _ in 0..40 {
                done += w.store.work_off_events(11, LATER + 9 * SECOND).await.unwrap().done;
            }
            done
        }
    })
    .await;
    assert_eq!(done.iter().sum::<u64>(), 325);
    let counts = w.notice(notice).await.counts;
    assert_eq!((counts.of(DeliveryState::Delivered), counts.of(DeliveryState::Failed)), (90, 10));
    for (i, row) in rows.iter().enumerate() {
        let lines = w.store.ledger_of(row.id.subscriber, At::Start, 99).await.unwrap().rows.len();
        assert_eq!(lines, if i % 4 == 0 { 5 } else { 4 }, "{}", row.openid);
        assert_eq!(w.one(row.id.subscriber).await.0, i64::from(i % 4 != 0));
        assert_eq!(w.balance(&row.openid, w.long).await, 1);
    }
}

async fn both_sources_of_a_tap_at_once_count_once(db: TestDb) {
    let w = called_back(&db).await;
    for round in 0..10 {
        let openid = format!("o{round}");
        w.store.store_events(&[w.popup(&openid, w.one, Answer::Accept, NOW)]).await.unwrap();
        together(4, |i| {
            let (w, openid) = (w.clone(), openid.clone());
            async move {
                if i == 0 {
                    w.report(&openid, w.one, Answer::Accept, NOW).await;
                } else {
                    w.work_off(NOW).await;
                }
            }
        })
        .await;
        assert_eq!(w.balance(&openid, w.one).await, 1, "{round}");
    }
}

async fn a_report_sent_twice_at_once_counts_once(db: TestDb) {
    let w = called_back(&db).await;
    for round in 0..10 {
        let openid = format!("o{round}");
        let told = together(4, |_| {
            let (w, openid) = (w.clone(), openid.clone());
            async move { w.report_as(&openid, w.one, Answer::Accept, Some("once"), NOW).await.repeated }
        })
        .await;
        assert_eq!(told.iter().filter(|repeated| !**repeated).count(), 1);
        assert_eq!(w.balance(&openid, w.one).await, 1);
    }
}

async fn pushes_reports_sends_and_sweeps_do_not_wait_for_each_other(db: TestDb) {
    let w = called_back(&db).await;
    let leases = Arc::new(AtomicI64::new(1));
    together(8, |i| {
        let (w, leases) = (w.clone(), leases.clone());
        async move {
            for round in 0..12 {
                match i % 4 {
                    0 => tell(&w, round + i).await,
                    1 => push(&w, round * 8 + i).await,
                    2 => send(&w, &leases, round).await,
                    _ => sweep(&w, round).await,
                }
            }
        }
    })
    .await;
}

fn openid(n: usize) -> String {
    format!("o{}", n % 10)
}

async fn tell(w: &World, n: usize) {
    let answers = [(w.long, Answer::Accept), (w.one, Answer::Accept)];
    let person = openid(n);
    let report =
        GrantReport { mini_program: w.mini_program, openid: &person, answers: &answers, note: "", report_id: None };
    w.store.record_report(report, NOW).await.unwrap();
}

async fn push(w: &World, n: usize) {
    let at = |i: usize| NOW + (n * 20 + i) as i64 * SECOND;
    let mut events = Vec::new();
    // In falling order, against everybody else's.
    for i in (0..10).rev() {
        events.push(w.popup(&openid(i), if i % 2 == 0 { w.one } else { w.long }, Answer::Accept, at(i)));
        events.push(w.sent_event(&openid(i), None, 0, at(i)));
        events.push(w.change(&openid(i + 3), w.one, at(i)));
    }
    w.store.store_events(&events).await.unwrap();
    w.store.work_off_events(40, NOW + 9_000 * SECOND).await.unwrap();
}

async fn send(w: &World, leases: &AtomicI64, round: usize) {
    let id = w.draft(w.one, &Audience::Openids((0..10).map(|i| openid(i + round)).collect())).await;
    w.store.enqueue_notice(id, 99, HOUR, NOW).await.unwrap();
    let lease = leases.fetch_add(1, Ordering::Relaxed);
    let rows = w.claim(lease, 20).await;
    let outcome = |n: usize| match n % 5 {
        0 => Outcome::Failed { errcode: 43101, no_grant: true },
        1 => Outcome::Failed { errcode: 47003, no_grant: false },
        2 => Outcome::Unknown { errcode: own_code::NO_ANSWER },
        _ => Outcome::Sent { msgid: None },
    };
    let results: Vec<_> = rows.iter().enumerate().rev().map(|(n, row)| result(row, lease, outcome(n))).collect();
    assert_eq!(w.record(&results).await, rows.len() as u64);
    // Late answers for what became unknown.
    let late: Vec<_> = rows.iter().map(|row| result(row, lease, outcome(1))).collect();
    w.record(&late).await;
}

async fn sweep(w: &World, round: usize) {
    w.store.expire_grants(w.one, NOW + 1, None, 100, NOW + 9_000 * SECOND).await.unwrap();
    let kind = model::template::TemplateKind::ALL[round % 2];
    let change = store::SyncChange {
        change: vec![
            (w.long, crate::world::template("long", kind)),
            (w.one, crate::world::template("one", model::template::TemplateKind::OneTime)),
        ],
        seen: vec![w.one],
        ..store::SyncChange::default()
    };
    w.store.apply_sync(w.mini_program, &change, NOW).await.unwrap();
    w.store.prune_events(NOW, 5).await.unwrap();
}
