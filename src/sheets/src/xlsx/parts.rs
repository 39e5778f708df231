//! Parts of the archive as XML.

use super::{Archive, guard::Guard};
use crate::Error;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use std::{fs::File, io::BufReader};
use zip::{read::ZipFile, result::ZipError};

/// Deeper than any part of a workbook: the XML reader keeps the names of all open tags.
const MOST_DEPTH: usize = 256;

/// A part that is being read.
pub(super) struct Part<'a> {
    reader: Reader<Guard<BufReader<ZipFile<'a, BufReader<File>>>>>,
    depth: usize,
    has_root: bool,
}

impl Part<'_> {
    /// The next event, bounded like everything.
    pub(super) fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, Error> {
        buffer.clear();
        self.reader.get_mut().begin();
        let event = self.reader.read_event_into(buffer).map_err(damaged)?;
        match event {
            Event::Start(_) => {
                (self.has_root, self.depth) = (true, self.depth + 1);
                if self.depth > MOST_DEPTH {
                    return Err(Error::TooBig);
                }
            }
            Event::Empty(_) => self.has_root = true,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(event)
    }

    /// Whether every tag was closed: at the end, nothing was cut off.
    pub(super) fn is_whole(&self) -> bool {
        self.has_root && self.depth == 0
    }

    /// Bytes unpacked so far.
    pub(super) fn unpacked(&self) -> u64 {
        self.reader.get_ref().unpacked()
    }
}

/// A part and the bytes it says it has, of which at most so many are unpacked; `None` when it is not there.
pub(super) fn open<'a>(archive: &'a mut Archive, path: &str, most: u64) -> Result<Option<(Part<'a>, u64)>, Error> {
    let file = match archive.by_name(path) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(ZipError::Io(error)) => return Err(error.into()),
        Err(other) => return Err(Error::Damaged(other.to_string())),
    };
    let size = file.size();
    if size > most {
        return Err(Error::TooBig);
    }
    let mut reader = Reader::from_reader(Guard::new(BufReader::with_capacity(64 * 1024, file), most));
    reader.config_mut().check_end_names = false;
    Ok(Some((Part { reader, depth: 0, has_root: false }, size)))
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
