//! Which numbers are dates, and which dates they are.

use super::{
    Archive, MOST_UNPACKED,
    parts::{self, attribute},
};
use crate::Error;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashSet;

/// Whether a cell's style shows a date, by the style's number.
pub(super) type Styles = Vec<bool>;

/// More styles than a workbook can have.
const MOST_STYLES: usize = 65_536;

pub(super) fn styles(archive: &mut Archive) -> Result<Styles, Error> {
    let mut styles = Vec::new();
    let Some((mut part, _)) = parts::open(archive, "xl/styles.xml", MOST_UNPACKED)? else { return Ok(styles) };
    let (mut buffer, mut own, mut in_cells) = (Vec::new(), HashSet::new(), false);
    loop {
        match part.next(&mut buffer)? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                b"numFmt" => {
                    let is_date = attribute(&tag, b"formatCode").is_some_and(|code| is_date(&code));
                    if let Some(id) = number(&tag).filter(|_| is_date && own.len() < MOST_STYLES) {
                        own.insert(id);
                    }
                }
                b"cellXfs" => in_cells = true,
                b"xf" if in_cells && styles.len() < MOST_STYLES => {
                    let is_date = |id| matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58) || own.contains(&id);
                    styles.push(number(&tag).is_some_and(is_date));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == b"cellXfs" => in_cells = false,
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}

/// The number of a format.
fn number(tag: &BytesStart<'_>) -> Option<u32> {
    attribute(tag, b"numFmtId")?.trim().parse().ok()
}

/// Whether a format's code has parts of a date or time outside quotation marks and brackets.
fn is_date(code: &str) -> bool {
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    for c in code.chars() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match c {
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | '年' | '月' | '日' if !quoted && !bracket => {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// A date as text: `2026-11-21`, `2026-11-21 08:30`, `08:30`; `None` where the number is none.
#[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
pub(super) fn text(serial: f64, from_1904: bool) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&serial) {
        return None;
    }
    let seconds = (serial * 86_400.0).round() as i64;
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (h, m, s) = (second / 3_600, second / 60 % 60, second % 60);
    let time = if s == 0 { format!("{h:02}:{m:02}") } else { format!("{h:02}:{m:02}:{s:02}") };
    if days == 0 && !from_1904 {
        return Some(time);
    }
    // Excel believes that 1900 was a leap year: before March of it, days are one off. Nobody has appointments there.
    let base = if from_1904 { jiff::civil::date(1904, 1, 1) } else { jiff::civil::date(1899, 12, 30) };
    let date = base.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    Some(if second == 0 { date.to_string() } else { format!("{date} {time}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_dates_and_times() {
        assert_eq!(text(46_347.0, false).as_deref(), Some("2026-11-21"));
        assert_eq!(text(46_347.354_166_666_664, false).as_deref(), Some("2026-11-21 08:30"));
        assert_eq!(text(0.354_166_666_666_666_7, false).as_deref(), Some("08:30"));
        assert_eq!(text(44_885.0, true).as_deref(), Some("2026-11-21"));
        assert_eq!((text(-1.0, false), text(f64::NAN, false), text(1e9, false)), (None, None, None));
    }

    #[test]
    fn a_format_is_a_date_by_its_letters() {
        for code in ["yyyy-mm-dd", "m/d/yy h:mm", "[$-804]yyyy\"年\"m\"月\"d\"日\"", "hh:mm:ss"] {
            assert!(is_date(code), "{code}");
        }
        for code in ["General", "0.00", "#,##0", "\"day\" 0", "[Red]0", "0\\d", "0%"] {
            assert!(!is_date(code), "{code}");
        }
    }
}
