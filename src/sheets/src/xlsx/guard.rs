//! Bounds on what is unpacked: in all, and between two tags, for that much the XML reader keeps in memory.

use crate::error::Limit;
use std::io::{BufRead, Read};

/// The most bytes between two `<`: a cell's text, or a tag.
const MOST_BETWEEN: usize = 1 << 20;

pub(super) struct Guard<R> {
    inner: R,
    left: u64,
    between: usize,
    read: u64,
}

impl<R: BufRead> Guard<R> {
    pub(super) fn new(inner: R, most: u64) -> Self {
        Self { inner, left: most, between: 0, read: 0 }
    }

    /// Bytes unpacked so far.
    pub(super) fn unpacked(&self) -> u64 {
        self.read
    }
}

impl<R: BufRead> Read for Guard<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let chunk = self.fill_buf()?;
        let n = chunk.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..n), chunk.get(..n)) {
            to.copy_from_slice(from);
        }
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Guard<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.between > MOST_BETWEEN || self.left == 0 {
            return Err(Limit::error());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        if let Ok(chunk) = self.inner.fill_buf() {
            let used = chunk.get(..n).unwrap_or_default();
            self.between = match memchr::memrchr(b'<', used) {
                Some(at) => used.len() - at,
                None => self.between + used.len(),
            };
        }
        self.left = self.left.saturating_sub(n as u64);
        self.read += n as u64;
        self.inner.consume(n);
    }
}
