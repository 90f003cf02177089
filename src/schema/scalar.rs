//! Reading the values that hold no others.

use super::report::Report;
use crate::issue::IssueCode;
use crate::value::Value;

/// Reads a text as it is.
#[cfg_attr(module, optimize(speed))]
pub fn text<'v>(value: &'v Value, report: &mut Report) -> Option<&'v str> {
    if let Value::Text(text) = value {
        return Some(text);
    }
    report.refuse(value, "a string");
    None
}

/// Reads `true` or `false`.
pub fn flag(value: &Value, report: &mut Report) -> Option<bool> {
    if let Value::Bool(flag) = value {
        return Some(*flag);
    }
    report.refuse(value, "true or false");
    None
}

/// Reads a whole number within `min..=max`, however it is written.
pub fn whole_number(value: &Value, min: u32, max: u32, report: &mut Report) -> Option<u32> {
    let number = match value {
        #[expect(clippy::cast_precision_loss, reason = "it has 53 bits")]
        Value::Whole(number) => *number as f64,
        Value::Decimal(text) => report.host.number(text),
        _ => f64::NAN,
    };
    if !number.is_finite() {
        report.refuse(value, "a number");
    } else if number.fract() != 0.0 {
        report.issue(IssueCode::Integer);
    } else if !(f64::from(min)..=f64::from(max)).contains(&number) {
        report.issue(IssueCode::Range { min, max });
    } else {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and within bounds")]
        return Some(number as u32);
    }
    None
}

/// Reads one of the `accepted` words.
pub fn choice(value: &Value, accepted: &'static [&'static str], report: &mut Report) -> Option<&'static str> {
    let word = text(value, report)?;
    let known = accepted.iter().copied().find(|known| *known == word);
    report.accept(known.ok_or(IssueCode::OneOf { accepted }))
}

/// Reads an array.
pub fn list<'v, 'a>(value: &'v Value<'a>, report: &mut Report) -> Option<&'v [Value<'a>]> {
    if let Value::List(items) = value {
        return Some(items);
    }
    report.refuse(value, "an array");
    None
}
