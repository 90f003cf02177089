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

/// The matches of a reading, one after the other.
pub(super) struct Search<'r> {
    reading: &'r Reading,
    days: Days,
    month: Month,
    /// The days of the month that match and are not over, each as the bit of its number.
    left: u64,
    /// The earliest time on the first of them, in seconds since midnight.
    from: i64,
}

impl Search<'_> {
    /// The next match, in seconds since 1970 on the wall clock. `None` where there is none before the end of the year 9999
    /// in every zone.
    #[cfg_attr(module, optimize(speed))]
    pub(super) fn next(&mut self) -> Option<i64> {
        loop {
            if self.left == 0 {
                self.month = self.month.next();
                if self.month.begin * DAY >= END + FARTHEST_OFFSET {
                    return None;
                }
                self.left = self.reading.days_of(&self.month, self.days);
                continue;
            }
            let day = self.month.begin + i64::from(self.left.trailing_zeros());
            if let Some(time) = self.reading.time_from(self.from) {
                self.from = time + 60;
                return Some(day * DAY + time);
            }
            self.left &= self.left - 1;
            self.from = 0;
        }
    }
}

impl Reading {
    /// Searches strictly after `second`, counted since 1970 on the wall clock. `None` where nothing can match.
    #[cfg_attr(module, optimize(speed))]
    pub(super) fn search(&self, second: i64) -> Option<Search<'_>> {
        if self.never_runs() || second >= END + FARTHEST_OFFSET {
            return None;
        }
        let start = (second.max(BEGIN - FARTHEST_OFFSET).div_euclid(60) + 1) * 60;
        let date = DateTime::from_timestamp(start, 0)?.date_naive();
        let number = u8::try_from(date.month()).ok()?;
        let month = Month { year: date.year(), number, begin: start.div_euclid(DAY) - i64::from(date.day()) };
        let days = self.days();
        let left = self.days_of(&month, days) & u64::MAX << date.day();
        // On a later day than the first, any time is not over.
        let from = if left >> date.day() & 1 == 1 { start.rem_euclid(DAY) } else { 0 };
        Some(Search { reading: self, days, month, left, from })
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

    /// The first time of day that is not before `second`; both in seconds since midnight. `None` behind the last.
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

    fn next(&self) -> Self {
        let begin = self.begin + i64::from(self.length());
        match self.number {
            12 => Self { year: self.year + 1, number: 1, begin },
            number => Self { number: number + 1, begin, year: self.year },
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
