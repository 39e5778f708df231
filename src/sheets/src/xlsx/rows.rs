//! The rows of one sheet.

use super::{
    dates::{self, Styles},
    parts::{Part, attribute, damaged},
    texts::Texts,
};
use crate::{Error, Fault, Flow, MOST_CELL, MOST_COLUMNS, Row};
use quick_xml::events::{BytesStart, Event};

pub(super) struct Knowledge {
    pub texts: Texts,
    pub styles: Styles,
    pub from_1904: bool,
}

/// Beyond this no number is shown whole: Excel has lost its last digits.
const EXACT: f64 = 1e15;

#[derive(Default)]
struct Cell {
    column: usize,
    kind: String,
    is_date: bool,
    formula: bool,
    has_value: bool,
    value: String,
}

pub(super) fn read(
    mut part: Part<'_>,
    size: u64,
    known: &Knowledge,
    each: &mut dyn FnMut(Row) -> Flow,
) -> Result<(), Error> {
    let mut sheet = Sheet { known, row: Row::default(), cell: None, in_value: false, next_column: 0 };
    let (mut buffer, mut in_data, mut seen) = (Vec::new(), false, false);
    loop {
        match part.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(tag) => {
                in_data |= tag.local_name().as_ref() == b"sheetData";
                if in_data {
                    sheet.open(&tag)?;
                }
            }
            Event::Empty(tag) if in_data => {
                sheet.open(&tag)?;
                sheet.close(tag.local_name().as_ref());
            }
            Event::End(tag) => {
                let name = tag.local_name();
                sheet.close(name.as_ref());
                if name.as_ref() == b"sheetData" {
                    return Ok(());
                }
                if name.as_ref() == b"row" && (!sheet.row.is_blank() || sheet.row.fault.is_some()) {
                    seen = true;
                    sheet.row.permille = u16::try_from(part.get_ref().unpacked().saturating_mul(1_000) / size.max(1))
                        .unwrap_or(1_000)
                        .min(1_000);
                    if each(std::mem::take(&mut sheet.row)) == Flow::Stop {
                        return Ok(());
                    }
                }
            }
            // The sheet ends before its rows do.
            Event::Eof if in_data || !seen => return Err(Error::Damaged("sheet".to_owned())),
            Event::Eof => return Ok(()),
            event if sheet.in_value => {
                if let Some(cell) = &mut sheet.cell
                    && cell.value.len() <= MOST_CELL * 4
                {
                    append(&mut cell.value, &event)?;
                }
            }
            _ => {}
        }
        buffer.clear();
    }
}

struct Sheet<'a> {
    known: &'a Knowledge,
    row: Row,
    cell: Option<Cell>,
    in_value: bool,
    next_column: usize,
}

impl Sheet<'_> {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), Error> {
        match tag.local_name().as_ref() {
            b"row" => {
                let next = self.row.line + 1;
                let line = attribute(tag, b"r").and_then(|r| r.parse().ok()).unwrap_or(next);
                self.row = Row { line, ..Row::default() };
                self.next_column = 0;
            }
            b"c" => {
                let column = attribute(tag, b"r").and_then(|r| column_of(&r)).unwrap_or(self.next_column);
                let style = attribute(tag, b"s").and_then(|s| s.parse::<usize>().ok()).unwrap_or_default();
                let is_date = self.known.styles.get(style).copied().unwrap_or_default();
                self.next_column = column + 1;
                let kind = attribute(tag, b"t").unwrap_or_default();
                self.cell = Some(Cell { column, kind, is_date, ..Cell::default() });
            }
            b"f" => {
                if let Some(cell) = &mut self.cell {
                    cell.formula = true;
                }
            }
            b"v" | b"t" => {
                self.in_value = true;
                if let Some(cell) = &mut self.cell {
                    cell.has_value = true;
                }
            }
            _ => {}
        }
        // A row of empty cells may be as wide as it likes.
        Ok(())
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"v" | b"t" => self.in_value = false,
            b"c" => {
                if let Some(cell) = self.cell.take() {
                    self.put(&cell);
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, cell: &Cell) {
        let column = cell.column;
        if cell.formula && cell.kind == "e" {
            self.row.fault = Some(Fault::FormulaError { column });
        } else if cell.formula && !cell.has_value {
            self.row.fault = Some(Fault::Formula { column });
        }
        let text = self.text(cell);
        if text.is_empty() {
            return;
        }
        if text.len() > MOST_CELL && text.chars().count() > MOST_CELL {
            self.row.fault = Some(Fault::LongCell);
        }
        if column >= MOST_COLUMNS {
            self.row.fault = Some(Fault::TooManyCells { has: column + 1, header: MOST_COLUMNS });
            return;
        }
        if self.row.cells.len() <= column {
            self.row.cells.resize(column + 1, String::new());
        }
        if let Some(slot) = self.row.cells.get_mut(column) {
            *slot = text;
        }
    }

    fn text(&self, cell: &Cell) -> String {
        let value = cell.value.trim();
        match cell.kind.as_str() {
            "s" => value.parse().ok().and_then(|n| self.known.texts.get(n)).unwrap_or_default().trim().to_owned(),
            "str" | "inlineStr" | "e" | "d" => value.to_owned(),
            "b" => if value == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            _ => number(value, cell.is_date, self.known.from_1904),
        }
    }
}

/// A number as it is seen.
fn number(value: &str, is_date: bool, from_1904: bool) -> String {
    let Ok(n) = value.parse::<f64>() else { return value.to_owned() };
    if is_date && let Some(text) = dates::text(n, from_1904) {
        return text;
    }
    if n.abs() >= EXACT { value.to_owned() } else { n.to_string() }
}

/// `C7` is column 2.
fn column_of(reference: &str) -> Option<usize> {
    let mut column = 0usize;
    for b in reference.bytes().take_while(u8::is_ascii_alphabetic) {
        column = column.checked_mul(26)?.checked_add(usize::from(b.to_ascii_uppercase() - b'A') + 1)?;
    }
    column.checked_sub(1)
}

/// Text of an event, with what stands for characters resolved.
pub(super) fn append(text: &mut String, event: &Event<'_>) -> Result<(), Error> {
    match event {
        Event::Text(piece) => text.push_str(&piece.decode().map_err(|e| Error::Damaged(e.to_string()))?),
        Event::CData(piece) => text.push_str(&piece.decode().map_err(|e| Error::Damaged(e.to_string()))?),
        Event::GeneralRef(reference) => {
            if let Some(c) = reference.resolve_char_ref().map_err(damaged)? {
                text.push(c);
            } else {
                let name = reference.decode().map_err(|e| Error::Damaged(e.to_string()))?;
                text.push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default());
            }
        }
        _ => {}
    }
    Ok(())
}
