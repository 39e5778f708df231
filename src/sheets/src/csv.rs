//! Reading CSV: bytes → text → cells, through buffers of fixed size.

mod text;

use crate::{Delimiter, Encoding, Error, Fault, Flow, MOST_CELL, MOST_COLUMNS, MOST_ROW, Options, Row, read::fill};
use csv_core::ReadRecordResult as Step;
use std::{
    fs::File,
    io::{Read, Seek},
};
use text::Text;

/// Enough to judge by.
const HEAD: usize = 64 * 1024;

/// The options with encoding and delimiter guessed where they are not given. The file is at its beginning again.
pub(crate) fn settle(file: &mut File, options: &Options) -> Result<Options, Error> {
    let mut head = vec![0; HEAD];
    let n = fill(file, &mut head)?;
    file.rewind().map_err(Error::Io)?;
    head.truncate(n);
    let encoding = options.encoding.unwrap_or_else(|| Encoding::guess(&head));
    let delimiter = options.delimiter.unwrap_or_else(|| {
        let mut text = String::with_capacity(HEAD * 3);
        // What does not fit or cannot be read is not needed to judge by.
        _ = encoding.decoder().decode_to_string(&head, &mut text, false);
        Delimiter::guess(&text)
    });
    Ok(Options { encoding: Some(encoding), delimiter: Some(delimiter), sheet: options.sheet })
}

pub(crate) fn read(mut file: File, options: &Options, each: &mut dyn FnMut(Row) -> Flow) -> Result<(), Error> {
    let options = settle(&mut file, options)?;
    let size = file.metadata().map_err(Error::Io)?.len();
    let encoding = options.encoding.unwrap_or(Encoding::Utf8);
    let delimiter = options.delimiter.unwrap_or(Delimiter::Comma);
    let mut rows = Rows::new(file, encoding, delimiter, size);
    while let Some(row) = rows.next()? {
        if !row.is_blank() && each(row) == Flow::Stop {
            return Ok(());
        }
    }
    Ok(())
}

struct Rows<R> {
    text: Text<R>,
    cells: csv_core::Reader,
    width: Option<usize>,
    output: Vec<u8>,
    ends: Vec<usize>,
    size: u64,
}

impl<R: Read> Rows<R> {
    fn new(source: R, encoding: Encoding, delimiter: Delimiter, size: u64) -> Self {
        Self {
            text: Text::new(source, encoding.decoder()),
            cells: csv_core::ReaderBuilder::new().delimiter(delimiter.byte()).build(),
            width: None,
            output: vec![0; MOST_ROW],
            ends: vec![0; MOST_COLUMNS],
            size: size.max(1),
        }
    }

    fn next(&mut self) -> Result<Option<Row>, Error> {
        // Empty lines, and the second half of a line end, belong to no row.
        self.text.skip_line_ends()?;
        let (line, mut quotes) = (self.text.line(), 0u64);
        let (mut written, mut ended) = (0, 0);
        loop {
            let input = self.text.chunk()?;
            let at_end = input.is_empty();
            let (step, taken, out, ends) = self.cells.read_record(
                input,
                self.output.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(ended..).unwrap_or_default(),
            );
            let used = input.get(..taken).unwrap_or_default();
            quotes += memchr::memchr_iter(b'"', used).count() as u64;
            self.text.consume(taken);
            written += out;
            ended += ends;
            match step {
                Step::InputEmpty => {}
                Step::OutputFull => return Err(Error::RowTooLong { line }),
                Step::OutputEndsFull => return Err(Error::TooManyColumns),
                Step::End => return Ok(None),
                Step::Record => return Ok(Some(self.row(line, ended, at_end && quotes % 2 == 1))),
            }
        }
    }

    fn row(&mut self, line: u64, columns: usize, is_open: bool) -> Row {
        let mut row = Row { line, permille: self.permille(), ..Row::default() };
        if is_open {
            row.tell(Fault::OpenQuote);
        }
        let mut from = 0;
        for end in self.ends.iter().take(columns) {
            let bytes = self.output.get(from..*end).unwrap_or_default();
            from = *end;
            // The decoder gives UTF-8, and cells are cut at ASCII.
            let cell = String::from_utf8_lossy(bytes);
            if cell.contains('\u{FFFD}') {
                row.tell(Fault::Encoding);
            }
            if cell.len() > MOST_CELL && cell.chars().count() > MOST_CELL {
                row.tell(Fault::LongCell);
            }
            row.cells.push(cell.trim().to_owned());
        }
        let is_blank = row.is_blank();
        let header = match self.width {
            Some(width) => width,
            None if is_blank => columns,
            None => *self.width.insert(columns),
        };
        if columns > header && row.cells.iter().skip(header).any(|cell| !cell.is_empty()) {
            row.tell(Fault::TooManyCells { has: columns, header });
        } else if columns < header && !is_blank {
            row.tell(Fault::TooFewCells { has: columns, header });
        }
        row
    }

    fn permille(&self) -> u16 {
        u16::try_from(self.text.read() * 1_000 / self.size).unwrap_or(1_000).min(1_000)
    }
}
