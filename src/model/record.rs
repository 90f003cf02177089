//! Reading a record property by property, and what stands beside them.

use super::read::{MAX_DEPTH, Report, Unknown};
use super::schema::{Presence, Property, Rule, Schema};
use crate::issue::{IssueCode, Segment};
use crate::value::{Field, MAX_WALK_BYTES, Value};
use std::borrow::Cow;

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
        let rule = match property.rule {
            Rule::OfKind(kinds) => {
                let schema = self.given.text_of("kind").and_then(|kind| kinds.schema(kind));
                schema.map_or(property.rule, Rule::Record)
            }
            rule => rule,
        };
        let kept = match given {
            Value::Absent if !is_required => return,
            Value::Null if is_clearable => Value::Null,
            _ => {
                report.enter(property.name.into());
                let mark = report.mark();
                let mut kept = rule.read(given, is_required, report);
                if property.is_lenient && !given.is_absent() && report.forget_since(mark) {
                    report.keeps_unknown = true;
                    storable(given, report);
                    kept = given.clone();
                }
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
            if report.is_full() {
                report.issue(IssueCode::UnknownField { suggestion: None });
                continue;
            }
            report.enter(Segment::Key(Cow::Owned(field.key.clone().into_owned())));
            if field.broken {
                report.issue(IssueCode::Surrogate);
            } else if report.unknown == Unknown::Refused {
                let names = &mut schema.0.iter().map(|property| property.name);
                let suggestion = report.suggest(&field.key, names);
                report.issue(IssueCode::UnknownField { suggestion });
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
    if report.is_full() {
        return;
    }
    let is_container = matches!(value, Value::List(_) | Value::Record(_));
    // The outermost container has an empty path and is the first level.
    if matches!(value, Value::TooDeep) || is_container && report.path.len() - report.outside >= MAX_DEPTH {
        return report.issue(IssueCode::TooDeep { max: MAX_DEPTH });
    }
    match value {
        Value::BrokenText(_) => report.issue(IssueCode::Surrogate),
        Value::TooLarge => report.issue(IssueCode::TooLarge { max: MAX_WALK_BYTES }),
        Value::Foreign => foreign(report),
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
