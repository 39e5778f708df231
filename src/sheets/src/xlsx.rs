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

pub(crate) fn sheets(file: File) -> Result<Vec<String>, Error> {
    Ok(book::read(&mut open(file)?)?.sheets.into_iter().map(|sheet| sheet.name).collect())
}

pub(crate) fn read(file: File, options: &Options, each: &mut dyn FnMut(Row) -> Flow) -> Result<(), Error> {
    let mut archive = open(file)?;
    let book = book::read(&mut archive)?;
    let path = book.sheets.get(options.sheet).map(|s| s.path.clone()).ok_or(Error::NoSheet(options.sheet + 1))?;
    let texts = texts::read(&mut archive)?;
    let styles = dates::styles(&mut archive)?;
    let (part, size) = parts::open(&mut archive, &path)?.ok_or(Error::Damaged(path))?;
    rows::read(part, size, &rows::Knowledge { texts, styles, from_1904: book.from_1904 }, each)
}

fn open(file: File) -> Result<Archive, Error> {
    // The list of contents stands at the end: a file that was cut off has none.
    ZipArchive::new(BufReader::new(file)).map_err(|error| match error {
        zip::result::ZipError::Io(error) => Error::from(error),
        other => Error::Damaged(other.to_string()),
    })
}
