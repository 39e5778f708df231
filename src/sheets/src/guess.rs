//! What a text file is written in, judged by its beginning.

/// How text becomes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// GB18030, of which GBK and GB2312 are parts: what Excel writes on a Chinese Windows.
    Gb18030,
    /// UTF-16 as Excel's "Unicode text" has it.
    Utf16Le,
}

impl Encoding {
    /// All.
    pub const ALL: [Self; 3] = [Self::Utf8, Self::Gb18030, Self::Utf16Le];

    /// The name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
            Self::Utf16Le => "utf-16le",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.code() == s)
    }

    pub(crate) fn decoder(self) -> encoding_rs::Decoder {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Utf16Le => encoding_rs::UTF_16LE,
        }
        .new_decoder_with_bom_removal()
    }

    /// Judges by the beginning of a file: a mark decides. GB18030 takes nearly everything, so it is what is not UTF-8; but a
    /// few bad bytes among many good letters are damage, not another encoding. In GBK text read as UTF-8 less than one letter
    /// in five looks good.
    pub(crate) fn guess(head: &[u8]) -> Self {
        if head.starts_with(&[0xFF, 0xFE]) {
            return Self::Utf16Le;
        }
        if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
            return Self::Utf8;
        }
        let (mut good, mut bad, mut read) = (0, 0, 0);
        for chunk in head.utf8_chunks() {
            good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
            read += chunk.valid().len() + chunk.invalid().len();
            // The last character may be cut in two by the end of what was read.
            let is_cut = read == head.len() && chunk.invalid().first().is_some_and(|b| (0xC2..=0xF4).contains(b));
            bad += usize::from(!chunk.invalid().is_empty() && !is_cut);
        }
        if bad * 3 <= good { Self::Utf8 } else { Self::Gb18030 }
    }
}

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// Tab.
    Tab,
}

impl Delimiter {
    /// All.
    pub const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// The name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.code() == s)
    }

    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// The one that stands most often in the first line, outside quotation marks.
    pub(crate) fn guess(head: &str) -> Self {
        let head = head.trim_start_matches(['\u{FEFF}', '\r', '\n', ' ']);
        let (mut counts, mut quoted) = ([0usize; 3], false);
        for c in head.chars() {
            match c {
                '"' => quoted = !quoted,
                '\n' | '\r' if !quoted => break,
                ',' if !quoted => counts[0] += 1,
                ';' if !quoted => counts[1] += 1,
                '\t' if !quoted => counts[2] += 1,
                _ => {}
            }
        }
        let [comma, semicolon, tab] = counts;
        if tab > comma && tab >= semicolon {
            Self::Tab
        } else if semicolon > comma {
            Self::Semicolon
        } else {
            Self::Comma
        }
    }
}
