//! Removing what is older than is kept.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, result, sent},
};
use model::{delivery::SkipReason, ids::NoticeId, notice::NoticeState, page::At};
use store::Outcome;

const DAY: i64 = 86_400_000;

cases!(
    nothing_is_removed_that_is_to_be_kept,
    deliveries_go_and_counts_stay,
    a_new_month_begins_a_new_part,
    what_is_confirmed_wakes_other_processes,
);

/// A notice to three, one of them without a grant; all ended at `now`.
async fn ended(w: &World, tag: i64, now: i64) -> NoticeId {
    // Other people each time: the platform held nothing for the one it refused.
    let people = [format!("a{tag}"), format!("b{tag}")];
    for openid in &people {
        w.willing(openid).await;
    }
    let notice = w.send_of(w.one, openids(&[&people[0], &people[1], "nobody"]), now).await;
    let claimed = w.claim_at(1, 10, now).await;
    let refused = Outcome::Failed { errcode: 43101, no_grant: true };
    assert_eq!(w.record_at(&[sent(&claimed[0], 1), result(&claimed[1], 1, refused)], now).await, 2);
    notice
}

async fn tidy(w: &World, before: Option<i64>, now: i64) -> i64 {
    let mut notices = 0;
    for _ in 0..1_000 {
        let tidied = w.store.tidy(before, now).await.unwrap();
        notices += tidied.notices;
        if !tidied.more {
            return notices;
        }
    }
    panic!("it never comes to an end");
}

async fn nothing_is_removed_that_is_to_be_kept(db: TestDb) {
    let w = World::new(&db).await;
    let notice = ended(&w, 1, NOW).await;
    assert_eq!(tidy(&w, None, NOW + 900 * DAY).await, 0);
    assert_eq!(tidy(&w, Some(NOW), NOW + 900 * DAY).await, 0);
    assert_eq!(w.store.deliveries(notice, &[], None, At::Start, 9).await.unwrap().rows.len(), 3);
    assert_eq!(w.notice(notice).await.pruned_at, None);
}

async fn deliveries_go_and_counts_stay(db: TestDb) {
    let w = World::new(&db).await;
    tidy(&w, None, NOW).await;
    let old = ended(&w, 1, NOW).await;
    let later = NOW + 90 * DAY;
    // With the months between, PostgreSQL writes into another part.
    tidy(&w, None, later).await;
    let young = ended(&w, 2, later).await;
    let before = w.notice(old).await;
    assert_eq!(tidy(&w, Some(later - DAY), later).await, 1);
    let after = w.notice(old).await;
    assert_eq!((after.counts, after.state), (before.counts, NoticeState::Finished));
    assert_eq!(after.pruned_at, Some(later));
    assert_eq!(w.store.deliveries(old, &[], None, At::Start, 9).await.unwrap().rows, []);
    let codes: Vec<_> = w.store.notice_codes(old).await.unwrap().iter().map(|c| (c.errcode, c.n)).collect();
    assert_eq!(codes, [(43101, 1), (SkipReason::NoGrant.number(), 1)]);
    assert_eq!(w.store.deliveries(young, &[], None, At::Start, 9).await.unwrap().rows.len(), 3);
    assert_eq!(w.store.check_books().await.unwrap(), Vec::<String>::new());
    assert_eq!(tidy(&w, Some(later - DAY), later).await, 0);
}

async fn a_new_month_begins_a_new_part(db: TestDb) {
    let w = World::new(&db).await;
    tidy(&w, None, NOW).await;
    let first = ended(&w, 10, NOW).await;
    tidy(&w, None, NOW + DAY).await;
    let second = ended(&w, 11, NOW).await;
    assert_eq!(second.0, first.0 + 1, "the same month");
    for month in 1..4 {
        tidy(&w, None, NOW + month * 31 * DAY).await;
        let next = ended(&w, month, NOW).await;
        let part = if db.store.dialect() == "postgres" { month * 1_000_000 } else { second.0 + month };
        assert_eq!(next.0, part);
    }
    assert_eq!(w.store.check_books().await.unwrap(), Vec::<String>::new());
}

async fn what_is_confirmed_wakes_other_processes(db: TestDb) {
    if db.store.dialect() == "sqlite" {
        return;
    }
    let w = World::new(&db).await;
    let other = store::open(&db.url, crate::harness::options()).await.unwrap();
    w.willing("a").await;
    let second = std::time::Duration::from_secs(5);
    // The first is the listener's own, when it begins to listen.
    tokio::time::timeout(second, other.heard().due.notified()).await.unwrap();
    w.send(openids(&["a"])).await;
    tokio::time::timeout(second, other.heard().due.notified()).await.unwrap();
    other.close().await;
}
