//! What could be written instead of a part that cannot be read, where that is obvious.

use super::describe::{MONTHS, WEEKDAYS};
use super::explicit::push_numbers;
use super::field::{FIELDS, Field, Values};
use super::read::{Fault, number, read_bounds};
use super::text::{MACROS, fields, replaced, separates, trimmed};
use crate::issue::cron::{CronField, CronProblem};
use crate::value::decimal::decimal;

/// A replacement for the part at fault. Nothing where more than one thing could be meant.
pub(super) fn instead(text: &str, fault: Fault<'_>) -> Option<String> {
    let part = fault.part;
    let field = FIELDS.iter().find(|field| field.name == fault.field);
    match (fault.problem, field) {
        (CronProblem::Macro, _) => every(part).or_else(|| nearest_macro(part).map(str::to_owned)),
        // `daily`
        (CronProblem::FieldCount { found: 1 }, _) => {
            MACROS.iter().find(|(name, _)| name.strip_prefix('@') == Some(part)).map(|(name, _)| (*name).to_owned())
        }
        (CronProblem::Foreign, _) => ascii(part),
        (CronProblem::Split, _) => Some(replaced(part, separates, "")),
        (CronProblem::Dialect, Some(field)) if part == "?" => any_day(text, field),
        (CronProblem::OutOfRange { .. }, Some(field)) if field.name == CronField::Hour && part == "24" => {
            // The end of a day is the next one's beginning: the same only if it runs on all of them.
            fields(text).skip(2).all(|field| field == "*").then(|| "0".to_owned())
        }
        (CronProblem::Name, Some(field)) => full_name(field, part),
        (CronProblem::BareStep, Some(field)) => ranged_step(field, part),
        (CronProblem::Backwards, Some(field)) => forwards(field, part),
        // `/5`
        (CronProblem::Unreadable, Some(_)) if part.starts_with('/') => Some(["*", part].concat()),
        (CronProblem::Unreadable, Some(_)) => part.contains(';').then(|| replaced(part, |c| c == ';', ",")),
        _ => None,
    }
}

/// `?` is Quartz's `*` in a day field. Quartz also counts Sunday as 1, so beside a number it says nothing certain.
fn any_day(text: &str, field: &Field) -> Option<String> {
    let is_day = matches!(field.name, CronField::DayOfMonth | CronField::DayOfWeek);
    let weekday = fields(text).nth(4)?;
    (is_day && !weekday.bytes().any(|byte| byte.is_ascii_digit())).then(|| "*".to_owned())
}

/// `@every 5m`, as Go's cron has it, where a step of the field says the same.
fn every(part: &str) -> Option<String> {
    let period = trimmed(part.strip_prefix("@every")?);
    let (minutes, hours) = (period.strip_suffix('m').and_then(number), period.strip_suffix('h').and_then(number));
    match (minutes, hours) {
        (Some(step @ 1..60), _) if 60 % step == 0 => Some(["*/", &decimal(step.into()), " * * * *"].concat()),
        (_, Some(step @ 1..24)) if 24 % step == 0 => Some(["0 */", &decimal(step.into()), " * * *"].concat()),
        _ => None,
    }
}

/// `@Daily`, `@dayly`: at most one letter off, and not the first. `@weekday` is two from `@weekly`, `@4hourly` one from
/// `@hourly`.
fn nearest_macro(part: &str) -> Option<&'static str> {
    if part.len() > 12 {
        return None;
    }
    let part = part.to_ascii_lowercase();
    let is_near = |name: &str| name.get(..2) == part.get(..2) && strsim::osa_distance(name, &part) <= 1;
    MACROS.iter().map(|(name, _)| *name).find(|name| is_near(name))
}

/// `January`, `Thurs`: the first three letters, if the rest goes on as the name does.
fn full_name(field: &Field, part: &str) -> Option<String> {
    let (base, step) = part.split_at(part.find('/').unwrap_or(part.len()));
    let mut whole = String::new();
    for (place, word) in base.split('-').enumerate() {
        let short = word.get(..3)?;
        let begins_with_word =
            |full: &&str| full.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if field.named(short).is_none() || !MONTHS.iter().chain(WEEKDAYS).any(begins_with_word) {
            return None;
        }
        whole.push_str(if place > 0 { "-" } else { "" });
        whole.push_str(&short.to_ascii_uppercase());
    }
    whole.push_str(step);
    match read_bounds(field, &whole) {
        Ok((low, high, _)) if low > high => forwards(field, &whole),
        _ => Some(whole),
    }
}

/// `5/15` means `5-59/15` where it is read at all.
fn ranged_step(field: &Field, part: &str) -> Option<String> {
    let (first, step) = part.split_once('/')?;
    let last = match field.name_of(field.last()) {
        Some(name) if number(first).is_none() => name.to_owned(),
        _ => decimal(field.last().into()),
    };
    Some([first, "-", &last, "/", step].concat())
}

/// A range over the end of the field, as the two ranges on its sides; or the values, where it has a step. Months are
/// not equally long, so a step over their end has no certain values.
fn forwards(field: &Field, part: &str) -> Option<String> {
    let (low, high, step) = read_bounds(field, part).ok()?;
    let (base, step_text) = part.split_at(part.find('/').unwrap_or(part.len()));
    if field.name == CronField::DayOfWeek && (low == 7 || high == 0) {
        // Sunday has two numbers: one of them stands on the right side.
        let (low, high) = if low == 7 { (0, high) } else { (low, 7) };
        return Some(range(&decimal(low.into()), &decimal(high.into())) + step_text);
    }
    if step > 1 {
        return (field.name != CronField::DayOfMonth).then(|| wrapped(field, low, high, step));
    }
    let (first, last) = base.split_once('-')?;
    let name = |value| field.name_of(value).filter(|_| number(first).is_none() && number(last).is_none());
    let text = |value: u8| name(value).map_or_else(|| decimal(value.into()), str::to_owned);
    Some(range(&text(low), &text(field.last())) + "," + &range(&text(field.min), &text(high)))
}

/// The values of a stepped range over the end of the field, in the field's order.
fn wrapped(field: &Field, low: u8, high: u8, step: u32) -> String {
    let size = u32::from(field.size());
    let mut set = Values::default();
    let mut value = u32::from(low);
    while value <= u32::from(high) + size {
        let inside = if value > u32::from(field.last()) { value - size } else { value };
        set = set.with(Values(1_u64 << (inside & 63)));
        value = value.saturating_add(step);
    }
    let mut text = String::new();
    push_numbers(&mut text, set);
    text
}

fn range(low: &str, high: &str) -> String {
    if low == high { low.to_owned() } else { [low, "-", high].concat() }
}

/// Whether a part that cannot be read is a sign of Quartz, Jenkins or OpenBSD.
pub(super) fn is_dialect(part: &str) -> bool {
    let sign = part.trim_start_matches(|c: char| c.is_ascii_digit());
    part.bytes().any(|byte| matches!(byte, b'?' | b'#' | b'~'))
        || part.starts_with('+')
        || ["H/", "H(", "L-"].iter().any(|start| part.starts_with(start))
        || ["L", "W", "LW", "H", "R"].iter().any(|letters| sign.eq_ignore_ascii_case(letters))
}

/// Whether a part is made of words, in a field that has names.
pub(super) fn is_word(fault: Fault<'_>) -> bool {
    FIELDS.iter().any(|field| field.name == fault.field && !field.names.is_empty())
        && fault.part.starts_with(|c: char| c.is_ascii_alphabetic())
        && fault.part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// A part in ASCII, where every character outside it only looks different: `１５`, `1–5`.
pub(super) fn ascii(part: &str) -> Option<String> {
    if part.is_ascii() {
        return None;
    }
    part.chars().map(ascii_char).collect()
}

fn ascii_char(c: char) -> Option<char> {
    let digit = |zero: char| char::from_digit(u32::from(c) - u32::from(zero), 10);
    match c {
        '\0'..='\u{7f}' => Some(c),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        '\u{660}'..='\u{669}' => digit('\u{660}'),
        '\u{6f0}'..='\u{6f9}' => digit('\u{6f0}'),
        '\u{966}'..='\u{96f}' => digit('\u{966}'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{2217}' | '\u{204e}' => Some('*'),
        '\u{2044}' | '\u{2215}' => Some('/'),
        '\u{60c}' | '\u{3001}' | '\u{201a}' => Some(','),
        _ => None,
    }
}
