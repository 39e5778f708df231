//! The workbook: its sheets in their order, and where each stands in the archive.

use super::{
    Archive, MOST_UNPACKED,
    parts::{self, attribute},
};
use crate::Error;
use quick_xml::events::Event;
use std::collections::HashMap;

pub(super) struct Book {
    pub sheets: Vec<Sheet>,
    /// Days are counted from 1904, as old Macs did.
    pub from_1904: bool,
}

pub(super) struct Sheet {
    pub name: String,
    pub path: String,
}

/// More sheets than anybody has.
const MOST_SHEETS: usize = 1_000;
/// The most characters of a sheet's name that are kept; Excel takes 31.
const MOST_NAME: usize = 100;
/// The most bytes of a relationship's id and of a path: what is longer leads nowhere.
const MOST_PATH: usize = 1_000;

pub(super) fn read(archive: &mut Archive) -> Result<Book, Error> {
    let targets = targets(archive)?;
    let Some((mut part, _)) = parts::open(archive, "xl/workbook.xml", MOST_UNPACKED)? else {
        return Err(Error::NotATable("zip"));
    };
    let (mut book, mut buffer) = (Book { sheets: Vec::new(), from_1904: false }, Vec::new());
    loop {
        match part.next(&mut buffer)? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                b"sheet" if book.sheets.len() < MOST_SHEETS => {
                    let target = attribute(&tag, b"id").and_then(|id| targets.get(&id).cloned());
                    if let Some(path) = target {
                        let name = attribute(&tag, b"name").unwrap_or_default();
                        book.sheets.push(Sheet { name: name.chars().take(MOST_NAME).collect(), path });
                    }
                }
                b"workbookPr" => {
                    book.from_1904 = attribute(&tag, b"date1904").is_some_and(|v| v == "1" || v == "true");
                }
                _ => {}
            },
            Event::Eof => return Ok(book),
            _ => {}
        }
    }
}

/// Paths by relationship.
fn targets(archive: &mut Archive) -> Result<HashMap<String, String>, Error> {
    let mut targets = HashMap::new();
    let Some((mut part, _)) = parts::open(archive, "xl/_rels/workbook.xml.rels", MOST_UNPACKED)? else {
        return Ok(targets);
    };
    let mut buffer = Vec::new();
    loop {
        match part.next(&mut buffer)? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == b"Relationship" => {
                if let (Some(id), Some(target)) = (attribute(&tag, b"Id"), attribute(&tag, b"Target"))
                    && targets.len() < MOST_SHEETS * 4
                    && id.len().max(target.len()) <= MOST_PATH
                {
                    targets.insert(id, path_of(&target));
                }
            }
            Event::Eof => return Ok(targets),
            _ => {}
        }
    }
}

fn path_of(target: &str) -> String {
    target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned)
}
