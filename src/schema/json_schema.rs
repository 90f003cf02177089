//! The tables as JSON Schema, for whoever checks or documents without this package. The package's build makes it once, so
//! it is no part of the module.
//!
//! What a schema here reads, its JSON Schema accepts, but for one case: JSON Schema measures a text before blanks around it
//! go. Some rules it has no words for: that ids differ, that a cron, a zone, an address or a moment is right, how long a
//! text is in UTF-16 units (it counts characters), how deep and how large a document may be, and what of the older form of
//! a source is right. Those are left out.

use super::report::Unknown;
use super::table::{Presence, Property, ReadText, Rule, Schema};
use crate::host::{Host, HostUrl};
use crate::issue::IssueCode;
use crate::value::{Field, Value, record};

/// Something that is not blank: `\s` lacks one of the characters that are trimmed.
const NOT_BLANK: &str = "[^\\s\\u0085]";
const UUID: &str = "^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$";
const HTTP: &str = "^[\\s\\u0085]*[Hh][Tt][Tt][Pp][Ss]?:";
/// More than any text may have.
const LONG: usize = 100_000;

/// Which values are described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Those that are read.
    Input,
    /// Those that reading makes of them.
    Output,
}

impl Schema {
    /// The JSON Schema of this record, in words that draft 2020-12 and draft-07 have in common.
    #[must_use]
    pub fn json_schema(&self, side: Side, unknown: Unknown) -> Value<'static> {
        let kinds = self.0.iter().find_map(|property| match property.rule {
            Rule::Kind(kinds) => Some(kinds.names),
            _ => None,
        });
        let Some(kinds) = kinds else { return self.object(None, side, unknown) };
        any_of(kinds.iter().map(|kind| self.object(Some(kind), side, unknown)).collect())
    }

    /// The same where it is known which kind a record is of.
    fn object(&self, kind: Option<&'static str>, side: Side, unknown: Unknown) -> Value<'static> {
        let (mut properties, mut required, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
        for property in self.0 {
            properties.push(Field::new(property.name, property.json_schema(kind, side, unknown)));
            match property.presence {
                Presence::Required if side == Side::Output || !is_empty_list(property.rule) => {
                    required.push(property.name);
                }
                Presence::RequiredWhen(other) => {
                    let holds = one(other.property, record! { "const": other.is });
                    let filled_in = one(property.name, record! { "pattern": NOT_BLANK });
                    conditions.push(record! {
                        "if": record! { "properties": holds, "required": vec![other.property] },
                        "then": record! { "properties": filled_in, "required": vec![property.name] },
                    });
                }
                _ => {}
            }
        }
        record! {
            "type": "object",
            "properties": Value::Record(properties),
            "required": (!required.is_empty()).then_some(required),
            "additionalProperties": unknown != Unknown::Refused,
            "allOf": (!conditions.is_empty()).then_some(conditions),
        }
    }
}

impl Property {
    fn json_schema(&self, kind: Option<&'static str>, side: Side, unknown: Unknown) -> Value<'static> {
        if self.is_lenient {
            return Value::Bool(true); // what the rule refuses is kept as it stands
        }
        let schema = match (self.rule, kind) {
            (Rule::Kind(_), Some(kind)) => record! { "const": kind },
            (Rule::OfKind(kinds), Some(kind)) => {
                kinds.schema(kind).map_or(Value::Bool(true), |schema| schema.json_schema(side, unknown))
            }
            (rule, _) => rule.json_schema(side, unknown),
        };
        match self.presence {
            Presence::Clearable => any_of(vec![schema, record! { "type": "null" }]),
            _ => schema,
        }
    }
}

impl Rule {
    fn json_schema(&self, side: Side, unknown: Unknown) -> Value<'static> {
        match *self {
            Self::Flag => record! { "type": "boolean" },
            Self::Whole { min, max } => record! { "type": "integer", "minimum": min, "maximum": max },
            Self::Choice(words) => record! { "type": "string", "enum": words.to_vec() },
            Self::Kind(kinds) => record! { "type": "string", "enum": kinds.names.to_vec() },
            Self::Remark { max } if side == Side::Input => record! { "type": "string", "maxLength": max },
            Self::Trimmed { max } | Self::Remark { max } | Self::Verbatim { max } | Self::Id { max } => {
                record! { "type": "string", "pattern": NOT_BLANK, "maxLength": max }
            }
            Self::Text(read) => text(read),
            Self::TextOr(read, _) if side == Side::Output => text(read),
            Self::TextOr(read, _) => any_of(vec![text(read), record! { "type": "object", "deprecated": true }]),
            Self::Record(schema) => schema.json_schema(side, unknown),
            Self::List(list) => record! {
                "type": "array",
                "items": list.item.json_schema(side, unknown),
                "minItems": list.min,
                "maxItems": list.max,
            },
            Self::OfKind(_) => record! { "type": "object" },
            Self::Any(_) => Value::Bool(true),
        }
    }
}

/// What can be said of a text that a function reads. It is asked, by what it refuses.
fn text(read: ReadText) -> Value<'static> {
    let refusal = |text: &str| read(text, &Nowhere).err();
    let max = match refusal(&"x".repeat(LONG)) {
        Some(IssueCode::TooLong { max }) => Some(max),
        _ => None,
    };
    let (pattern, format) = match refusal("x") {
        Some(IssueCode::Uuid) => (Some(UUID), Some("uuid")),
        Some(IssueCode::Timestamp) => (None, Some("date-time")),
        Some(IssueCode::Url { .. }) => (Some(HTTP), None),
        _ if refusal(" ").is_some() => (Some(NOT_BLANK), None),
        _ => (None, None),
    };
    record! { "type": "string", "pattern": pattern, "format": format, "maxLength": max }
}

/// Whether an absent list is an empty one.
fn is_empty_list(rule: Rule) -> bool {
    matches!(rule, Rule::List(list) if list.min == 0)
}

fn any_of(schemas: Vec<Value<'static>>) -> Value<'static> {
    record! { "anyOf": schemas }
}

fn one(name: &'static str, value: Value<'static>) -> Value<'static> {
    Value::Record(vec![Field::new(name, value)])
}

/// A host that knows nothing: what a text looks like is decided before a host is asked.
struct Nowhere;

impl Host for Nowhere {
    fn offset(&self, _: &str, _: i64) -> Option<i32> {
        None
    }

    fn number(&self, _: &str) -> f64 {
        f64::NAN
    }

    fn is_alphanumeric(&self, _: &str) -> bool {
        false
    }

    fn url(&self, _: &str) -> Option<HostUrl> {
        None
    }
}
