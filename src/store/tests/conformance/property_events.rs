//! However pushes are shuffled and grouped, they lead to the same balances.

use crate::{
    harness::{options, sqlite_url},
    pushes::{SECOND, setup},
    world::{NOW, World},
};
use model::{grant::Answer, ids::TemplateId};
use proptest::{prelude::*, sample::Index};
use store::NewEvent;
use tempfile::TempDir;

/// What happens in one second: to whom, of the one-time template or not, and what.
#[derive(Clone, Copy, Debug)]
struct Moment {
    person: bool,
    one_time: bool,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Popup(Answer),
    Change,
}

fn moment() -> impl Strategy<Value = Moment> {
    let what = prop_oneof![
        5 => Just(What::Popup(Answer::Accept)),
        2 => Just(What::Popup(Answer::Reject)),
        1 => Just(What::Popup(Answer::Ban)),
        2 => Just(What::Change),
    ];
    (any::<bool>(), any::<bool>(), what).prop_map(|(person, one_time, what)| Moment { person, one_time, what })
}

/// The events, one a second, in this order of their places, worked off after every so many.
async fn live(moments: &[Moment], order: &[usize], group: usize) -> Vec<(bool, TemplateId, i64, bool)> {
    let folder = TempDir::new().unwrap();
    let store = store::open(&sqlite_url(&folder), options()).await.unwrap();
    let w = World::with_appid(store.clone(), "wx1").await;
    w.store.set_callback(w.mini_program, Some(&setup())).await.unwrap();
    for person in [false, true] {
        w.store.add_subscriber(w.mini_program, openid(person), "", NOW).await.unwrap();
    }
    // Where they start within a second and how late they come must not matter either.
    let mut now = NOW + moments.len() as i64 * SECOND + group as i64 * 137;
    for places in order.chunks(group) {
        let events: Vec<_> = places.iter().map(|place| event(&w, moments[*place], *place)).collect();
        w.pushed(&events, now).await;
        now += 731;
    }
    assert_eq!(store.check_books().await.unwrap(), Vec::<String>::new());
    let mut balances = Vec::new();
    for person in [false, true] {
        for grant in store.grants_of(w.id(openid(person)).await).await.unwrap() {
            balances.push((person, grant.template, grant.balance, grant.refused));
        }
    }
    store.close().await;
    balances
}

fn openid(person: bool) -> &'static str {
    if person { "a" } else { "b" }
}

fn event(w: &World, moment: Moment, place: usize) -> NewEvent {
    let template = if moment.one_time { w.one } else { w.long };
    let at = NOW + place as i64 * SECOND;
    match moment.what {
        What::Popup(answer) => w.popup(openid(moment.person), template, answer, at),
        What::Change => w.change(openid(moment.person), template, at),
    }
}

/// What the rules say: acceptances after the last refusal in the settings count, a long-term grant follows the last answer.
fn expected(moments: &[Moment], person: bool, one_time: bool) -> i64 {
    moments.iter().filter(|m| m.person == person && m.one_time == one_time).fold(0, |balance, m| match m.what {
        What::Popup(Answer::Accept) => {
            if one_time {
                balance + 1
            } else {
                1
            }
        }
        What::Popup(_) if one_time => balance,
        What::Popup(_) | What::Change => 0,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_events_leads_to_the_same_balances(
        moments in prop::collection::vec(moment(), 1..14),
        swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 0..20),
        group in 1_usize..5,
    ) {
        let mut order: Vec<usize> = (0..moments.len()).collect();
        for (a, b) in swaps {
            order.swap(a.index(moments.len()), b.index(moments.len()));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let shuffled = runtime.block_on(live(&moments, &order, group));
        for (person, template, balance, _) in &shuffled {
            // Templates are made in this order.
            prop_assert_eq!(*balance, expected(&moments, *person, template.0 == 1), "{:?}", order);
        }
        order.sort_unstable();
        prop_assert_eq!(shuffled, runtime.block_on(live(&moments, &order, moments.len())));
    }
}
