//! Reads what a person wrote: the grammar of crontab(5), and nothing that other dialects add to it.

use super::field::{FIELDS, Field, Values};
use super::text::{MAX_BYTES, expand, fields, is_blank, is_invisible, next_field, separates, trimmed};
use crate::issue::cron::{CronField, CronProblem};

/// What an expression means, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) minute: Part,
    pub(super) hour: Part,
    pub(super) day_of_month: Part,
    pub(super) month: Part,
    /// From 0, Sunday, to 6.
    pub(super) day_of_week: Part,
}

/// What one field means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) values: Values,
    /// Whether the text begins with `*`, even as `*/2`: vixie cron decides by this flag how the two day fields join
    /// and which jobs follow a clock that changes.
    pub(super) star: bool,
}

/// The first fault: the slice of the text, and what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault<'a> {
    pub(super) field: CronField,
    pub(super) part: &'a str,
    pub(super) problem: CronProblem,
}

/// Reads an expression or a macro.
#[cfg_attr(module, optimize(speed))]
pub(super) fn read(text: &str) -> Result<Reading, Fault<'_>> {
    // Nearly all that is read are five good fields; whatever is not is looked at more closely.
    read_five(text).map_or_else(|| read_closely(text), Ok)
}

#[cfg_attr(module, optimize(speed))]
fn read_five(text: &str) -> Option<Reading> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut parts = [Part::default(); 5];
    let mut left = text;
    for (part, field) in parts.iter_mut().zip(&FIELDS) {
        let (text, after) = next_field(left)?;
        *part = read_field(field, text).ok()?;
        left = after;
    }
    if next_field(left).is_some() {
        return None;
    }
    let [minute, hour, day_of_month, month, mut day_of_week] = parts;
    day_of_week.values = day_of_week.values.sunday_as_zero();
    Some(Reading { minute, hour, day_of_month, month, day_of_week })
}

fn read_closely(text: &str) -> Result<Reading, Fault<'_>> {
    let whole = trimmed(text);
    let refuse = |problem| Fault { field: CronField::Expression, part: whole, problem };
    if text.len() > MAX_BYTES {
        return Err(refuse(CronProblem::TooLong { max: MAX_BYTES }));
    }
    if let Some(reading) = expand(whole).and_then(read_five) {
        return Ok(reading);
    }
    let found = fields(whole).count();
    let fault = match found {
        _ if whole == "@reboot" => Some(refuse(CronProblem::Reboot)),
        _ if whole.starts_with('@') => Some(refuse(CronProblem::Macro)),
        5 => FIELDS.iter().zip(fields(whole)).find_map(|(field, text)| read_field(field, text).err()),
        _ => Some(refuse(CronProblem::FieldCount { found })),
    };
    // A foreign blank makes some other fault, which would only mislead.
    let fault = foreign_blank(text).or(fault);
    Err(fault.unwrap_or_else(|| refuse(CronProblem::Unreadable)))
}

/// The text on both sides of the first `sign`.
#[cfg_attr(module, optimize(speed))]
fn cut(text: &str, sign: u8) -> Option<(&str, &str)> {
    let (before, after) = text.split_at(text.bytes().position(|byte| byte == sign)?);
    Some((before, after.get(1..)?))
}

/// Reads one field, a list of items; 7 is not yet the weekday 0.
#[cfg_attr(module, optimize(speed))]
pub(super) fn read_field<'a>(field: &Field, text: &'a str) -> Result<Part, Fault<'a>> {
    let mut part = Part { values: Values::default(), star: text.starts_with('*') };
    let mut left = text;
    while let Some((item, rest)) = cut(left, b',') {
        part.values = part.values.with(read_item(field, item)?);
        left = rest;
    }
    part.values = part.values.with(read_item(field, left)?);
    Ok(part)
}

/// Reads `*`, `*/n`, `v`, `a-b` or `a-b/n`.
#[cfg_attr(module, optimize(speed))]
fn read_item<'a>(field: &Field, item: &'a str) -> Result<Values, Fault<'a>> {
    let (low, high, step) = read_bounds(field, item)?;
    if low > high {
        return Err(Fault { field: field.name, part: item, problem: CronProblem::Backwards });
    }
    Ok(Values::stepped(low, high, step))
}

/// The ends and the step of an item, in the order in which they stand: the range may run backwards.
#[cfg_attr(module, optimize(speed))]
pub(super) fn read_bounds<'a>(field: &Field, item: &'a str) -> Result<(u8, u8, u32), Fault<'a>> {
    let refuse = |part, problem| Err(Fault { field: field.name, part, problem });
    if item.is_empty() {
        return refuse(item, CronProblem::EmptyItem);
    }
    // The two that are written most need no more looking.
    if item == "*" {
        return Ok((field.min, field.max, 1));
    }
    if let Some(Ok(value)) = number(item).map(|value| in_bounds(field, value)) {
        return Ok((value, value, 1));
    }
    let (base, step) = match cut(item, b'/') {
        None => (item, None),
        Some((base, step)) => (base, Some(step)),
    };
    let value = |part: &'a str| match read_value(field, part) {
        Ok(value) => Ok(value),
        // A number can be blamed alone; of anything else the whole item shows better what was meant.
        Err(problem @ CronProblem::OutOfRange { .. }) => Err(Fault { field: field.name, part, problem }),
        Err(problem) => Err(Fault { field: field.name, part: item, problem }),
    };
    let (low, high) = match cut(base, b'-') {
        _ if base == "*" => (field.min, field.max),
        Some((low, high)) => (value(low)?, value(high)?),
        None => {
            let single = value(base)?;
            if step.is_some() {
                return refuse(item, CronProblem::BareStep);
            }
            (single, single)
        }
    };
    match step.map(number) {
        None => Ok((low, high, 1)),
        Some(Some(0)) => refuse(item, CronProblem::StepZero),
        Some(Some(step)) => Ok((low, high, step)),
        Some(None) => refuse(item, CronProblem::Unreadable),
    }
}

#[cfg_attr(module, optimize(speed))]
fn read_value(field: &Field, text: &str) -> Result<u8, CronProblem> {
    match number(text) {
        Some(value) => in_bounds(field, value),
        None => field.named(text).ok_or(CronProblem::Unreadable),
    }
}

#[cfg_attr(module, optimize(speed))]
fn in_bounds(field: &Field, value: u32) -> Result<u8, CronProblem> {
    let value = u8::try_from(value).ok().filter(|value| (field.min..=field.max).contains(value));
    value.ok_or(CronProblem::OutOfRange { min: field.min, max: field.max })
}

/// ASCII digits; a number too large for any field stays too large.
#[cfg_attr(module, optimize(speed))]
pub(super) fn number(text: &str) -> Option<u32> {
    let add = |sum: u32, digit: u8| {
        digit.is_ascii_digit().then(|| sum.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
    };
    if text.is_empty() { None } else { text.bytes().try_fold(0, add) }
}

/// The first character that looks blank and separates nothing: a line break, a no-break space, a byte order mark.
fn foreign_blank(text: &str) -> Option<Fault<'_>> {
    let is_foreign = |c: char| (is_blank(c) && !separates(c)) || is_invisible(c);
    let part = text.matches(is_foreign).next()?;
    let problem = if part.starts_with(is_invisible) { CronProblem::Invisible } else { CronProblem::Blank };
    Some(Fault { field: CronField::Expression, part, problem })
}
