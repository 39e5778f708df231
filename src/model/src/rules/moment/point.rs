//! One point in time, with as many of its parts as were written.

use crate::Problem;

/// The signs that may join the parts of a date.
const JOINTS: [char; 3] = ['-', '/', '.'];

/// A point: a date, a time of day, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub date: Option<Date>,
    pub time: Option<Time>,
}

/// A date; either the year or the day may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    year: Option<u32>,
    month: u32,
    day: Option<u32>,
}

/// Hours, minutes, seconds.
pub(super) type Time = (u32, u32, u32);

/// What is wrong with a text that should be a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    FullWidthTilde,
    FullWidthColon,
    MoreThanTwo,
    Spaces,
    OneDigitHour,
    NoSuchTime,
    NoSuchDay,
    Format,
}

impl Point {
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.contains('：') {
            return Err(Fault::FullWidthColon);
        }
        if text.trim() != text || text.contains("  ") {
            return Err(Fault::Spaces);
        }
        let (date, time) = match text.split_once(' ') {
            Some((date, time)) => (Some(date), Some(time)),
            None if text.contains(':') => (None, Some(text)),
            None => (Some(text), None),
        };
        Ok(Self { date: date.map(Date::parse).transpose()?, time: time.map(parse_time).transpose()? })
    }

    /// For comparing: only with a whole date.
    pub fn complete(&self) -> Option<(u32, u32, u32, Option<Time>)> {
        let date = self.date?;
        Some((date.year?, date.month, date.day?, self.time))
    }
}

impl Date {
    fn parse(text: &str) -> Result<Self, Fault> {
        let date = if text.contains('月') { Self::chinese(text) } else { Self::joined(text) }.ok_or(Fault::Format)?;
        date.exists().then_some(date).ok_or(Fault::NoSuchDay)
    }

    /// `2019年10月1日`, `2019年10月`, `10月1日`.
    fn chinese(text: &str) -> Option<Self> {
        let (year, rest) = match text.split_once('年') {
            Some((year, rest)) => (Some(digits(year, 4, 4)?), rest),
            None => (None, text),
        };
        let (month, rest) = rest.split_once('月')?;
        let day = if rest.is_empty() { None } else { Some(digits(rest.strip_suffix('日')?, 1, 2)?) };
        (year.is_some() || day.is_some()).then_some(Self { year, month: digits(month, 1, 2)?, day })
    }

    /// `2018-01-01`, `2018-01`, `01-01`, with one joint throughout.
    fn joined(text: &str) -> Option<Self> {
        let joint = text.chars().find(|c| JOINTS.contains(c))?;
        let parts: Vec<&str> = text.split(joint).collect();
        match *parts.as_slice() {
            [year, month, day] => Some(Self {
                year: Some(digits(year, 4, 4)?),
                month: digits(month, 1, 2)?,
                day: Some(digits(day, 1, 2)?),
            }),
            [year, month] if year.len() == 4 => {
                Some(Self { year: Some(digits(year, 4, 4)?), month: digits(month, 1, 2)?, day: None })
            }
            [month, day] => Some(Self { year: None, month: digits(month, 1, 2)?, day: Some(digits(day, 1, 2)?) }),
            _ => None,
        }
    }

    /// Whether the calendar has it; without a year, 29 February passes.
    fn exists(self) -> bool {
        let leap = self.year.is_none_or(|y| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0);
        let days = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return false,
        };
        self.year != Some(0) && self.day.is_none_or(|d| (1..=days).contains(&d))
    }
}

/// `15:01` or `15:01:30`, 24-hour.
fn parse_time(text: &str) -> Result<Time, Fault> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hour, minute, second) = match *parts.as_slice() {
        [hour, minute] => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, second),
        _ => return Err(Fault::Format),
    };
    let two = |part| digits(part, 2, 2).ok_or(Fault::Format);
    let (minute, second) = (two(minute)?, two(second)?);
    if digits(hour, 1, 1).is_some() {
        return Err(Fault::OneDigitHour);
    }
    let hour = two(hour)?;
    if hour < 24 && minute < 60 && second < 60 { Ok((hour, minute, second)) } else { Err(Fault::NoSuchTime) }
}

/// ASCII digits only, of a length from `least` to `most`.
fn digits(text: &str, least: usize, most: usize) -> Option<u32> {
    let good = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    good.then(|| text.parse().ok()).flatten()
}

impl Fault {
    pub fn tell(self, code: &str) -> Problem {
        let (zh, en) = match self {
            Self::FullWidthTilde => (
                "时间段要用半角“~”连接，全角“～”会被微信拒绝，请改成半角。",
                "Join a range with the half-width “~”; WeChat refuses the full-width “～”.",
            ),
            Self::FullWidthColon => {
                ("时间里的冒号要用半角“:”，请替换全角“：”。", "Use the half-width colon “:” in times, not “：”.")
            }
            Self::MoreThanTwo => {
                ("时间段只能有两个时间点，中间用一个“~”连接。", "A range has two points, joined by one “~”.")
            }
            Self::Spaces => (
                "多了空格：日期与时间之间只留一个空格，开头、结尾和“~”两边都不要空格。",
                "Too many spaces: leave one between date and time, none at the ends or around “~”.",
            ),
            Self::OneDigitHour => ("小时要写成两位，例如 09:05。", "Write the hour with two digits, as in 09:05."),
            Self::NoSuchTime => (
                "没有这个时间，请填写 00:00 到 23:59 之间的 24 小时制时间。",
                "There is no such time: use the 24-hour clock from 00:00 to 23:59.",
            ),
            Self::NoSuchDay => {
                ("日历上没有这一天，请检查年、月、日。", "The calendar has no such day: check year, month and day.")
            }
            Self::Format if code == "not_a_time" => (
                "时间格式不对，请写成 15:01 或 2026年10月1日 15:01；时间段写成 15:01~16:30。",
                "Not a time: write 15:01 or 2026年10月1日 15:01, a range as 15:01~16:30.",
            ),
            Self::Format => (
                "日期格式不对，请写成 2026年10月1日、2026-10-01 或 10月1日；时间段用“~”连接。",
                "Not a date: write 2026年10月1日, 2026-10-01 or 10月1日, and join a range with “~”.",
            ),
        };
        Problem::whole(code, zh, en)
    }
}
