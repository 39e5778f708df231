//! When a notice is ordered again, in plain words.

use crate::Lang;
use serde::{Deserialize, Serialize};

/// Days of the week; bit 0 is Monday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weekdays(pub u8);

impl Weekdays {
    /// The days' names, Monday first.
    pub const NAMES: [(&'static str, &'static str); 7] = [
        ("周一", "Monday"),
        ("周二", "Tuesday"),
        ("周三", "Wednesday"),
        ("周四", "Thursday"),
        ("周五", "Friday"),
        ("周六", "Saturday"),
        ("周日", "Sunday"),
    ];

    /// Whether a day is one of them, 0 for Monday.
    #[must_use]
    pub fn has(self, day: u8) -> bool {
        day < 7 && self.0 & (1 << day) != 0
    }

    /// With one more.
    #[must_use]
    pub fn with(self, day: u8) -> Self {
        if day < 7 { Self(self.0 | (1 << day)) } else { self }
    }

    fn say(self, lang: Lang) -> String {
        let names = (0..7_u8).zip(Self::NAMES).filter(|(day, _)| self.has(*day));
        let names: Vec<_> = names.map(|(_, (zh, en))| lang.t(zh, en)).collect();
        names.join(lang.t("、", ", "))
    }
}

/// On which days, at a minute of the local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "every")]
pub enum Repeat {
    /// Every day.
    Day {
        /// Minute of the day.
        minute: i64,
    },
    /// On some days of the week.
    Week {
        /// Which.
        days: Weekdays,
        /// Minute of the day.
        minute: i64,
    },
    /// On a day of the month; on its last day where the month is shorter.
    Month {
        /// From 1 to 31.
        day: i8,
        /// Minute of the day.
        minute: i64,
    },
}

impl Repeat {
    /// The minute of the day.
    #[must_use]
    pub fn minute(self) -> i64 {
        match self {
            Self::Day { minute } | Self::Week { minute, .. } | Self::Month { minute, .. } => minute,
        }
    }

    /// Whether a date is one of its days: day of the week (0 for Monday), of the month, and the month's last.
    #[must_use]
    pub fn falls_on(self, weekday: u8, day: i8, last: i8) -> bool {
        match self {
            Self::Day { .. } => true,
            Self::Week { days, .. } => days.has(weekday),
            Self::Month { day: wanted, .. } => day == wanted.min(last),
        }
    }

    /// In words.
    #[must_use]
    pub fn say(self, lang: Lang) -> String {
        let time = format!("{:02}:{:02}", self.minute() / 60, self.minute() % 60);
        match (self, lang) {
            (Self::Day { .. }, Lang::Zh) => format!("每天 {time}"),
            (Self::Day { .. }, Lang::En) => format!("every day at {time}"),
            (Self::Week { days, .. }, Lang::Zh) => format!("每{} {time}", days.say(lang)),
            (Self::Week { days, .. }, Lang::En) => format!("every {} at {time}", days.say(lang)),
            (Self::Month { day, .. }, Lang::Zh) => format!("每月 {day} 日 {time}"),
            (Self::Month { day, .. }, Lang::En) => format!("on day {day} of every month at {time}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_is_said_as_one_would_say_it() {
        let week = Repeat::Week { days: Weekdays::default().with(0).with(4), minute: 545 };
        assert_eq!(week.say(Lang::Zh), "每周一、周五 09:05");
        assert_eq!(week.say(Lang::En), "every Monday, Friday at 09:05");
        assert_eq!(Repeat::Month { day: 31, minute: 0 }.say(Lang::Zh), "每月 31 日 00:00");
    }

    #[test]
    fn the_31st_of_a_short_month_is_its_last_day() {
        let last = Repeat::Month { day: 31, minute: 0 };
        assert!(last.falls_on(0, 30, 30) && !last.falls_on(0, 30, 31) && last.falls_on(0, 28, 28));
    }
}
