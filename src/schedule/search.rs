//! The search for the next time on a clock that never changes: the `cron` crate, behind one function.
//!
//! No text of a user reaches the crate: it counts Sunday as 1, joins the day fields by AND and reads much that cron
//! does not. It is given seconds of 0 and numbers, with the weekdays counted its way.

use super::days::Days;
use super::explicit::push_number;
use super::field::{FIELDS, Field, Values};
use super::read::Reading;
use chrono::{DateTime, Utc};

/// The first second after the last year that the crate searches.
pub(super) const END: i64 = 4_133_980_800;

/// The times of a wall clock at which a schedule matches.
#[derive(Clone, Debug)]
pub(super) struct Search {
    schedule: cron::Schedule,
    /// The other day field, where either is enough: the crate can only ask for both.
    other: Option<cron::Schedule>,
}

impl Search {
    /// `None` where nothing can match, so that no search runs to the end of the calendar.
    pub(super) fn new(reading: &Reading) -> Option<Self> {
        if reading.never_runs() {
            return None;
        }
        let [_, _, of_month, _, of_week] = &FIELDS;
        let (every_month_day, every_weekday) = (Values::all(of_month), Values::all(of_week));
        let (month_days, weekdays, other) = match reading.days() {
            Days::Every => (every_month_day, every_weekday, None),
            Days::OfMonth(month_days) => (month_days, every_weekday, None),
            Days::OfWeek(weekdays) => (every_month_day, weekdays, None),
            Days::Both(month_days, weekdays) => (month_days, weekdays, None),
            Days::Either(month_days, weekdays) => {
                (month_days, every_weekday, Some(schedule(reading, every_month_day, weekdays)?))
            }
        };
        Some(Self { schedule: schedule(reading, month_days, weekdays)?, other })
    }

    /// The first match strictly after `second`; both count seconds since 1970 on the wall clock. `None` after 2100.
    pub(super) fn after(&self, second: i64) -> Option<i64> {
        if second >= END {
            return None;
        }
        // The crate begins at 1970, and takes a year before the common era for a late one.
        let second = DateTime::<Utc>::from_timestamp(second.max(-1), 0)?;
        let next = |schedule: &cron::Schedule| Some(schedule.after(&second).next()?.timestamp());
        match (next(&self.schedule), self.other.as_ref().and_then(next)) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }
}

fn schedule(reading: &Reading, month_days: Values, weekdays: Values) -> Option<cron::Schedule> {
    let [minute, hour, of_month, month, of_week] = &FIELDS;
    let mut text = String::from("0");
    push_spans(&mut text, minute, reading.minute.values, 0);
    push_spans(&mut text, hour, reading.hour.values, 0);
    push_spans(&mut text, of_month, month_days, 0);
    push_spans(&mut text, month, reading.month.values, 0);
    push_spans(&mut text, of_week, weekdays, 1);
    cron::Schedule::try_from(text).ok()
}

/// Appends one field: `*`, or the numbers, `shift` higher. Those that follow one another become a range, which the
/// crate reads five times faster than each of them.
fn push_spans(text: &mut String, field: &Field, values: Values, shift: u8) {
    text.push(' ');
    if values == Values::all(field) {
        text.push('*');
        return;
    }
    for (place, (low, high)) in values.spans().enumerate() {
        if place > 0 {
            text.push(',');
        }
        push_number(text, low + shift);
        if high > low {
            text.push('-');
            push_number(text, high + shift);
        }
    }
}
