//! Which days a page shows, read from its query string.

use jiff::civil::Date;
use model::{Lang, ids::TemplateId};
use service::{Span, zone};

/// How many days are shown when nothing is asked for.
const DEFAULT_DAYS: i32 = 7;

/// The period to show, and what has to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) span: Span,
    pub(super) notes: Vec<Note>,
}

/// How what is shown differs from what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// A date could not be read.
    BadDate,
    /// The ends were the wrong way round.
    Swapped,
    /// A date lay ahead.
    Ahead,
    /// The period was cut.
    TooLong,
    /// There is no such template here.
    NoTemplate,
}

impl Note {
    pub(super) fn say(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::BadDate => {
                ("日期无法识别，已显示最近 7 天。", "A date could not be read; the last 7 days are shown.")
            }
            Self::Swapped => {
                ("开始日期晚于结束日期，已为你对调。", "The first day came after the last; they have been exchanged.")
            }
            Self::Ahead => ("日期不能晚于今天，已改为今天。", "A date lies ahead; today is shown instead."),
            Self::TooLong => {
                ("最多显示 366 天，已保留靠后的一段。", "At most 366 days can be shown; the later part is here.")
            }
            Self::NoTemplate => {
                ("没有找到这个模板，已显示全部模板。", "There is no such template here; all templates are shown.")
            }
        };
        lang.t(zh, en)
    }
}

/// The last days up to today.
pub(super) fn last(days: i32, today: Date) -> Span {
    Span { from: zone::plus_days(today, 1 - days), to: today }
}

/// Reads the two dates. Whatever stands there, a period comes out.
pub(super) fn read(from: Option<&str>, to: Option<&str>, today: Date) -> Asked {
    let fallback = last(DEFAULT_DAYS, today);
    let span = match (from.map(date), to.map(date)) {
        (None, None) => Ok(fallback),
        (Some(Some(from)), Some(Some(to))) => Ok(Span { from, to }),
        (Some(Some(from)), None) => Ok(Span { from, to: today.max(from) }),
        (None, Some(Some(to))) => Ok(last(DEFAULT_DAYS, to)),
        _ => Err(Note::BadDate),
    };
    let Span { from, to } = match span {
        Ok(span) => span,
        Err(note) => return Asked { span: fallback, notes: vec![note] },
    };
    let mut notes = Vec::new();
    let (from, to) = if from > to {
        notes.push(Note::Swapped);
        (to, from)
    } else {
        (from, to)
    };
    if to > today {
        notes.push(Note::Ahead);
    }
    Asked { span: Span { from: from.min(today), to: to.min(today) }, notes }
}

/// `2026-11-21` and nothing else; the earliest year is one that every time zone can count from.
fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let date: Date = (text.len() == 10).then(|| text.parse().ok())??;
    (date.year() >= 1971).then_some(date)
}

/// The page that shows a period.
pub(in crate::pages) fn address(from: Date, to: Date, template: Option<TemplateId>) -> String {
    let template = template.map(|id| format!("&template={id}")).unwrap_or_default();
    format!("/statistics?from={from}&to={to}{template}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: i8, day: i8) -> Date {
        jiff::civil::date(2026, month, day)
    }

    fn asked(from: Option<&str>, to: Option<&str>) -> (Date, Date, Vec<Note>) {
        let Asked { span, notes } = read(from, to, day(11, 21));
        (span.from, span.to, notes)
    }

    #[test]
    fn nothing_asked_is_the_last_seven_days() {
        assert_eq!(asked(None, None), (day(11, 15), day(11, 21), vec![]));
    }

    #[test]
    fn one_end_is_enough() {
        assert_eq!(asked(Some("2026-11-01"), None), (day(11, 1), day(11, 21), vec![]));
        assert_eq!(asked(None, Some("2026-11-10")), (day(11, 4), day(11, 10), vec![]));
        assert_eq!(asked(Some("2026-11-21"), Some("2026-11-21")), (day(11, 21), day(11, 21), vec![]));
    }

    #[test]
    fn swapped_ends_are_put_right_and_said() {
        assert_eq!(asked(Some("2026-11-10"), Some("2026-11-01")), (day(11, 1), day(11, 10), vec![Note::Swapped]));
    }

    #[test]
    fn bad_dates_read_as_the_default_and_are_said() {
        let default = (day(11, 15), day(11, 21), vec![Note::BadDate]);
        for bad in [
            "yesterday",
            "2026-13-01",
            "2026-02-30",
            "0000-00-00",
            "<script>",
            "2026-11-21T00:00",
            "0001-01-01",
            "二〇二六年十一",
        ] {
            assert_eq!(asked(Some(bad), Some("2026-11-10")), default, "{bad}");
            assert_eq!(asked(Some("2026-11-10"), Some(bad)), default, "{bad}");
            assert_eq!(asked(None, Some(bad)), default, "{bad}");
        }
    }

    #[test]
    fn days_ahead_are_today() {
        assert_eq!(asked(Some("2026-11-20"), Some("9999-12-31")), (day(11, 20), day(11, 21), vec![Note::Ahead]));
        assert_eq!(asked(Some("2027-01-01"), None), (day(11, 21), day(11, 21), vec![Note::Ahead]));
    }

    #[test]
    fn addresses_carry_the_template() {
        assert_eq!(address(day(11, 1), day(11, 2), None), "/statistics?from=2026-11-01&to=2026-11-02");
        let with = address(day(11, 1), day(11, 2), Some(TemplateId(7)));
        assert_eq!(with, "/statistics?from=2026-11-01&to=2026-11-02&template=7");
    }
}
