//! Who would get a draft.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids},
};
use model::{
    grant::Answer,
    ids::{NoticeId, SubscriberId, TemplateId},
    notice::{Audience, Preflight},
};

cases!(
    a_pasted_list_is_split_by_what_is_known_of_each,
    chosen_people_of_another_mini_program_do_not_count,
    everybody_with_a_grant_is_everybody_whose_grant_is_free,
    a_long_term_grant_is_never_used_up,
    samples_are_short,
    nobody_is_nobody,
);

async fn of(w: &World, template: TemplateId, audience: Audience) -> Preflight {
    let id = w.draft(template, &audience).await;
    w.store.preflight(id, crate::world::NOW).await.unwrap().unwrap()
}

async fn a_pasted_list_is_split_by_what_is_known_of_each(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("free").await;
    w.willing("promised").await;
    w.send(openids(&["promised"])).await;
    w.answer("no", w.one, Answer::Reject).await;
    w.willing("no-but-has-one").await;
    w.answer("no-but-has-one", w.one, Answer::Reject).await;
    w.store.add_subscriber(w.mini_program, "never-asked", "", NOW).await.unwrap();
    let list = ["free", "promised", "no", "no-but-has-one", "never-asked", "it's <new>", "free"];
    let id = w.draft(w.one, &Audience::Nobody).await;
    w.store.change_audience(id, &openids(&list), 4).await.unwrap();
    let mut found = w.store.preflight(id, crate::world::NOW).await.unwrap().unwrap();
    found.no_grant_sample.sort_unstable();
    let expected = Preflight {
        will_send: 2,
        no_grant: 2,
        refused: 1,
        unknown: 1,
        duplicates: 4,
        no_grant_sample: vec!["never-asked".to_owned(), "promised".to_owned()],
        refused_sample: vec!["no".to_owned()],
        unknown_sample: vec!["it's <new>".to_owned()],
        ..Preflight::default()
    };
    assert_eq!(found, expected);
    // Looking makes nobody a subscriber.
    assert_eq!(w.store.subscriber_by_openid(w.mini_program, "it's <new>").await.unwrap(), None);
    assert_eq!(w.store.preflight(NoticeId(99), crate::world::NOW).await.unwrap(), None);
}

async fn chosen_people_of_another_mini_program_do_not_count(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    let (mine, theirs) = (w.willing("a").await, other.willing("a").await);
    let poor = w.store.add_subscriber(w.mini_program, "b", "", NOW).await.unwrap();
    let found = of(&w, w.one, Audience::Chosen(vec![mine, theirs, mine, poor, SubscriberId(99)])).await;
    assert_eq!((found.will_send, found.no_grant, found.total()), (1, 1, 2));
    assert_eq!(found.no_grant_sample, ["b"]);
}

async fn everybody_with_a_grant_is_everybody_whose_grant_is_free(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(5).await;
    w.willing("o00000").await;
    w.answer("no", w.one, Answer::Reject).await;
    w.send(openids(&["o00000", "o00001"])).await;
    let found = of(&w, w.one, Audience::EverybodyWithGrant).await;
    assert_eq!(found, Preflight { will_send: 4, ..Preflight::default() });
}

async fn a_long_term_grant_is_never_used_up(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.answer("a", w.long, Answer::Accept).await;
    for _ in 0..3 {
        w.send_of(w.long, openids(&["a"]), NOW).await;
    }
    assert_eq!(w.grant(id, w.long).await.reserved, 0);
    assert_eq!(of(&w, w.long, openids(&["a"])).await.will_send, 1);
    assert_eq!(of(&w, w.long, Audience::EverybodyWithGrant).await.will_send, 1);
}

async fn samples_are_short(db: TestDb) {
    let w = World::new(&db).await;
    let list: Vec<String> = (0..100).map(|i| format!("o{i}")).collect();
    let found = of(&w, w.one, Audience::Openids(list)).await;
    assert_eq!((found.unknown, found.unknown_sample.len()), (100, Preflight::SAMPLE));
}

async fn nobody_is_nobody(db: TestDb) {
    let w = World::new(&db).await;
    for audience in
        [Audience::Nobody, Audience::Chosen(vec![]), Audience::Openids(vec![]), Audience::EverybodyWithGrant]
    {
        assert_eq!(of(&w, w.one, audience).await, Preflight::default());
    }
}
