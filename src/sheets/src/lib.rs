//! Tables in files: CSV and XLSX, read row by row and written row by row, never whole in memory.
//!
//! Everything that a file can do to its reader is bounded: the width of a table, the length of a cell and of a row, the
//! bytes that an XLSX may unpack to. What is wrong with a file is an [`Error`], what is wrong with a row is told with the
//! row ([`Fault`]). This crate blocks: call it where that is allowed.

mod csv;
mod error;
mod guess;
mod look;
mod read;
mod row;
mod write;
mod xlsx;

pub use error::Error;
pub use guess::{Delimiter, Encoding};
pub use look::{Look, SAMPLE, look};
pub use read::{Flow, read};
pub use row::{Fault, Row};
pub use write::{CsvWriter, Format, Out, XlsxWriter, harmless};

/// The most columns of a table.
pub const MOST_COLUMNS: usize = 200;
/// The most characters of a cell, as in Excel.
pub const MOST_CELL: usize = 32_767;
/// The most bytes of one row.
pub const MOST_ROW: usize = 256 * 1024;

/// How a file is to be read; what is `None` is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Of a CSV.
    pub encoding: Option<Encoding>,
    /// Of a CSV.
    pub delimiter: Option<Delimiter>,
    /// Of an XLSX: the number of the sheet, from 0; without one the first that has rows.
    pub sheet: Option<usize>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, a row a line.
    Csv,
    /// An Excel workbook.
    Xlsx,
}
