//! Files that are handed in.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World},
};
use model::{
    Problem,
    ids::{ImportId, NoticeId},
    import::{BadRow, Column, Import, ImportState, Progress, Shape},
    notice::Audience,
    recipient::Recipient,
};
use store::{Enqueued, NewImport, Run};

cases!(
    a_file_is_noted_and_found_again,
    only_one_run_counts,
    a_run_that_is_silent_may_be_begun_again,
    a_run_can_be_asked_to_stop,
    bad_rows_are_kept_until_the_next_run,
    what_columns_mean_is_remembered_by_their_header,
    old_imports_are_forgotten_with_their_files,
    another_file_ends_a_run_for_good,
    a_list_comes_from_the_file_that_filled_it,
    looking_again_takes_the_list_away,
    half_a_list_is_not_confirmed,
);

fn shape() -> Shape {
    Shape {
        encoding: "utf-8".to_owned(),
        delimiter: "comma".to_owned(),
        has_header: true,
        columns: vec!["openid".to_owned(), "姓名'\"\0".to_owned()],
        sample: vec![(2, vec!["o1".to_owned(), "张三".to_owned()])],
        ..Shape::default()
    }
}

async fn add(w: &World, notice: Option<NoticeId>) -> ImportId {
    let new = NewImport {
        mini_program: w.mini_program,
        notice,
        file_name: "名单 'a'.csv".to_owned(),
        path: "/tmp/x".to_owned(),
        bytes: 7,
        shape: shape(),
        columns: vec![Column::Openid, Column::Ignore],
        created_by: "ann".to_owned(),
    };
    w.store.add_import(&new, NOW).await.unwrap()
}

async fn get(w: &World, id: ImportId) -> Import {
    w.store.import(id).await.unwrap().expect("an import")
}

fn bad(line: i64) -> BadRow {
    BadRow { line, problem: Problem::of("openid", "required", "缺", "it's missing"), cells: vec!["\0".to_owned()] }
}

async fn a_file_is_noted_and_found_again(db: TestDb) {
    let w = World::new(&db).await;
    let (of_notice, of_people) = (add(&w, Some(NoticeId(5))).await, add(&w, None).await);
    let import = get(&w, of_notice).await;
    assert_eq!((import.file_name.as_str(), import.bytes, import.state), ("名单 'a'.csv", 7, ImportState::Uploaded));
    assert_eq!((&import.shape.sample, &import.columns[..]), (&shape().sample, &[Column::Openid, Column::Ignore][..]));
    assert_eq!((import.created_by.as_str(), import.created_at, import.problem.clone()), ("ann", NOW, None));
    let latest = async |notice| w.store.latest_import(w.mini_program, notice).await.unwrap().map(|i| i.id);
    assert_eq!(latest(Some(NoticeId(5))).await, Some(of_notice));
    let newer = add(&w, Some(NoticeId(5))).await;
    assert_eq!((latest(Some(NoticeId(5))).await, latest(None).await), (Some(newer), Some(of_people)));
    assert_eq!(latest(Some(NoticeId(6))).await, None);
    let columns = [Column::Openid, Column::Field("thing1".to_owned())];
    assert!(w.store.change_import(of_notice, &shape(), &columns).await.unwrap());
    assert_eq!(get(&w, of_notice).await.columns, columns);
}

async fn only_one_run_counts(db: TestDb) {
    let w = World::new(&db).await;
    let id = add(&w, None).await;
    assert!(w.store.begin_import(id, 1, NOW).await.unwrap());
    assert!(!w.store.begin_import(id, 2, NOW + 1_000).await.unwrap());
    assert!(!w.store.change_import(id, &shape(), &[]).await.unwrap(), "not while it is read");
    let progress = Progress { permille: 500, rows: 9, added: 5, bad: 3, duplicates: 1 };
    assert_eq!(w.store.note_import(id, 1, &progress, &[], NOW + 1_000).await.unwrap(), Some(false));
    assert_eq!(w.store.note_import(id, 2, &progress, &[bad(1)], NOW).await.unwrap(), None);
    assert_eq!((get(&w, id).await.progress, w.store.bad_rows(id, 0, 9).await.unwrap()), (progress, vec![]));
    assert!(!w.store.end_import(id, 2, ImportState::Done, None, NOW).await.unwrap());
    let problem = Problem::whole("damaged", "坏", "damaged");
    assert!(w.store.end_import(id, 1, ImportState::Failed, Some(&problem), NOW).await.unwrap());
    assert_eq!((get(&w, id).await.state, get(&w, id).await.problem), (ImportState::Failed, Some(problem)));
    assert_eq!(w.store.note_import(id, 1, &progress, &[], NOW).await.unwrap(), None, "it has ended");
}

async fn a_run_that_is_silent_may_be_begun_again(db: TestDb) {
    let w = World::new(&db).await;
    let id = add(&w, None).await;
    assert!(w.store.begin_import(id, 1, NOW).await.unwrap());
    let later = NOW + Import::SILENT_MS + 1;
    assert!(get(&w, id).await.was_interrupted(later) && !get(&w, id).await.was_interrupted(NOW));
    assert!(w.store.begin_import(id, 2, later).await.unwrap());
    // What the process of the first run still says does not count.
    assert_eq!(w.store.note_import(id, 1, &Progress::default(), &[], later).await.unwrap(), None);
}

async fn a_run_can_be_asked_to_stop(db: TestDb) {
    let w = World::new(&db).await;
    let id = add(&w, None).await;
    assert!(!w.store.stop_import(id).await.unwrap());
    assert!(w.store.begin_import(id, 1, NOW).await.unwrap());
    assert!(w.store.stop_import(id).await.unwrap());
    assert_eq!(w.store.note_import(id, 1, &Progress::default(), &[], NOW).await.unwrap(), Some(true));
    assert!(w.store.end_import(id, 1, ImportState::Stopped, None, NOW).await.unwrap());
    assert!(w.store.begin_import(id, 2, NOW).await.unwrap());
    assert_eq!(w.store.note_import(id, 2, &Progress::default(), &[], NOW).await.unwrap(), Some(false));
}

async fn bad_rows_are_kept_until_the_next_run(db: TestDb) {
    let w = World::new(&db).await;
    let id = add(&w, None).await;
    assert!(w.store.begin_import(id, 1, NOW).await.unwrap());
    let rows: Vec<BadRow> = (2..6).map(bad).collect();
    w.store.note_import(id, 1, &Progress::default(), &rows, NOW).await.unwrap();
    let told: Vec<i64> = w.store.bad_rows(id, 3, 9).await.unwrap().iter().map(|r| r.line).collect();
    assert_eq!(told, [4, 5]);
    assert_eq!(w.store.bad_rows(id, 0, 1).await.unwrap()[0].problem, bad(2).problem);
    assert!(w.store.end_import(id, 1, ImportState::Done, None, NOW).await.unwrap());
    assert!(w.store.begin_import(id, 2, NOW).await.unwrap());
    assert_eq!(w.store.bad_rows(id, 0, 9).await.unwrap(), []);
}

async fn what_columns_mean_is_remembered_by_their_header(db: TestDb) {
    let w = World::new(&db).await;
    let header = shape().columns;
    let before = async |template| w.store.columns_before(w.mini_program, template, &header).await.unwrap();
    assert_eq!(before(Some(w.one)).await, None);
    for columns in [vec![Column::Openid, Column::Ignore], vec![Column::Openid, Column::Value("姓名".to_owned())]] {
        w.store.remember_columns(w.mini_program, Some(w.one), &header, &columns).await.unwrap();
        assert_eq!(before(Some(w.one)).await, Some(columns));
    }
    assert_eq!((before(None).await, before(Some(w.long)).await), (None, None));
}

async fn old_imports_are_forgotten_with_their_files(db: TestDb) {
    let w = World::new(&db).await;
    let id = add(&w, None).await;
    assert_eq!(w.store.forget_import(NOW).await.unwrap(), None);
    assert_eq!(w.store.forget_import(NOW + 1).await.unwrap(), Some("/tmp/x".to_owned()));
    assert_eq!(w.store.import(id).await.unwrap(), None);
}

/// A run puts somebody on the list.
async fn fill(w: &World, notice: NoticeId, run: Run, openid: &str) -> bool {
    w.store.add_recipients(notice, &[Recipient::of(openid)], Some(run)).await.unwrap().is_some()
}

async fn begin(w: &World, import: ImportId, number: i64) -> Run {
    assert!(w.store.begin_import(import, number, NOW).await.unwrap());
    Run { import, number }
}

async fn another_file_ends_a_run_for_good(db: TestDb) {
    let w = World::new(&db).await;
    let notice = w.draft(w.one, &Audience::Nobody).await;
    let first = begin(&w, add(&w, Some(notice)).await, 1).await;
    assert!(fill(&w, notice, first, "a").await);
    // It is only handed in, and the half list of the first one is nobody's already.
    let second = add(&w, Some(notice)).await;
    assert_eq!(w.notice(notice).await.audience, Audience::Nobody);
    assert!(!fill(&w, notice, first, "b").await);
    assert_eq!(w.store.note_import(first.import, 1, &Progress::default(), &[], NOW).await.unwrap(), None);
    assert!(!w.store.end_import(first.import, 1, ImportState::Done, None, NOW).await.unwrap());
    assert_eq!(get(&w, first.import).await.state, ImportState::Stopped);
    // The same when a file is begun that was handed in before.
    let second = begin(&w, second, 2).await;
    assert!(fill(&w, notice, second, "c").await);
    let again = begin(&w, first.import, 3).await;
    assert_eq!(w.notice(notice).await.audience, Audience::Nobody);
    assert!(!fill(&w, notice, second, "d").await && fill(&w, notice, again, "e").await);
    // What a run that does not count takes off the list stays there.
    assert_eq!(w.store.clear_recipients(notice, 10, Some(second)).await.unwrap(), 0);
    assert_eq!(w.notice(notice).await.audience, Audience::Listed { size: 1 });
    assert!(w.store.clear_recipients(notice, 10, Some(again)).await.unwrap() > 0);
}

async fn a_list_comes_from_the_file_that_filled_it(db: TestDb) {
    let w = World::new(&db).await;
    let notice = w.draft(w.one, &Audience::Nobody).await;
    let from = async || w.store.list_import(notice).await.unwrap().map(|import| import.id);
    assert_eq!(from().await, None);
    let first = begin(&w, add(&w, Some(notice)).await, 1).await;
    assert!(w.store.end_import(first.import, 1, ImportState::Done, None, NOW).await.unwrap());
    let second = add(&w, Some(notice)).await;
    assert_eq!(from().await, Some(first.import), "the other one was only handed in");
    let second = begin(&w, second, 2).await;
    assert_eq!(from().await, Some(second.import));
    assert!(w.store.end_import(second.import, 2, ImportState::Done, None, NOW).await.unwrap());
    let again = begin(&w, first.import, 3).await;
    assert!(w.store.end_import(again.import, 3, ImportState::Done, None, NOW).await.unwrap());
    assert_eq!(from().await, Some(first.import));
}

async fn looking_again_takes_the_list_away(db: TestDb) {
    let w = World::new(&db).await;
    let notice = w.draft(w.one, &Audience::Nobody).await;
    let run = begin(&w, add(&w, Some(notice)).await, 1).await;
    assert!(fill(&w, notice, run, "a").await);
    w.store.note_import(run.import, 1, &Progress { rows: 2, ..Progress::default() }, &[bad(2)], NOW).await.unwrap();
    assert!(w.store.end_import(run.import, 1, ImportState::Done, None, NOW).await.unwrap());
    assert_eq!(w.notice(notice).await.audience, Audience::Listed { size: 1 });
    assert!(w.store.change_import(run.import, &shape(), &[Column::Ignore, Column::Openid]).await.unwrap());
    let import = get(&w, run.import).await;
    assert_eq!((import.state, import.progress), (ImportState::Uploaded, Progress::default()));
    assert_eq!((w.notice(notice).await.audience, w.store.list_import(notice).await.unwrap()), (Audience::Nobody, None));
    assert_eq!(w.store.bad_rows(run.import, 0, 9).await.unwrap(), []);
    // Whoever chose other recipients meanwhile keeps them.
    let run = begin(&w, run.import, 2).await;
    assert!(w.store.end_import(run.import, 2, ImportState::Done, None, NOW).await.unwrap());
    assert!(w.store.change_audience(notice, &Audience::EverybodyWithGrant, 0).await.unwrap());
    assert!(w.store.change_import(run.import, &shape(), &[]).await.unwrap());
    assert_eq!(w.notice(notice).await.audience, Audience::EverybodyWithGrant);
}

async fn half_a_list_is_not_confirmed(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let notice = w.draft(w.one, &Audience::Nobody).await;
    let run = begin(&w, add(&w, Some(notice)).await, 1).await;
    assert!(fill(&w, notice, run, "a").await);
    assert!(matches!(w.store.enqueue_notice(notice, 9, HOUR, NOW).await.unwrap(), Enqueued::Nobody(_)));
    assert!(w.store.end_import(run.import, 1, ImportState::Done, None, NOW).await.unwrap());
    assert!(matches!(w.store.enqueue_notice(notice, 9, HOUR, NOW).await.unwrap(), Enqueued::Done(_)));
}
