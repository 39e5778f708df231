//! Reading the ledger, and the proof of the books.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, sent, template},
};
use model::{
    grant::{Answer, LedgerKind},
    page::At,
    template::TemplateKind,
};

cases!(the_ledger_has_pages_both_ways, a_follower_sees_every_entry_once, books_that_were_cooked_are_found_out,);

async fn the_ledger_has_pages_both_ways(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.willing("a").await;
    for _ in 0..4 {
        w.willing("a").await;
        w.willing("b").await;
    }
    let page = async |at| w.store.ledger_of(id, at, 2).await.unwrap();
    let first = page(At::Start).await;
    assert_eq!(first.rows.iter().map(|l| l.balance_after).collect::<Vec<_>>(), [5, 4]);
    let second = page(At::After(first.after.unwrap())).await;
    assert_eq!(second.rows.iter().map(|l| l.balance_after).collect::<Vec<_>>(), [3, 2]);
    let last = page(At::After(second.after.unwrap())).await;
    assert_eq!((last.rows.len(), last.after), (1, None));
    assert_eq!(page(At::Before(second.before.unwrap())).await.rows, first.rows);
}

async fn a_follower_sees_every_entry_once(db: TestDb) {
    let w = World::new(&db).await;
    assert_eq!(w.store.last_ledger_entry().await.unwrap(), 0);
    assert_eq!(w.store.ledger_after(0, 10).await.unwrap(), []);
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let w = w.clone();
            tokio::spawn(async move {
                for i in 0..25 {
                    w.willing(&format!("o{writer}-{i}")).await;
                }
            })
        })
        .collect();
    let (mut last, mut seen) = (0, 0);
    for _ in 0..2_000 {
        for entry in w.store.ledger_after(last, 7).await.unwrap() {
            assert!(entry.id > last);
            (last, seen) = (entry.id, seen + 1);
        }
        if seen == 100 {
            break;
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!((seen, w.store.last_ledger_entry().await.unwrap()), (100, last));
}

async fn books_that_were_cooked_are_found_out(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.willing("a").await;
    let notice = w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 10).await;
    w.record(&[sent(&claimed[0], 1)]).await;
    w.store.store_events(&[w.other("waits")]).await.unwrap();
    let spare = template("spare", TemplateKind::OneTime);
    let spare = w.store.add_template(w.mini_program, &spare, NOW).await.unwrap();
    for _ in 0..2 {
        w.answer("b", spare, Answer::Accept).await;
    }
    let line = w.store.ledger_of(id, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!((line.kind, line.change, line.notice), (LedgerKind::Spent, -1, Some(notice)));
    for (cook, back) in [
        ("UPDATE grants SET balance = balance + 1", "UPDATE grants SET balance = balance - 1"),
        ("UPDATE grants SET reserved = 1", "UPDATE grants SET reserved = 0"),
        ("UPDATE notice_counts SET n = n + 1 WHERE state = 2", "UPDATE notice_counts SET n = n - 1 WHERE state = 2"),
        ("UPDATE counters SET n = n + 1 WHERE state = 2", "UPDATE counters SET n = n - 1 WHERE state = 2"),
        (
            "UPDATE notices SET finished_at = NULL, state = 'running'",
            "UPDATE notices SET finished_at = 1, state = 'finished'",
        ),
        ("UPDATE deliveries SET lease = 5", "UPDATE deliveries SET lease = NULL"),
        // Neither the sum nor the last line tells of these.
        (
            "UPDATE ledger SET balance_after = balance_after + 1 WHERE id = 1",
            "UPDATE ledger SET balance_after = balance_after - 1 WHERE id = 1",
        ),
        (
            "UPDATE templates SET kind = 'long_term' WHERE pri_tmpl_id = 'spare'",
            "UPDATE templates SET kind = 'one_time' WHERE pri_tmpl_id = 'spare'",
        ),
        (
            "INSERT INTO taps (subscriber_id, template_id, source, answer, happened_at) VALUES (99, 1, 'event', 'accept', 1)",
            "DELETE FROM taps",
        ),
        ("UPDATE events SET unmatched = 1", "UPDATE events SET unmatched = 0"),
        ("UPDATE events SET due_at = due_at + 3600001", "UPDATE events SET due_at = due_at - 3600001"),
    ] {
        crate::harness::execute(&db, cook).await;
        let wrong = w.store.check_books().await.unwrap();
        assert!(!wrong.is_empty(), "{cook}");
        crate::harness::execute(&db, back).await;
        assert_eq!(w.store.check_books().await.unwrap(), Vec::<String>::new(), "{back}");
    }
}
