//! The text of a file, as UTF-8, piece by piece.

use crate::Error;
use encoding_rs::{CoderResult, Decoder};
use std::io::Read;

const PIECE: usize = 64 * 1024;

/// Decodes a source. What is no text becomes U+FFFD.
pub(super) struct Text<R> {
    source: R,
    decoder: Decoder,
    bytes: Vec<u8>,
    /// Bytes read and not decoded yet.
    raw: std::ops::Range<usize>,
    text: Vec<u8>,
    /// Text decoded and not consumed yet.
    ready: std::ops::Range<usize>,
    read: u64,
    is_over: bool,
    /// The line that comes next, as an editor counts: `\n`, `\r\n` and a `\r` alone end one.
    line: u64,
    after_return: bool,
}

impl<R: Read> Text<R> {
    pub(super) fn new(source: R, decoder: Decoder) -> Self {
        let text = vec![0; PIECE * 3];
        Self {
            source,
            decoder,
            bytes: vec![0; PIECE],
            raw: 0..0,
            text,
            ready: 0..0,
            read: 0,
            is_over: false,
            line: 1,
            after_return: false,
        }
    }

    /// Bytes read of the file.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// The next text; empty at the end.
    pub(super) fn chunk(&mut self) -> Result<&[u8], Error> {
        while self.ready.is_empty() && !self.is_over {
            self.decode()?;
        }
        Ok(self.text.get(self.ready.clone()).unwrap_or_default())
    }

    /// The number of the line that comes next.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn consume(&mut self, n: usize) {
        let used = self.text.get(self.ready.start..self.ready.start + n).unwrap_or_default();
        for at in memchr::memchr2_iter(b'\r', b'\n', used) {
            let before = match at.checked_sub(1) {
                Some(before) => used.get(before) == Some(&b'\r'),
                None => self.after_return,
            };
            // The second half of a line end was counted with the first.
            if used.get(at) == Some(&b'\r') || !before {
                self.line += 1;
            }
        }
        if let Some(last) = used.last() {
            self.after_return = *last == b'\r';
        }
        self.ready.start += n;
    }

    /// Passes over line ends.
    pub(super) fn skip_line_ends(&mut self) -> Result<(), Error> {
        loop {
            let chunk = self.chunk()?;
            let n = chunk.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            if n == 0 {
                return Ok(());
            }
            self.consume(n);
        }
    }

    fn decode(&mut self) -> Result<(), Error> {
        if self.raw.is_empty() {
            let n = self.source.read(&mut self.bytes).map_err(Error::Io)?;
            self.raw = 0..n;
            self.read += n as u64;
        }
        let is_last = self.raw.is_empty();
        let raw = self.bytes.get(self.raw.clone()).unwrap_or_default();
        let (result, used, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, is_last);
        self.raw.start += used;
        self.ready = 0..written;
        self.is_over = is_last && result == CoderResult::InputEmpty;
        Ok(())
    }
}
