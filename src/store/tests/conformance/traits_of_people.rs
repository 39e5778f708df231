//! Tags and attributes of subscribers.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World, openids, result, sent},
};
use model::{
    ids::SubscriberId,
    notice::Audience,
    notice::Content,
    page::At,
    subscriber::{BalanceFilter, LastFilter, PersonRow, PersonTraits, SeenFilter, SubscriberFilter},
};
use std::collections::BTreeSet;
use store::{Enqueued, Merged, Outcome};

cases!(
    tags_and_attributes_are_set_as_a_whole,
    a_file_adds_and_takes_nothing_away,
    tags_are_listed_once,
    a_claim_brings_attributes,
    people_are_found_by_tag_attribute_sight_and_last_result,
    a_filter_is_an_audience,
    segments_are_kept_by_name,
);

fn traits(tags: &[&str], attributes: &[(&str, &str)]) -> PersonTraits {
    PersonTraits {
        tags: tags.iter().map(|t| (*t).to_owned()).collect(),
        attributes: attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
    }
}

fn person(openid: &str, remark: Option<&str>, traits: PersonTraits) -> PersonRow {
    PersonRow { openid: openid.to_owned(), remark: remark.map(str::to_owned), traits }
}

async fn tags_and_attributes_are_set_as_a_whole(db: TestDb) {
    let w = World::new(&db).await;
    let (a, b) = (w.willing("a").await, w.willing("b").await);
    let first = traits(&["会员", "it's"], &[("姓名", "张\"三'"), ("city", "北京")]);
    assert!(w.store.change_traits(a, &first).await.unwrap());
    assert_eq!(
        (w.store.traits_of(a).await.unwrap(), w.store.traits_of(b).await.unwrap()),
        (first, PersonTraits::default())
    );
    let second = traits(&["新"], &[("city", "上海")]);
    assert!(w.store.change_traits(a, &second).await.unwrap());
    assert_eq!(w.store.traits_of(a).await.unwrap(), second);
    assert!(!w.store.change_traits(SubscriberId(99), &second).await.unwrap());
}

async fn a_file_adds_and_takes_nothing_away(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    w.store.change_remark(a, "旧").await.unwrap();
    w.store.change_traits(a, &traits(&["old"], &[("city", "北京"), ("age", "3")])).await.unwrap();
    let batch = [
        person("a", None, traits(&["new"], &[("city", "上海")])),
        person("b", Some("É"), traits(&["new"], &[])),
        person("a", Some("second"), traits(&["twice"], &[])),
    ];
    let merged = w.store.merge_people(w.mini_program, &batch, NOW).await.unwrap();
    assert_eq!(merged, Merged { added: 1, known: 1 });
    assert_eq!(w.store.traits_of(a).await.unwrap(), traits(&["new", "old"], &[("city", "上海"), ("age", "3")]));
    let remark = async |openid| w.store.subscriber_by_openid(w.mini_program, openid).await.unwrap().unwrap().remark;
    assert_eq!((remark("a").await, remark("b").await), ("旧".to_owned(), "É".to_owned()));
    assert_eq!(w.store.merge_people(w.mini_program, &[], NOW).await.unwrap(), Merged::default());
}

async fn tags_are_listed_once(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    for (w, openid, tags) in [(&w, "a", ["x", "y"]), (&w, "b", ["y", "z"]), (&other, "a", ["q", "r"])] {
        let id = w.willing(openid).await;
        w.store.change_traits(id, &traits(&tags, &[])).await.unwrap();
    }
    assert_eq!(w.store.tags(w.mini_program, 10).await.unwrap(), ["x", "y", "z"]);
    assert_eq!(w.store.tags(w.mini_program, 2).await.unwrap(), ["x", "y"]);
}

async fn a_claim_brings_attributes(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    let known = traits(&["t"], &[("name", "张三")]);
    w.store.change_traits(a, &known).await.unwrap();
    let id = w.draft(w.one, &openids(&["a"])).await;
    let content = Content { values: [("thing1".to_owned(), "{{name}}".to_owned())].into(), ..Content::default() };
    assert!(w.store.change_content(id, &content).await.unwrap());
    assert!(matches!(w.store.enqueue_notice(id, 1, HOUR, NOW).await.unwrap(), Enqueued::Done(_)));
    let personal = w.claim(1, 1).await.remove(0).personal.expect("a personal notice");
    assert_eq!(personal.attributes, known.attributes);
}

/// a, b, c, d; a has been sent to, b refused, c is of the tag only; d was never seen.
async fn four(w: &World) {
    for (openid, tags, city) in [("a", &["vip"][..], "北京"), ("b", &["vip", "new"], "上海"), ("c", &["new"], "北京")]
    {
        let id = w.willing(openid).await;
        w.store.change_traits(id, &traits(tags, &[("city", city)])).await.unwrap();
    }
    w.store.add_subscriber(w.mini_program, "d", "it's d", NOW).await.unwrap();
    w.send(openids(&["a", "b"])).await;
    let mut claimed = w.claim(1, 10).await;
    claimed.sort_by(|x, y| x.openid.cmp(&y.openid));
    let refused = Outcome::Failed { errcode: 43101, no_grant: true };
    assert_eq!(w.record(&[sent(&claimed[0], 1), result(&claimed[1], 1, refused)]).await, 2);
}

fn filters(w: &World) -> Vec<(SubscriberFilter, &'static [&'static str])> {
    let base = SubscriberFilter::default;
    let city = |value: &str| ("city".to_owned(), value.to_owned());
    let vip = || "vip".to_owned();
    vec![
        (SubscriberFilter { tag: vip(), ..base() }, &["a", "b"]),
        (SubscriberFilter { tag: "VIP".to_owned(), ..base() }, &[]),
        (SubscriberFilter { attribute: city("北京"), ..base() }, &["a", "c"]),
        (SubscriberFilter { tag: vip(), attribute: city("北京"), ..base() }, &["a"]),
        (SubscriberFilter { tag: vip(), template: Some(w.one), balance: BalanceFilter::None, ..base() }, &["a", "b"]),
        (
            SubscriberFilter {
                attribute: city("北京"), template: Some(w.one), balance: BalanceFilter::Some, ..base()
            },
            &["c"],
        ),
        (SubscriberFilter { tag: "new".to_owned(), balance: BalanceFilter::Some, ..base() }, &["c"]),
        (SubscriberFilter { last: LastFilter::Sent, ..base() }, &["a"]),
        (SubscriberFilter { last: LastFilter::Failed, ..base() }, &["b"]),
        (SubscriberFilter { last: LastFilter::NotSent, ..base() }, &[]),
        (SubscriberFilter { last: LastFilter::Never, ..base() }, &["c", "d"]),
        (SubscriberFilter { seen: SeenFilter::Within(7), ..base() }, &["a", "b", "c"]),
        (SubscriberFilter { seen: SeenFilter::NotWithin(7), ..base() }, &["d"]),
        (SubscriberFilter { search: "it's".to_owned(), ..base() }, &["d"]),
        (SubscriberFilter { search: "a".to_owned(), tag: vip(), ..base() }, &["a"]),
    ]
}

async fn people_are_found_by_tag_attribute_sight_and_last_result(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    four(&w).await;
    let foreign = other.willing("x").await;
    other.store.change_traits(foreign, &traits(&["vip"], &[("city", "北京")])).await.unwrap();
    for (filter, expected) in filters(&w) {
        let page = w.store.subscribers(w.mini_program, &filter.as_of(NOW), At::Start, 10).await.unwrap();
        let mut found: Vec<&str> = page.rows.iter().map(|row| row.subscriber.openid.as_str()).collect();
        found.reverse();
        assert_eq!(found, expected, "{filter:?}");
    }
    // Pages by key under each kind of index.
    let tagged = SubscriberFilter { tag: "vip".to_owned(), ..SubscriberFilter::default() };
    let first = w.store.subscribers(w.mini_program, &tagged, At::Start, 1).await.unwrap();
    assert_eq!(first.rows[0].subscriber.openid, "b");
    let second = w.store.subscribers(w.mini_program, &tagged, At::After(first.after.unwrap()), 1).await.unwrap();
    assert_eq!((second.rows[0].subscriber.openid.as_str(), second.after), ("a", None));
}

async fn a_filter_is_an_audience(db: TestDb) {
    let w = World::new(&db).await;
    four(&w).await;
    for (filter, expected) in filters(&w) {
        // As it was chosen: thirty days are thirty days before each moment that it is asked for.
        let audience = Audience::Filtered(Box::new(filter.clone()));
        let id = w.draft(w.one, &audience).await;
        assert_eq!(w.notice(id).await.audience, audience);
        let preflight = w.store.preflight(id, NOW).await.unwrap().unwrap();
        assert_eq!(preflight.total(), i64::try_from(expected.len()).unwrap(), "{filter:?}");
    }
    let audience =
        Audience::Filtered(Box::new(SubscriberFilter { tag: "new".to_owned(), ..SubscriberFilter::default() }));
    let id = w.draft(w.one, &audience).await;
    let people = w.store.reachable(id, (0, 10), NOW).await.unwrap();
    assert_eq!((people.len(), people[0].openid.as_str()), (1, "c"));
    let Enqueued::Done(counts) = w.store.enqueue_notice(id, 1, HOUR, NOW).await.unwrap() else { panic!() };
    assert_eq!((counts.0[0], counts.0[6]), (1, 1));
}

async fn segments_are_kept_by_name(db: TestDb) {
    let w = World::new(&db).await;
    let filter =
        SubscriberFilter { tag: "it's".to_owned(), seen: SeenFilter::Within(30), ..SubscriberFilter::default() };
    let id = w.store.save_segment(w.mini_program, "老会员", &filter, "ann", NOW).await.unwrap();
    let changed = SubscriberFilter::default();
    assert_eq!(w.store.save_segment(w.mini_program, "老会员", &changed, "bob", NOW + 1).await.unwrap(), id);
    w.store.save_segment(w.mini_program, "b", &filter, "ann", NOW).await.unwrap();
    let segments = w.store.segments(w.mini_program).await.unwrap();
    let told: BTreeSet<_> =
        segments.iter().map(|s| (s.name.as_str(), s.created_by.as_str(), s.filter == filter)).collect();
    assert_eq!(told, [("老会员", "bob", false), ("b", "ann", true)].into());
    let other = World::with_appid(db.store.clone(), "wx2").await;
    assert!(!w.store.delete_segment(other.mini_program, id).await.unwrap());
    assert!(w.store.delete_segment(w.mini_program, id).await.unwrap());
    assert_eq!(w.store.segments(w.mini_program).await.unwrap().len(), 1);
    assert_eq!(w.store.attribute_names(w.mini_program, 10).await.unwrap(), Vec::<String>::new());
}
