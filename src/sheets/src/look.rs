//! A look at the beginning of a file: what it is and what its columns are.

use crate::{Delimiter, Encoding, Error, Flow, Kind, Options, Row, csv, read, xlsx};
use std::{fs::File, path::Path};

/// Rows that are shown after the header.
pub const SAMPLE: usize = 5;

/// What a look finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What it is.
    pub kind: Kind,
    /// Of a CSV: what it is read in.
    pub encoding: Option<Encoding>,
    /// Of a CSV: what it is cut by.
    pub delimiter: Option<Delimiter>,
    /// Of an XLSX: the names of its sheets.
    pub sheets: Vec<String>,
    /// Of an XLSX: the sheet that was looked at.
    pub sheet: usize,
    /// The first row that holds something.
    pub first: Row,
    /// Some rows after it.
    pub sample: Vec<Row>,
}

/// Looks at the beginning of a file.
///
/// # Errors
/// As for [`crate::read`]; `Empty` when no row holds anything.
pub fn look(path: &Path, options: &Options) -> Result<Look, Error> {
    let mut file = File::open(path).map_err(Error::Io)?;
    let kind = read::kind(&mut file)?;
    let (mut options, mut sheets, mut sheet) = (options.clone(), Vec::new(), 0);
    let mut rows = Vec::new();
    let mut each = |row: Row| {
        rows.push(row);
        if rows.len() > SAMPLE { Flow::Stop } else { Flow::On }
    };
    match kind {
        Kind::Csv => {
            options = csv::settle(&mut file, &options)?;
            csv::read(file, &options, &mut each)?;
        }
        Kind::Xlsx => {
            sheets = xlsx::sheets(file)?;
            sheet = xlsx::read(File::open(path).map_err(Error::Io)?, &options, &mut each)?;
        }
    }
    let mut rows = rows.into_iter();
    let first = rows.next().ok_or(Error::Empty)?;
    let is_csv = kind == Kind::Csv;
    Ok(Look {
        kind,
        encoding: options.encoding.filter(|_| is_csv),
        delimiter: options.delimiter.filter(|_| is_csv),
        sheets,
        sheet,
        first,
        sample: rows.collect(),
    })
}
