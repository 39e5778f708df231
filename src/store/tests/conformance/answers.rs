//! What people answer, and changes by hand.

use crate::{
    harness::TestDb,
    world::{NOW, World},
};
use model::{
    grant::{Answer, LedgerKind},
    ids::{SubscriberId, TemplateId},
    page::At,
};

cases!(
    acceptances_of_a_one_time_template_add_up,
    a_refusal_of_a_one_time_template_is_remembered_and_takes_nothing,
    a_long_term_grant_stands_until_it_is_refused,
    a_report_is_recorded_whole_or_not_at_all,
    a_balance_changed_by_hand_stays_in_bounds,
);

async fn acceptances_of_a_one_time_template_add_up(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.willing("a").await;
    assert_eq!(w.willing("a").await, id);
    let grant = w.grant(id, w.one).await;
    assert_eq!((grant.balance, grant.reserved, grant.refused, grant.updated_at), (2, 0, false, NOW));
    let person = w.store.subscriber(id).await.unwrap().unwrap();
    assert_eq!((person.openid.as_str(), person.last_seen_at), ("a", Some(NOW)));
    let lines = w.store.ledger_of(id, At::Start, 10).await.unwrap().rows;
    let told: Vec<_> = lines.iter().map(|l| (l.kind, l.change, l.balance_after, l.note.as_str())).collect();
    assert_eq!(told, [(LedgerKind::Accepted, 1, 2, "report"), (LedgerKind::Accepted, 1, 1, "report")]);
}

async fn a_refusal_of_a_one_time_template_is_remembered_and_takes_nothing(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.willing("a").await;
    w.answer("a", w.one, Answer::Reject).await;
    let grant = w.grant(id, w.one).await;
    assert_eq!((grant.balance, grant.refused), (1, true));
    let line = w.store.ledger_of(id, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!((line.kind, line.change, line.balance_after), (LedgerKind::Rejected, 0, 1));
    // The platform's ban is not the person's no.
    w.willing("a").await;
    w.answer("a", w.one, Answer::Ban).await;
    let grant = w.grant(id, w.one).await;
    assert_eq!((grant.balance, grant.refused), (2, false));
    let line = w.store.ledger_of(id, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!((line.kind, line.change, line.note.as_str()), (LedgerKind::Rejected, 0, "ban: report"));
}

async fn a_long_term_grant_stands_until_it_is_refused(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.answer("a", w.long, Answer::Accept).await;
    w.answer("a", w.long, Answer::Accept).await;
    assert_eq!(w.grant(id, w.long).await.balance, 1);
    w.answer("a", w.long, Answer::Filter).await;
    assert_eq!(w.grant(id, w.long).await.balance, 1);
    for answer in [Answer::Reject, Answer::Ban] {
        w.answer("a", w.long, Answer::Accept).await;
        w.answer("a", w.long, answer).await;
        assert_eq!(w.grant(id, w.long).await.balance, 0);
    }
}

async fn a_report_is_recorded_whole_or_not_at_all(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    let both = [(w.long, Answer::Accept), (w.one, Answer::Accept)];
    let id = w.store.record_answers(w.mini_program, "a", &both, "report", NOW).await.unwrap();
    assert_eq!((w.grant(id, w.one).await.balance, w.grant(id, w.long).await.balance), (1, 1));
    for template in [other.one, TemplateId(99)] {
        let foreign = [(w.one, Answer::Accept), (template, Answer::Accept)];
        assert!(w.store.record_answers(w.mini_program, "b", &foreign, "report", NOW).await.is_err());
    }
    assert_eq!(w.store.subscriber_by_openid(w.mini_program, "b").await.unwrap(), None);
    // No answers: the person is noted as seen.
    let id = w.store.record_answers(w.mini_program, "c", &[], "", NOW + 1).await.unwrap();
    assert_eq!(w.store.subscriber(id).await.unwrap().unwrap().last_seen_at, Some(NOW + 1));
}

async fn a_balance_changed_by_hand_stays_in_bounds(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    let id = w.store.add_subscriber(w.mini_program, "a", "", NOW).await.unwrap();
    let adjust = async |template, change| w.store.adjust_grant(id, template, change, "因为 <b>", NOW).await.unwrap();
    assert_eq!(adjust(w.one, -1).await, Some(0));
    assert_eq!(adjust(w.one, 5).await, Some(5));
    assert_eq!(adjust(w.one, -2).await, Some(3));
    assert_eq!(adjust(w.one, i64::MIN).await, Some(0));
    assert_eq!(adjust(w.long, 5).await, Some(1));
    assert_eq!(adjust(w.long, -5).await, Some(0));
    assert_eq!(adjust(other.one, 1).await, None);
    assert_eq!(adjust(TemplateId(99), 1).await, None);
    assert_eq!(w.store.adjust_grant(SubscriberId(99), w.one, 1, "", NOW).await.unwrap(), None);
    let lines = w.store.ledger_of(id, At::Start, 10).await.unwrap().rows;
    let changes: Vec<_> = lines.iter().map(|l| (l.kind, l.change, l.balance_after)).collect();
    let adjusted = |change, after| (LedgerKind::Adjusted, change, after);
    assert_eq!(changes, [adjusted(-1, 0), adjusted(1, 1), adjusted(-3, 0), adjusted(-2, 3), adjusted(5, 5)]);
    assert_eq!(lines[0].note, "因为 <b>");
}
