//! One row.

/// A row of a file. Cells are trimmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Line of the file (CSV) or row of the sheet (XLSX), from 1.
    pub line: u64,
    /// The cells, as many as the row has.
    pub cells: Vec<String>,
    /// All that is wrong with the row, whatever it says.
    pub faults: Vec<Fault>,
    /// How far the file is read, in thousandths.
    pub permille: u16,
}

impl Row {
    /// A cell; empty where the row ends before it.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }

    /// Notes what is wrong, each fault once.
    pub(crate) fn tell(&mut self, fault: Fault) {
        let is_known = |known: &Fault| match fault {
            Fault::TooManyCells { .. } => matches!(known, Fault::TooManyCells { .. }),
            _ => *known == fault,
        };
        if !self.faults.iter().any(is_known) {
            self.faults.push(fault);
        }
    }
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Bytes that are no text in the encoding it is read in.
    Encoding,
    /// More cells than the header has.
    TooManyCells {
        /// How many it has.
        has: usize,
        /// How many the header has.
        header: usize,
    },
    /// Fewer cells than the header has: cut off?
    TooFewCells {
        /// How many it has.
        has: usize,
        /// How many the header has.
        header: usize,
    },
    /// A quotation mark is opened and the file ends: cut off.
    OpenQuote,
    /// A cell is longer than is taken.
    LongCell,
    /// The row is longer than is taken; its last cells are left out.
    LongRow,
    /// A formula whose result is not in the file.
    Formula {
        /// The column, from 0.
        column: usize,
    },
    /// An error (#N/A, #REF!, …): what a formula came to, or pasted as a value.
    ErrorValue {
        /// The column, from 0.
        column: usize,
    },
}
