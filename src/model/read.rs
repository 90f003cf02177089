//! Reading a value into types: one pass that gathers every issue.

use crate::error::Error;
use crate::host::Host;
use crate::issue::{Issue, IssueCode, Segment};
use crate::value::{Field, MAX_WALK_BYTES, Value, number};
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

/// Reads one value; `None` with at least one issue in the report.
///
/// A plain function and no closure: sixty fields share the code that opens and closes them.
pub type Read<T> = fn(&Value<'_>, &mut Report<'_>) -> Option<T>;

/// The issues found so far, the place that is being read, and what reading it depends on.
pub struct Report<'h> {
    /// Knows zones and URLs.
    pub host: &'h dyn Host,
    unknown: Unknown,
    path: Vec<Segment>,
    /// How much of the path lies outside the document that is being read.
    outside: usize,
    keeps_unknown: bool,
    issues: Vec<Issue>,
}

impl<'h> Report<'h> {
    /// An empty report.
    #[must_use]
    pub fn new(unknown: Unknown, host: &'h dyn Host) -> Self {
        Self { host, unknown, path: Vec::new(), outside: 0, keeps_unknown: false, issues: Vec::new() }
    }

    /// Adds an issue of the place that is being read.
    pub fn issue(&mut self, code: IssueCode) {
        self.issues.push(Issue { code, path: self.path.clone() });
    }

    /// Adds the issue of a refusal and drops the refusal.
    pub fn accept<T>(&mut self, outcome: Result<T, IssueCode>) -> Option<T> {
        outcome.map_err(|code| self.issue(code)).ok()
    }

    /// Goes one step further in.
    pub fn enter(&mut self, segment: Segment) {
        self.path.push(segment);
    }

    /// Comes back one step.
    pub fn leave(&mut self) {
        self.path.pop();
    }

    /// Reads a value whose issues have paths of their own.
    pub fn apart<T>(&mut self, value: &Value, read: Read<T>) -> Option<T> {
        let path = std::mem::take(&mut self.path);
        let result = read(value, self);
        self.path = path;
        result
    }

    /// Reads a document of its own: what may be stored is measured from here.
    pub fn document<T>(&mut self, value: &Value, read: Read<T>) -> Option<T> {
        let outside = std::mem::replace(&mut self.outside, self.path.len());
        let result = read(value, self);
        self.outside = outside;
        result
    }

    /// Whether a field was kept that no rule describes: only such fields can make a document too large.
    #[must_use]
    pub fn keeps_unknown(&self) -> bool {
        self.keeps_unknown
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

    fn refuse(&mut self, value: &Value, expected: &'static str) {
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
pub fn whole<T>(value: &Value, unknown: Unknown, host: &dyn Host, read: Read<T>) -> Result<T, Error> {
    let mut report = Report::new(unknown, host);
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
        report.refuse(value, "an object");
        None
    }

    /// What stands in the field `name`; [`Value::Absent`] where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &'v Value<'a> {
        let field = self.fields.iter().find(|field| field.key == name && !field.broken);
        field.map_or(&Value::Absent, |field| &field.value)
    }

    /// Reads the field `name`, also where it is absent.
    pub fn read<T>(&self, name: &'static str, report: &mut Report, read: Read<T>) -> Option<T> {
        report.enter(name.into());
        let result = read(self.get(name), report);
        report.leave();
        result
    }

    /// Reads the field `name` where it is there; `Some(None)` where it is absent.
    pub fn optional<T>(&self, name: &'static str, report: &mut Report, read: Read<T>) -> Option<Option<T>> {
        match self.get(name) {
            Value::Absent => Some(None),
            _ => self.read(name, report, read).map(Some),
        }
    }

    /// Deals with the fields that are not known.
    pub fn close(self, report: &mut Report) -> Extra {
        let mut extra = Extra::default();
        for field in self.fields {
            let is_known = !field.broken && self.known.contains(&field.key.as_ref());
            if is_known || field.value == Value::Absent {
                continue;
            }
            report.enter(Segment::Key(Cow::Owned(field.key.clone().into_owned())));
            if field.broken {
                report.issue(IssueCode::Surrogate);
            } else if report.unknown == Unknown::Refused {
                report.issue(IssueCode::UnknownField { suggestion: nearest(&field.key, self.known) });
            }
            storable(&field.value, report);
            report.leave();
            if report.unknown == Unknown::Kept {
                report.keeps_unknown = true;
                extra.0.push(field.clone().into_owned());
            }
        }
        extra
    }
}

/// Finds what Convex cannot store in a value that no rule describes. In a refused field only its shape is examined.
fn storable(value: &Value, report: &mut Report) {
    let is_container = matches!(value, Value::List(_) | Value::Record(_));
    // The outermost container has an empty path and is the first level.
    if matches!(value, Value::TooDeep) || is_container && report.path.len() - report.outside >= MAX_DEPTH {
        return report.issue(IssueCode::TooDeep { max: MAX_DEPTH });
    }
    match value {
        Value::BrokenText(_) => report.issue(IssueCode::Surrogate),
        Value::TooLarge => report.issue(IssueCode::TooLarge { max: MAX_WALK_BYTES }),
        Value::Foreign if report.unknown == Unknown::Kept => {
            report.issue(IssueCode::Type { expected: "a value of JSON" });
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                report.enter(index.into());
                storable(item, report);
                report.leave();
            }
        }
        Value::Record(fields) => {
            for field in fields {
                report.enter(Segment::Key(Cow::Owned(field.key.clone().into_owned())));
                if field.broken {
                    report.issue(IssueCode::Surrogate);
                }
                storable(&field.value, report);
                report.leave();
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

/// Reads a whole number within `min..=max`.
pub fn whole_number(value: &Value, min: u32, max: u32, report: &mut Report) -> Option<u32> {
    let code = match value {
        Value::Whole(number) => match u32::try_from(*number) {
            Ok(number) if (min..=max).contains(&number) => return Some(number),
            _ => IssueCode::Range { min: min.into(), max: max.into() },
        },
        Value::Decimal(text) if number::is_whole(text) => IssueCode::Range { min: min.into(), max: max.into() },
        Value::Decimal(_) => IssueCode::Integer,
        _ => {
            report.refuse(value, "a number");
            return None;
        }
    };
    report.issue(code);
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
