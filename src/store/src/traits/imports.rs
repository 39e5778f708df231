//! Files that are handed in.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis, Problem,
    ids::{ImportId, MiniProgramId, NoticeId, TemplateId},
    import::{BadRow, Column, Import, ImportState, Progress, Shape},
};

/// A file as it was taken.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// The mini program.
    pub mini_program: MiniProgramId,
    /// Whose recipients; `None`: subscribers.
    pub notice: Option<NoticeId>,
    /// As it was called.
    pub file_name: String,
    /// Where it lies.
    pub path: String,
    /// How big it is.
    pub bytes: i64,
    /// What it is.
    pub shape: Shape,
    /// What each column seems to mean.
    pub columns: Vec<Column>,
    /// Who handed it in.
    pub created_by: String,
}

/// A run of an import: what it writes counts as long as no other run and no other file of its notice has taken its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Of which import.
    pub import: ImportId,
    /// Random.
    pub number: i64,
}

/// Imports.
#[async_trait]
pub trait Imports {
    /// Notes a file. Another one of the notice that is still being read has ended for good, and what it had put on the
    /// list is no audience any more.
    async fn add_import(&self, new: &NewImport, now: Millis) -> StoreResult<ImportId>;

    /// One import.
    async fn import(&self, id: ImportId) -> StoreResult<Option<Import>>;

    /// The newest of a notice's recipients, or (without a notice) of a mini program's subscribers.
    async fn latest_import(&self, mini_program: MiniProgramId, notice: Option<NoticeId>)
    -> StoreResult<Option<Import>>;

    /// The file that a draft's list comes from: read to its end, or being read; `None` for a list that came another way.
    async fn list_import(&self, notice: NoticeId) -> StoreResult<Option<Import>>;

    /// Changes how a file is read and what its columns mean; `false` while it is being read. It is as if it had just been
    /// handed in: what an earlier run has found and put on the list was read in another way and does not count any more.
    async fn change_import(&self, id: ImportId, shape: &Shape, columns: &[Column]) -> StoreResult<bool>;

    /// Begins a run under a random number; `false` while another run tells of itself. Numbers and bad rows of an earlier
    /// run are forgotten. Other files of the notice have ended for good, and its audience is nobody: the
    /// run fills a new list.
    async fn begin_import(&self, id: ImportId, run: i64, now: Millis) -> StoreResult<bool>;

    /// Notes bad rows and how far a run is; answers whether it is to stop. `None`: the run is not the one that counts.
    async fn note_import(
        &self,
        id: ImportId,
        run: i64,
        progress: &Progress,
        bad: &[BadRow],
        now: Millis,
    ) -> StoreResult<Option<bool>>;

    /// Ends a run; `false` when it is not the one that counts.
    async fn end_import(
        &self,
        id: ImportId,
        run: i64,
        state: ImportState,
        problem: Option<&Problem>,
        now: Millis,
    ) -> StoreResult<bool>;

    /// Asks a run to stop; `false` when none is under way.
    async fn stop_import(&self, id: ImportId) -> StoreResult<bool>;

    /// Rows that were left out, after a line.
    async fn bad_rows(&self, id: ImportId, after: i64, limit: i64) -> StoreResult<Vec<BadRow>>;

    /// What the columns under this header meant the last time.
    async fn columns_before(
        &self,
        mini_program: MiniProgramId,
        template: Option<TemplateId>,
        header: &[String],
    ) -> StoreResult<Option<Vec<Column>>>;

    /// Remembers what they mean.
    async fn remember_columns(
        &self,
        mini_program: MiniProgramId,
        template: Option<TemplateId>,
        header: &[String],
        columns: &[Column],
    ) -> StoreResult<()>;

    /// Forgets an import that was handed in before an instant and is not under way, with its bad rows; answers where its file
    /// lies. `None`: there is none (any more).
    async fn forget_import(&self, before: Millis) -> StoreResult<Option<String>>;

    /// Where the files of all imports lie.
    async fn import_paths(&self) -> StoreResult<Vec<String>>;
}
