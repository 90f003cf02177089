//! Reading a value into types: one pass that gathers every issue.

use crate::error::Error;
use crate::issue::{Issue, IssueCode, Segment};
use crate::value::{Field, MAX_WALK_BYTES, Value};
use serde::ser::SerializeMap;
use std::borrow::Cow;

/// The deepest nesting of arrays and objects that Convex stores.
pub const MAX_DEPTH: usize = 16;

/// The largest document that Convex stores, in bytes of its JSON text.
pub const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

/// What becomes of a field that the contract does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Refused: nothing that a user wrote is dropped in silence.
    Refused,
    /// Kept and passed on: a newer server must not break an older tab.
    Kept,
}

/// Unknown fields of a document, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra(Vec<Field<'static>>);

impl Extra {
    /// Writes the fields behind those that are known.
    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.0.iter().try_for_each(|field| map.serialize_entry(&field.key, &field.value))
    }

    /// Takes the field `key` out; `None` where it is not there.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Value<'static>> {
        let at = self.0.iter().position(|field| field.key == key)?;
        Some(self.0.remove(at).value)
    }
}

/// The issues found so far, and the place that is being read.
#[derive(Debug, Default)]
pub struct Report {
    path: Vec<Segment>,
    issues: Vec<Issue>,
}

impl Report {
    /// Adds an issue of the place that is being read.
    pub fn issue(&mut self, code: IssueCode) {
        self.issues.push(Issue { code, path: self.path.clone() });
    }

    /// Adds the issue of a refusal and drops the refusal.
    pub fn accept<T>(&mut self, outcome: Result<T, IssueCode>) -> Option<T> {
        outcome.map_err(|code| self.issue(code)).ok()
    }

    /// Reads what stands one step further in.
    pub fn inside<T>(&mut self, segment: impl Into<Segment>, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(segment.into());
        let result = read(self);
        self.path.pop();
        result
    }

    /// What was read, or all issues.
    ///
    /// # Errors
    /// The issues, where there are any.
    pub fn finish<T>(self, result: Option<T>) -> Result<T, Vec<Issue>> {
        match result {
            Some(result) if self.issues.is_empty() => Ok(result),
            _ => Err(self.issues),
        }
    }

    fn unless_broken(&mut self, value: &Value, expected: &'static str) {
        self.issue(match value {
            Value::Absent => IssueCode::Required,
            Value::BrokenText(_) => IssueCode::Surrogate,
            Value::TooDeep => IssueCode::TooDeep { max: MAX_DEPTH },
            Value::TooLarge => IssueCode::TooLarge { max: MAX_WALK_BYTES },
            _ => IssueCode::Type { expected },
        });
    }
}

/// Reads a whole value: the issues become an `invalid` error.
///
/// # Errors
/// `invalid` with every issue.
pub fn whole<T>(value: &Value, read: impl FnOnce(&Value, &mut Report) -> Option<T>) -> Result<T, Error> {
    let mut report = Report::default();
    let result = read(value, &mut report);
    report.finish(result).map_err(Error::invalid)
}

/// The fields of an object that is being read.
pub struct Fields<'v, 'a> {
    fields: &'v [Field<'a>],
    known: &'static [&'static str],
}

impl<'v, 'a> Fields<'v, 'a> {
    /// Opens `value` as an object whose fields are `known`.
    pub fn open(value: &'v Value<'a>, known: &'static [&'static str], report: &mut Report) -> Option<Self> {
        if let Value::Record(fields) = value {
            return Some(Self { fields, known });
        }
        report.unless_broken(value, "an object");
        None
    }

    /// Reads the field `name` with `read`, which sees [`Value::Absent`] where there is none.
    pub fn read<T>(
        &self,
        name: &'static str,
        report: &mut Report,
        read: impl FnOnce(&'v Value<'a>, &mut Report) -> Option<T>,
    ) -> Option<T> {
        let field = self.fields.iter().find(|field| field.key == name && !field.broken);
        report.inside(name, |report| read(field.map_or(&Value::Absent, |field| &field.value), report))
    }

    /// Reads the field `name` with `read` where it is there; `Some(None)` where it is absent.
    #[expect(clippy::option_option, reason = "the outer says whether it could be read, the inner whether it was there")]
    pub fn optional<T>(
        &self,
        name: &'static str,
        report: &mut Report,
        read: impl FnOnce(&'v Value<'a>, &mut Report) -> Option<T>,
    ) -> Option<Option<T>> {
        self.read(name, report, |value, report| match value {
            Value::Absent => Some(None),
            value => read(value, report).map(Some),
        })
    }

    /// Deals with the fields that are not known.
    pub fn close(self, unknown: Unknown, report: &mut Report) -> Extra {
        let mut extra = Extra::default();
        for field in self.fields {
            let is_known = !field.broken && self.known.contains(&field.key.as_ref());
            if is_known || field.value == Value::Absent {
                continue;
            }
            let key = Segment::Key(Cow::Owned(field.key.clone().into_owned()));
            report.inside(key, |report| {
                if field.broken {
                    report.issue(IssueCode::Surrogate);
                } else if unknown == Unknown::Refused {
                    report.issue(IssueCode::UnknownField { suggestion: nearest(&field.key, self.known) });
                }
                storable(&field.value, unknown, report);
            });
            if unknown == Unknown::Kept {
                extra.0.push(field.clone().into_owned());
            }
        }
        extra
    }
}

/// Finds what Convex cannot store in a value that no rule describes. In a refused field only its shape is examined.
fn storable(value: &Value, unknown: Unknown, report: &mut Report) {
    let is_container = matches!(value, Value::List(_) | Value::Record(_));
    // The outermost container has an empty path and is the first level.
    if matches!(value, Value::TooDeep) || is_container && report.path.len() >= MAX_DEPTH {
        return report.issue(IssueCode::TooDeep { max: MAX_DEPTH });
    }
    match value {
        Value::BrokenText(_) => report.issue(IssueCode::Surrogate),
        Value::TooLarge => report.issue(IssueCode::TooLarge { max: MAX_WALK_BYTES }),
        Value::Foreign if unknown == Unknown::Kept => report.issue(IssueCode::Type { expected: "a value of JSON" }),
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                report.inside(index, |report| storable(item, unknown, report));
            }
        }
        Value::Record(fields) => {
            for field in fields {
                report.inside(Segment::Key(Cow::Owned(field.key.clone().into_owned())), |report| {
                    if field.broken {
                        report.issue(IssueCode::Surrogate);
                    }
                    storable(&field.value, unknown, report);
                });
            }
        }
        _ => {}
    }
}

/// The accepted word that `given` is probably a slip of.
#[must_use]
pub fn nearest(given: &str, accepted: &[&'static str]) -> Option<&'static str> {
    let distance = |word: &&str| strsim::osa_distance(given, word);
    // Without the bound a megabyte of text would be compared letter by letter.
    let nearest = accepted.iter().copied().filter(|word| given.len() <= 2 * word.len()).min_by_key(distance)?;
    (distance(&nearest) <= nearest.len() / 3).then_some(nearest)
}

/// Reads a text as it is.
pub fn text<'v>(value: &'v Value, report: &mut Report) -> Option<&'v str> {
    if let Value::Text(text) = value {
        return Some(text);
    }
    report.unless_broken(value, "a string");
    None
}

/// Reads `true` or `false`.
pub fn flag(value: &Value, report: &mut Report) -> Option<bool> {
    if let Value::Bool(flag) = value {
        return Some(*flag);
    }
    report.unless_broken(value, "true or false");
    None
}

/// Reads a whole number within `min..=max`.
pub fn whole_number(value: &Value, min: u32, max: u32, report: &mut Report) -> Option<u32> {
    let Value::Number(number) = value else {
        report.unless_broken(value, "a number");
        return None;
    };
    if number.fract() != 0.0 {
        report.issue(IssueCode::Integer);
        return None;
    }
    if *number < f64::from(min) || *number > f64::from(max) {
        report.issue(IssueCode::Range { min: min.into(), max: max.into() });
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within bounds")]
    let number = *number as u32;
    Some(number)
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
    report.unless_broken(value, "an array");
    None
}
