//! Reading values by their tables: one pass that gathers every issue.

use super::report::{Report, Unknown};
use super::scalar::{choice, flag, list, text, whole_number};
use super::storable::storable;
use super::table::{Kinds, List, Presence, Property, Rule, Schema};
use super::text::{is_blank, trim, verbatim, within};
use crate::error::Error;
use crate::host::Host;
use crate::issue::{IssueCode, Segment};
use crate::value::{Field, Value};
use std::borrow::Cow;

impl Schema {
    /// Reads a record whole.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse<'v>(&self, value: &'v Value<'_>, unknown: Unknown, host: &dyn Host) -> Result<Value<'v>, Error> {
        let mut report = Report::new(unknown, host);
        let record = self.read(value, &mut report);
        report.finish(record).map_err(Error::invalid)
    }

    /// Reads a record as one value of several.
    pub fn read<'v>(&self, value: &'v Value<'_>, report: &mut Report) -> Value<'v> {
        let Some(mut record) = Record::open(value, report) else { return Value::Absent };
        for property in self.0 {
            record.read(property, report);
        }
        record.close(self, report)
    }
}

impl Rule {
    /// Reads a value whole.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse<'v>(&self, value: &'v Value<'v>, host: &dyn Host) -> Result<Value<'v>, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let kept = self.read(value, true, &mut report);
        report.finish(kept).map_err(Error::invalid)
    }

    /// Reads a value by this rule.
    pub fn read<'v>(&self, value: &'v Value<'v>, is_required: bool, report: &mut Report) -> Value<'v> {
        match *self {
            Self::Flag => flag(value, report).into(),
            Self::Whole { min, max } => whole_number(value, min, max, report).into(),
            Self::Choice(accepted) => choice(value, accepted, report).into(),
            Self::TextOr(read, _) if matches!(value, Value::Text(_)) => Self::Text(read).read(value, true, report),
            Self::TextOr(_, read) => read(value, report),
            Self::Record(schema) => schema.read(value, report),
            Self::List(rule) => read_list(rule, value, report),
            Self::Id { max } => read_id(value, max, report).into(),
            Self::Kind(kinds) => read_kind(kinds, value, report).into(),
            // Without a known kind beside it, what it holds is not looked at.
            Self::OfKind(_) => Record::open(value, report).map_or(Value::Absent, |_| Value::Absent),
            Self::Any(read) => read(value, report),
            Self::Remark { .. } if !is_required && value.text().is_some_and(is_blank) => Value::Absent,
            Self::Trimmed { max } | Self::Remark { max } => {
                text(value, report).and_then(|text| report.accept(within(trim(text), max))).into()
            }
            Self::Verbatim { max } => text(value, report).and_then(|text| report.accept(verbatim(text, max))).into(),
            Self::Text(read) => text(value, report).and_then(|text| report.accept(read(text, report.host))).into(),
        }
    }
}

fn read_list<'v>(rule: &List, value: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    if rule.min == 0 && value.is_absent() {
        return Value::List(Vec::new());
    }
    let Some(items) = list(value, report) else { return Value::Absent };
    if items.len() < rule.min {
        report.issue(IssueCode::TooFew { min: rule.min });
    } else if items.len() > rule.max {
        report.issue(IssueCode::TooMany { max: rule.max });
    }
    // Beyond the limit each further item would only repeat that there are too many.
    let items = items.get(..rule.max).unwrap_or(items);
    let mut read = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        report.enter(index.into());
        let id = item.text_of("id");
        report.twin = items.iter().take(index).position(|earlier| id.is_some() && earlier.text_of("id") == id);
        read.push(rule.item.read(item, report));
        report.leave();
    }
    Value::List(read)
}

fn read_id<'v>(value: &'v Value<'v>, max: usize, report: &mut Report) -> Option<Cow<'v, str>> {
    let id = text(value, report).and_then(|text| report.accept(verbatim(text, max)))?;
    if let Some(first) = report.twin.take() {
        report.issue(IssueCode::DuplicateId { first });
    }
    Some(id)
}

fn read_kind(kinds: &Kinds, value: &Value, report: &mut Report) -> Option<&'static str> {
    let given = text(value, report)?;
    let known = kinds.names.iter().copied().find(|known| *known == given);
    if known.is_none() {
        let suggestion = report.suggest(given, &mut kinds.names.iter().copied());
        report.issue(IssueCode::UnknownKind { accepted: kinds.names, suggestion });
    }
    known
}

/// Refuses the field that is being read: `schema` has none of this name.
pub(super) fn refuse_unknown(name: &str, schema: &Schema, report: &mut Report) {
    let suggestion = report.suggest(name, &mut schema.0.iter().map(|property| property.name));
    report.issue(IssueCode::UnknownField { suggestion });
}

/// Reads a record whose issues have paths of their own.
pub fn apart<'v>(value: &'v Value<'_>, schema: &Schema, report: &mut Report) -> Value<'v> {
    let path = std::mem::take(&mut report.path);
    let record = schema.read(value, report);
    report.path = path;
    record
}

/// Reads a document of its own: what may be stored is measured from here.
pub fn document<'v>(value: &'v Value<'_>, schema: &Schema, report: &mut Report) -> Value<'v> {
    let outside = std::mem::replace(&mut report.outside, report.path.len());
    let document = schema.read(value, report);
    report.outside = outside;
    document
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
        let rule = property.rule_within(self.given);
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

    /// What was read; other fields are not looked at.
    #[must_use]
    pub fn kept_whole(self) -> Value<'v> {
        Value::Record(self.kept)
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
                refuse_unknown(&field.key, schema, report);
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
