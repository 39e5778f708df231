//! The rows of one sheet.

use super::{
    dates::{self, Styles},
    parts::{Part, attribute, damaged},
    texts::Texts,
};
use crate::{Error, Fault, Flow, MOST_CELL, MOST_COLUMNS, MOST_ROW, Row};
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

/// Gives the rows of a sheet to `each`; answers whether there was one.
pub(super) fn read(
    part: &mut Part<'_>,
    size: u64,
    known: &Knowledge,
    each: &mut dyn FnMut(Row) -> Flow,
) -> Result<bool, Error> {
    let mut sheet =
        Sheet { known, row: Row::default(), cell: None, in_value: false, next_column: 0, line: 0, bytes: 0 };
    let (mut buffer, mut in_data, mut seen) = (Vec::new(), false, false);
    loop {
        match part.next(&mut buffer)? {
            Event::Start(tag) => {
                in_data |= tag.local_name().as_ref() == b"sheetData";
                if in_data {
                    sheet.open(&tag);
                }
            }
            Event::Empty(tag) if in_data => {
                sheet.open(&tag);
                sheet.close(tag.local_name().as_ref());
            }
            Event::End(tag) => {
                let name = tag.local_name();
                sheet.close(name.as_ref());
                if name.as_ref() == b"sheetData" {
                    return Ok(seen);
                }
                if name.as_ref() == b"row" && (!sheet.row.is_blank() || !sheet.row.faults.is_empty()) {
                    seen = true;
                    let permille = part.unpacked().saturating_mul(1_000) / size.max(1);
                    sheet.row.permille = u16::try_from(permille).unwrap_or(1_000).min(1_000);
                    if each(std::mem::take(&mut sheet.row)) == Flow::Stop {
                        return Ok(seen);
                    }
                }
            }
            // The sheet ends before its rows do; a chart has none.
            Event::Eof if !part.is_whole() => return Err(Error::Damaged("sheet".to_owned())),
            Event::Eof => return Ok(seen),
            event if sheet.in_value => {
                if let Some(cell) = &mut sheet.cell
                    && cell.value.len() <= MOST_CELL * 4
                {
                    append(&mut cell.value, &event)?;
                }
            }
            _ => {}
        }
    }
}

struct Sheet<'a> {
    known: &'a Knowledge,
    row: Row,
    cell: Option<Cell>,
    in_value: bool,
    next_column: usize,
    /// The number of the row; where the file does not say, one more than the last.
    line: u64,
    /// Of the row's cells.
    bytes: usize,
}

impl Sheet<'_> {
    fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            b"row" => {
                // Two rows of one number would be told as one.
                let line = attribute(tag, b"r").and_then(|r| r.parse().ok()).unwrap_or_default();
                self.line = self.line.saturating_add(1).max(line);
                self.row = Row { line: self.line, ..Row::default() };
                (self.next_column, self.bytes) = (0, 0);
            }
            b"c" => {
                let column = attribute(tag, b"r").and_then(|r| column_of(&r)).unwrap_or(self.next_column);
                let style = attribute(tag, b"s").and_then(|s| s.parse::<usize>().ok()).unwrap_or_default();
                let is_date = self.known.styles.get(style).copied().unwrap_or_default();
                self.next_column = column.saturating_add(1);
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
        let mut text = self.text(cell);
        // A row of empty cells may be as wide as it likes.
        if column >= MOST_COLUMNS {
            if !text.is_empty() {
                self.row.tell(Fault::TooManyCells { has: column.saturating_add(1), header: MOST_COLUMNS });
            }
            return;
        }
        if cell.kind == "e" {
            self.row.tell(Fault::ErrorValue { column });
        } else if cell.formula && !cell.has_value {
            self.row.tell(Fault::Formula { column });
        }
        if text.is_empty() {
            return;
        }
        if let Some((end, _)) = text.char_indices().nth(MOST_CELL) {
            self.row.tell(Fault::LongCell);
            text.truncate(end);
        }
        self.bytes += text.len();
        if self.bytes > MOST_ROW {
            self.row.tell(Fault::LongRow);
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
