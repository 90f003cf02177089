//! A schedule as a person would say it.

use super::days::Days;
use super::field::Values;
use super::read::Reading;
use super::{Cron, Timezone};
use crate::value::decimal::decimal;

/// The most times of a day that are listed one by one.
const MOST_TIMES: u32 = 6;

/// One sentence, with the zone if one is given, and a note on a schedule that never runs or is disabled.
///
/// ```
/// use convex_pipelines::schedule::{Cron, describe};
///
/// let every_monday = Cron::parse("0 9,17 * * MON").expect("five fields");
/// assert_eq!(describe(&every_monday, None, false), "At 09:00 and 17:00, on Monday (disabled)");
/// ```
#[must_use]
pub fn describe(cron: &Cron, zone: Option<&Timezone>, enabled: bool) -> String {
    let reading = cron.reading();
    let mut sentence = times(reading);
    push_days(&mut sentence, reading);
    let mut notes = Vec::new();
    if let Some(zone) = zone {
        notes.push(zone.as_str());
    }
    if reading.never_runs() {
        notes.push("never runs");
    }
    if !enabled {
        notes.push("disabled");
    }
    if !notes.is_empty() {
        sentence = [&sentence, " (", &notes.join("; "), ")"].concat();
    }
    sentence
}

/// Whether the times of a day are few enough to be listed one by one.
fn lists_times(reading: &Reading) -> bool {
    reading.minute.values.len() * reading.hour.values.len() <= MOST_TIMES
}

/// `At 07:00`, `Every 15 minutes from 09:00 through 17:45`, `At 0 and 35 minutes past every hour`.
fn times(reading: &Reading) -> String {
    let (minutes, hours) = (reading.minute.values, reading.hour.values);
    if lists_times(reading) {
        let mut times = Vec::new();
        for hour in hours.iter() {
            for minute in minutes.iter() {
                times.push(clock(hour, minute));
            }
        }
        return ["At ", &list(&times, "and")].concat();
    }
    let (first, last) = (minutes.iter().next().unwrap_or_default(), minutes.iter().last().unwrap_or_default());
    let from_through =
        |hours: (u8, u8)| [" from ", &clock(hours.0, first), " through ", &clock(hours.1, last)].concat();
    if let Some(step) = every(minutes, 60) {
        return pace(step, "minute")
            + &match (span(hours), every(hours, 24)) {
                (_, Some(1)) => String::new(),
                (Some(hours), _) => from_through(hours),
                (None, Some(step)) => [" of every ", &ordinal(step), " hour"].concat(),
                (None, None) => [" of the hours ", &numbers(hours)].concat(),
            };
    }
    match (span(hours), every(hours, 24)) {
        (_, Some(step)) if minutes == Values(1) => return pace(step, "hour"),
        (Some(hours), None) if minutes.len() == 1 => return pace(1, "hour") + &from_through(hours),
        _ => {}
    }
    let unit = if minutes == Values(1 << 1) { " minute past " } else { " minutes past " };
    let of_hours = match every(hours, 24) {
        Some(1) => "every hour".to_owned(),
        Some(step) => ["every ", &ordinal(step), " hour"].concat(),
        None if hours.len() == 1 => ["the hour ", &numbers(hours)].concat(),
        None => ["the hours ", &numbers(hours)].concat(),
    };
    ["At ", &numbers(minutes), unit, &of_hours].concat()
}

/// `Every minute`, `Every 2 hours`.
fn pace(step: u8, unit: &str) -> String {
    if step == 1 { ["Every ", unit].concat() } else { ["Every ", &decimal(step.into()), " ", unit, "s"].concat() }
}

/// Which days of which months, where that is not all of them.
fn push_days(sentence: &mut String, reading: &Reading) {
    let months = reading.month.values;
    let every_month = months.len() == 12;
    let month_names = spans(months, MONTHS, 1, "and");
    let days = reading.days();
    match days {
        Days::Every => {
            if lists_times(reading) {
                sentence.push_str(" every day");
            }
        }
        // The months belong to the days that are counted in them: "on day 1 of January and July".
        Days::OfMonth(month_days) => {
            push_month_days(sentence, month_days, if every_month { "the month" } else { &month_names });
            return;
        }
        Days::OfWeek(weekdays) => {
            sentence.push_str(if is_span(weekdays) { ", " } else { ", on " });
            sentence.push_str(&weekday_names(weekdays, "and"));
        }
        Days::Either(month_days, weekdays) => {
            push_month_days(sentence, month_days, "the month");
            sentence.push_str(if is_span(weekdays) { " or " } else { " or on " });
            sentence.push_str(&weekday_names(weekdays, "or"));
        }
        Days::Both(month_days, weekdays) => {
            push_month_days(sentence, month_days, "the month");
            sentence.push_str(", only if it is ");
            sentence.push_str(&weekday_names(weekdays, "or"));
        }
    }
    if !every_month {
        sentence.push_str(match days {
            _ if months.len() > 2 && span(months).is_some() => ", from ",
            Days::Every => " in ",
            _ => ", in ",
        });
        sentence.push_str(&month_names);
    }
}

/// `, on day 13 of the month`, `, on every 2nd day of the month, from day 1`.
fn push_month_days(sentence: &mut String, days: Values, of: &str) {
    let mut ends = days.iter();
    let (first, second) = (ends.next().unwrap_or_default(), ends.next().unwrap_or_default());
    let step = u32::from(second.saturating_sub(first));
    if days.len() > 4 && step > 1 && days == Values::stepped(first, 31, step) {
        let step = u8::try_from(step).map(ordinal).unwrap_or_default();
        let parts = [", on every ", &step, " day of ", of, ", from day ", &decimal(first.into())];
        parts.iter().for_each(|part| sentence.push_str(part));
        return;
    }
    sentence.push_str(if days.len() == 1 { ", on day " } else { ", on days " });
    sentence.push_str(&numbers(days));
    sentence.push_str(" of ");
    sentence.push_str(of);
}

pub(super) const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The week begins on Monday, so that a weekend is one piece.
pub(super) const WEEKDAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Sunday as the seventh day.
fn from_monday(weekdays: Values) -> Values {
    Values((weekdays.0 | weekdays.0 << 7) & 0xfe)
}

fn is_span(weekdays: Values) -> bool {
    weekdays.len() > 2 && span(from_monday(weekdays)).is_some()
}

fn weekday_names(weekdays: Values, and: &str) -> String {
    spans(from_monday(weekdays), WEEKDAYS, 1, and)
}

/// The first and the last of values that follow one another.
fn span(values: Values) -> Option<(u8, u8)> {
    let mut spans = values.spans();
    spans.next().filter(|_| spans.next().is_none())
}

/// The step, where the values are 0, the step and so on, and go on evenly after the last of `size`.
fn every(values: Values, size: u8) -> Option<u8> {
    let step = match values.len() {
        1 => return None,
        _ => values.iter().nth(1)?,
    };
    (size.is_multiple_of(step) && values == Values::stepped(0, size - 1, step.into())).then_some(step)
}

/// `1, 2 and 10 through 15`.
fn numbers(values: Values) -> String {
    spans(values, &[], 0, "and")
}

/// The values in words or numbers; three or more that follow one another become `X through Y`.
fn spans(values: Values, names: &[&str], first_name: u8, and: &str) -> String {
    let word = |value: u8| match names.get(usize::from(value.saturating_sub(first_name))) {
        Some(name) => (*name).to_owned(),
        None => decimal(value.into()),
    };
    let mut pieces = Vec::new();
    for (low, high) in values.spans() {
        match high - low {
            0 => pieces.push(word(low)),
            1 => {
                pieces.push(word(low));
                pieces.push(word(high));
            }
            _ => pieces.push([&word(low), " through ", &word(high)].concat()),
        }
    }
    list(&pieces, and)
}

/// `a`, `a and b`, `a, b and c`.
fn list(items: &[String], and: &str) -> String {
    let mut list = String::new();
    for (place, item) in items.iter().enumerate() {
        match items.len() - place {
            _ if place == 0 => {}
            1 => list.push_str(&[" ", and, " "].concat()),
            _ => list.push_str(", "),
        }
        list.push_str(item);
    }
    list
}

fn clock(hour: u8, minute: u8) -> String {
    let zero = |value: u8| if value < 10 { "0" } else { "" };
    [zero(hour), &decimal(hour.into()), ":", zero(minute), &decimal(minute.into())].concat()
}

/// `2nd`, `15th`.
fn ordinal(number: u8) -> String {
    let ending = match (number % 10, number / 10) {
        (1, tens) if tens != 1 => "st",
        (2, tens) if tens != 1 => "nd",
        (3, tens) if tens != 1 => "rd",
        _ => "th",
    };
    decimal(number.into()) + ending
}
