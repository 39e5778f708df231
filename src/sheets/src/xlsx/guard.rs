//! Bounds on what is unpacked: in all, and for one event (a text, a tag, a comment), for that much the XML reader keeps in
//! memory.

use crate::error::Limit;
use std::io::{BufRead, Read};

/// The most bytes of an event: many times what a cell may hold.
const MOST_EVENT: usize = 1 << 20;

pub(super) struct Guard<R> {
    inner: R,
    left: u64,
    event: usize,
    read: u64,
}

impl<R: BufRead> Guard<R> {
    pub(super) fn new(inner: R, most: u64) -> Self {
        Self { inner, left: most, event: 0, read: 0 }
    }

    /// An event begins.
    pub(super) fn begin(&mut self) {
        self.event = 0;
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
        if self.event > MOST_EVENT || self.left == 0 {
            return Err(Limit::error());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.event += n;
        self.left = self.left.saturating_sub(n as u64);
        self.read += n as u64;
        self.inner.consume(n);
    }
}
