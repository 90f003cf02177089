//! Explicit lists: what is handed to anybody else's cron instead of the user's text.

use super::days::Days;
use super::field::{FIELDS, Field, Values};
use super::{Cron, Timezone};
use crate::value::decimal::push_decimal;

/// The schedule in five fields of numbers that every dialect reads alike, or `None` where none can say it.
///
/// Weekdays go from 0 to 6, never as 7, as a name or as a range: Convex's own parser refuses the first and miscounts
/// ranges that wrap around. A dialect that joins both day fields by AND, as Unix does when one begins with `*`, does
/// not exist elsewhere; and a zone other than UTC would be lost.
#[must_use]
pub fn explicit_cron(cron: &Cron, zone: Option<&Timezone>) -> Option<String> {
    if zone.is_some_and(|zone| !zone.is_utc()) {
        return None;
    }
    let [minute, hour, of_month, month, of_week] = &FIELDS;
    let (month_days, weekdays) = match cron.reading().days() {
        Days::Every => (Values::all(of_month), Values::all(of_week)),
        Days::OfMonth(month_days) => (month_days, Values::all(of_week)),
        Days::OfWeek(weekdays) => (Values::all(of_month), weekdays),
        Days::Either(month_days, weekdays) => (month_days, weekdays),
        Days::Both(..) => return None,
    };
    let mut text = String::new();
    push_list(&mut text, minute, cron.reading().minute.values);
    push_list(&mut text, hour, cron.reading().hour.values);
    push_list(&mut text, of_month, month_days);
    push_list(&mut text, month, cron.reading().month.values);
    push_list(&mut text, of_week, weekdays);
    Some(text)
}

/// Appends one field, after a space where there is text before it: `*` for all values, else each of them.
fn push_list(text: &mut String, field: &Field, values: Values) {
    if !text.is_empty() {
        text.push(' ');
    }
    if values == Values::all(field) {
        text.push('*');
    } else {
        push_numbers(text, values);
    }
}

/// Appends the values, with commas between them.
pub(super) fn push_numbers(text: &mut String, values: Values) {
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        push_decimal(text, value.into());
    }
}
