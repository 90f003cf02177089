//! How the two day fields join: vixie cron's rule, in one place.

use super::field::{FIELDS, Field, Values};
use super::read::Reading;

/// The days on which a schedule runs, within its months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Days {
    /// All of them.
    Every,
    /// These days of the month.
    OfMonth(Values),
    /// These weekdays.
    OfWeek(Values),
    /// These days of the month, and these weekdays too.
    Either(Values, Values),
    /// These days of the month where they are also these weekdays.
    Both(Values, Values),
}

impl Reading {
    /// Vixie cron asks for both where one of the texts begins with `*`, even as `*/2`, and else for either.
    ///
    /// So `1-31 * 1` runs every day, while `* * 1` runs on Mondays.
    #[cfg_attr(module, optimize(speed))]
    pub(super) fn days(&self) -> Days {
        let [_, _, of_month, _, of_week] = &FIELDS;
        let is_full = |values: Values, field: &Field| values == Values::all(field);
        let (month_days, weekdays) = (self.day_of_month.values, self.day_of_week.values);
        let star = self.day_of_month.star || self.day_of_week.star;
        match (is_full(month_days, of_month), is_full(weekdays, of_week)) {
            (true, true) => Days::Every,
            (false, false) if star => Days::Both(month_days, weekdays),
            (false, false) => Days::Either(month_days, weekdays),
            _ if !star => Days::Every,
            (true, false) => Days::OfWeek(weekdays),
            (false, true) => Days::OfMonth(month_days),
        }
    }

    /// Whether no date can ever match: every other pair of fields meets within the calendar's 400 years.
    #[cfg_attr(module, optimize(speed))]
    pub(super) fn never_runs(&self) -> bool {
        let (Days::OfMonth(days) | Days::Both(days, _)) = self.days() else {
            return false;
        };
        let first = days.iter().next().unwrap_or(u8::MAX);
        !self.month.values.iter().any(|month| first <= month_length(month, true))
    }
}

/// How many days a month has, from 1 for January.
pub(super) fn month_length(month: u8, is_leap_year: bool) -> u8 {
    match month {
        2 => 28 + u8::from(is_leap_year),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
