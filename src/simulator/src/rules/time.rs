//! Times and dates, and ranges of two joined by a half-width `~`.

/// 24-hour time, which a year, month and day may precede.
pub(super) fn is_time(value: &str) -> bool {
    is_range(value, |point| {
        let (date, clock) = split(point);
        date.is_none_or(is_full_date) && clock.is_some_and(is_clock)
    })
}

/// A date, which a 24-hour time may follow.
pub(super) fn is_date(value: &str) -> bool {
    is_range(value, |point| {
        let (date, clock) = split(point);
        date.is_some_and(|date| is_full_date(date) || is_short_date(date)) && clock.is_none_or(is_clock)
    })
}

fn is_range(value: &str, is_point: impl Fn(&str) -> bool) -> bool {
    match value.split_once('~') {
        Some((from, to)) => is_point(from.trim()) && is_point(to.trim()),
        None => is_point(value),
    }
}

/// The date and the clock of a point in time.
fn split(point: &str) -> (Option<&str>, Option<&str>) {
    match point.split_once(' ') {
        Some((date, clock)) => (Some(date), Some(clock.trim_start())),
        None if point.contains(':') => (None, Some(point)),
        None => (Some(point), None),
    }
}

/// HH:MM or HH:MM:SS.
fn is_clock(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let minutes = parts.iter().skip(1).all(|part| part.len() == 2 && number(part, 0, 59));
    matches!(parts.len(), 2 | 3) && number(parts[0], 0, 24) && minutes
}

/// y年m月d日, or with `-`, `/` or `.`.
fn is_full_date(text: &str) -> bool {
    match parts(text).as_deref() {
        Some([year, month, day]) => is_year(year) && number(month, 1, 12) && number(day, 1, 31),
        _ => false,
    }
}

/// Year and month, or month and day.
fn is_short_date(text: &str) -> bool {
    match parts(text).as_deref() {
        Some([first, second]) if text.ends_with('月') => is_year(first) && number(second, 1, 12),
        Some([first, second]) if text.ends_with('日') => number(first, 1, 12) && number(second, 1, 31),
        Some([first, second]) => {
            (is_year(first) && number(second, 1, 12)) || (number(first, 1, 12) && number(second, 1, 31))
        }
        _ => false,
    }
}

fn parts(text: &str) -> Option<Vec<&str>> {
    if text.contains(['年', '月', '日']) {
        let trimmed = text.strip_suffix(['月', '日'])?;
        return Some(trimmed.split(['年', '月']).collect());
    }
    let separator = text.chars().find(|c| "-/.".contains(*c))?;
    Some(text.split(separator).collect())
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && number(text, 1, 9999)
}

fn number(text: &str, low: u32, high: u32) -> bool {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && text.parse::<u32>().is_ok_and(|number| (low..=high).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::{is_date, is_time};

    #[test]
    fn the_forms_of_the_official_page_are_accepted() {
        for time in ["15:01", "15:01:02", "2019年10月1日 15:01", "2022-12-08 16:13:16", "09:00~18:00"] {
            assert!(is_time(time), "{time}");
        }
        let dates =
            ["2018年1月1日", "2018年1月", "1月1日", "2018-01-01", "2018/01/01", "2018.01.01", "2018-01", "01-01"];
        for date in dates.into_iter().chain(["2019年10月1日 15:01", "2018-01-01~2018-01-05"]) {
            assert!(is_date(date), "{date}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for time in ["25:00", "15:60", "1500", "2019年10月 15:01", "09:00～18:00", "now 15:01"] {
            assert!(!is_time(time), "{time}");
        }
        for date in ["2018-13-01", "2018年", "15:01", "2018-01-01-01", "next week"] {
            assert!(!is_date(date), "{date}");
        }
    }
}
