//! Acceptances that expire by a template's own rule.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, result},
};
use model::{
    Millis,
    grant::{Answer, LedgerKind},
    ids::TemplateId,
    page::At,
};
use store::{Expired, Outcome};

cases!(
    the_oldest_acceptances_expire_first_and_are_spent_first,
    what_is_promised_does_not_expire,
    a_sweep_goes_in_steps,
    long_term_and_unknown_templates_do_not_expire,
);

const DAY: Millis = 24 * 3_600_000;

impl World {
    async fn expire(&self, since: Millis) -> i64 {
        let done = self.store.expire_grants(self.one, since, None, 100, NOW + 99 * DAY).await.unwrap();
        assert_eq!(done.after, None);
        done.changed
    }
}

async fn the_oldest_acceptances_expire_first_and_are_spent_first(db: TestDb) {
    let w = World::new(&db).await;
    for day in [0, 1, 2, 3] {
        w.report("a", w.one, Answer::Accept, NOW + day * DAY).await;
    }
    let id = w.id("a").await;
    assert_eq!(w.expire(NOW).await, 0);
    assert_eq!(w.expire(NOW + 1).await, 1);
    assert_eq!(w.one(id).await, (3, 0));
    // Two are spent: the oldest, so that the newest is left, which has not expired on the third day.
    for lease in [1, 2] {
        w.send(openids(&["a"])).await;
        let row = w.claim(lease, 9).await.remove(0);
        w.record(&[result(&row, lease, Outcome::Sent { msgid: None })]).await;
    }
    assert_eq!(w.expire(NOW + 3 * DAY).await, 0);
    assert_eq!(w.expire(NOW + 3 * DAY + 1).await, 1);
    assert_eq!(w.one(id).await, (0, 0));
    let line = w.store.ledger_of(id, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!((line.kind, line.change, line.balance_after, line.at), (LedgerKind::Expired, -1, 0, NOW + 99 * DAY));
    // What was added by hand counts from then.
    w.store.adjust_grant(id, w.one, 2, "", NOW + 5 * DAY).await.unwrap();
    assert_eq!((w.expire(NOW + 5 * DAY).await, w.expire(NOW + 5 * DAY + 1).await), (0, 1));
}

async fn what_is_promised_does_not_expire(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.willing("a").await;
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    assert_eq!(w.expire(NOW + DAY).await, 1);
    assert_eq!(w.one(id).await, (1, 1));
    assert_eq!(w.expire(NOW + DAY).await, 0);
}

async fn a_sweep_goes_in_steps(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(5).await;
    w.store.adjust_grant(ids[1], w.one, -1, "", NOW).await.unwrap();
    let (mut after, mut told) = (None, Vec::new());
    loop {
        let Expired { changed, after: next } =
            w.store.expire_grants(w.one, NOW + 1, after, 2, NOW + DAY).await.unwrap();
        told.push((changed, next));
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(told, [(1, Some(ids[1])), (2, Some(ids[3])), (1, None)]);
}

async fn long_term_and_unknown_templates_do_not_expire(db: TestDb) {
    let w = World::new(&db).await;
    w.answer("a", w.long, Answer::Accept).await;
    for template in [w.long, TemplateId(99)] {
        let done = w.store.expire_grants(template, NOW + DAY, None, 10, NOW + DAY).await.unwrap();
        assert_eq!(done, Expired { changed: 0, after: None });
    }
    assert_eq!(w.balance("a", w.long).await, 1);
}
