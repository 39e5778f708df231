//! Files that are handed in: looked at at once, read in the background.

mod meaning;
mod old;
mod rows;
mod run;
mod shape;
mod words;

pub use meaning::TOLD;

use crate::{Services, UseError, UseResult};
use model::{
    Problem,
    field::Field,
    ids::{ImportId, MiniProgramId, NoticeId, TemplateId},
    import::{BadRow, Column, Import, ImportState, Shape},
    notice::NoticeState,
};
use rows::Meaning;
use run::Job;
pub(crate) use run::clear;
use shape::{options, shape_of};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{NewImport, Run};

/// The longest name of a file that is kept, in characters.
const MOST_NAME: usize = 100;

/// A file that lies on the disk.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The mini program.
    pub mini_program: MiniProgramId,
    /// Whose recipients; `None`: subscribers.
    pub notice: Option<NoticeId>,
    /// As it was called.
    pub file_name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// How big it is.
    pub bytes: i64,
}

/// How a person wants a file read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// `utf-8`, …; empty: as guessed.
    pub encoding: String,
    /// `comma`, …; empty: as guessed.
    pub delimiter: String,
    /// The number of the sheet, from 0; `None`: the first that has rows.
    pub sheet: Option<usize>,
    /// Whether the first row names the columns; `None`: as guessed.
    pub has_header: Option<bool>,
}

impl Services {
    /// A new place for a file, in a folder that only this program reads.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub async fn place_for_upload(&self) -> UseResult<PathBuf> {
        let mut folder = tokio::fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        folder.mode(0o700);
        folder.create(&self.uploads).await.map_err(|_| UseError::Internal("the folder of uploads cannot be made"))?;
        Ok(self.uploads.join(self.keys.random_text(18)?))
    }

    /// Takes a file: looks at its beginning, guesses what its columns mean, and removes it again if it is none.
    ///
    /// # Errors
    /// `Invalid` with what is wrong with the file; `NotFound` without such a draft.
    pub async fn receive_file(&self, upload: Upload, by: &str) -> UseResult<ImportId> {
        let path = upload.path.clone();
        let taken = self.take_in(upload, by).await;
        if taken.is_err() {
            old::remove(&path).await;
        }
        taken
    }

    async fn take_in(&self, upload: Upload, by: &str) -> UseResult<ImportId> {
        let of = self.target(upload.mini_program, upload.notice).await?;
        let shape = shape_of(&upload.path, &Reading::default()).await?;
        let columns = self.columns_for(upload.mini_program, &of, &shape).await?;
        let new = NewImport {
            mini_program: upload.mini_program,
            notice: upload.notice,
            file_name: upload.file_name.chars().filter(|c| !c.is_control()).take(MOST_NAME).collect(),
            path: upload.path.to_string_lossy().into_owned(),
            bytes: upload.bytes,
            shape,
            columns,
            created_by: by.to_owned(),
        };
        Ok(self.store.add_import(&new, self.now()).await?)
    }

    /// The newest file of a draft's recipients, or of a mini program's subscribers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_import(&self, program: MiniProgramId, notice: Option<NoticeId>) -> UseResult<Option<Import>> {
        Ok(self.store.latest_import(program, notice).await?)
    }

    /// One import.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn import(&self, id: ImportId) -> UseResult<Import> {
        self.store.import(id).await?.ok_or(UseError::NotFound)
    }

    /// Whether the process that read the file has ended meanwhile.
    #[must_use]
    pub fn was_interrupted(&self, import: &Import) -> bool {
        import.was_interrupted(self.now())
    }

    /// Rows of a file that something is wrong with, after a line.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bad_rows(&self, id: ImportId, after: i64, limit: i64) -> UseResult<Vec<BadRow>> {
        Ok(self.store.bad_rows(id, after, limit).await?)
    }

    /// Looks at a file again, in another way. What was read of it before counts no more: a list of it is cleared.
    ///
    /// # Errors
    /// `Invalid` with what is wrong; `NotFound`, also while it is being read.
    pub async fn change_reading(&self, id: ImportId, reading: &Reading) -> UseResult<()> {
        let import = self.import(id).await?;
        let of = self.target(import.mini_program, import.notice).await?;
        let shape = shape_of(Path::new(&import.path), reading).await?;
        let columns = self.columns_for(import.mini_program, &of, &shape).await?;
        if self.store.change_import(id, &shape, &columns).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Begins to read a file in the background; `codes` say what each column means, `None` leaves that as it is. What an
    /// earlier run has put on the list is taken away first.
    ///
    /// # Errors
    /// `Invalid` with what is wrong with the columns or when the file is gone or being read; `NotFound` without a draft.
    pub async fn start_import(self: &Arc<Self>, id: ImportId, codes: Option<&[String]>) -> UseResult<()> {
        let mut import = self.import(id).await?;
        let of = self.target(import.mini_program, import.notice).await?;
        // Before anything is changed: what is on the list stays there when this file cannot be read again.
        if !tokio::fs::try_exists(&import.path).await.unwrap_or_default() {
            return Err(words::of_file(&sheets::Error::Io(std::io::ErrorKind::NotFound.into())).into());
        }
        let fields = of.as_ref().map(|(_, fields)| fields.as_slice());
        if let Some(codes) = codes {
            import.columns = meaning::parse(&import.shape, fields, codes)?;
            if !self.store.change_import(id, &import.shape, &import.columns).await? {
                return Err(busy().into());
            }
            let template = of.as_ref().map(|(template, _)| *template);
            self.store.remember_columns(import.mini_program, template, &import.shape.columns, &import.columns).await?;
        }
        let run = Run { import: id, number: self.keys.random_lease()? };
        // From here on whoever chooses other recipients or another file has the last word.
        if !self.store.begin_import(id, run.number, self.now()).await? {
            return Err(busy().into());
        }
        if let Some(notice) = import.notice
            && let Err(error) = clear(self, notice, Some(run)).await
        {
            self.store.end_import(id, run.number, ImportState::Failed, None, self.now()).await?;
            return Err(error);
        }
        let options = options(&import.shape);
        let meaning = Meaning {
            names: import.shape.columns.clone(),
            columns: import.columns.clone(),
            fields: of.map(|(_, fields)| fields),
        };
        tokio::spawn(Job { services: self.clone(), import, options, meaning, run }.work());
        Ok(())
    }

    /// Asks for an end of reading; what has been put on a notice's list is taken away again.
    ///
    /// # Errors
    /// `NotFound` when it is not being read (any more).
    pub async fn stop_import(&self, id: ImportId) -> UseResult<()> {
        if self.store.stop_import(id).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Whose file it is: the template and its fields for recipients of a draft, nothing for subscribers.
    async fn target(
        &self,
        program: MiniProgramId,
        notice: Option<NoticeId>,
    ) -> UseResult<Option<(TemplateId, Vec<Field>)>> {
        let Some(notice) = notice else { return Ok(None) };
        let view = self.notice(notice).await?;
        if view.notice.state != NoticeState::Draft || view.mini_program.id != program {
            return Err(UseError::NotFound);
        }
        Ok(Some((view.template.id, view.template.settings.fields)))
    }

    /// As the last time under the same header, else a guess. Our own file of bad rows means what the file meant that they
    /// stood in.
    async fn columns_for(
        &self,
        program: MiniProgramId,
        of: &Option<(TemplateId, Vec<Field>)>,
        shape: &Shape,
    ) -> UseResult<Vec<Column>> {
        let ours = meaning::told(shape);
        let mut bare = shape.clone();
        bare.columns.drain(..ours);
        for (_, cells) in &mut bare.sample {
            cells.drain(..ours.min(cells.len()));
        }
        let mut columns = vec![Column::Ignore; ours];
        columns.extend(self.columns_of(program, of, &bare).await?);
        Ok(columns)
    }

    async fn columns_of(
        &self,
        program: MiniProgramId,
        of: &Option<(TemplateId, Vec<Field>)>,
        shape: &Shape,
    ) -> UseResult<Vec<Column>> {
        let template = of.as_ref().map(|(template, _)| *template);
        let fields = of.as_ref().map(|(_, fields)| fields.as_slice());
        if shape.has_header
            && let Some(before) = self.store.columns_before(program, template, &shape.columns).await?
        {
            let codes: Vec<String> = before.iter().map(Column::code).collect();
            // The template may have other fields by now.
            if let Ok(columns) = meaning::parse(shape, fields, &codes) {
                return Ok(columns);
            }
        }
        Ok(meaning::guess(shape, fields))
    }

    /// Why a draft's list is not ready, where it comes from a file.
    pub(crate) async fn list_not_ready(&self, notice: NoticeId) -> UseResult<Option<Problem>> {
        let import = self.store.list_import(notice).await?;
        Ok(import.filter(|import| import.state == ImportState::Running).map(|_| {
            Problem::of(
                "audience",
                "being_read",
                "名单文件还没有读完，请等它读完，或重新读取。",
                "The file of recipients is not read to its end yet: wait for it, or read it again.",
            )
        }))
    }
}

fn busy() -> Problem {
    Problem::whole("being_read", "这个文件正在读取，请等它结束。", "This file is being read: wait for its end.")
}
