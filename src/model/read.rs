//! Reading values by their schemas: one pass that gathers every issue.

use super::schema::{Presence, Property, Schema};
use crate::host::Host;
use crate::issue::{Issue, IssueCode, Segment};
use crate::value::{Field, MAX_WALK_BYTES, Value};
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
    /// Not looked at: somebody else's options stand beside ours.
    Ignored,
}

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

    /// Reads a record whose issues have paths of their own.
    pub fn apart<'v>(&mut self, value: &'v Value<'_>, schema: &Schema) -> Value<'v> {
        let path = std::mem::take(&mut self.path);
        let record = schema.read(value, self);
        self.path = path;
        record
    }

    /// Reads a document of its own: what may be stored is measured from here.
    pub fn document<'v>(&mut self, value: &'v Value<'_>, schema: &Schema) -> Value<'v> {
        let outside = std::mem::replace(&mut self.outside, self.path.len());
        let document = schema.read(value, self);
        self.outside = outside;
        document
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
    pub fn finish<T>(self, result: T) -> Result<T, Vec<Issue>> {
        if self.issues.is_empty() { Ok(result) } else { Err(self.issues) }
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

/// A record that is being read.
pub struct Record<'v> {
    given: &'v Value<'v>,
    kept: Vec<Field<'v>>,
}

impl<'v> Record<'v> {
    /// Opens `value`, which must be a record.
    pub fn open(value: &'v Value<'_>, report: &mut Report) -> Option<Self> {
        if let Value::Record(fields) = value {
            return Some(Self { given: value, kept: Vec::with_capacity(fields.len()) });
        }
        report.refuse(value, "an object");
        None
    }

    /// What was given in the field `name`.
    #[must_use]
    pub fn given(&self, name: &str) -> &'v Value<'v> {
        self.given.get(name)
    }

    /// What was read into the field `name`.
    #[must_use]
    pub fn kept(&self, name: &str) -> &Value<'v> {
        self.kept.iter().find(|field| field.key == name).map_or(&Value::Absent, |field| &field.value)
    }

    /// Reads one property.
    pub fn read(&mut self, property: &Property, report: &mut Report) {
        let given = self.given(property.name);
        let is_required = match property.presence {
            Presence::Required => true,
            Presence::Optional | Presence::Clearable => false,
            Presence::RequiredWhen(other) => self.given.text_of(other.property) == Some(other.is),
        };
        let is_clearable = matches!(property.presence, Presence::Clearable);
        let kept = match given {
            Value::Absent if !is_required => return,
            Value::Null if is_clearable => Value::Null,
            _ => {
                report.enter(property.name.into());
                let kept = property.rule.read(given, is_required, report);
                report.leave();
                kept
            }
        };
        match kept {
            Value::Absent if is_clearable => self.keep(property.name, Value::Null),
            Value::Absent => {}
            kept => self.keep(property.name, kept),
        }
    }

    /// Keeps a value that was read apart from its property's rule.
    pub fn keep(&mut self, name: &'static str, value: Value<'v>) {
        self.kept.push(Field::new(name, value));
    }

    /// Deals with the fields that `schema` does not know, and gives what was read.
    pub fn close(mut self, schema: &Schema, report: &mut Report) -> Value<'v> {
        let fields = if let Value::Record(fields) = self.given { fields.as_slice() } else { &[] };
        for field in fields {
            let is_known = !field.broken && schema.place(&field.key) < schema.0.len();
            if is_known || field.value.is_absent() || report.unknown == Unknown::Ignored {
                continue;
            }
            report.enter(Segment::Key(Cow::Owned(field.key.clone().into_owned())));
            if field.broken {
                report.issue(IssueCode::Surrogate);
            } else if report.unknown == Unknown::Refused {
                let names = &mut schema.0.iter().map(|property| property.name);
                report.issue(IssueCode::UnknownField { suggestion: nearest(&field.key, names) });
            }
            storable(&field.value, report);
            report.leave();
            if report.unknown == Unknown::Kept {
                report.keeps_unknown = true;
                self.kept.push(field.clone());
            }
        }
        Value::Record(self.kept)
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
        Value::Foreign => foreign(report),
        Value::Decimal(text) if report.host.number(text).is_infinite() => foreign(report),
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

/// Refuses what JSON has no word for; in a refused field there is nothing to add.
fn foreign(report: &mut Report) {
    if report.unknown == Unknown::Kept {
        report.issue(IssueCode::Type { expected: "a value of JSON" });
    }
}

/// The accepted word that `given` is probably a slip of.
pub fn nearest(given: &str, accepted: &mut dyn Iterator<Item = &'static str>) -> Option<&'static str> {
    // Without the bound a megabyte of text would be compared letter by letter.
    let near = accepted.filter(|word| given.len() <= 2 * word.len());
    let (distance, word) =
        near.map(|word| (strsim::osa_distance(given, word), word)).min_by_key(|(distance, _)| *distance)?;
    (distance <= word.len() / 3).then_some(word)
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
