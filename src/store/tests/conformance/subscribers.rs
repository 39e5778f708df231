//! Subscribers and their list.

use crate::{
    harness::TestDb,
    world::{NOW, World},
};
use model::{
    grant::Answer,
    ids::SubscriberId,
    page::At,
    subscriber::{BalanceFilter, SubscriberFilter},
};
use store::StoreError;

cases!(
    a_subscriber_is_found_by_id_and_openid,
    an_openid_is_taken_once_per_mini_program,
    pages_go_both_ways_and_meet_every_row_once,
    the_list_is_filtered_by_template_and_balance,
);

async fn a_subscriber_is_found_by_id_and_openid(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.store.add_subscriber(w.mini_program, "oA", "<b>'x'</b>", NOW).await.unwrap();
    let found = w.store.subscriber(id).await.unwrap().unwrap();
    assert_eq!((found.openid.as_str(), found.remark.as_str()), ("oA", "<b>'x'</b>"));
    assert_eq!((found.mini_program, found.created_at, found.last_seen_at), (w.mini_program, NOW, None));
    assert_eq!(w.store.subscriber_by_openid(w.mini_program, "oA").await.unwrap(), Some(found));
    assert_eq!(w.store.subscriber_by_openid(w.mini_program, "oa").await.unwrap(), None);
    assert!(w.store.change_remark(id, "new").await.unwrap());
    assert_eq!(w.store.subscriber(id).await.unwrap().unwrap().remark, "new");
    assert!(!w.store.change_remark(SubscriberId(99), "new").await.unwrap());
    let (n, last) = w.store.count_subscribers_after(w.mini_program, 0).await.unwrap();
    assert_eq!(n, 1);
    assert_eq!(w.store.count_subscribers_after(w.mini_program, last).await.unwrap(), (0, 0));
}

async fn an_openid_is_taken_once_per_mini_program(db: TestDb) {
    let w = World::new(&db).await;
    w.store.add_subscriber(w.mini_program, "oA", "", NOW).await.unwrap();
    let again = w.store.add_subscriber(w.mini_program, "oA", "", NOW).await;
    assert!(matches!(again, Err(StoreError::NotUnique("openid"))), "{again:?}");
    let other = World::with_appid(db.store, "wx2").await;
    other.store.add_subscriber(other.mini_program, "oA", "", NOW).await.unwrap();
    assert_eq!(w.store.count_subscribers(w.mini_program).await.unwrap(), 1);
}

async fn pages_go_both_ways_and_meet_every_row_once(db: TestDb) {
    let w = World::new(&db).await;
    for i in 0..7 {
        w.store.add_subscriber(w.mini_program, &format!("o{i}"), "", NOW).await.unwrap();
    }
    let page = async |at| {
        let page = w.store.subscribers(w.mini_program, &SubscriberFilter::default(), at, 3).await.unwrap();
        let openids: Vec<_> = page.rows.iter().map(|row| row.subscriber.openid.clone()).collect();
        (openids, page.before, page.after)
    };
    let (first, before, after) = page(At::Start).await;
    assert_eq!((first, before), (vec!["o6".to_owned(), "o5".to_owned(), "o4".to_owned()], None));
    let (second, back, after) = page(At::After(after.unwrap())).await;
    assert_eq!(second, ["o3", "o2", "o1"]);
    let (last, _, none) = page(At::After(after.unwrap())).await;
    assert_eq!((last, none), (vec!["o0".to_owned()], None));
    let (again, none, forth) = page(At::Before(back.unwrap())).await;
    assert_eq!((again, none), (vec!["o6".to_owned(), "o5".to_owned(), "o4".to_owned()], None));
    assert_eq!(page(At::After(forth.unwrap())).await.0, second);
}

async fn the_list_is_filtered_by_template_and_balance(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("rich").await;
    w.willing("rich").await;
    w.answer("rich", w.long, Answer::Accept).await;
    w.answer("poor", w.one, Answer::Reject).await;
    w.store.add_subscriber(w.mini_program, "new", "", NOW).await.unwrap();
    let list = async |template, balance| {
        let filter = SubscriberFilter { template, balance, ..SubscriberFilter::default() };
        let page = w.store.subscribers(w.mini_program, &filter, At::Start, 10).await.unwrap();
        page.rows.into_iter().map(|row| (row.subscriber.openid, row.balance)).collect::<Vec<_>>()
    };
    let rows = |rows: &[(&str, i64)]| rows.iter().map(|(o, n)| ((*o).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(list(None, BalanceFilter::Any).await, rows(&[("new", 0), ("poor", 0), ("rich", 3)]));
    assert_eq!(list(None, BalanceFilter::Some).await, rows(&[("rich", 3)]));
    assert_eq!(list(None, BalanceFilter::None).await, rows(&[("new", 0), ("poor", 0)]));
    assert_eq!(list(Some(w.one), BalanceFilter::Any).await, rows(&[("poor", 0), ("rich", 2)]));
    assert_eq!(list(Some(w.one), BalanceFilter::Some).await, rows(&[("rich", 2)]));
    assert_eq!(list(Some(w.one), BalanceFilter::None).await, rows(&[("poor", 0)]));
    assert_eq!(list(Some(w.long), BalanceFilter::Any).await, rows(&[("rich", 1)]));
}
