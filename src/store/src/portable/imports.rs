//! Files that are handed in.

use super::{
    dialect::{self, Backend, Conn},
    preflight, query, query_as,
};
use crate::{
    Imports, NewImport, Run, StoreResult,
    records::{ImportRecord, bad_row, to_json},
    text::text,
};
use async_trait::async_trait;
use model::{
    Millis, Problem,
    ids::{ImportId, MiniProgramId, NoticeId, TemplateId},
    import::{BadRow, Column, Import, ImportState, Progress, Shape},
    notice::Audience,
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, mini_program_id, notice_id, file_name, path, bytes, shape, columns, state, stop_asked, beat_at, \
             permille, n_rows, n_added, n_bad, n_duplicates, problem, created_by, created_at FROM imports ",
            $rest
        )
    };
}

/// Ends other runs of a notice for good. Whatever changes which file fills a list holds the draft first, so that all of it
/// happens one after the other.
async fn end_others(conn: &mut Conn, notice: i64, but: i64, too: &str, now: Millis) -> StoreResult<bool> {
    let done = query(
        "UPDATE imports SET state = 'stopped', run = NULL, beat_at = $4
         WHERE notice_id = $1 AND id <> $2 AND (state = 'running' OR state = $3)",
    )
    .bind(notice)
    .bind(but)
    .bind(too.to_owned())
    .bind(now)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What an earlier file has put on the list is no audience any more; its rows are removed when the list is filled anew.
async fn leave_list(conn: &mut Conn, notice: i64) -> StoreResult<()> {
    if let Some(draft) = preflight::hold_draft(conn, NoticeId(notice)).await?
        && matches!(draft.audience()?, Audience::Listed { .. })
    {
        super::recipients::set_audience(conn, NoticeId(notice), &Audience::Nobody, 0).await?;
    }
    Ok(())
}

/// Whose recipients an import brings; that draft is held.
async fn held(conn: &mut Conn, id: ImportId) -> StoreResult<Option<i64>> {
    let row: Option<(Option<i64>,)> =
        query_as("SELECT notice_id FROM imports WHERE id = $1").bind(id.0).fetch_optional(&mut *conn).await?;
    let notice = row.and_then(|(notice,)| notice);
    if let Some(notice) = notice {
        preflight::hold_draft(conn, NoticeId(notice)).await?;
    }
    Ok(notice)
}

/// Whether a run is the one that counts; its draft was held before.
pub(super) async fn counts(conn: &mut Conn, run: Run) -> StoreResult<bool> {
    let row: Option<(i64,)> = query_as("SELECT id FROM imports WHERE id = $1 AND run = $2 AND state = 'running'")
        .bind(run.import.0)
        .bind(run.number)
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// Whether the list of a draft that was held is not complete yet.
pub(super) async fn being_read(conn: &mut Conn, notice: NoticeId) -> StoreResult<bool> {
    let row: Option<(String,)> = query_as(
        "SELECT state FROM imports WHERE notice_id = $1 AND state IN ('running', 'done')
         ORDER BY notice_id DESC, id DESC LIMIT 1",
    )
    .bind(notice.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some_and(|(state,)| state == ImportState::Running.code()))
}

#[async_trait]
impl Imports for Backend {
    async fn add_import(&self, new: &NewImport, now: Millis) -> StoreResult<ImportId> {
        let mut tx = self.begin().await?;
        if let Some(notice) = new.notice {
            preflight::hold_draft(&mut tx, notice).await?;
            if end_others(&mut tx, notice.0, 0, "running", now).await? {
                leave_list(&mut tx, notice.0).await?;
            }
        }
        let (id,) = query_as(
            "INSERT INTO imports (mini_program_id, notice_id, file_name, path, bytes, shape, columns, state, beat_at,
                                  created_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'uploaded', $9, $8, $9)
             RETURNING id",
        )
        .bind(new.mini_program.0)
        .bind(new.notice.map(|id| id.0))
        .bind(text(&new.file_name))
        .bind(text(&new.path))
        .bind(new.bytes)
        .bind(to_json(&new.shape)?)
        .bind(to_json(&new.columns)?)
        .bind(text(&new.created_by))
        .bind(now)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(ImportId(id))
    }

    async fn import(&self, id: ImportId) -> StoreResult<Option<Import>> {
        let row: Option<ImportRecord> =
            query_as(select!("WHERE id = $1")).bind(id.0).fetch_optional(self.read()).await?;
        row.map(Import::try_from).transpose()
    }

    async fn latest_import(
        &self,
        mini_program: MiniProgramId,
        notice: Option<NoticeId>,
    ) -> StoreResult<Option<Import>> {
        let row: Option<ImportRecord> = match notice {
            Some(notice) => {
                query_as(select!("WHERE notice_id = $1 ORDER BY notice_id DESC, id DESC LIMIT 1")).bind(notice.0)
            }
            None => query_as(select!(
                "WHERE mini_program_id = $1 AND notice_id IS NULL ORDER BY mini_program_id DESC, id DESC LIMIT 1"
            ))
            .bind(mini_program.0),
        }
        .fetch_optional(self.read())
        .await?;
        row.map(Import::try_from).transpose()
    }

    async fn list_import(&self, notice: NoticeId) -> StoreResult<Option<Import>> {
        let row: Option<ImportRecord> = query_as(select!(
            "WHERE notice_id = $1 AND state IN ('running', 'done') ORDER BY notice_id DESC, id DESC LIMIT 1"
        ))
        .bind(notice.0)
        .fetch_optional(self.read())
        .await?;
        row.map(Import::try_from).transpose()
    }

    async fn change_import(&self, id: ImportId, shape: &Shape, columns: &[Column]) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        let notice = held(&mut tx, id).await?;
        let before: Option<(String,)> = query_as("SELECT state FROM imports WHERE id = $1 AND state <> 'running'")
            .bind(id.0)
            .fetch_optional(&mut *tx)
            .await?;
        let Some((state,)) = before else { return Ok(false) };
        if let Some(notice) = notice.filter(|_| state == ImportState::Done.code()) {
            leave_list(&mut tx, notice).await?;
        }
        let done = query(
            "UPDATE imports SET shape = $2, columns = $3, state = 'uploaded', run = NULL, permille = 0, n_rows = 0,
                    n_added = 0, n_bad = 0, n_duplicates = 0, problem = NULL
             WHERE id = $1 AND state <> 'running'",
        )
        .bind(id.0)
        .bind(to_json(shape)?)
        .bind(to_json(&columns)?)
        .execute(&mut *tx)
        .await?
        .rows_affected()
            > 0;
        if done {
            query("DELETE FROM import_errors WHERE import_id = $1").bind(id.0).execute(&mut *tx).await?;
            tx.commit().await?;
        }
        Ok(done)
    }

    async fn begin_import(&self, id: ImportId, run: i64, now: Millis) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        let notice = held(&mut tx, id).await?;
        let done = query(
            "UPDATE imports SET state = 'running', run = $2, stop_asked = 0, beat_at = $3, permille = 0, n_rows = 0,
                    n_added = 0, n_bad = 0, n_duplicates = 0, problem = NULL
             WHERE id = $1 AND (state <> 'running' OR beat_at < $4)",
        )
        .bind(id.0)
        .bind(run)
        .bind(now)
        .bind(now - Import::SILENT_MS)
        .execute(&mut *tx)
        .await?
        .rows_affected()
            > 0;
        if done {
            query("DELETE FROM import_errors WHERE import_id = $1").bind(id.0).execute(&mut *tx).await?;
            if let Some(notice) = notice {
                end_others(&mut tx, notice, id.0, "done", now).await?;
                if preflight::hold_draft(&mut tx, NoticeId(notice)).await?.is_some() {
                    super::recipients::set_audience(&mut tx, NoticeId(notice), &Audience::Nobody, 0).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(done)
    }

    async fn note_import(
        &self,
        id: ImportId,
        run: i64,
        progress: &Progress,
        bad: &[BadRow],
        now: Millis,
    ) -> StoreResult<Option<bool>> {
        let mut tx = self.begin().await?;
        let stop: Option<(i64,)> = query_as(
            "UPDATE imports SET beat_at = $3, permille = $4, n_rows = $5, n_added = $6, n_bad = $7, n_duplicates = $8
             WHERE id = $1 AND run = $2 AND state = 'running'
             RETURNING stop_asked",
        )
        .bind(id.0)
        .bind(run)
        .bind(now)
        .bind(progress.permille)
        .bind(progress.rows)
        .bind(progress.added)
        .bind(progress.bad)
        .bind(progress.duplicates)
        .fetch_optional(&mut *tx)
        .await?;
        if stop.is_some() && !bad.is_empty() {
            let rows: Vec<(i64, String, String)> = bad
                .iter()
                .map(|row| Ok((row.line, to_json(&row.problem)?, to_json(&row.cells)?)))
                .collect::<StoreResult<_>>()?;
            dialect::insert_import_errors(&mut tx, id.0, &rows).await?;
        }
        tx.commit().await?;
        Ok(stop.map(|(stop,)| stop != 0))
    }

    async fn end_import(
        &self,
        id: ImportId,
        run: i64,
        state: ImportState,
        problem: Option<&Problem>,
        now: Millis,
    ) -> StoreResult<bool> {
        let done = query(
            "UPDATE imports SET state = $3, problem = $4, beat_at = $5 WHERE id = $1 AND run = $2 AND state = 'running'",
        )
        .bind(id.0)
        .bind(run)
        .bind(state.code())
        .bind(problem.map(to_json).transpose()?)
        .bind(now)
        .execute(self.write())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn stop_import(&self, id: ImportId) -> StoreResult<bool> {
        let done = query("UPDATE imports SET stop_asked = 1 WHERE id = $1 AND state = 'running'")
            .bind(id.0)
            .execute(self.write())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn bad_rows(&self, id: ImportId, after: i64, limit: i64) -> StoreResult<Vec<BadRow>> {
        let rows: Vec<(i64, String, String)> = query_as(
            "SELECT line, problem, cells FROM import_errors WHERE import_id = $1 AND line > $2
             ORDER BY import_id, line LIMIT $3",
        )
        .bind(id.0)
        .bind(after)
        .bind(limit.max(1))
        .fetch_all(self.read())
        .await?;
        rows.into_iter().map(bad_row).collect()
    }

    async fn columns_before(
        &self,
        mini_program: MiniProgramId,
        template: Option<TemplateId>,
        header: &[String],
    ) -> StoreResult<Option<Vec<Column>>> {
        let row: Option<(String,)> = query_as(
            "SELECT columns FROM column_choices WHERE mini_program_id = $1 AND template_id = $2 AND header = $3",
        )
        .bind(mini_program.0)
        .bind(template.map_or(0, |id| id.0))
        .bind(to_json(&header)?)
        .fetch_optional(self.read())
        .await?;
        row.map(|(columns,)| crate::records::json("column_choices", "columns", &columns)).transpose()
    }

    async fn remember_columns(
        &self,
        mini_program: MiniProgramId,
        template: Option<TemplateId>,
        header: &[String],
        columns: &[Column],
    ) -> StoreResult<()> {
        query(
            "INSERT INTO column_choices (mini_program_id, template_id, header, columns) VALUES ($1, $2, $3, $4)
             ON CONFLICT (mini_program_id, template_id, header) DO UPDATE SET columns = excluded.columns",
        )
        .bind(mini_program.0)
        .bind(template.map_or(0, |id| id.0))
        .bind(to_json(&header)?)
        .bind(to_json(&columns)?)
        .execute(self.write())
        .await?;
        Ok(())
    }

    async fn forget_import(&self, before: Millis) -> StoreResult<Option<String>> {
        let mut tx = self.begin().await?;
        let gone: Option<(i64, String)> = query_as(
            "DELETE FROM imports WHERE id = (SELECT id FROM imports WHERE created_at < $1
                                             AND (state <> 'running' OR beat_at < $1) ORDER BY created_at LIMIT 1)
             RETURNING id, path",
        )
        .bind(before)
        .fetch_optional(&mut *tx)
        .await?;
        if let Some((id, _)) = gone {
            query("DELETE FROM import_errors WHERE import_id = $1").bind(id).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(gone.map(|(_, path)| path))
    }

    async fn import_paths(&self) -> StoreResult<Vec<String>> {
        let rows: Vec<(String,)> = query_as("SELECT path FROM imports").fetch_all(self.read()).await?;
        Ok(rows.into_iter().map(|(path,)| path).collect())
    }
}
