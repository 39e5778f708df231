//! One tap, told by the mini program and by the platform, counts once.

use crate::{
    harness::TestDb,
    pushes::{SECOND, called_back},
    world::{NOW, World},
};
use model::{
    Millis,
    grant::{Answer, LedgerKind},
    mini_program::GrantSource,
    page::At,
};
use store::{NewEvent, PAIR_WITHIN_MS};

cases!(
    a_tap_counts_once_whoever_tells_of_it_first,
    taps_are_paired_one_by_one,
    a_tap_that_only_one_source_tells_of_counts,
    taps_far_apart_are_two,
    other_answers_people_and_templates_are_other_taps,
    reports_alone_are_believed,
    events_alone_are_believed,
    without_a_callback_nothing_is_waited_for,
    a_report_id_counts_once,
    events_say_when_they_happened,
    a_popup_makes_the_subscriber,
    a_refusal_told_twice_is_written_once,
);

const FIRST: LedgerKind = LedgerKind::Accepted;
const SECOND_TELLING: LedgerKind = LedgerKind::Confirmed;

fn line(kind: LedgerKind, change: i64, after: i64, note: &str) -> (LedgerKind, i64, i64, String) {
    (kind, change, after, note.to_owned())
}

impl World {
    async fn accept_event(&self, openid: &str, at: Millis, now: Millis) {
        let event = self.popup(openid, self.one, Answer::Accept, at);
        assert_eq!(self.pushed(&[event], now).await.done, 1);
    }

    async fn accept_report(&self, openid: &str, now: Millis) {
        self.report(openid, self.one, Answer::Accept, now).await;
    }
}

async fn a_tap_counts_once_whoever_tells_of_it_first(db: TestDb) {
    let w = called_back(&db).await;
    w.accept_report("a", NOW).await;
    w.accept_event("a", NOW - SECOND, NOW + 5).await;
    let told = [line(SECOND_TELLING, 0, 1, "popup"), line(FIRST, 1, 1, "report")];
    assert_eq!(w.lines("a").await, told);
    w.accept_event("b", NOW, NOW).await;
    w.accept_report("b", NOW + 5).await;
    let told = [line(SECOND_TELLING, 0, 1, "report"), line(FIRST, 1, 1, "popup")];
    assert_eq!(w.lines("b").await, told);
    assert_eq!((w.balance("a", w.one).await, w.balance("b", w.one).await), (1, 1));
}

async fn taps_are_paired_one_by_one(db: TestDb) {
    let w = called_back(&db).await;
    // Two taps, four tellings, in the worst order.
    w.accept_report("a", NOW).await;
    w.accept_report("a", NOW + 10 * SECOND).await;
    w.accept_event("a", NOW + 10 * SECOND, NOW + 20 * SECOND).await;
    w.accept_event("a", NOW, NOW + 20 * SECOND).await;
    assert_eq!(w.balance("a", w.one).await, 2);
    // A third event is a third tap.
    w.accept_event("a", NOW + 15 * SECOND, NOW + 20 * SECOND).await;
    assert_eq!(w.balance("a", w.one).await, 3);
    // The platform's second and third try of an event tell nothing new.
    let again = w.popup("a", w.one, Answer::Accept, NOW);
    assert_eq!(w.pushed(&[again.clone(), again], NOW + 30 * SECOND).await.done, 0);
    assert_eq!(w.balance("a", w.one).await, 3);
}

async fn a_tap_that_only_one_source_tells_of_counts(db: TestDb) {
    let w = called_back(&db).await;
    w.accept_report("lost event", NOW).await;
    w.accept_event("lost report", NOW, NOW).await;
    assert_eq!((w.balance("lost event", w.one).await, w.balance("lost report", w.one).await), (1, 1));
}

async fn taps_far_apart_are_two(db: TestDb) {
    let w = called_back(&db).await;
    for (openid, apart, taps) in [("near", PAIR_WITHIN_MS, 1), ("far", PAIR_WITHIN_MS + SECOND, 2)] {
        w.accept_report(openid, NOW).await;
        w.accept_event(openid, NOW - apart, NOW).await;
        assert_eq!(w.balance(openid, w.one).await, taps, "{openid}");
    }
    w.accept_event("later", NOW, NOW).await;
    w.accept_report("later", NOW + PAIR_WITHIN_MS + 1).await;
    assert_eq!(w.balance("later", w.one).await, 2);
}

async fn other_answers_people_and_templates_are_other_taps(db: TestDb) {
    let w = called_back(&db).await;
    w.accept_report("a", NOW).await;
    w.report("a", w.long, Answer::Accept, NOW).await;
    let events = [
        w.popup("a", w.one, Answer::Reject, NOW),
        w.popup("b", w.one, Answer::Accept, NOW),
        w.popup("a", w.one, Answer::Accept, NOW),
    ];
    w.pushed(&events, NOW).await;
    assert_eq!((w.balance("a", w.one).await, w.balance("b", w.one).await), (1, 1));
    let kinds: Vec<_> = w.lines("a").await.into_iter().map(|l| l.0).collect();
    assert_eq!(kinds.iter().filter(|k| **k == LedgerKind::Rejected).count(), 1);
    assert_eq!(kinds.iter().filter(|k| **k == LedgerKind::Confirmed).count(), 1);
}

async fn reports_alone_are_believed(db: TestDb) {
    let w = called_back(&db).await;
    w.believe(GrantSource::Report).await;
    w.accept_event("a", NOW, NOW).await;
    w.pushed(&[w.popup("a", w.long, Answer::Reject, NOW)], NOW).await;
    assert_eq!((w.balance("a", w.one).await, w.refused("a", w.long).await), (0, false));
    w.accept_report("a", NOW).await;
    w.accept_report("a", NOW + 1).await;
    assert_eq!(w.balance("a", w.one).await, 2);
    // Of a refusal in the settings nobody else tells.
    w.pushed(&[w.change("a", w.one, NOW + SECOND)], NOW + SECOND).await;
    assert_eq!((w.balance("a", w.one).await, w.refused("a", w.one).await), (0, true));
    let kinds: Vec<_> = w.lines("a").await.into_iter().map(|l| (l.0, l.3)).collect();
    assert_eq!(kinds[3..], [(LedgerKind::Confirmed, "popup".to_owned()), (LedgerKind::Confirmed, "popup".to_owned())]);
}

async fn events_alone_are_believed(db: TestDb) {
    let w = called_back(&db).await;
    w.believe(GrantSource::Event).await;
    w.accept_report("a", NOW).await;
    assert_eq!(w.lines("a").await, [line(LedgerKind::Confirmed, 0, 0, "report")]);
    w.accept_event("a", NOW, NOW).await;
    w.accept_event("a", NOW + SECOND, NOW + SECOND).await;
    w.accept_report("a", NOW + SECOND).await;
    assert_eq!(w.balance("a", w.one).await, 2);
}

async fn without_a_callback_nothing_is_waited_for(db: TestDb) {
    let w = World::new(&db).await;
    w.accept_report("a", NOW).await;
    assert!(w.store.set_callback(w.mini_program, Some(&crate::pushes::setup())).await.unwrap());
    // The report left no tap behind, because there was nobody to tell of it as well.
    w.accept_event("a", NOW + SECOND, NOW + SECOND).await;
    assert_eq!(w.balance("a", w.one).await, 2);
}

async fn a_report_id_counts_once(db: TestDb) {
    let w = called_back(&db).await;
    let tell = async |openid: &str, id: &str, now| {
        let told = w.report_as(openid, w.one, Answer::Accept, Some(id), now).await;
        assert_eq!(told.subscriber, w.id(openid).await);
        told.repeated
    };
    assert!(!tell("a", "1", NOW).await);
    let before = (w.store.last_ledger_entry().await.unwrap(), w.store.subscriber(w.id("a").await).await.unwrap());
    assert!(tell("a", "1", NOW + 9).await);
    let after = (w.store.last_ledger_entry().await.unwrap(), w.store.subscriber(w.id("a").await).await.unwrap());
    assert_eq!(before, after);
    assert!(!tell("a", "2", NOW + 10).await);
    assert!(!tell("b", "1", NOW + 10).await);
    assert_eq!((w.balance("a", w.one).await, w.balance("b", w.one).await), (2, 1));
    // A report that fails takes its id back.
    let foreign = [(model::ids::TemplateId(99), Answer::Accept)];
    let report = store::GrantReport {
        mini_program: w.mini_program,
        openid: "a",
        answers: &foreign,
        note: "",
        report_id: Some("3"),
    };
    assert!(w.store.record_report(report, NOW).await.is_err());
    assert!(!tell("a", "3", NOW + 11).await);
}

async fn events_say_when_they_happened(db: TestDb) {
    let w = called_back(&db).await;
    let timeless = NewEvent { received_at: NOW - 7, ..w.popup("d", w.one, Answer::Accept, 0) };
    let events = [
        w.popup("a", w.one, Answer::Accept, NOW - 9 * SECOND),
        w.popup("b", w.one, Answer::Accept, NOW - SECOND),
        // The platform's clock runs ahead: never after now.
        w.popup("c", w.one, Answer::Accept, NOW + 9 * SECOND),
        timeless,
    ];
    w.pushed(&events, NOW).await;
    for (openid, happened_at) in [("a", Some(NOW - 9 * SECOND)), ("b", None), ("c", None), ("d", None)] {
        let entry = w.store.ledger_of(w.id(openid).await, At::Start, 1).await.unwrap().rows.remove(0);
        assert_eq!((entry.at, entry.happened_at), (NOW, happened_at), "{openid}");
    }
    // The event's own instant decides, not when it was worked off.
    w.accept_report("c", NOW + 3 * SECOND).await;
    assert_eq!(w.balance("c", w.one).await, 1);
}

async fn a_popup_makes_the_subscriber(db: TestDb) {
    let w = called_back(&db).await;
    w.accept_event("new", NOW - 9 * SECOND, NOW).await;
    let person = w.store.subscriber(w.id("new").await).await.unwrap().unwrap();
    assert_eq!((person.created_at, person.last_seen_at), (NOW, Some(NOW - 9 * SECOND)));
    // An older event does not make them seen earlier.
    w.accept_event("new", NOW - 99 * SECOND, NOW).await;
    assert_eq!(w.store.subscriber(person.id).await.unwrap().unwrap().last_seen_at, Some(NOW - 9 * SECOND));
}

async fn a_refusal_told_twice_is_written_once(db: TestDb) {
    let w = called_back(&db).await;
    for openid in ["a", "b"] {
        w.accept_report(openid, NOW).await;
        w.accept_event(openid, NOW, NOW).await;
    }
    w.report("a", w.one, Answer::Reject, NOW + SECOND).await;
    w.pushed(&[w.popup("a", w.one, Answer::Reject, NOW + SECOND)], NOW + SECOND).await;
    let kinds: Vec<_> = w.lines("a").await.into_iter().map(|l| (l.0, l.1)).collect();
    assert_eq!(kinds[..2], [(LedgerKind::Confirmed, 0), (LedgerKind::Rejected, 0)]);
    assert_eq!((w.balance("a", w.one).await, w.refused("a", w.one).await), (1, true));
}
