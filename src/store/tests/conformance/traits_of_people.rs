//! Tags and attributes of subscribers.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World, openids},
};
use model::{
    ids::SubscriberId,
    notice::Content,
    subscriber::{PersonRow, PersonTraits},
};
use store::{Enqueued, Merged};

cases!(
    tags_and_attributes_are_set_as_a_whole,
    a_file_adds_and_takes_nothing_away,
    tags_are_listed_once,
    a_claim_brings_attributes,
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
    assert_eq!((w.store.traits_of(a).await.unwrap(), w.store.traits_of(b).await.unwrap()), (first, PersonTraits::default()));
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
