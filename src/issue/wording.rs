//! The name, the sentence and the numbers of each issue.

use super::{IssueCode, Param};
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
            Self::Reported { code, .. } => code,
        }
    }

    /// The sentence for people, without the field's name and without a full stop.
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        match self {
            Self::Required => "is required".into(),
            Self::Type { expected } => format!("must be {expected}").into(),
            Self::Empty => "must not be empty".into(),
            Self::TooLong { max } => format!("must have at most {max} characters").into(),
            Self::TooShort { min } => format!("must have at least {min} characters").into(),
            Self::TooMany { max } => format!("must have at most {max} items").into(),
            Self::TooFew { min: 1 } => "must have at least 1 item".into(),
            Self::TooFew { min } => format!("must have at least {min} items").into(),
            Self::Range { min, max } => format!("must be between {min} and {max}").into(),
            Self::Integer => "must be a whole number".into(),
            Self::OneOf { accepted } => format!("must be one of {}", accepted.join(", ")).into(),
            Self::UnknownField { suggestion: None } => "is not a known field".into(),
            Self::UnknownField { suggestion: Some(known) } => {
                format!("is not a known field; did you mean {known}?").into()
            }
            Self::UnknownKind { accepted, suggestion } => {
                let accepted = accepted.join(", ");
                match suggestion {
                    None => format!("must be one of {accepted}").into(),
                    Some(known) => format!("must be one of {accepted}; did you mean {known}?").into(),
                }
            }
            Self::DuplicateId { first } => format!("is already the id of item {}", first + 1).into(),
            Self::Cron(fault) => fault.message().into(),
            Self::CronWarning(warning) => warning.message().into(),
            Self::Timezone { given, suggestion } => {
                let meant = suggestion.as_deref().unwrap_or("a name such as Europe/Berlin or UTC");
                format!("{given:?} is not a time zone; use {meant}").into()
            }
            Self::Url => "must be an absolute http or https URL without a user name".into(),
            Self::Uuid => "must be a UUID".into(),
            Self::Timestamp => "must be a timestamp such as 2026-11-22T20:14:00.000Z".into(),
            Self::Surrogate => "holds half of a surrogate pair, which cannot be stored".into(),
            Self::TooDeep { max } => format!("is nested deeper than {max} levels").into(),
            Self::TooLarge { max } => format!("is larger than {max} bytes").into(),
            Self::Endpoint(fault) => fault.message().into(),
            Self::Reported { message, .. } => message.clone().into(),
        }
    }

    /// What the message says, for programs; in a fixed order.
    #[must_use]
    pub fn params(&self) -> Vec<(&str, Param)> {
        match self {
            Self::TooLong { max } | Self::TooMany { max } | Self::TooDeep { max } | Self::TooLarge { max } => {
                vec![("max", (*max).into())]
            }
            Self::TooShort { min } | Self::TooFew { min } => vec![("min", (*min).into())],
            Self::Range { min, max } => vec![("min", Param::Number(*min)), ("max", Param::Number(*max))],
            Self::OneOf { accepted } => vec![("accepted", accepted.join(", ").into())],
            Self::UnknownField { suggestion } => with_suggestion(Vec::new(), *suggestion),
            Self::UnknownKind { accepted, suggestion } => {
                with_suggestion(vec![("accepted", accepted.join(", ").into())], *suggestion)
            }
            Self::DuplicateId { first } => vec![("first", (*first).into())],
            Self::Cron(fault) => fault.params(),
            Self::CronWarning(warning) => warning.params(),
            Self::Timezone { given, suggestion } => {
                let mut params = vec![("given", given.clone().into())];
                params.extend(suggestion.iter().map(|name| ("suggestion", name.clone().into())));
                params
            }
            Self::Required
            | Self::Type { .. }
            | Self::Empty
            | Self::Integer
            | Self::Url
            | Self::Uuid
            | Self::Timestamp
            | Self::Surrogate
            | Self::Endpoint(_) => Vec::new(),
            Self::Reported { params, .. } => {
                params.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
            }
        }
    }
}

fn with_suggestion(
    mut params: Vec<(&'static str, Param)>,
    suggestion: Option<&'static str>,
) -> Vec<(&'static str, Param)> {
    params.extend(suggestion.map(|known| ("suggestion", known.to_owned().into())));
    params
}
