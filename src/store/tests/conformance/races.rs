//! What happens when several do the same at once.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World, openids, result, sent},
};
use model::{
    delivery::DeliveryState,
    grant::Answer,
    notice::{Audience, NoticeState},
};
use std::{
    collections::HashSet,
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};
use store::{Enqueued, Outcome};

cases!(
    many_claimers_never_share_a_row_or_a_subscriber,
    two_presses_confirm_once,
    two_notices_never_promise_the_same_grant,
    one_first_administrator_is_made,
    one_process_refreshes_the_token,
    results_of_many_writers_add_up,
    the_last_two_results_finish_the_notice,
    answers_sends_and_results_of_one_person_do_not_wait_for_each_other,
    the_last_two_administrators_cannot_both_go,
);

/// Runs so many at once and gathers what they answer.
pub async fn together<T, F>(n: usize, job: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let jobs: Vec<_> = (0..n).map(|i| tokio::spawn(job(i))).collect();
    let mut answers = Vec::with_capacity(n);
    for job in jobs {
        answers.push(job.await.unwrap());
    }
    answers
}

/// Who has a call under way.
#[derive(Debug, Default)]
struct UnderWay(Mutex<HashSet<String>>);

impl UnderWay {
    fn begin(&self, openid: &str) {
        assert!(self.0.lock().unwrap().insert(openid.to_owned()), "two calls for {openid} at once");
    }

    fn end(&self, openid: &str) {
        assert!(self.0.lock().unwrap().remove(openid));
    }
}

async fn many_claimers_never_share_a_row_or_a_subscriber(db: TestDb) {
    let w = World::new(&db).await;
    // 20 notices to the same 100 people: 2,000 rows.
    let list: Vec<String> = (0..100).map(|i| format!("o{i}")).collect();
    for openid in &list {
        w.answer(openid, w.long, Answer::Accept).await;
    }
    for _ in 0..20 {
        w.send_of(w.long, Audience::Openids(list.clone()), NOW).await;
    }
    let (under_way, leases) = (Arc::new(UnderWay::default()), Arc::new(AtomicI64::new(1)));
    let claimed = together(8, |_| {
        let (w, under_way, leases) = (w.clone(), under_way.clone(), leases.clone());
        async move {
            let mut mine = Vec::new();
            let mut idle = 0;
            while idle < 50 {
                let lease = leases.fetch_add(1, Ordering::Relaxed);
                // Time goes on: rows that waited for their subscriber may have been put back a little.
                let rows = w.claim_at(lease, 17, NOW + lease * 10_000).await;
                idle = if rows.is_empty() { idle + 1 } else { 0 };
                rows.iter().for_each(|row| under_way.begin(&row.openid));
                tokio::task::yield_now().await;
                rows.iter().for_each(|row| under_way.end(&row.openid));
                let results: Vec<_> = rows.iter().map(|row| sent(row, lease)).collect();
                assert_eq!(w.record(&results).await, rows.len() as u64);
                mine.extend(rows.into_iter().map(|row| row.id));
            }
            mine
        }
    })
    .await
    .concat();
    assert_eq!((claimed.len(), claimed.iter().collect::<HashSet<_>>().len()), (2_000, 2_000));
}

async fn two_presses_confirm_once(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(20).await;
    let id = w.draft(w.one, &Audience::EverybodyWithGrant).await;
    let answers = together(4, |_| {
        let w = w.clone();
        async move { w.store.enqueue_notice(id, 99, HOUR, NOW).await.unwrap() }
    })
    .await;
    assert_eq!(answers.iter().filter(|a| matches!(a, Enqueued::Done(_))).count(), 1);
    assert_eq!(answers.iter().filter(|a| **a == Enqueued::Already).count(), 3);
}

async fn two_notices_never_promise_the_same_grant(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(50).await;
    let list: Vec<String> = (0..60).map(|i| format!("o{i:05}")).collect();
    let mut drafts = Vec::new();
    for i in 0..4 {
        let audience = [Audience::EverybodyWithGrant, Audience::Openids(list.clone())][i % 2].clone();
        drafts.push(w.draft(w.one, &audience).await);
    }
    together(4, |i| {
        let (w, draft) = (w.clone(), drafts[i]);
        async move { w.store.enqueue_notice(draft, 99, HOUR, NOW).await.unwrap() }
    })
    .await;
    for id in ids {
        assert_eq!(w.one(id).await, (1, 1));
    }
}

async fn one_first_administrator_is_made(db: TestDb) {
    let made = together(6, |i| {
        let s = db.store.clone();
        async move { s.add_first_administrator(&format!("user{i}"), "hash", NOW).await.unwrap() }
    })
    .await;
    assert_eq!(made.iter().flatten().count(), 1);
    assert_eq!(db.store.users().await.unwrap().len(), 1);
}

async fn one_process_refreshes_the_token(db: TestDb) {
    let w = World::new(&db).await;
    let taken = together(6, |i| {
        let w = w.clone();
        async move { w.store.lease_token_refresh(w.mini_program, i as i64 + 1, None, NOW, NOW + 100).await.unwrap() }
    })
    .await;
    assert_eq!(taken.iter().filter(|t| **t).count(), 1);
}

async fn results_of_many_writers_add_up(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(120).await;
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 200).await;
    // Everybody tells some results, some of them what another tells too.
    let counted = together(6, |i| {
        let (w, rows) = (w.clone(), claimed.clone());
        async move {
            let mut counted = 0;
            for chunk in rows[i * 20..].chunks(7).take(4) {
                let results: Vec<_> = chunk
                    .iter()
                    .map(|row| match row.id.subscriber.0 % 3 {
                        0 => sent(row, 1),
                        1 => result(row, 1, Outcome::Failed { errcode: 43101, no_grant: true }),
                        _ => result(row, 1, Outcome::Failed { errcode: 47003, no_grant: false }),
                    })
                    .collect();
                counted += w.record(&results).await;
            }
            counted
        }
    })
    .await;
    assert_eq!(counted.iter().sum::<u64>(), 120);
    let notice = w.notice(notice).await;
    assert_eq!((notice.state, notice.counts.total()), (NoticeState::Finished, 120));
    assert_eq!((notice.counts.of(DeliveryState::Sent), notice.counts.of(DeliveryState::Failed)), (40, 80));
}

async fn the_last_two_results_finish_the_notice(db: TestDb) {
    let w = World::new(&db).await;
    for round in 0..10 {
        let list = [format!("a{round}"), format!("b{round}"), format!("c{round}")];
        for openid in &list {
            w.willing(openid).await;
        }
        let notice = w.send(Audience::Openids(list.to_vec())).await;
        let lease = round + 1;
        let claimed = w.claim(lease, 2).await;
        // Two results, and the withdrawal of the third delivery, at once.
        assert!(w.store.end_notice(notice, NoticeState::Cancelled, None, NOW).await.unwrap());
        together(3, |i| {
            let (w, row) = (w.clone(), claimed.get(i).cloned());
            async move {
                match row {
                    Some(row) => assert_eq!(w.record(&[sent(&row, lease)]).await, 1),
                    None => assert_eq!(w.store.withdraw_pending(notice, 1, 9, NOW).await.unwrap(), 1),
                }
            }
        })
        .await;
        assert!(w.notice(notice).await.finished_at.is_some());
    }
}

async fn answers_sends_and_results_of_one_person_do_not_wait_for_each_other(db: TestDb) {
    let w = World::new(&db).await;
    let list: Vec<String> = (0..10).map(|i| format!("o{i}")).collect();
    for openid in &list {
        w.willing(openid).await;
        w.answer(openid, w.long, Answer::Accept).await;
    }
    let leases = Arc::new(AtomicI64::new(1));
    together(8, |i| {
        let (w, list, leases) = (w.clone(), list.clone(), leases.clone());
        async move {
            for round in 0..15 {
                match i % 4 {
                    0 => {
                        let both = [(w.long, Answer::Accept), (w.one, Answer::Accept)];
                        let (openid, note) = (&list[(round + i) % 10], "report");
                        w.store.record_answers(w.mini_program, openid, &both, note, NOW).await.unwrap();
                    }
                    1 => {
                        let mut people = list.clone();
                        people.extend([format!("new{round}"), format!("new{i}-{round}")]);
                        people.rotate_left(round % 5);
                        let id = w.draft(w.one, &Audience::Openids(people)).await;
                        w.store.enqueue_notice(id, 99, HOUR, NOW).await.unwrap();
                    }
                    2 => {
                        let id = w.draft(w.long, &openids(&["o1", "o2", "o3"])).await;
                        w.store.enqueue_notice(id, 99, HOUR, NOW).await.unwrap();
                    }
                    _ => {
                        let lease = leases.fetch_add(1, Ordering::Relaxed);
                        let rows = w.claim(lease, 20).await;
                        let results: Vec<_> = rows.iter().rev().map(|row| sent(row, lease)).collect();
                        assert_eq!(w.record(&results).await, rows.len() as u64);
                    }
                }
            }
        }
    })
    .await;
}

async fn the_last_two_administrators_cannot_both_go(db: TestDb) {
    let s = db.store;
    for round in 0..5 {
        let name = format!("b{round}");
        let a = match s.add_first_administrator("a", "hash", NOW).await.unwrap() {
            Some(id) => id,
            None => s.users().await.unwrap()[0].id,
        };
        let b = s.add_user(&name, "hash", model::access::Role::Administrator, NOW).await.unwrap();
        let gone = together(2, |i| {
            let (s, id) = (s.clone(), [a, b][i]);
            async move { s.remove_user(id).await.unwrap() }
        })
        .await;
        assert_eq!(gone.iter().filter(|g| **g).count(), 1);
    }
}
