//! Notices made from what became of another one; rules of sending.

use crate::{
    control::order_draft,
    harness::TestDb,
    world::{NOW, World, openids, result, sent},
};
use model::{
    control::{FollowKind, SendRules},
    delivery::{DeliveryState, SkipReason},
    ids::NoticeId,
    notice::{Audience, Content, NoticeState, ResultSlice},
};
use store::{CopyOf, Enqueued, Outcome, Wait};

cases!(
    a_follow_up_goes_to_exactly_those_who_ended_so,
    pressing_twice_opens_the_same_draft_and_nobody_is_followed_up_twice,
    a_duplicate_goes_to_everybody_again,
    nobody_gets_more_than_the_cap_allows,
    the_cap_is_counted_back_from_when_a_notice_begins,
    the_cap_holds_for_what_was_queued_before_too,
    in_quiet_hours_only_what_is_urgent_goes_out,
    rules_are_kept_and_default_to_the_usual_ones,
    a_test_openid_is_remembered_for_each_person,
    many_grants_are_noted_at_once_and_only_once,
);

/// Five people: sent, failed with -1, failed with 43101, unknown, cancelled.
async fn ended(w: &World) -> NoticeId {
    w.many_willing(5).await;
    for i in 0..5 {
        w.willing(&format!("o{i:05}")).await;
    }
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 4).await;
    w.record(&[
        sent(&claimed[0], 1),
        result(&claimed[1], 1, Outcome::Failed { errcode: -1, no_grant: false }),
        result(&claimed[2], 1, Outcome::Failed { errcode: 43101, no_grant: true }),
        result(&claimed[3], 1, Outcome::Unknown { errcode: -1101 }),
    ])
    .await;
    w.store.end_notice(notice, NoticeState::Cancelled, None, NOW + 20).await.unwrap();
    assert_eq!(w.store.withdraw_pending(notice, -1201, 9, NOW + 20).await.unwrap(), 1);
    notice
}

fn results(notice: NoticeId, ends: &[(DeliveryState, Option<i64>)]) -> Audience {
    Audience::Results { notice, slice: ResultSlice { ends: ends.to_vec(), once: true } }
}

async fn people(w: &World, notice: NoticeId) -> Vec<String> {
    let at = model::page::At::Start;
    let page = w.store.deliveries(notice, &[], None, at, 50).await.unwrap();
    page.rows.into_iter().map(|row| row.openid).collect()
}

async fn a_follow_up_goes_to_exactly_those_who_ended_so(db: TestDb) {
    let w = World::new(&db).await;
    let of = ended(&w).await;
    for (ends, expected) in [
        (vec![(DeliveryState::Failed, Some(-1))], vec!["o00001"]),
        (vec![(DeliveryState::Cancelled, None)], vec!["o00004"]),
        (vec![(DeliveryState::Failed, None)], vec!["o00001", "o00002"]),
        (vec![(DeliveryState::Unknown, None), (DeliveryState::Sent, None)], vec!["o00000", "o00003"]),
    ] {
        let draft = w.draft(w.long, &results(of, &ends)).await;
        // Of a template of which nobody has a grant: everybody is told among those without.
        let preflight = w.store.preflight(draft, NOW).await.unwrap().unwrap();
        let mut sample = preflight.no_grant_sample.clone();
        sample.sort();
        assert_eq!(
            (preflight.no_grant, sample),
            (i64::try_from(expected.len()).unwrap(), expected.iter().map(|s| (*s).to_owned()).collect())
        );
    }
    let draft = w.draft(w.one, &results(of, &[(DeliveryState::Failed, None)])).await;
    let preflight = w.store.preflight(draft, NOW).await.unwrap().unwrap();
    assert_eq!((preflight.will_send, preflight.no_grant), (1, 1), "43101 has taken the other grant away");
    let Enqueued::Done(counts) = order_draft(&w, draft, Wait::Nothing).await else { panic!("done") };
    assert_eq!((counts.of(DeliveryState::Pending), counts.of(DeliveryState::Skipped)), (1, 1));
    assert_eq!(people(&w, draft).await, ["o00001", "o00002"]);
}

async fn pressing_twice_opens_the_same_draft_and_nobody_is_followed_up_twice(db: TestDb) {
    let w = World::new(&db).await;
    let of = ended(&w).await;
    let audience = results(of, &[(DeliveryState::Failed, Some(-1))]);
    let kind = FollowKind::Retriable;
    let words = r#""retriable""#;
    let follow = async || w.store.follow_up(of, words, &audience, "ann", NOW).await.unwrap().unwrap();
    let (first, second) = tokio::join!(follow(), follow());
    assert_eq!((first, follow().await), (second, first));
    let draft = w.notice(first).await;
    assert_eq!((draft.state, draft.template, draft.audience.clone()), (NoticeState::Draft, w.one, audience.clone()));
    assert!(matches!(order_draft(&w, first, Wait::Nothing).await, Enqueued::Done(_)));
    // Confirmed: the next press begins another draft, and whoever is in the first one is left out.
    let next = follow().await;
    assert_ne!(next, first);
    assert_eq!(w.store.preflight(next, NOW).await.unwrap().unwrap().total(), 0);
    let claimed = w.claim(7, 9).await;
    w.record(&[sent(&claimed[0], 7)]).await;
    assert_eq!(w.store.preflight(next, NOW).await.unwrap().unwrap().total(), 0);
    let told: Vec<_> = w.store.follow_ups(of).await.unwrap().into_iter().map(|f| (f.notice, f.state, f.kind)).collect();
    assert_eq!(told, [(first, NoticeState::Finished, kind), (next, NoticeState::Draft, kind)]);
    assert_eq!(w.store.follow_ups(first).await.unwrap()[0].of, of);
    assert_eq!(w.store.follow_up(NoticeId(99), words, &audience, "ann", NOW).await.unwrap(), None);
}

async fn a_duplicate_goes_to_everybody_again(db: TestDb) {
    let w = World::new(&db).await;
    let of = ended(&w).await;
    assert_eq!(w.store.ordered_audience(of).await.unwrap(), Some(Audience::EverybodyWithGrant));
    let audience = openids(&["o00000"]);
    let copy = w.store.duplicate_notice(of, CopyOf::Same(&audience), "bob", NOW).await.unwrap().unwrap();
    let draft = w.notice(copy).await;
    assert_eq!((draft.audience, draft.created_by.as_str(), draft.content), (audience, "bob", Content::default()));
    assert_eq!(w.store.follow_ups(of).await.unwrap(), []);
    assert_eq!(w.store.duplicate_notice(NoticeId(99), CopyOf::Everybody, "bob", NOW).await.unwrap(), None);
}

async fn cap(w: &World, n: i64) {
    let rules = SendRules { cap: Some((n, 7)), ..SendRules::default() };
    w.store.set_send_rules(w.mini_program, &rules).await.unwrap();
}

/// Whoever preflight counts as sent to.
async fn reached(w: &World, draft: NoticeId, now: model::Millis) -> Vec<String> {
    let people = w.store.reachable(draft, (0, 10), now).await.unwrap();
    people.into_iter().map(|person| person.openid).collect()
}

async fn nobody_gets_more_than_the_cap_allows(db: TestDb) {
    let w = World::new(&db).await;
    for name in ["a", "b"] {
        w.willing(name).await;
        w.willing(name).await;
    }
    w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 9).await;
    w.record(&[sent(&claimed[0], 1)]).await;
    cap(&w, 1).await;
    for audience in [Audience::EverybodyWithGrant, openids(&["a", "b"])] {
        let draft = w.draft(w.one, &audience).await;
        let preflight = w.store.preflight(draft, NOW + 20).await.unwrap().unwrap();
        assert_eq!((preflight.will_send, preflight.too_often), (1, 1), "{audience:?}");
        assert_eq!(preflight.too_often_sample, ["a"]);
        assert_eq!(reached(&w, draft, NOW + 20).await, ["b"], "{audience:?}");
        // A week later they may be written to again.
        let later = w.store.preflight(draft, NOW + 8 * 86_400_000).await.unwrap().unwrap();
        assert_eq!((later.will_send, later.too_often), (2, 0));
        assert_eq!(reached(&w, draft, NOW + 8 * 86_400_000).await, ["a", "b"]);
    }
    // To one person alone, or urgent: the cap does not hold.
    let single = w.draft(w.one, &openids(&["a"])).await;
    assert_eq!(w.store.preflight(single, NOW + 20).await.unwrap().unwrap().will_send, 1);
    let urgent = w.draft(w.one, &Audience::EverybodyWithGrant).await;
    assert!(w.store.set_urgent(urgent, true).await.unwrap());
    assert_eq!(w.store.preflight(urgent, NOW + 20).await.unwrap().unwrap().will_send, 2);
    let notice = w.draft(w.one, &Audience::EverybodyWithGrant).await;
    let Enqueued::Done(counts) = order_draft(&w, notice, Wait::Nothing).await else { panic!("done") };
    assert_eq!((counts.of(DeliveryState::Pending), counts.of(DeliveryState::Skipped)), (1, 1));
    let codes = w.store.notice_codes(notice).await.unwrap();
    assert_eq!(codes[0].errcode, SkipReason::TooOften.number());
    assert!(w.notice(notice).await.heeds);
}

async fn the_cap_is_counted_back_from_when_a_notice_begins(db: TestDb) {
    let w = World::new(&db).await;
    for name in ["a", "a", "a", "b"] {
        w.willing(name).await;
    }
    cap(&w, 1).await;
    w.send(openids(&["a", "b"])).await;
    let claimed = w.claim(1, 9).await;
    let to_a = claimed.iter().find(|row| row.openid == "a").unwrap();
    w.record(&[sent(to_a, 1)]).await;
    w.willing("b").await;
    let queued = async |due_at| {
        let id = w.draft(w.one, &openids(&["a", "b"])).await;
        let wait = Wait::Time { due_at, planned: true };
        let Enqueued::Done(counts) = order_draft(&w, id, wait).await else { panic!("done") };
        (counts.of(DeliveryState::Pending), counts.of(DeliveryState::Skipped))
    };
    assert_eq!(queued(NOW + 60_000).await, (1, 1), "a has had enough");
    w.willing("b").await;
    assert_eq!(queued(NOW + 30 * 86_400_000).await, (2, 0), "by then it is long ago");
    let b = claimed.iter().find(|row| row.openid == "b").unwrap();
    w.record(&[sent(b, 1)]).await;
}

async fn the_cap_holds_for_what_was_queued_before_too(db: TestDb) {
    let w = World::new(&db).await;
    for name in ["a", "a", "b", "b"] {
        w.willing(name).await;
    }
    cap(&w, 1).await;
    w.send(openids(&["a", "b"])).await;
    w.send(openids(&["a", "b"])).await;
    let first = w.claim(1, 9).await;
    assert!(first.iter().all(|row| !row.capped));
    w.record(&[sent(&first[0], 1), sent(&first[1], 1)]).await;
    let second = w.claim(2, 9).await;
    assert_eq!((second.len(), second.iter().filter(|row| row.capped).count()), (2, 2));
    let skip = Outcome::Skipped(SkipReason::TooOften);
    w.record(&[result(&second[0], 2, skip.clone()), result(&second[1], 2, skip)]).await;
}

async fn in_quiet_hours_only_what_is_urgent_goes_out(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(8).await;
    let names = |from: usize, to: usize| Audience::Openids((from..to).map(|i| format!("o{i:05}")).collect());
    let rules = SendRules { quiet: Some((0, 480)), ..SendRules::default() };
    w.store.set_send_rules(w.mini_program, &rules).await.unwrap();
    let quiet = w.store.quiet_hours().await.unwrap().remove(0);
    assert_eq!((quiet.mini_program, quiet.from, quiet.to, quiet.noted), (w.mini_program, 0, 480, (0, 0)));
    w.store.note_quiet(w.mini_program, NOW - 10, NOW + 10).await.unwrap();
    let bulk = w.send(names(0, 3)).await;
    assert_eq!(w.store.pending_mini_programs(NOW).await.unwrap(), [], "not late: it is quiet");
    let single = w.send(names(3, 4)).await;
    let urgent = w.draft(w.one, &names(4, 8)).await;
    w.store.set_urgent(urgent, true).await.unwrap();
    order_draft(&w, urgent, Wait::Nothing).await;
    let claimed = w.claim(1, 99).await;
    assert_eq!(claimed.len(), 5);
    assert!(claimed.iter().all(|row| [single, urgent].contains(&row.id.notice)));
    assert_eq!(w.claim_at(2, 99, NOW + 9).await, []);
    let morning = w.claim_at(3, 99, NOW + 10).await;
    assert_eq!((morning.len(), morning[0].id.notice), (3, bulk));
}

async fn rules_are_kept_and_default_to_the_usual_ones(db: TestDb) {
    let w = World::new(&db).await;
    assert_eq!(w.store.send_rules(w.mini_program).await.unwrap(), SendRules::default());
    let rules = SendRules {
        fail_share: 20,
        fail_after: 100,
        quiet: Some((1_320, 480)),
        cap: Some((3, 7)),
        approve_above: Some(1_000),
    };
    w.store.set_send_rules(w.mini_program, &rules).await.unwrap();
    assert_eq!(w.store.send_rules(w.mini_program).await.unwrap(), rules);
    w.store.set_send_rules(w.mini_program, &SendRules::default()).await.unwrap();
    assert_eq!(w.store.send_rules(w.mini_program).await.unwrap(), SendRules::default());
    assert_eq!(w.store.quiet_hours().await.unwrap(), []);
}

async fn many_grants_are_noted_at_once_and_only_once(db: TestDb) {
    let w = World::new(&db).await;
    let known = w.willing("o00001").await;
    let people: Vec<String> =
        (0..50).map(|i| format!("o{i:05}")).chain(["o00007".to_owned(), "it's".to_owned()]).collect();
    let import = async || w.store.import_grants(w.mini_program, w.one, &people, "list", NOW).await.unwrap();
    assert_eq!(import().await, 50);
    assert_eq!(import().await, 0);
    assert_eq!(w.one(known).await, (1, 0));
    let draft = w.draft(w.one, &Audience::EverybodyWithGrant).await;
    assert_eq!(w.store.preflight(draft, NOW).await.unwrap().unwrap().will_send, 51);
}

async fn a_test_openid_is_remembered_for_each_person(db: TestDb) {
    let w = World::new(&db).await;
    let (ann, bob) = (model::ids::UserId(1), model::ids::UserId(2));
    for openid in ["x", "y"] {
        w.store.remember_test_openid(ann, w.mini_program, openid).await.unwrap();
    }
    assert_eq!(w.store.test_openid(ann, w.mini_program).await.unwrap().as_deref(), Some("y"));
    assert_eq!(w.store.test_openid(bob, w.mini_program).await.unwrap(), None);
}
