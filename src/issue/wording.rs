//! The name, the sentence and the numbers of each issue.

use super::IssueCode;
use crate::value::{Field, Value, record};
use std::borrow::Cow;

impl IssueCode {
    /// The stable name of the code.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Required => "required",
            Self::Type { .. } => "type",
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::TooShort { .. } => "too_short",
            Self::TooMany { .. } => "too_many",
            Self::TooFew { .. } => "too_few",
            Self::Range { .. } => "range",
            Self::Integer => "integer",
            Self::OneOf { .. } => "one_of",
            Self::UnknownField { .. } => "unknown_field",
            Self::UnknownKind { .. } => "unknown_kind",
            Self::DuplicateId { .. } => "duplicate_id",
            Self::Cron(_) => "cron",
            Self::CronWarning(warning) => warning.name(),
            Self::Timezone { .. } => "timezone",
            Self::Url => "url",
            Self::Uuid => "uuid",
            Self::Timestamp => "timestamp",
            Self::Surrogate => "surrogate",
            Self::TooDeep { .. } => "too_deep",
            Self::TooLarge { .. } => "too_large",
            Self::Endpoint(fault) => fault.name(),
            Self::Reported(reported) => &reported.code,
        }
    }

    /// The sentence for people, without the field's name and without a full stop.
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        match self {
            Self::Required => "is required".into(),
            Self::Type { expected } => ["must be ", expected].concat().into(),
            Self::Empty => "must not be empty".into(),
            Self::TooLong { max } => counted("must have at most ", *max, " characters"),
            Self::TooShort { min } => counted("must have at least ", *min, " characters"),
            Self::TooMany { max } => counted("must have at most ", *max, " items"),
            Self::TooFew { min: 1 } => "must have at least 1 item".into(),
            Self::TooFew { min } => counted("must have at least ", *min, " items"),
            Self::Range { min, max } => format!("must be between {min} and {max}").into(),
            Self::Integer => "must be a whole number".into(),
            Self::OneOf { accepted } => ["must be one of ", &accepted.join(", ")].concat().into(),
            Self::UnknownField { suggestion: None } => "is not a known field".into(),
            Self::UnknownField { suggestion: Some(known) } => {
                ["is not a known field; did you mean ", known, "?"].concat().into()
            }
            Self::UnknownKind { accepted, suggestion } => {
                let accepted = accepted.join(", ");
                match suggestion {
                    None => ["must be one of ", &accepted].concat().into(),
                    Some(known) => ["must be one of ", &accepted, "; did you mean ", known, "?"].concat().into(),
                }
            }
            Self::DuplicateId { first } => counted("is already the id of item ", first + 1, ""),
            Self::Cron(fault) => fault.message().into(),
            Self::CronWarning(warning) => warning.message().into(),
            Self::Timezone { given, suggestion } => {
                let meant = suggestion.as_deref().unwrap_or("a name such as Europe/Berlin or UTC");
                ["\"", given, "\" is not a time zone; use ", meant].concat().into()
            }
            Self::Url => "must be an absolute http or https URL without a user name".into(),
            Self::Uuid => "must be a UUID".into(),
            Self::Timestamp => "must be a timestamp such as 2026-11-22T20:14:00.000Z".into(),
            Self::Surrogate => "holds half of a surrogate pair, which cannot be stored".into(),
            Self::TooDeep { max } => counted("is nested deeper than ", *max, " levels"),
            Self::TooLarge { max } => counted("is larger than ", *max, " bytes"),
            Self::Endpoint(fault) => fault.message().into(),
            Self::Reported(reported) => reported.message.clone().into(),
        }
    }

    /// What the message says, for programs: a record, or nothing.
    #[must_use]
    pub fn params(&self) -> Value<'_> {
        match self {
            Self::TooLong { max } | Self::TooMany { max } | Self::TooDeep { max } | Self::TooLarge { max } => {
                record! { "max": *max }
            }
            Self::TooShort { min } | Self::TooFew { min } => record! { "min": *min },
            Self::Range { min, max } => record! { "min": Value::Whole(*min), "max": Value::Whole(*max) },
            Self::OneOf { accepted } => record! { "accepted": accepted.join(", ") },
            Self::UnknownField { suggestion } => texts(&[("suggestion", *suggestion)]),
            Self::UnknownKind { accepted, suggestion } => {
                texts(&[("accepted", Some(&accepted.join(", "))), ("suggestion", *suggestion)]).into_owned()
            }
            Self::DuplicateId { first } => record! { "first": *first },
            Self::Cron(fault) => fault.params(),
            Self::CronWarning(warning) => warning.params(),
            Self::Timezone { given, suggestion } => {
                texts(&[("given", Some(given)), ("suggestion", suggestion.as_deref())])
            }
            Self::Reported(reported) => reported.params.clone(),
            Self::Required
            | Self::Type { .. }
            | Self::Empty
            | Self::Integer
            | Self::Url
            | Self::Uuid
            | Self::Timestamp
            | Self::Surrogate
            | Self::Endpoint(_) => Value::Absent,
        }
    }
}

/// A sentence around a number: `format!` would take several times the room.
fn counted(before: &str, count: usize, after: &str) -> Cow<'static, str> {
    [before, &count.to_string(), after].concat().into()
}

/// A record of those texts that are there; nothing where there is none.
pub(super) fn texts<'a>(texts: &[(&'static str, Option<&'a str>)]) -> Value<'a> {
    let present = texts.iter().filter_map(|(name, text)| Some(Field::new(name, Value::Text(Cow::Borrowed((*text)?)))));
    let fields: Vec<_> = present.collect();
    if fields.is_empty() { Value::Absent } else { Value::Record(fields) }
}
