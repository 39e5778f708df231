//! The texts that cells share, packed into blocks: a million different names take little more than their letters.

use super::{Archive, MOST_UNPACKED, parts};
use crate::{Error, MOST_CELL};
use quick_xml::events::Event;

const BLOCK: usize = 1 << 20;
/// The most letters kept, in bytes. What is more has to come as CSV, which keeps nothing.
const MOST_TEXT: usize = 80 << 20;
/// The most texts.
const MOST_TEXTS: usize = 5_000_000;

/// Texts by number.
#[derive(Default)]
pub(super) struct Texts {
    blocks: Vec<String>,
    /// Where each begins: block and place; it ends where the next one begins, or with its block.
    starts: Vec<u32>,
}

impl Texts {
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let start = usize::try_from(*self.starts.get(number)?).ok()?;
        let block = self.blocks.get(start / BLOCK)?;
        let next = self.starts.get(number + 1).and_then(|next| usize::try_from(*next).ok());
        let end = next.filter(|next| next / BLOCK == start / BLOCK).map_or(block.len(), |next| next % BLOCK);
        block.get(start % BLOCK..end)
    }

    fn push(&mut self, text: &str) -> Result<(), Error> {
        if self.blocks.last().is_none_or(|block| block.len() + text.len() >= BLOCK) {
            if self.blocks.len() * BLOCK >= MOST_TEXT {
                return Err(Error::TooBig);
            }
            self.blocks.push(String::with_capacity(BLOCK));
        }
        if self.starts.len() >= MOST_TEXTS {
            return Err(Error::TooBig);
        }
        let at = self.blocks.len() - 1;
        if let Some(block) = self.blocks.last_mut() {
            let start = at * BLOCK + block.len();
            block.push_str(text);
            self.starts.push(u32::try_from(start).map_err(|_| Error::TooBig)?);
        }
        Ok(())
    }
}

pub(super) fn read(archive: &mut Archive) -> Result<Texts, Error> {
    let mut texts = Texts::default();
    let Some((mut part, _)) = parts::open(archive, "xl/sharedStrings.xml", MOST_UNPACKED)? else { return Ok(texts) };
    let (mut buffer, mut text) = (Vec::new(), String::new());
    let (mut in_text, mut in_reading) = (false, false);
    loop {
        match part.next(&mut buffer)? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                b"si" => text.clear(),
                b"t" => in_text = !in_reading,
                // How a word is read in Japanese.
                b"rPh" => in_reading = true,
                _ => {}
            },
            Event::Empty(tag) if tag.local_name().as_ref() == b"si" => texts.push("")?,
            Event::End(tag) => match tag.local_name().as_ref() {
                b"si" => texts.push(&text)?,
                b"t" => in_text = false,
                b"rPh" => in_reading = false,
                _ => {}
            },
            event if in_text => super::rows::append(&mut text, &event)?,
            Event::Eof => return Ok(texts),
            _ => {}
        }
        if text.len() > MOST_CELL * 4 {
            text.truncate(text.floor_char_boundary(MOST_CELL * 4));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_again_over_the_ends_of_blocks() {
        let mut texts = Texts::default();
        let all: Vec<String> = (0..100_000).map(|i| format!("雁{i}").repeat(i % 7)).collect();
        for text in &all {
            assert!(texts.push(text).is_ok());
        }
        assert!(texts.blocks.len() > 1);
        assert!(all.iter().enumerate().all(|(i, text)| texts.get(i) == Some(text)));
        assert_eq!(texts.get(all.len()), None);
    }
}
