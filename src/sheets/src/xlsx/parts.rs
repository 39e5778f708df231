//! Parts of the archive as XML.

use super::{Archive, MOST_UNPACKED, guard::Guard};
use crate::Error;
use quick_xml::{Reader, events::BytesStart};
use std::{fs::File, io::BufReader};
use zip::{read::ZipFile, result::ZipError};

pub(super) type Part<'a> = Reader<Guard<BufReader<ZipFile<'a, BufReader<File>>>>>;

/// A part and the bytes it says it has; `None` when it is not there.
pub(super) fn open<'a>(archive: &'a mut Archive, path: &str) -> Result<Option<(Part<'a>, u64)>, Error> {
    let file = match archive.by_name(path) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(ZipError::Io(error)) => return Err(error.into()),
        Err(other) => return Err(Error::Damaged(other.to_string())),
    };
    let size = file.size();
    if size > MOST_UNPACKED {
        return Err(Error::TooBig);
    }
    let mut reader = Reader::from_reader(Guard::new(BufReader::with_capacity(64 * 1024, file), MOST_UNPACKED));
    reader.config_mut().check_end_names = false;
    Ok(Some((reader, size)))
}

pub(super) fn damaged(error: quick_xml::Error) -> Error {
    match error {
        quick_xml::Error::Io(error) => match std::sync::Arc::try_unwrap(error) {
            Ok(error) => error.into(),
            Err(shared) if shared.get_ref().is_some_and(|inner| inner.is::<crate::error::Limit>()) => Error::TooBig,
            Err(shared) => Error::Damaged(shared.to_string()),
        },
        other => Error::Damaged(other.to_string()),
    }
}

/// An attribute by its name without prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    found.unescape_value().ok().map(std::borrow::Cow::into_owned)
}
