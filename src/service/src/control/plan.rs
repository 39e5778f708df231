//! Instants that people choose by their local clock.

use crate::zone;
use jiff::{civil::Date, tz::TimeZone};
use model::{Millis, Problem, control::Repeat};

/// Nobody orders for later than this.
const FARTHEST_MS: Millis = 366 * 86_400_000;

/// A time to come, as the form sends it.
pub(super) fn time(typed: &str, time_zone: &str, now: Millis) -> Result<Millis, Problem> {
    let at = zone::parse_local(typed, &zone::of(time_zone)).ok_or_else(|| {
        Problem::of(
            "at",
            "not_a_time",
            "请填写日期和时间，例如 2026-11-22 09:30。",
            "Give a date and time, such as 2026-11-22 09:30.",
        )
    })?;
    to_come(at, time_zone, now)
}

/// An instant that lies ahead, and not too far.
pub(crate) fn to_come(at: Millis, time_zone: &str, now: Millis) -> Result<Millis, Problem> {
    if at <= now {
        return Err(Problem::of(
            "at",
            "in_the_past",
            format!("这个时间已经过去了（按 {time_zone} 时间）。请选一个之后的时间，或选择立即发送。"),
            format!("This time has passed already (in {time_zone}). Choose a later one, or send at once."),
        ));
    }
    if at > now + FARTHEST_MS {
        return Err(Problem::of("at", "too_far", "最多提前一年定时。", "At most a year ahead."));
    }
    Ok(at)
}

/// The next time of a repetition after an instant.
pub(super) fn next(repeat: Repeat, time_zone: &str, after: Millis) -> Option<Millis> {
    let zone = zone::of(time_zone);
    let today = zone::date_of(after, &zone);
    (0..400).find_map(|days| at_of(repeat, zone::plus_days(today, days), &zone).filter(|at| *at > after))
}

/// The last time of a repetition up to an instant.
pub(super) fn latest(repeat: Repeat, time_zone: &str, until: Millis) -> Option<Millis> {
    let zone = zone::of(time_zone);
    let today = zone::date_of(until, &zone);
    (0..400).find_map(|days| at_of(repeat, zone::plus_days(today, -days), &zone).filter(|at| *at <= until))
}

/// The time of a repetition on a day, if it falls on it.
fn at_of(repeat: Repeat, date: Date, zone: &TimeZone) -> Option<Millis> {
    let weekday = u8::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    repeat.falls_on(weekday, date.day(), date.days_in_month()).then(|| zone::minute_of(date, repeat.minute(), zone))
}

/// The quiet hours in which an instant lies, or the next ones.
pub(super) fn quiet(from: i64, to: i64, time_zone: &str, now: Millis) -> Option<(Millis, Millis)> {
    let zone = zone::of(time_zone);
    let today = zone::date_of(now, &zone);
    let overnight = i32::from(from > to);
    (-1..=1).find_map(|days| {
        let since = zone::minute_of(zone::plus_days(today, days), from, &zone);
        let until = zone::minute_of(zone::plus_days(today, days + overnight), to, &zone);
        (until > now).then_some((since, until))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use model::control::Weekdays;

    const ZONE: &str = "Asia/Shanghai";

    fn at(year: i16, month: i8, day: i8, minute: i64) -> Millis {
        zone::minute_of(date(year, month, day), minute, &zone::of(ZONE))
    }

    #[test]
    fn a_time_is_read_on_the_mini_programs_own_clock() {
        let now = at(2026, 11, 21, 600);
        assert_eq!(time("2026-11-22T09:30", ZONE, now), Ok(at(2026, 11, 22, 570)));
        assert_eq!(time("2026-11-22 09:30", ZONE, now), Ok(at(2026, 11, 22, 570)));
        let code = |typed| time(typed, ZONE, now).map_err(|p| p.code);
        assert_eq!(code("2026-11-21T10:00"), Err("in_the_past".to_owned()));
        assert_eq!(code("2028-01-01T10:00"), Err("too_far".to_owned()));
        for typed in ["tomorrow", "2026-13-01T09:30", "2026-11-22T25:00", "２０２６"] {
            assert_eq!(code(typed), Err("not_a_time".to_owned()), "{typed}");
        }
    }

    #[test]
    fn the_next_time_is_the_first_that_falls_on_a_day_of_the_repetition() {
        // A Saturday.
        let now = at(2026, 11, 21, 600);
        assert_eq!(next(Repeat::Day { minute: 601 }, ZONE, now), Some(at(2026, 11, 21, 601)));
        assert_eq!(next(Repeat::Day { minute: 600 }, ZONE, now), Some(at(2026, 11, 22, 600)));
        let days = Weekdays::default().with(0).with(2);
        assert_eq!(next(Repeat::Week { days, minute: 540 }, ZONE, now), Some(at(2026, 11, 23, 540)));
        assert_eq!(next(Repeat::Month { day: 31, minute: 0 }, ZONE, now), Some(at(2026, 11, 30, 0)));
        assert_eq!(next(Repeat::Week { days: Weekdays::default(), minute: 0 }, ZONE, now), None);
    }

    #[test]
    fn of_times_that_have_passed_the_newest_is_found() {
        // A Saturday.
        let now = at(2026, 11, 21, 600);
        assert_eq!(latest(Repeat::Day { minute: 600 }, ZONE, now), Some(at(2026, 11, 21, 600)));
        assert_eq!(latest(Repeat::Day { minute: 601 }, ZONE, now), Some(at(2026, 11, 20, 601)));
        let days = Weekdays::default().with(0).with(2);
        assert_eq!(latest(Repeat::Week { days, minute: 540 }, ZONE, now), Some(at(2026, 11, 18, 540)));
        assert_eq!(latest(Repeat::Month { day: 31, minute: 0 }, ZONE, now), Some(at(2026, 10, 31, 0)));
    }

    #[test]
    fn where_the_clocks_change_each_time_still_comes_once_a_day() {
        let berlin = "Europe/Berlin";
        let zone = zone::of(berlin);
        let on = |month, day, minute| zone::minute_of(date(2026, month, day), minute, &zone);
        // On 29 March two o'clock is followed by three o'clock: 02:30 comes an hour later by the clock.
        let half_past_two = Repeat::Day { minute: 150 };
        let spring = on(3, 29, 150);
        assert_eq!(spring, on(3, 29, 210));
        assert_eq!(next(half_past_two, berlin, on(3, 28, 150)), Some(spring));
        assert_eq!(next(half_past_two, berlin, spring), Some(on(3, 30, 150)));
        assert_eq!(latest(half_past_two, berlin, spring + 1), Some(spring));
        assert_eq!(spring - on(3, 28, 150), 24 * 3_600_000, "the gap is filled a day later");
        // On 25 October two o'clock comes twice: it is the first one that counts, and only that.
        let autumn = on(10, 25, 150);
        assert_eq!(next(half_past_two, berlin, on(10, 24, 150)), Some(autumn));
        assert_eq!(next(half_past_two, berlin, autumn), Some(on(10, 26, 150)));
        assert_eq!(next(half_past_two, berlin, autumn + 3_600_000), Some(on(10, 26, 150)));
        assert_eq!(on(10, 26, 150) - autumn, 25 * 3_600_000);
    }

    #[test]
    fn quiet_hours_end_by_the_clock_on_the_wall_where_the_clocks_change() {
        let berlin = "Europe/Berlin";
        let zone = zone::of(berlin);
        let on = |month, day, minute| zone::minute_of(date(2026, month, day), minute, &zone);
        for (month, day, hours) in [(3, 29, 9), (10, 25, 11)] {
            let hours_of = (on(month, day - 1, 1_320), on(month, day, 480));
            assert_eq!(quiet(1_320, 480, berlin, on(month, day, 60)), Some(hours_of));
            assert_eq!(hours_of.1 - hours_of.0, hours * 3_600_000);
        }
        // Ends in the hour that there is not: an hour later, not never.
        let (since, until) = quiet(60, 150, berlin, on(3, 29, 70)).unwrap_or_default();
        assert_eq!((since, until), (on(3, 29, 60), on(3, 29, 210)));
    }

    #[test]
    fn quiet_hours_are_those_now_or_next() {
        let (evening, morning) = (at(2026, 11, 21, 1_320), at(2026, 11, 22, 480));
        assert_eq!(quiet(1_320, 480, ZONE, at(2026, 11, 22, 60)), Some((evening, morning)));
        assert_eq!(quiet(1_320, 480, ZONE, at(2026, 11, 21, 600)), Some((evening, morning)));
        let noon = (at(2026, 11, 22, 720), at(2026, 11, 22, 840));
        assert_eq!(quiet(720, 840, ZONE, at(2026, 11, 21, 840)), Some(noon));
    }
}
