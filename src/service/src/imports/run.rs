//! The job: a thread reads the file, a task writes batches.

use super::{
    rows::{Batch, Meaning},
    words,
};
use crate::{Services, UseError, UseResult};
use model::{
    Problem,
    ids::NoticeId,
    import::{BadRow, Column, Import, ImportState, Progress},
    recipient::Recipient,
};
use sheets::{Flow, Options};
use std::{collections::HashSet, path::PathBuf, sync::Arc, time::Duration};
use store::Run;
use tokio::sync::mpsc;

/// Rows in a batch: few enough that sending goes on between two, enough that each page of the table is written once
/// for many of them.
const BATCH: i64 = 10_000;
/// Bytes in a batch, where rows are long.
const BATCH_BYTES: usize = 4 << 20;
/// Batches read ahead.
const AHEAD: usize = 1;
/// Recipients removed in one step.
const STEP: i64 = 20_000;
/// Tries of one write while the database is away for a moment.
const TRIES: u32 = 20;

/// How a run came to its end.
enum End {
    Done,
    Stopped,
    Failed(Problem),
    /// The notice was confirmed, or has another audience or another file now.
    GivenUp,
    /// Another run counts: nothing is left to say.
    Superseded,
}

pub(super) struct Job {
    pub services: Arc<Services>,
    pub import: Import,
    pub options: Options,
    pub meaning: Meaning,
    pub run: Run,
}

impl Job {
    pub(super) async fn work(self) {
        let end = match self.read().await {
            Ok(end) => end,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a file could not be imported");
                End::Failed(Problem::whole(
                    "database",
                    "数据库出错，没有读完。请稍后重新读取。",
                    "The database failed before the file was read to its end. Read it again later.",
                ))
            }
        };
        let (state, problem) = match end {
            End::Done => (ImportState::Done, None),
            End::Stopped => (ImportState::Stopped, None),
            End::GivenUp => (ImportState::Stopped, Some(given_up())),
            End::Failed(problem) => (ImportState::Failed, Some(problem)),
            End::Superseded => return,
        };
        if let Err(error) = self.finish(state, problem).await {
            // It will be shown as interrupted.
            tracing::error!(error = &error as &dyn std::error::Error, "the end of an import could not be stored");
        }
    }

    /// A list is there whole or not at all; of subscribers each row stands for itself.
    async fn finish(&self, state: ImportState, problem: Option<Problem>) -> UseResult<()> {
        if let Some(notice) = self.import.notice.filter(|_| state != ImportState::Done) {
            clear(&self.services, notice, Some(self.run)).await?;
        }
        let now = self.services.now();
        self.services.store.end_import(self.import.id, self.run.number, state, problem.as_ref(), now).await?;
        Ok(())
    }

    async fn read(&self) -> UseResult<End> {
        let (batches, mut received) = mpsc::channel(AHEAD);
        let reader = self.reader(batches);
        let mut progress = Progress::default();
        while let Some(batch) = received.recv().await {
            let Some(dropped) = self.write(&batch, &mut progress).await? else { return Ok(End::GivenUp) };
            let mut bad = batch.bad;
            bad.extend(self.duplicates(&batch.recipients, &dropped, &bad));
            match self.note(&progress, &bad).await? {
                None => return Ok(End::Superseded),
                Some(true) => return Ok(End::Stopped),
                Some(false) => {}
            }
        }
        match reader.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Ok(End::Failed(words::of_file(&error))),
            Err(_) => return Err(UseError::Internal("the reader ended")),
        }
        progress.permille = 1_000;
        if progress.rows == 0 {
            return Ok(End::Failed(no_rows()));
        }
        Ok(match self.note(&progress, &[]).await? {
            None => End::Superseded,
            Some(true) => End::Stopped,
            Some(false) => End::Done,
        })
    }

    fn reader(&self, batches: mpsc::Sender<Batch>) -> tokio::task::JoinHandle<Result<(), sheets::Error>> {
        let (path, options) = (PathBuf::from(&self.import.path), self.options.clone());
        let (meaning, mut skip) = (self.meaning.clone(), self.import.shape.has_header);
        tokio::task::spawn_blocking(move || {
            let mut batch = Batch::default();
            sheets::read(&path, &options, &mut |row| {
                if !std::mem::take(&mut skip) {
                    meaning.take(row, &mut batch);
                }
                if batch.rows < BATCH && batch.bytes < BATCH_BYTES {
                    return Flow::On;
                }
                if batches.blocking_send(std::mem::take(&mut batch)).is_ok() { Flow::On } else { Flow::Stop }
            })?;
            if batch.rows > 0 {
                // Nobody listens any more: so be it.
                drop(batches.blocking_send(batch));
            }
            Ok(())
        })
    }

    /// Stores a batch; the lines of duplicates that were dropped. `None` when its notice takes no more of them.
    async fn write(&self, batch: &Batch, progress: &mut Progress) -> UseResult<Option<Vec<i64>>> {
        let store = &self.services.store;
        let (added, duplicates, dropped) = match self.import.notice {
            Some(notice) => {
                let added = again(|| store.add_recipients(notice, &batch.recipients, Some(self.run))).await?;
                let Some(added) = added else { return Ok(None) };
                (added.added, added.duplicates, added.dropped)
            }
            None => {
                let (people, now) = (&batch.people, self.services.now());
                let merged = again(|| store.merge_people(self.import.mini_program, people, now)).await?;
                let all = merged.added + merged.known;
                (all, i64::try_from(people.len()).unwrap_or(i64::MAX) - all, Vec::new())
            }
        };
        progress.rows += batch.rows;
        progress.permille = batch.permille;
        progress.added += added;
        progress.duplicates += duplicates;
        progress.bad += i64::try_from(batch.bad.len()).unwrap_or(i64::MAX);
        Ok(Some(dropped))
    }

    /// Tells of rows that were dropped because their openid stood there before. What else is wrong with a line comes first.
    fn duplicates(&self, recipients: &[Recipient], dropped: &[i64], bad: &[BadRow]) -> Vec<BadRow> {
        let told: HashSet<i64> = bad.iter().map(|row| row.line).collect();
        let at = self.meaning.columns.iter().position(|column| *column == Column::Openid).unwrap_or_default();
        recipients
            .iter()
            .filter_map(|recipient| Some((recipient.line?, &recipient.openid)))
            .filter(|(line, _)| dropped.binary_search(line).is_ok() && !told.contains(line))
            .map(|(line, openid)| {
                let mut cells = vec![String::new(); at];
                cells.push(openid.clone());
                BadRow { line, problem: words::duplicate(), cells }
            })
            .collect()
    }

    async fn note(&self, progress: &Progress, bad: &[BadRow]) -> UseResult<Option<bool>> {
        let now = self.services.now();
        again(|| self.services.store.note_import(self.import.id, self.run.number, progress, bad, now)).await
    }
}

/// Does a write again while the database is away for a moment. Doing it twice changes nothing.
async fn again<T, F: Future<Output = store::StoreResult<T>>>(work: impl Fn() -> F) -> UseResult<T> {
    let mut tries = 0;
    loop {
        match work().await {
            Err(error) if error.is_transient() && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            other => return Ok(other?),
        }
    }
}

/// Takes all recipients off a draft, in steps that let others write in between; a run does so only while it counts.
pub(crate) async fn clear(services: &Services, notice: NoticeId, run: Option<Run>) -> UseResult<()> {
    while services.store.clear_recipients(notice, STEP, run).await? > 0 {}
    Ok(())
}

fn given_up() -> Problem {
    Problem::whole(
        "given_up",
        "读取期间选择了其他接收人，文件没有读完。",
        "Other recipients were chosen meanwhile, so the file was not read to its end.",
    )
}

fn no_rows() -> Problem {
    Problem::of(
        "file",
        "no_rows",
        "列名下面没有数据行。请检查文件，或勾掉“第一行是列名”。",
        "There are no rows below the header. Check the file, or say that the first row is no header.",
    )
}
