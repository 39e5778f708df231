//! Reading rows.

use crate::{Error, Kind, Options, Row, csv, xlsx};
use std::{
    fs::File,
    io::{Read, Seek},
    path::Path,
};

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next row, please.
    On,
    /// That is enough.
    Stop,
}

/// Gives every row that holds something to `each`, the header (the first of them) too.
///
/// # Errors
/// When the file cannot be read (any further); rows given before are good.
pub fn read(path: &Path, options: &Options, each: &mut dyn FnMut(Row) -> Flow) -> Result<(), Error> {
    let mut file = File::open(path).map_err(Error::Io)?;
    match kind(&mut file)? {
        Kind::Csv => csv::read(file, options, each),
        Kind::Xlsx => xlsx::read(file, options, each).map(drop),
    }
}

/// What a file is, by its first bytes.
pub(crate) fn kind(file: &mut File) -> Result<Kind, Error> {
    let mut head = [0u8; 512];
    let n = fill(file, &mut head)?;
    file.rewind().map_err(Error::Io)?;
    let head = head.get(..n).unwrap_or_default();
    if head.is_empty() {
        return Err(Error::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Xlsx);
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Error::NotATable("xls"));
    }
    if head.starts_with(b"%PDF") || (head.contains(&0) && !head.starts_with(&[0xFF, 0xFE])) {
        return Err(Error::NotATable("binary"));
    }
    Ok(Kind::Csv)
}

/// Reads until the buffer is full or the file ends.
pub(crate) fn fill(file: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut n = 0;
    while let Some(rest) = buffer.get_mut(n..).filter(|rest| !rest.is_empty()) {
        match file.read(rest).map_err(Error::Io)? {
            0 => break,
            more => n += more,
        }
    }
    Ok(n)
}
