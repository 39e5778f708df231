//! Spans of time in words.

use model::{Lang, Millis};

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// How long something takes, in the two largest units that matter.
pub(in crate::pages) fn span(ms: Millis, lang: Lang) -> String {
    let (zh, en) = match ms {
        ..SECOND => return lang.t("不到 1 秒", "less than a second").to_owned(),
        SECOND..MINUTE => ([(ms / SECOND, "秒"), (0, "")], [(ms / SECOND, "s"), (0, "")]),
        MINUTE..HOUR => ([(ms / MINUTE, "分钟"), (0, "")], [(ms / MINUTE, "min"), (0, "")]),
        HOUR..DAY => {
            let (hours, minutes) = (ms / HOUR, ms % HOUR / MINUTE);
            ([(hours, "小时"), (minutes, "分钟")], [(hours, "h"), (minutes, "min")])
        }
        DAY.. => {
            let (days, hours) = (ms / DAY, ms % DAY / HOUR);
            ([(days, "天"), (hours, "小时")], [(days, "d"), (hours, "h")])
        }
    };
    let parts = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let parts: Vec<_> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    parts.join(" ")
}

/// How long ago something was.
pub(in crate::pages) fn ago(at: Millis, now: Millis, lang: Lang) -> String {
    if now - at < MINUTE {
        return lang.t("刚刚", "just now").to_owned();
    }
    back(&span(now - at, lang), lang)
}

/// The same, to the second: of what should be heard of every few seconds.
pub(in crate::pages) fn heard(at: Millis, now: Millis, lang: Lang) -> String {
    if now - at < 10 * SECOND { ago(at, now, lang) } else { back(&span(now - at, lang), lang) }
}

fn back(span: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{span}前"),
        Lang::En => format!("{span} ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_at_most_two_units_and_none_of_zero() {
        let zh = |ms| span(ms, Lang::Zh);
        assert_eq!(zh(-5), "不到 1 秒");
        assert_eq!(zh(999), "不到 1 秒");
        assert_eq!(zh(59_999), "59 秒");
        assert_eq!(zh(HOUR - 1), "59 分钟");
        assert_eq!(zh(HOUR), "1 小时");
        assert_eq!(zh(2 * HOUR + 5 * MINUTE), "2 小时 5 分钟");
        assert_eq!(span(DAY + 3 * HOUR + 59 * MINUTE, Lang::En), "1 d 3 h");
    }

    #[test]
    fn what_was_a_moment_ago_is_just_now() {
        assert_eq!(ago(0, 59_000, Lang::Zh), "刚刚");
        assert_eq!(ago(0, 2 * MINUTE, Lang::Zh), "2 分钟前");
        assert_eq!(ago(0, 25 * HOUR, Lang::En), "1 d 1 h ago");
        assert_eq!(heard(0, 9_000, Lang::Zh), "刚刚");
        assert_eq!(heard(0, 37_000, Lang::Zh), "37 秒前");
    }
}
