//! The counters.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World, openids, result, sent},
};
use model::{
    delivery::{DeliveryState, SkipReason, own_code},
    grant::Answer,
    notice::StateCounts,
    statistics::{CodeCounts, HourAccuracy, HourCounts},
};
use store::{Outcome, Period};

cases!(counters_follow_every_change, a_period_and_a_template_are_cut_out, the_forecast_is_held_against_the_answers);

fn everything(w: &World) -> Period {
    Period { mini_program: w.mini_program, template: None, from: 0, to: i64::MAX }
}

async fn counters_follow_every_change(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(3).await;
    w.send(openids(&["o00000", "o00001", "o00002", "new"])).await;
    let hours = async || w.store.counts_by_hour(everything(&w)).await.unwrap();
    let hour = |counts| vec![HourCounts { hour_at: HOUR, counts: StateCounts(counts) }];
    assert_eq!(hours().await, hour([3, 0, 0, 0, 0, 0, 1, 0]));
    let claimed = w.claim(1, 9).await;
    // What is being sent is counted with what is pending.
    assert_eq!(hours().await, hour([3, 0, 0, 0, 0, 0, 1, 0]));
    let failed = Outcome::Failed { errcode: 43101, no_grant: true };
    w.record(&[sent(&claimed[0], 1), result(&claimed[1], 1, failed.clone()), result(&claimed[2], 1, failed)]).await;
    assert_eq!(hours().await, hour([0, 0, 1, 0, 2, 0, 1, 0]));
    let code = |errcode, state, n| CodeCounts { errcode, state, n };
    assert_eq!(
        w.store.counts_by_code(everything(&w)).await.unwrap(),
        [code(43101, DeliveryState::Failed, 2), code(SkipReason::NoGrant.number(), DeliveryState::Skipped, 1)]
    );
    let other = World::with_appid(db.store.clone(), "wx2").await;
    assert_eq!(other.store.counts_by_hour(everything(&other)).await.unwrap(), []);
}

async fn a_period_and_a_template_are_cut_out(db: TestDb) {
    let w = World::new(&db).await;
    for openid in ["a", "b"] {
        w.answer(openid, w.long, Answer::Accept).await;
        w.willing(openid).await;
    }
    for (template, list, hour) in
        [(w.long, &["a", "b"][..], HOUR), (w.one, &["a"], HOUR), (w.long, &["a"], HOUR + 3_600_000)]
    {
        let id = w.draft(template, &openids(list)).await;
        w.store.enqueue_notice(id, 9, hour, NOW).await.unwrap();
    }
    let hours = async |template, from, to| {
        let period = Period { template, from, to, ..everything(&w) };
        let hours = w.store.counts_by_hour(period).await.unwrap();
        hours.into_iter().map(|h| (h.hour_at - HOUR, h.counts.total())).collect::<Vec<_>>()
    };
    assert_eq!(hours(None, HOUR, HOUR + 3_600_001).await, [(0, 3), (3_600_000, 1)]);
    assert_eq!(hours(None, HOUR, HOUR + 3_600_000).await, [(0, 3)]);
    assert_eq!(hours(None, HOUR + 1, HOUR + 3_600_001).await, [(3_600_000, 1)]);
    assert_eq!(hours(Some(w.one), 0, i64::MAX).await, [(0, 1)]);
    let by_template = w.store.counts_by_template(everything(&w)).await.unwrap();
    let told: Vec<_> = by_template.iter().map(|t| (t.template, t.title.as_str(), t.counts.total())).collect();
    assert_eq!(told, [(w.long, "标题 long", 3), (w.one, "标题 one", 1)]);
}

async fn the_forecast_is_held_against_the_answers(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(6).await;
    let list: Vec<String> = (0..6).map(|i| format!("o{i:05}")).collect();
    w.send(model::notice::Audience::Openids(list)).await;
    let accuracy = async |period| {
        let hours = w.store.accuracy_by_hour(period).await.unwrap();
        hours.into_iter().map(|h| (h.hour_at, h.answered, h.contradicted)).collect::<Vec<_>>()
    };
    assert_eq!(accuracy(everything(&w)).await, []);
    let claimed = w.claim(1, 9).await;
    let outcomes = [
        Outcome::Sent { msgid: Some(1) },
        Outcome::Sent { msgid: None },
        Outcome::Failed { errcode: 43101, no_grant: true },
        Outcome::Failed { errcode: 47003, no_grant: false },
        // Not answered by the platform.
        Outcome::Failed { errcode: own_code::NO_CONNECTION, no_grant: false },
        Outcome::Unknown { errcode: own_code::NO_ANSWER },
    ];
    let results: Vec<_> = claimed.iter().zip(outcomes).map(|(row, outcome)| result(row, 1, outcome)).collect();
    w.record(&results).await;
    assert_eq!(accuracy(everything(&w)).await, [(HOUR, 4, 1)]);
    // A confirmation leaves the number as it is.
    w.pushed(&[w.sent_event(&claimed[0].openid, Some(1), 0, NOW)], NOW).await;
    assert_eq!(accuracy(everything(&w)).await, [(HOUR, 4, 1)]);
    assert_eq!(accuracy(Period { template: Some(w.long), ..everything(&w) }).await, []);
    assert_eq!(accuracy(Period { from: HOUR + 1, ..everything(&w) }).await, []);
    let expected = HourAccuracy { hour_at: HOUR, answered: 4, contradicted: 1 };
    assert_eq!(w.store.accuracy_by_hour(everything(&w)).await.unwrap(), [expected]);
}
