//! Imports.

use super::{json, word};
use crate::{StoreError, StoreResult};
use model::{
    ids::{ImportId, MiniProgramId, NoticeId},
    import::{BadRow, Import, ImportState, Progress},
};

/// A row of `imports`.
#[derive(sqlx::FromRow)]
pub(crate) struct ImportRecord {
    id: i64,
    mini_program_id: i64,
    notice_id: Option<i64>,
    file_name: String,
    path: String,
    bytes: i64,
    shape: String,
    columns: String,
    state: String,
    stop_asked: i64,
    beat_at: i64,
    permille: i64,
    n_rows: i64,
    n_added: i64,
    n_bad: i64,
    n_duplicates: i64,
    problem: Option<String>,
    created_by: String,
    created_at: i64,
}

impl TryFrom<ImportRecord> for Import {
    type Error = StoreError;

    fn try_from(r: ImportRecord) -> StoreResult<Self> {
        Ok(Self {
            id: ImportId(r.id),
            mini_program: MiniProgramId(r.mini_program_id),
            notice: r.notice_id.map(NoticeId),
            file_name: r.file_name,
            path: r.path,
            bytes: r.bytes,
            shape: json("imports", "shape", &r.shape)?,
            columns: json("imports", "columns", &r.columns)?,
            state: word("imports", "state", &r.state, ImportState::parse)?,
            progress: Progress {
                permille: r.permille,
                rows: r.n_rows,
                added: r.n_added,
                bad: r.n_bad,
                duplicates: r.n_duplicates,
            },
            stop_asked: r.stop_asked != 0,
            beat_at: r.beat_at,
            problem: r.problem.map(|problem| json("imports", "problem", &problem)).transpose()?,
            created_by: r.created_by,
            created_at: r.created_at,
        })
    }
}

/// A row of `import_errors`.
pub(crate) fn bad_row((line, problem, cells): (i64, String, String)) -> StoreResult<BadRow> {
    Ok(BadRow {
        line,
        problem: json("import_errors", "problem", &problem)?,
        cells: json("import_errors", "cells", &cells)?,
    })
}
