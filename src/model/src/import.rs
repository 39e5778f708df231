//! Files that are handed in: recipients of a notice, or subscribers.

use crate::{
    Millis, Problem,
    ids::{ImportId, MiniProgramId, NoticeId},
};
use serde::{Deserialize, Serialize};

/// What a file is, as far as its beginning tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// `utf-8`, `gb18030`, `utf-16le`; empty for a workbook.
    pub encoding: String,
    /// `comma`, `semicolon`, `tab`; empty for a workbook.
    pub delimiter: String,
    /// The sheets of a workbook.
    pub sheets: Vec<String>,
    /// Which of them is read, from 0.
    pub sheet: usize,
    /// Whether the first row names the columns.
    pub has_header: bool,
    /// The names of the columns, made up where the file has none.
    pub columns: Vec<String>,
    /// Some rows: line and cells.
    pub sample: Vec<(u64, Vec<String>)>,
}

/// What a column means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Column {
    /// Nothing.
    Ignore,
    /// To whom.
    Openid,
    /// A field of the template, by its key.
    Field(String),
    /// A value for `{{name}}`, kept with the notice.
    Value(String),
    /// The operators' remark.
    Remark,
    /// Tags, separated by commas, semicolons or white space.
    Tags,
    /// An attribute of the subscriber.
    Attribute(String),
}

impl Column {
    /// The value of the form: `openid`, `field:thing1`, `value:name`, ….
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Ignore => "ignore".to_owned(),
            Self::Openid => "openid".to_owned(),
            Self::Remark => "remark".to_owned(),
            Self::Tags => "tags".to_owned(),
            Self::Field(key) => format!("field:{key}"),
            Self::Value(name) => format!("value:{name}"),
            Self::Attribute(name) => format!("attribute:{name}"),
        }
    }

    /// Reads [`Column::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code.split_once(':') {
            None => match code {
                "ignore" | "" => Self::Ignore,
                "openid" => Self::Openid,
                "remark" => Self::Remark,
                "tags" => Self::Tags,
                _ => return None,
            },
            Some(("field", key)) => Self::Field(key.to_owned()),
            Some(("value", name)) => Self::Value(name.to_owned()),
            Some(("attribute", name)) => Self::Attribute(name.to_owned()),
            Some(_) => return None,
        })
    }
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportState {
    /// Handed in; nobody has said yet what the columns mean.
    Uploaded,
    /// Being read.
    Running,
    /// Read to its end.
    Done,
    /// A person stopped it.
    Stopped,
    /// It could not be read to its end.
    Failed,
}

impl ImportState {
    /// All.
    pub const ALL: [Self; 5] = [Self::Uploaded, Self::Running, Self::Done, Self::Stopped, Self::Failed];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == s)
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Thousandths of the file.
    pub permille: i64,
    /// Rows read, without the header.
    pub rows: i64,
    /// Recipients or subscribers added or changed.
    pub added: i64,
    /// Rows left out because something is wrong with them.
    pub bad: i64,
    /// Rows left out because their openid stood there before.
    pub duplicates: i64,
}

/// An import as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Row id.
    pub id: ImportId,
    /// The mini program.
    pub mini_program: MiniProgramId,
    /// Whose recipients; `None`: subscribers.
    pub notice: Option<NoticeId>,
    /// As it was called on the person's machine.
    pub file_name: String,
    /// Where it lies.
    pub path: String,
    /// How big it is.
    pub bytes: i64,
    /// What it is.
    pub shape: Shape,
    /// What each column means.
    pub columns: Vec<Column>,
    /// Where it stands.
    pub state: ImportState,
    /// How far it is.
    pub progress: Progress,
    /// Whether somebody asked it to stop.
    pub stop_asked: bool,
    /// When the run last told of itself.
    pub beat_at: Millis,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// Who handed it in.
    pub created_by: String,
    /// When.
    pub created_at: Millis,
}

impl Import {
    /// A run that has not told of itself for so long has ended with its process.
    pub const SILENT_MS: Millis = 30_000;

    /// Whether its process ended while it was being read.
    #[must_use]
    pub fn was_interrupted(&self, now: Millis) -> bool {
        self.state == ImportState::Running && now - self.beat_at > Self::SILENT_MS
    }
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// Its line.
    pub line: i64,
    /// What is wrong.
    pub problem: Problem,
    /// As it stood there.
    pub cells: Vec<String>,
}

impl BadRow {
    /// The code of the problem of a row whose openid stood in the file before.
    pub const DUPLICATE: &str = "duplicate";

    /// Whether nothing is wrong with it but that.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.problem.code == Self::DUPLICATE
    }
}
