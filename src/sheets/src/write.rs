//! Writing rows.

use crate::Error;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use std::{io::Write, path::Path};

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// UTF-8 with a byte order mark, so that Excel opens it as it is.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// The ending of the file's name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Reads [`Format::code`].
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx].into_iter().find(|f| f.code() == s)
    }
}

/// Where rows go.
pub trait Out {
    /// Writes a row.
    ///
    /// # Errors
    /// When the disk or the receiver takes no more.
    fn row(&mut self, cells: &[String]) -> Result<(), Error>;
}

/// The text of a cell as it may stand in a file that Excel opens: what would be taken for a formula gets an apostrophe
/// in front.
#[must_use]
pub fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// Writes CSV.
pub struct CsvWriter<W: Write>(csv::Writer<W>);

impl<W: Write> std::fmt::Debug for CsvWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("CsvWriter").finish_non_exhaustive()
    }
}

impl<W: Write> CsvWriter<W> {
    /// Begins with the byte order mark.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut to: W) -> Result<Self, Error> {
        to.write_all("\u{FEFF}".as_bytes()).map_err(Error::Io)?;
        Ok(Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(to)))
    }

    /// Writes what is left and gives the receiver back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<W, Error> {
        self.0.into_inner().map_err(|error| Error::Io(error.into_error()))
    }
}

impl<W: Write> Out for CsvWriter<W> {
    fn row(&mut self, cells: &[String]) -> Result<(), Error> {
        let cells = cells.iter().map(|cell| harmless(cell).into_owned());
        self.0.write_record(cells).map_err(|error| Error::Write(error.to_string()))
    }
}

/// Rows of a sheet; what is more goes on in the next one.
const SHEET: u32 = 1_048_576;

/// Writes a workbook, row by row, into a file.
pub struct XlsxWriter {
    book: Workbook,
    next: u32,
    header: Option<Vec<String>>,
}

impl std::fmt::Debug for XlsxWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XlsxWriter").field("next", &self.next).finish_non_exhaustive()
    }
}

impl Default for XlsxWriter {
    fn default() -> Self {
        Self { book: Workbook::new(), next: SHEET, header: None }
    }
}

impl XlsxWriter {
    /// Writes the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self, path: &Path) -> Result<(), Error> {
        if self.header.is_none() {
            self.book.add_worksheet();
        }
        self.book.save(path).map_err(failed)
    }

    fn put(&mut self, cells: &[String]) -> Result<(), Error> {
        let row = self.next;
        let sheet = match self.book.worksheets_mut().last_mut() {
            Some(sheet) => sheet,
            None => self.book.add_worksheet_with_constant_memory().map_err(failed)?,
        };
        write(sheet, row, cells)?;
        self.next += 1;
        Ok(())
    }
}

fn write(sheet: &mut Worksheet, row: u32, cells: &[String]) -> Result<(), Error> {
    for (column, cell) in (0u16..).zip(cells) {
        // As text, so nothing is a formula; and no longer than a cell may be.
        let cell: String = cell.chars().take(crate::MOST_CELL).collect();
        sheet.write_string(row, column, cell).map_err(failed)?;
    }
    Ok(())
}

impl Out for XlsxWriter {
    fn row(&mut self, cells: &[String]) -> Result<(), Error> {
        if self.next >= SHEET {
            self.book.add_worksheet_with_constant_memory().map_err(failed)?;
            self.next = 0;
            match self.header.clone() {
                Some(header) => self.put(&header)?,
                None => self.header = Some(cells.to_vec()),
            }
        }
        self.put(cells)
    }
}

fn failed(error: XlsxError) -> Error {
    Error::Write(error.to_string())
}
