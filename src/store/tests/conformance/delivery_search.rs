//! Searching the deliveries of a notice.

use crate::{
    harness::TestDb,
    world::{NOW, World, result, sent},
};
use model::{
    delivery::{Delivery, DeliveryState},
    ids::NoticeId,
    notice::Audience,
    page::{At, Page},
};
use store::Outcome;

cases!(
    people_are_found_by_openid_and_remark_wherever_their_delivery_is,
    a_search_goes_with_states_codes_and_pages,
    a_beginning_that_all_share_is_found_page_by_page,
);

fn names(page: &Page<Delivery>) -> Vec<&str> {
    page.rows.iter().map(|row| row.openid.as_str()).collect()
}

/// oA1 sent, oA2 failed, oA3 being sent, oA4 pending, oB5 sent with a remark; somebody else is in no notice.
async fn five(w: &World) -> NoticeId {
    for openid in ["oA1", "oA2", "oA3", "oA4", "oB5"] {
        w.willing(openid).await;
    }
    let b = w.store.subscriber_by_openid(w.mini_program, "oB5").await.unwrap().unwrap();
    w.store.change_remark(b.id, "Frau oA aus Köln").await.unwrap();
    w.store.add_subscriber(w.mini_program, "oA9", "köln", NOW).await.unwrap();
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 5).await;
    let of = |openid: &str| claimed.iter().find(|row| row.openid == openid).unwrap();
    w.record(&[
        sent(of("oA1"), 1),
        result(of("oA2"), 1, Outcome::Failed { errcode: 47003, no_grant: false }),
        result(of("oA4"), 1, Outcome::Retry { due_at: NOW + 9_000, errcode: -1 }),
        sent(of("oB5"), 1),
    ])
    .await;
    notice
}

async fn people_are_found_by_openid_and_remark_wherever_their_delivery_is(db: TestDb) {
    let w = World::new(&db).await;
    let notice = five(&w).await;
    let find = async |search: &str| {
        let page = w.store.find_deliveries(notice, search, &[], None, At::Start, 20).await.unwrap();
        names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(find(" oA ").await, ["oA1", "oA2", "oA3", "oA4", "oB5"]);
    assert_eq!(find("oA3").await, ["oA3"]);
    assert_eq!(find("KÖLN").await, ["oB5"]);
    assert_eq!(find("A1").await, Vec::<String>::new());
    assert_eq!(find("oA9").await, Vec::<String>::new(), "known, but not meant");
    assert_eq!(find("").await.len(), 5);
    let nowhere = w.store.find_deliveries(NoticeId(99), "oA", &[], None, At::Start, 20).await.unwrap();
    assert_eq!(nowhere.rows, []);
}

async fn a_search_goes_with_states_codes_and_pages(db: TestDb) {
    let w = World::new(&db).await;
    let notice = five(&w).await;
    let find = async |states: &[DeliveryState], errcode, at| {
        w.store.find_deliveries(notice, "oA", states, errcode, at, 2).await.unwrap()
    };
    use DeliveryState::{Failed, Pending, Sending, Sent};
    assert_eq!(names(&find(&[Sent], None, At::Start).await), ["oA1", "oB5"]);
    assert_eq!(names(&find(&[Pending, Sending], None, At::Start).await), ["oA3", "oA4"]);
    assert_eq!(names(&find(&[Failed], Some(47003), At::Start).await), ["oA2"]);
    assert_eq!(names(&find(&[], Some(-1), At::Start).await), ["oA4"]);
    assert_eq!(names(&find(&[Failed], Some(40003), At::Start).await), Vec::<&str>::new());
    let first = find(&[], None, At::Start).await;
    assert_eq!((names(&first), first.before), (vec!["oA1", "oA2"], None));
    let second = find(&[], None, At::After(first.after.unwrap())).await;
    assert_eq!(names(&second), ["oA3", "oA4"]);
    let third = find(&[], None, At::After(second.after.unwrap())).await;
    assert_eq!((names(&third), third.after), (vec!["oB5"], None));
    let back = find(&[], None, At::Before(third.before.unwrap())).await;
    assert_eq!((names(&back), back.before.is_some(), back.after.is_some()), (vec!["oA3", "oA4"], true, true));
}

async fn a_beginning_that_all_share_is_found_page_by_page(db: TestDb) {
    let w = World::new(&db).await;
    let people: Vec<String> = (0..5_100).map(|i| format!("o{i:05}")).collect();
    w.store.import_grants(w.mini_program, w.one, &people, "list", NOW).await.unwrap();
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let find = async |search: &str, at| w.store.find_deliveries(notice, search, &[], None, at, 2_000).await.unwrap();
    let (mut at, mut seen) = (Some(At::Start), Vec::new());
    while let Some(from) = at {
        let page = find("o0", from).await;
        seen.extend(page.rows.iter().map(|row| row.openid.clone()));
        at = page.after.map(At::After);
    }
    seen.sort_unstable();
    assert_eq!(seen, people);
    let first = find("o", At::Start).await;
    let second = find("o", At::After(first.after.unwrap())).await;
    assert_eq!(find("o", At::Before(second.before.unwrap())).await, first);
    assert_eq!(find("o0509", At::Start).await.rows.len(), 10);
}
