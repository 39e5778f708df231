//! Recipients that are stored by themselves, with values of their own.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World, openids, sent},
};
use model::{
    Problem,
    delivery::{DeliveryState, SkipReason},
    grant::Answer,
    ids::NoticeId,
    notice::{Audience, Content, Preflight},
    page::At,
    recipient::{Personal, Recipient},
};
use std::collections::BTreeMap;
use store::{Added, Enqueued};

cases!(
    a_batch_is_added_once_and_duplicates_are_counted,
    only_a_draft_takes_recipients,
    a_list_is_split_and_enqueued_like_a_pasted_one,
    a_claim_brings_the_values_of_each_person,
    other_notices_are_claimed_without_values,
    another_audience_forgets_the_list,
    clearing_goes_in_steps,
    recipients_go_with_their_deliveries,
);

fn row(openid: &str, line: i64, values: &[(&str, &str)]) -> Recipient {
    let values = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Recipient { openid: openid.to_owned(), line: Some(line), values, problem: None }
}

fn bad(openid: &str, line: i64) -> Recipient {
    Recipient { problem: Some(Problem::of("thing1", "too_long", "太长", "Too long")), ..row(openid, line, &[]) }
}

async fn add(w: &World, id: NoticeId, batch: &[Recipient]) -> Added {
    w.store.add_recipients(id, batch, None).await.unwrap().expect("a draft")
}

async fn a_batch_is_added_once_and_duplicates_are_counted(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.draft(w.one, &Audience::Nobody).await;
    let first = [row("b\"'", 1, &[("thing1", "雁\u{1F600}\0")]), row("a", 2, &[]), row("a", 3, &[("thing1", "later")])];
    assert_eq!(add(&w, id, &first).await, Added { added: 2, duplicates: 1, dropped: vec![3] });
    // The same lines once more were not dropped: an answer was lost.
    assert_eq!(add(&w, id, &first).await, Added { added: 0, duplicates: 3, dropped: vec![3] });
    let later = [row("c", 4, &[]), row("a", 5, &[])];
    assert_eq!(add(&w, id, &later).await, Added { added: 1, duplicates: 1, dropped: vec![5] });
    let notice = w.notice(id).await;
    assert_eq!((notice.audience, notice.duplicates), (Audience::Listed { size: 3 }, 5));
    let rows = w.store.recipients(id, false, "", 10).await.unwrap();
    assert_eq!(rows, [row("a", 2, &[]), first[0].clone(), row("c", 4, &[])]);
    assert_eq!(w.store.recipients(id, false, "a", 1).await.unwrap(), [first[0].clone()]);
    assert_eq!(add(&w, id, &[]).await, Added::default());
}

async fn only_a_draft_takes_recipients(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let running = w.send(openids(&["a"])).await;
    for id in [running, NoticeId(99)] {
        assert_eq!(w.store.add_recipients(id, &[row("b", 1, &[])], None).await.unwrap(), None);
        assert_eq!(w.store.clear_recipients(id, 10, None).await.unwrap(), 0);
    }
    assert_eq!(w.store.recipients(running, false, "", 10).await.unwrap(), []);
}

async fn a_list_is_split_and_enqueued_like_a_pasted_one(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    w.willing("wrong").await;
    w.answer("no", w.one, Answer::Reject).await;
    let id = w.draft(w.one, &Audience::Nobody).await;
    add(&w, id, &[row("a", 1, &[]), row("no", 2, &[]), row("new", 3, &[]), bad("wrong", 4), row("a", 5, &[])]).await;
    let expected = Preflight {
        will_send: 1,
        refused: 1,
        unknown: 1,
        invalid: 1,
        duplicates: 1,
        refused_sample: vec!["no".to_owned()],
        unknown_sample: vec!["new".to_owned()],
        invalid_sample: vec![bad("wrong", 4)],
        ..Preflight::default()
    };
    assert_eq!(w.store.preflight(id, NOW).await.unwrap(), Some(expected));
    let done = w.store.enqueue_notice(id, 1, HOUR, NOW).await.unwrap();
    let Enqueued::Done(counts) = done else { panic!("{done:?}") };
    assert_eq!((counts.of(DeliveryState::Pending), counts.of(DeliveryState::Skipped)), (1, 3));
    assert_eq!(w.one(a).await, (1, 1));
    let rows = w.store.deliveries(id, &[DeliveryState::Skipped], None, At::Start, 10).await.unwrap().rows;
    let mut told: Vec<_> = rows.iter().map(|r| (r.openid.as_str(), r.errcode)).collect();
    told.sort_unstable();
    let reason = |reason: SkipReason| reason.number();
    let expected = [
        ("new", reason(SkipReason::NoGrant)),
        ("no", reason(SkipReason::Refused)),
        ("wrong", reason(SkipReason::InvalidData)),
    ];
    assert_eq!(told, expected);
}

async fn a_claim_brings_the_values_of_each_person(db: TestDb) {
    let w = World::new(&db).await;
    for openid in ["a", "b", "c"] {
        w.willing(openid).await;
    }
    let id = w.draft(w.one, &Audience::Nobody).await;
    add(&w, id, &[row("a", 1, &[("thing1", "甲"), ("name", "x")]), row("b", 2, &[("thing1", "乙")]), row("c", 3, &[])])
        .await;
    assert!(matches!(w.store.enqueue_notice(id, 3, HOUR, NOW).await.unwrap(), Enqueued::Done(_)));
    let mut claimed = w.claim(1, 10).await;
    claimed.sort_by(|a, b| a.openid.cmp(&b.openid));
    let own: Vec<BTreeMap<String, String>> =
        claimed.iter().map(|c| c.personal.clone().expect("a personal notice").values).collect();
    assert_eq!(own[0], row("a", 1, &[("thing1", "甲"), ("name", "x")]).values);
    assert_eq!(own[1], row("b", 2, &[("thing1", "乙")]).values);
    assert_eq!(claimed[2].personal, Some(Personal::default()));
    // Another try brings them again.
    assert_eq!(w.store.release_claim(1, NOW).await.unwrap(), 3);
    assert!(
        w.claim_at(2, 10, NOW + 60_000).await.iter().any(|c| c.personal.as_ref().is_some_and(|p| p.values == own[0]))
    );
}

async fn other_notices_are_claimed_without_values(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    w.willing("b").await;
    let id = w.draft(w.one, &Audience::Nobody).await;
    add(&w, id, &[row("a", 1, &[])]).await;
    assert!(matches!(w.store.enqueue_notice(id, 1, HOUR, NOW).await.unwrap(), Enqueued::Done(_)));
    assert_eq!(w.claim(1, 10).await[0].personal, None, "nobody has values");
    // Placeholders make every message its own.
    let content = Content { values: [("thing1".to_owned(), "{{name|x}}".to_owned())].into(), ..Content::default() };
    let id = w.draft(w.one, &openids(&["b"])).await;
    assert!(w.store.change_content(id, &content).await.unwrap());
    assert!(matches!(w.store.enqueue_notice(id, 1, HOUR, NOW).await.unwrap(), Enqueued::Done(_)));
    assert_eq!(w.claim(2, 10).await[0].personal, Some(Personal::default()));
}

async fn another_audience_forgets_the_list(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.draft(w.one, &Audience::Nobody).await;
    add(&w, id, &[row("a", 1, &[("thing1", "x")])]).await;
    assert!(w.store.change_audience(id, &openids(&["a"]), 0).await.unwrap());
    assert_eq!(w.store.recipients(id, false, "", 10).await.unwrap(), []);
    // Whoever is still adding to the list that was given up learns of it.
    assert_eq!(w.store.add_recipients(id, &[row("b", 1, &[])], None).await.unwrap(), None);
    assert!(w.store.change_audience(id, &Audience::Nobody, 0).await.unwrap());
    add(&w, id, &[row("b", 1, &[])]).await;
    assert_eq!(w.notice(id).await.audience, Audience::Listed { size: 1 });
    assert!(w.store.delete_draft(id).await.unwrap());
    assert_eq!(w.store.recipients(id, false, "", 10).await.unwrap(), []);
}

async fn clearing_goes_in_steps(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.draft(w.one, &Audience::Nobody).await;
    let other = w.draft(w.one, &Audience::Nobody).await;
    let rows: Vec<Recipient> = (0..5).map(|i| row(&format!("o{i}"), i, &[])).collect();
    add(&w, id, &rows).await;
    add(&w, other, &rows).await;
    let mut steps = Vec::new();
    loop {
        let n = w.store.clear_recipients(id, 2, None).await.unwrap();
        assert_eq!(w.notice(id).await.audience, Audience::Nobody);
        if n == 0 {
            break;
        }
        steps.push(n);
    }
    assert_eq!(steps, [2, 2, 1]);
    assert_eq!(w.store.recipients(other, false, "", 10).await.unwrap().len(), 5);
}

async fn recipients_go_with_their_deliveries(db: TestDb) {
    let w = World::new(&db).await;
    w.store.tidy(None, NOW).await.unwrap();
    w.willing("a").await;
    let id = w.draft(w.one, &Audience::Nobody).await;
    add(&w, id, &[row("a", 1, &[("thing1", "x")]), row("b", 2, &[])]).await;
    assert!(matches!(w.store.enqueue_notice(id, 1, HOUR, NOW).await.unwrap(), Enqueued::Done(_)));
    let claimed = w.claim(1, 10).await;
    assert_eq!(w.record(&[sent(&claimed[0], 1)]).await, 1);
    assert_eq!(w.store.recipients(id, false, "", 10).await.unwrap().len(), 2);
    let later = NOW + 90 * 86_400_000;
    w.store.tidy(None, later).await.unwrap();
    for _ in 0..100 {
        if !w.store.tidy(Some(later - 86_400_000), later).await.unwrap().more {
            break;
        }
    }
    assert_eq!(w.store.recipients(id, false, "", 10).await.unwrap(), []);
}
