//! The search for the next time on a clock that never changes: arithmetic on the reader's sets, month by month.

use super::days::{Days, month_length};
use super::field::Values;
use super::read::Reading;
use chrono::{DateTime, Datelike};

/// The first second of the year 1.
pub(super) const BEGIN: i64 = -62_135_596_800;

/// The first second after the year 9999, the last that a timestamp can say.
pub(super) const END: i64 = 253_402_300_800;

/// A wall clock may be this many seconds away from UTC.
pub(super) const FARTHEST_OFFSET: i64 = 2 * DAY;

pub(super) const DAY: i64 = 86_400;

impl Reading {
    /// The first match strictly after `second`; both count seconds since 1970 on the wall clock. `None` where nothing
    /// can match, or only after the year 9999 in every zone.
    #[cfg_attr(module, optimize(speed))]
    pub(super) fn next_after(&self, second: i64) -> Option<i64> {
        if self.never_runs() || second >= END + FARTHEST_OFFSET {
            return None;
        }
        let start = (second.max(BEGIN - FARTHEST_OFFSET).div_euclid(60) + 1) * 60;
        let date = DateTime::from_timestamp(start, 0)?.date_naive();
        let days = self.days();
        let day = start.div_euclid(DAY);
        let number = u8::try_from(date.month()).ok()?;
        let mut month = Month { year: date.year(), number, begin: day - i64::from(date.day()) };
        // Days before today are over; and so is today, once its last time is.
        let mut left = u64::MAX << date.day();
        if self.days_of(&month, days) >> date.day() & 1 == 1 {
            if let Some(time) = self.time_from(start.rem_euclid(DAY)) {
                return Some(day * DAY + time);
            }
            left <<= 1;
        }
        while month.begin * DAY < END + FARTHEST_OFFSET {
            let match_days = self.days_of(&month, days) & left;
            if match_days != 0 {
                let day = month.begin + i64::from(match_days.trailing_zeros());
                return Some(day * DAY + self.time_from(0)?);
            }
            month = month.next();
            left = u64::MAX;
        }
        None
    }

    /// The days of a month that match, each as the bit of its number.
    #[cfg_attr(module, optimize(speed))]
    fn days_of(&self, month: &Month, days: Days) -> u64 {
        if self.month.values.0 >> month.number & 1 == 0 {
            return 0;
        }
        let weekly = |weekdays: Values| month.days_on(weekdays);
        let matching = match days {
            Days::Every => u64::MAX,
            Days::OfMonth(month_days) => month_days.0,
            Days::OfWeek(weekdays) => weekly(weekdays),
            Days::Either(month_days, weekdays) => month_days.0 | weekly(weekdays),
            Days::Both(month_days, weekdays) => month_days.0 & weekly(weekdays),
        };
        matching & Values::stepped(1, month.length(), 1).0
    }

    /// The first time of day that is not before `second`; both in seconds since midnight.
    #[cfg_attr(module, optimize(speed))]
    fn time_from(&self, second: i64) -> Option<i64> {
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        let (minutes, hours) = (self.minute.values, self.hour.values);
        if hours.0 >> hour & 1 == 1
            && let Some(minute) = first_from(minutes, minute)
        {
            return Some(hour * 3_600 + minute * 60);
        }
        Some(first_from(hours, hour + 1)? * 3_600 + first_from(minutes, 0)? * 60)
    }
}

/// The least of the values that is not less than `least`, itself less than 64.
#[cfg_attr(module, optimize(speed))]
fn first_from(values: Values, least: i64) -> Option<i64> {
    let left = values.0 & (u64::MAX << least);
    (left != 0).then(|| left.trailing_zeros().into())
}

/// One month of the civil calendar.
struct Month {
    year: i32,
    /// From 1.
    number: u8,
    /// Its day 0, in days since 1970.
    begin: i64,
}

impl Month {
    fn length(&self) -> u8 {
        let is_leap_year = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        month_length(self.number, is_leap_year)
    }

    fn next(self) -> Self {
        let begin = self.begin + i64::from(self.length());
        match self.number {
            12 => Self { year: self.year + 1, number: 1, begin },
            number => Self { number: number + 1, begin, ..self },
        }
    }

    /// The days that fall on any of the weekdays, each as the bit of its number; and some beyond the month's end.
    fn days_on(&self, weekdays: Values) -> u64 {
        // 1970 began on a Thursday. Six weeks cover a month that begins on any weekday.
        let weekday_of_day_0 = (self.begin + 4).rem_euclid(7);
        let six_weeks = (0..6).fold(0, |weeks, week| weeks | weekdays.0 << (7 * week));
        six_weeks >> weekday_of_day_0
    }
}
