//! Local hours and days of a mini program's time zone.

use jiff::{Timestamp, ToSpan, Zoned, civil, tz::TimeZone};
use model::Millis;

/// The zone of an IANA name, `None` when there is no such zone.
#[must_use]
pub fn find(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// The zone of a stored name; a name that is not known any more reads as UTC.
#[must_use]
pub fn of(name: &str) -> TimeZone {
    find(name).unwrap_or(TimeZone::UTC)
}

fn local(at: Millis, zone: &TimeZone) -> Zoned {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone())
}

/// The start of the local hour in which an instant lies: the key of the counters.
#[must_use]
pub fn hour_of(at: Millis, zone: &TimeZone) -> Millis {
    let l = local(at, zone);
    let within = i64::from(l.minute()) * 60_000 + i64::from(l.second()) * 1000 + i64::from(l.millisecond());
    at - within
}

/// The local date of an instant.
#[must_use]
pub fn date_of(at: Millis, zone: &TimeZone) -> civil::Date {
    local(at, zone).date()
}

/// The first instant of a local date.
#[must_use]
pub fn start_of(date: civil::Date, zone: &TimeZone) -> Millis {
    date.to_zoned(zone.clone()).map_or(0, |z| z.timestamp().as_millisecond())
}

/// The date some days later (or earlier).
#[must_use]
pub fn plus_days(date: civil::Date, days: i32) -> civil::Date {
    date.checked_add(days.days()).unwrap_or(date)
}

/// China's date of an instant, such as `2026-11-21`: the platform's days and quotas go by it.
#[must_use]
pub fn china_day(at: Millis) -> String {
    date_of(at, &of("Asia/Shanghai")).to_string()
}

/// China's month of an instant, such as `2026-11`.
#[must_use]
pub fn china_month(at: Millis) -> String {
    china_day(at).chars().take(7).collect()
}

/// `2026-11-21 15:04:05` in the zone.
#[must_use]
pub fn format(at: Millis, zone: &TimeZone) -> String {
    local(at, zone).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `11-21 15:04` in the zone.
#[must_use]
pub fn format_short(at: Millis, zone: &TimeZone) -> String {
    local(at, zone).strftime("%m-%d %H:%M").to_string()
}

/// A minute of a local date. One that the clocks leave out is as much later as they were put forward.
#[must_use]
pub fn minute_of(date: civil::Date, minute: i64, zone: &TimeZone) -> Millis {
    let (hour, rest) = (i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0));
    date.at(hour.clamp(0, 23), rest.clamp(0, 59), 0, 0)
        .to_zoned(zone.clone())
        .map_or(0, |z| z.timestamp().as_millisecond())
}

/// What `<input type="datetime-local">` sends, such as `2026-11-22T09:30`, in the zone; a blank for the `T` will do.
#[must_use]
pub fn parse_local(typed: &str, zone: &TimeZone) -> Option<Millis> {
    let at: civil::DateTime = typed.trim().replacen(' ', "T", 1).parse().ok()?;
    at.to_zoned(zone.clone()).ok().map(|z| z.timestamp().as_millisecond())
}

/// The same the other way round, for such a field.
#[must_use]
pub fn format_local(at: Millis, zone: &TimeZone) -> String {
    local(at, zone).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The local hour of the day, 0 to 23.
#[must_use]
pub fn hour_number(at: Millis, zone: &TimeZone) -> i8 {
    local(at, zone).hour()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_begins_on_the_local_clock_even_in_a_half_hour_zone() {
        let india = of("Asia/Kolkata");
        let at = start_of(civil::date(2026, 11, 21), &india) + 3_600_000 + 59 * 60_000;
        assert_eq!(hour_of(at, &india), start_of(civil::date(2026, 11, 21), &india) + 3_600_000);
        assert_eq!(hour_number(at, &india), 1);
    }

    #[test]
    fn an_unknown_zone_is_not_found_and_reads_as_utc() {
        assert!(find("Asia/Shanghai").is_some());
        assert!(find("Mars/Olympus").is_none());
        assert_eq!(format(0, &of("Mars/Olympus")), "1970-01-01 00:00:00");
    }
}
