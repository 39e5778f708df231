//! Reading XLSX: the XML inside the archive as a stream. Only the shared texts are kept, packed.

mod book;
mod dates;
mod guard;
mod parts;
mod rows;
mod texts;

use crate::{Error, Flow, Options, Row};
use std::{fs::File, io::BufReader};
use zip::ZipArchive;

pub(super) type Archive = ZipArchive<BufReader<File>>;

/// The most bytes that a workbook may unpack to.
const MOST_UNPACKED: u64 = 1 << 30;
/// Sheets that are looked through for rows.
const MOST_TRIED: usize = 50;

pub(crate) fn sheets(file: File) -> Result<Vec<String>, Error> {
    Ok(book::read(&mut open(file)?)?.sheets.into_iter().map(|sheet| sheet.name).collect())
}

/// Reads a sheet and answers which; without one in the options it is the first that has rows. Charts have none.
pub(crate) fn read(file: File, options: &Options, each: &mut dyn FnMut(Row) -> Flow) -> Result<usize, Error> {
    let mut archive = open(file)?;
    let book = book::read(&mut archive)?;
    let (from, tried) = options.sheet.map_or((0, MOST_TRIED), |at| (at, 1));
    if from >= book.sheets.len() {
        return Err(Error::NoSheet(from + 1));
    }
    let (texts, styles) = (texts::read(&mut archive)?, dates::styles(&mut archive)?);
    let known = rows::Knowledge { texts, styles, from_1904: book.from_1904 };
    let mut left = MOST_UNPACKED;
    for (at, sheet) in book.sheets.iter().enumerate().skip(from).take(tried) {
        match parts::open(&mut archive, &sheet.path, left)? {
            Some((mut part, size)) => {
                if rows::read(&mut part, size, &known, each)? {
                    return Ok(at);
                }
                left = left.saturating_sub(part.unpacked());
            }
            None if options.sheet.is_some() => return Err(Error::Damaged(sheet.path.clone())),
            None => {}
        }
    }
    Ok(from)
}

fn open(file: File) -> Result<Archive, Error> {
    // The list of contents stands at the end: a file that was cut off has none.
    ZipArchive::new(BufReader::new(file)).map_err(|error| match error {
        zip::result::ZipError::Io(error) => Error::from(error),
        other => Error::Damaged(other.to_string()),
    })
}
