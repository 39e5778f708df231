//! Searching subscribers.

use crate::{
    harness::TestDb,
    world::{NOW, World},
};
use model::{
    page::At,
    subscriber::{BalanceFilter, SubscriberFilter},
};

cases!(
    the_beginning_of_an_openid_and_any_part_of_a_remark_are_found,
    wildcards_quotes_and_markup_are_ordinary_characters,
    a_search_goes_with_the_other_filters_and_with_pages,
    a_beginning_that_many_share_is_found_too,
);

async fn found(w: &World, search: &str) -> Vec<String> {
    let filter = SubscriberFilter { search: search.to_owned(), ..SubscriberFilter::default() };
    let page = w.store.subscribers(w.mini_program, &filter, At::Start, 10).await.unwrap();
    page.rows.into_iter().map(|row| row.subscriber.openid).collect()
}

async fn the_beginning_of_an_openid_and_any_part_of_a_remark_are_found(db: TestDb) {
    let w = World::new(&db).await;
    for (openid, remark) in [("oAB1", "张三 Élodie"), ("oAB2", ""), ("xoAB", "oAB in the remark"), ("oab3", "")] {
        w.store.add_subscriber(w.mini_program, openid, remark, NOW).await.unwrap();
    }
    assert_eq!(found(&w, "oAB").await, ["oab3", "xoAB", "oAB2", "oAB1"][1..]);
    assert_eq!(found(&w, "oab").await, ["oab3", "xoAB"]);
    assert_eq!(found(&w, "élODIE").await, ["oAB1"]);
    assert_eq!(found(&w, "三").await, ["oAB1"]);
    assert_eq!(found(&w, " oAB2 ").await, ["oAB2"]);
    assert_eq!(found(&w, "B1").await, Vec::<String>::new());
    assert_eq!(found(&w, "").await.len(), 4);
    w.store
        .change_remark(w.store.subscriber_by_openid(w.mini_program, "oAB2").await.unwrap().unwrap().id, "ÄRGER")
        .await
        .unwrap();
    assert_eq!(found(&w, "ärg").await, ["oAB2"]);
}

async fn wildcards_quotes_and_markup_are_ordinary_characters(db: TestDb) {
    let w = World::new(&db).await;
    let remarks = ["100%", "a_b", "back\\slash", "it's", "\"q\"", "<b>&amp;</b>", "'; DROP TABLE subscribers; --"];
    for (i, remark) in remarks.iter().enumerate() {
        w.store.add_subscriber(w.mini_program, &format!("r{i}"), remark, NOW).await.unwrap();
    }
    for (search, hits) in
        [("%", "r0"), ("_", "r1"), ("\\", "r2"), ("it's", "r3"), ("\"q", "r4"), ("<b>&", "r5"), ("'; D", "r6")]
    {
        assert_eq!(found(&w, search).await, [hits], "{search}");
    }
    for search in ["r%", "r_", "%%", "a%b", "\0", "\u{10ffff}", &"x".repeat(100_000)] {
        assert_eq!(found(&w, search).await, Vec::<String>::new());
    }
}

async fn a_search_goes_with_the_other_filters_and_with_pages(db: TestDb) {
    let w = World::new(&db).await;
    for i in 0..6 {
        let id = w.willing(&format!("oX{i}")).await;
        w.store.change_remark(id, "vip").await.unwrap();
    }
    w.store.add_subscriber(w.mini_program, "oX9", "vip", NOW).await.unwrap();
    let page = async |search: &str, at| {
        let filter = SubscriberFilter {
            search: search.to_owned(),
            template: Some(w.one),
            balance: BalanceFilter::Some,
            ..SubscriberFilter::default()
        };
        let page = w.store.subscribers(w.mini_program, &filter, at, 4).await.unwrap();
        let openids: Vec<_> = page.rows.iter().map(|row| row.subscriber.openid.clone()).collect();
        (openids, page.before, page.after)
    };
    for search in ["oX", "vip"] {
        let (first, _, after) = page(search, At::Start).await;
        assert_eq!(first, ["oX5", "oX4", "oX3", "oX2"]);
        let (second, before, none) = page(search, At::After(after.unwrap())).await;
        assert_eq!((second, none), (vec!["oX1".to_owned(), "oX0".to_owned()], None));
        assert_eq!(page(search, At::Before(before.unwrap())).await.0, first);
    }
}

async fn a_beginning_that_many_share_is_found_too(db: TestDb) {
    let w = World::new(&db).await;
    let list: Vec<String> = (0..1_200).map(|i| format!("o{i:04}")).collect();
    w.willing("o0000").await;
    w.send(model::notice::Audience::Openids(list)).await;
    let top = found(&w, "o").await;
    assert_eq!((top.len(), top[0].as_str(), top[9].as_str()), (10, "o1199", "o1190"));
    assert_eq!(found(&w, "o119").await.len(), 10);
}
