//! What is wrong with a file as a whole.

/// Why a file cannot be read (any further).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// Neither CSV nor XLSX: the old Excel format, a picture, ….
    #[error("this is not a table: {0}")]
    NotATable(&'static str),
    /// The workbook is damaged or cut off.
    #[error("the workbook is damaged or cut off: {0}")]
    Damaged(String),
    /// The workbook has no such sheet.
    #[error("there is no sheet {0}")]
    NoSheet(usize),
    /// More columns than are taken.
    #[error("more than {} columns", crate::MOST_COLUMNS)]
    TooManyColumns,
    /// A row is longer than is taken: most likely a quotation mark that is never closed.
    #[error("line {line} is too long")]
    RowTooLong {
        /// Where it begins.
        line: u64,
    },
    /// A workbook unpacks to more than is taken.
    #[error("the workbook unpacks to too much")]
    TooBig,
    /// The file cannot be read from the disk.
    #[error("the file cannot be read")]
    Io(#[source] std::io::Error),
    /// A file cannot be written.
    #[error("the file cannot be written: {0}")]
    Write(String),
}

impl From<std::io::Error> for Error {
    /// Limits of our own travel through readers of other crates as I/O errors.
    fn from(error: std::io::Error) -> Self {
        if error.get_ref().is_some_and(|inner| inner.is::<Limit>()) {
            return Self::TooBig;
        }
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Io(error),
        }
    }
}

/// More was unpacked than is taken.
#[derive(Debug, thiserror::Error)]
#[error("too much to unpack")]
pub(crate) struct Limit;

impl Limit {
    pub(crate) fn error() -> std::io::Error {
        std::io::Error::other(Self)
    }
}
