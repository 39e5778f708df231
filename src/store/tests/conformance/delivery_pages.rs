//! Pages of deliveries.

use crate::{
    harness::TestDb,
    world::{NOW, World, result, sent},
};
use model::{
    delivery::{Delivery, DeliveryState, SkipReason, own_code},
    ids::{NoticeId, SubscriberId},
    notice::Audience,
    page::{At, Page},
};
use store::Outcome;

cases!(a_filter_finds_exactly_the_rows_behind_a_number, filtered_pages_go_both_ways, a_persons_history_is_newest_first,);

/// Nine deliveries: 2 sent, 3 failed (two codes), 1 unknown, 1 to be tried again, 1 skipped, 1 pending.
async fn mixed(w: &World) -> (NoticeId, Vec<SubscriberId>) {
    let mut ids = w.many_willing(8).await;
    let mut list: Vec<String> = (0..8).map(|i| format!("o{i:05}")).collect();
    list.push("unknown".to_owned());
    let notice = w.send(Audience::Openids(list)).await;
    let claimed = w.claim(1, 7).await;
    let failed = |errcode| Outcome::Failed { errcode, no_grant: false };
    w.record(&[
        sent(&claimed[0], 1),
        result(&claimed[1], 1, failed(47003)),
        result(&claimed[2], 1, failed(40003)),
        result(&claimed[3], 1, Outcome::Unknown { errcode: own_code::NO_ANSWER }),
        result(&claimed[4], 1, failed(47003)),
        result(&claimed[5], 1, Outcome::Retry { due_at: NOW + 5, errcode: -1 }),
        sent(&claimed[6], 1),
    ])
    .await;
    ids.push(w.store.subscriber_by_openid(w.mini_program, "unknown").await.unwrap().unwrap().id);
    (notice, ids)
}

fn numbers(page: &Page<Delivery>, ids: &[SubscriberId]) -> Vec<usize> {
    page.rows.iter().map(|row| ids.iter().position(|id| *id == row.id.subscriber).unwrap()).collect()
}

async fn a_filter_finds_exactly_the_rows_behind_a_number(db: TestDb) {
    let w = World::new(&db).await;
    let (notice, ids) = mixed(&w).await;
    let find = async |states: &[DeliveryState], errcode| {
        numbers(&w.store.deliveries(notice, states, errcode, At::Start, 20).await.unwrap(), &ids)
    };
    use DeliveryState::{Delivered, Failed, Pending, Sending, Sent, Skipped, Unknown};
    assert_eq!(find(&[], None).await, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(find(&[Sent, Delivered], None).await, [0, 6]);
    assert_eq!(find(&[Failed, Unknown], None).await, [1, 2, 3, 4]);
    assert_eq!(find(&[Failed], None).await, [1, 2, 4]);
    assert_eq!(find(&[Pending, Sending], None).await, [5, 7]);
    assert_eq!(find(&[Pending, Skipped], None).await, [5, 7, 8]);
    assert_eq!(find(&[Failed], Some(47003)).await, [1, 4]);
    assert_eq!(find(&[], Some(47003)).await, [1, 4]);
    assert_eq!(find(&[Unknown], Some(47003)).await, Vec::<usize>::new());
    assert_eq!(find(&[], Some(-1)).await, [5]);
    assert_eq!(find(&[], Some(0)).await, [0, 6, 7]);
    assert_eq!(find(&[Sent], Some(0)).await, [0, 6]);
    assert_eq!(find(&[Skipped], Some(SkipReason::NoGrant.number())).await, [8]);
    assert_eq!(find(&[], Some(99)).await, Vec::<usize>::new());
    let none = w.store.deliveries(NoticeId(99), &[], None, At::Start, 20).await.unwrap();
    assert_eq!(none, Page::default());
}

async fn filtered_pages_go_both_ways(db: TestDb) {
    let w = World::new(&db).await;
    let (notice, ids) = mixed(&w).await;
    use DeliveryState::{Failed, Unknown};
    for (states, all) in [(&[][..], &[0, 1, 2, 3, 4, 5, 6, 7, 8][..]), (&[Failed, Unknown], &[1, 2, 3, 4])] {
        let page = async |at| w.store.deliveries(notice, states, None, at, 2).await.unwrap();
        let mut seen = Vec::new();
        let (mut at, mut last) = (At::Start, None);
        loop {
            let rows = page(at).await;
            seen.extend(numbers(&rows, &ids));
            last = rows.before.or(last);
            let Some(after) = rows.after else { break };
            at = At::After(after);
        }
        assert_eq!(seen, all);
        // Back again, to the first page.
        let mut back = Vec::new();
        while let Some(before) = last {
            let rows = page(At::Before(before)).await;
            back.splice(0..0, numbers(&rows, &ids));
            last = rows.before;
        }
        assert_eq!(back, all[..back.len()]);
        assert!(back.len() + 2 >= all.len());
    }
}

async fn a_persons_history_is_newest_first(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.willing("o").await;
    let mut notices = Vec::new();
    for _ in 0..3 {
        w.willing("o").await;
        notices.push(w.send(Audience::Chosen(vec![id])).await);
    }
    let page = w.store.deliveries_to(id, At::Start, 2).await.unwrap();
    assert_eq!(page.rows.iter().map(|r| r.notice).collect::<Vec<_>>(), [notices[2], notices[1]]);
    let row = &page.rows[0];
    assert_eq!((row.subscriber, row.template_title.as_str(), row.state), (id, "标题 one", DeliveryState::Pending));
    assert_eq!((row.errcode, row.updated_at), (0, NOW));
    let rest = w.store.deliveries_to(id, At::After(page.after.unwrap()), 2).await.unwrap();
    assert_eq!((rest.rows.len(), rest.rows[0].notice, rest.after), (1, notices[0], None));
    assert_eq!(w.store.deliveries_to(SubscriberId(99), At::Start, 2).await.unwrap(), Page::default());
}
