//! Templates.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, template},
};
use model::{
    field::Field,
    grant::Answer,
    ids::TemplateId,
    template::{TemplateKind, TemplateSettings},
};
use store::StoreError;

cases!(
    a_template_keeps_its_fields,
    a_platform_id_is_taken_once_per_mini_program,
    archived_templates_come_last,
    the_list_tells_whom_a_message_can_reach,
    a_change_of_kind_keeps_the_books,
);

async fn a_template_keeps_its_fields(db: TestDb) {
    let w = World::new(&db).await;
    let fields = vec![
        Field {
            key: "thing1".to_owned(), label: "活动 <b>".to_owned(), example: "'%_\"".to_owned(), allowed: vec![]
        },
        Field { key: "phrase2".to_owned(), allowed: vec!["是".to_owned(), "否".to_owned()], ..Field::default() },
    ];
    let settings = TemplateSettings { fields, ..template("two", TemplateKind::LongTerm) };
    let id = w.store.add_template(w.mini_program, &settings, NOW).await.unwrap();
    let found = w.store.template(id).await.unwrap().unwrap();
    assert_eq!((found.id, found.mini_program, &found.settings), (id, w.mini_program, &settings));
    assert_eq!((found.archived_at, found.created_at), (None, NOW));
    let by_name = w.store.template_by_pri_tmpl_id(w.mini_program, "two").await.unwrap();
    assert_eq!(by_name, Some(found));
    assert_eq!(w.store.template_by_pri_tmpl_id(w.mini_program, "TWO").await.unwrap(), None);
    let changed = template("three", TemplateKind::LongTerm);
    assert!(w.store.change_template(id, &changed).await.unwrap());
    assert_eq!(w.store.template(id).await.unwrap().unwrap().settings, changed);
    assert!(!w.store.change_template(TemplateId(99), &changed).await.unwrap());
}

async fn a_platform_id_is_taken_once_per_mini_program(db: TestDb) {
    let w = World::new(&db).await;
    let again = w.store.add_template(w.mini_program, &template("one", TemplateKind::OneTime), NOW).await;
    assert!(matches!(again, Err(StoreError::NotUnique("pri_tmpl_id"))), "{again:?}");
    let changed = w.store.change_template(w.long, &template("one", TemplateKind::LongTerm)).await;
    assert!(matches!(changed, Err(StoreError::NotUnique("pri_tmpl_id"))), "{changed:?}");
    World::with_appid(db.store, "wx2").await;
}

async fn archived_templates_come_last(db: TestDb) {
    let w = World::new(&db).await;
    let third = w.store.add_template(w.mini_program, &template("3", TemplateKind::OneTime), NOW).await.unwrap();
    assert!(w.store.archive_template(third, Some(NOW)).await.unwrap());
    let order = async || -> Vec<_> {
        w.store.templates(w.mini_program).await.unwrap().into_iter().map(|t| t.template.id).collect()
    };
    assert_eq!(order().await, [w.long, w.one, third]);
    assert!(w.store.archive_template(third, None).await.unwrap());
    assert_eq!(order().await, [third, w.long, w.one]);
    assert!(!w.store.archive_template(TemplateId(99), None).await.unwrap());
}

async fn the_list_tells_whom_a_message_can_reach(db: TestDb) {
    let w = World::new(&db).await;
    let (a, b) = (w.willing("a").await, w.willing("b").await);
    w.willing("b").await;
    w.answer("c", w.long, Answer::Accept).await;
    w.answer("d", w.long, Answer::Reject).await;
    // One grant of a and one of b are promised; b has another.
    w.send(openids(&["a", "b"])).await;
    assert_eq!((w.one(a).await, w.one(b).await), ((1, 1), (2, 1)));
    let list = w.store.templates(w.mini_program).await.unwrap();
    let sums: Vec<_> = list.iter().map(|t| (t.template.id, t.reachable, t.balance)).collect();
    assert_eq!(sums, [(w.long, 1, 1), (w.one, 1, 3)]);
}

async fn a_change_of_kind_keeps_the_books(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    assert!(w.store.change_template(w.one, &template("one", TemplateKind::LongTerm)).await.unwrap());
    assert_eq!(w.one(a).await, (1, 0));
    assert_eq!(w.store.check_books().await.unwrap(), Vec::<String>::new());
    assert!(w.store.change_template(w.one, &template("one", TemplateKind::OneTime)).await.unwrap());
    assert_eq!(w.one(a).await, (1, 1));
}
