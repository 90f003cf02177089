//! The name, the sentence and the numbers of each issue.

use super::IssueCode;
use crate::value::decimal::push_decimal;
use crate::value::{Value, record};
use std::borrow::Cow;

/// What is said of an issue.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording<'a> {
    /// The stable name of the code.
    pub name: &'a str,
    /// The sentence for people, without the field's name and without a full stop.
    pub message: Cow<'a, str>,
    /// What the message says, for programs: a record, or nothing.
    pub params: Value<'a>,
}

impl IssueCode {
    /// What is said of this code.
    #[must_use]
    pub fn wording(&self) -> Wording<'_> {
        let (name, template, params) = match self {
            Self::Required => ("required", "is required", Value::Absent),
            Self::Type { expected } => {
                return Wording {
                    params: Value::Absent,
                    ..said("type", "must be {expected}", text("expected", *expected))
                };
            }
            Self::Empty => ("empty", "must not be empty", Value::Absent),
            Self::TooLong { max } => ("too_long", "must have at most {max} characters", number("max", *max)),
            Self::TooShort { min } => ("too_short", "must have at least {min} characters", number("min", *min)),
            Self::TooMany { max } => ("too_many", "must have at most {max} items", number("max", *max)),
            Self::TooFew { min: 1 } => ("too_few", "must have at least 1 item", number("min", 1)),
            Self::TooFew { min } => ("too_few", "must have at least {min} items", number("min", *min)),
            Self::Range { min, max } => {
                ("range", "must be between {min} and {max}", record! { "min": *min, "max": *max })
            }
            Self::Integer => ("integer", "must be a whole number", Value::Absent),
            Self::OneOf { accepted } => ("one_of", "must be one of {accepted}", text("accepted", accepted.join(", "))),
            Self::UnknownField { suggestion: None } => ("unknown_field", "is not a known field", Value::Absent),
            Self::UnknownField { suggestion: Some(known) } => {
                ("unknown_field", "is not a known field; did you mean {suggestion}?", text("suggestion", *known))
            }
            Self::UnknownKind { accepted, suggestion: None } => {
                ("unknown_kind", "must be one of {accepted}", text("accepted", accepted.join(", ")))
            }
            Self::UnknownKind { accepted, suggestion: Some(known) } => {
                let params = record! { "accepted": accepted.join(", "), "suggestion": *known };
                ("unknown_kind", "must be one of {accepted}; did you mean {suggestion}?", params)
            }
            // People count items from 1, programs from 0.
            Self::DuplicateId { first } => {
                let wording = said("duplicate_id", "is already the id of item {first}", number("first", *first + 1));
                return Wording { params: number("first", *first), ..wording };
            }
            Self::Cron(fault) => {
                return Wording { name: "cron", message: fault.message().into(), params: fault.params() };
            }
            Self::CronWarning(warning) => {
                return Wording { name: warning.name(), message: warning.message().into(), params: warning.params() };
            }
            Self::Timezone { given, suggestion: None } => {
                let template = "\"{given}\" is not a time zone; use a name such as Europe/Berlin or UTC";
                ("timezone", template, text("given", given.as_str()))
            }
            Self::Timezone { given, suggestion: Some(known) } => {
                let params = record! { "given": given.as_str(), "suggestion": known.as_str() };
                ("timezone", "\"{given}\" is not a time zone; use {suggestion}", params)
            }
            Self::Url { suggestion } => {
                let params = suggestion.as_deref().map_or(Value::Absent, |url| text("suggestion", url));
                // The suggestion can be as long as the URL: it is for programs.
                return Wording {
                    name: "url",
                    message: "must be an absolute http or https URL without a user name".into(),
                    params,
                };
            }
            Self::Uuid => ("uuid", "must be a UUID", Value::Absent),
            Self::Timestamp => ("timestamp", "must be a timestamp such as 2026-11-22T20:14:00.000Z", Value::Absent),
            Self::Surrogate => ("surrogate", "holds half of a surrogate pair, which cannot be stored", Value::Absent),
            Self::TooDeep { max } => ("too_deep", "is nested deeper than {max} levels", number("max", *max)),
            Self::TooLarge { max } => ("too_large", "is larger than {max} bytes", number("max", *max)),
            Self::TooManyIssues { more: 1 } => ("too_many_issues", "has 1 more issue", number("more", 1)),
            Self::TooManyIssues { more } => ("too_many_issues", "has {more} more issues", number("more", *more)),
            Self::Endpoint(fault) => (fault.name(), fault.message(), Value::Absent),
            Self::Reported(reported) => {
                return Wording {
                    name: &reported.code,
                    message: reported.message.as_str().into(),
                    params: reported.params.clone(),
                };
            }
        };
        said(name, template, params)
    }
}

fn said<'a>(name: &'a str, template: &'static str, params: Value<'a>) -> Wording<'a> {
    let message = if params.is_absent() { template.into() } else { filled(template, &params).into() };
    Wording { name, message, params }
}

fn number(key: &'static str, number: usize) -> Value<'static> {
    Value::record(&[key], &mut [number.into()])
}

fn text<'a>(key: &'static str, text: impl Into<Cow<'a, str>>) -> Value<'a> {
    Value::record(&[key], &mut [text.into().into()])
}

/// A sentence with the fields of a record in place of their names in braces.
pub(super) fn filled(template: &str, fields: &Value) -> String {
    let mut sentence = String::new();
    for part in template.split('}') {
        let (before, name) = part.split_once('{').unwrap_or((part, ""));
        sentence.push_str(before);
        match fields.get(name) {
            Value::Text(text) => sentence.push_str(text),
            Value::Whole(number) => push_decimal(&mut sentence, *number),
            _ => {}
        }
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong_in_words_and_in_numbers() {
        let kinds = &["clean", "tone"];
        for (code, message, params) in [
            (IssueCode::Required, "is required", "null"),
            (IssueCode::TooFew { min: 1 }, "must have at least 1 item", r#"{"min":1}"#),
            (IssueCode::TooFew { min: 2 }, "must have at least 2 items", r#"{"min":2}"#),
            (IssueCode::Range { min: 0, max: 9 }, "must be between 0 and 9", r#"{"min":0,"max":9}"#),
            (IssueCode::OneOf { accepted: kinds }, "must be one of clean, tone", r#"{"accepted":"clean, tone"}"#),
            (IssueCode::UnknownField { suggestion: None }, "is not a known field", "null"),
            (
                IssueCode::UnknownField { suggestion: Some("name") },
                "is not a known field; did you mean name?",
                r#"{"suggestion":"name"}"#,
            ),
            (
                IssueCode::UnknownKind { accepted: kinds, suggestion: Some("tone") },
                "must be one of clean, tone; did you mean tone?",
                r#"{"accepted":"clean, tone","suggestion":"tone"}"#,
            ),
            // People count items from 1, programs from 0.
            (IssueCode::DuplicateId { first: 0 }, "is already the id of item 1", r#"{"first":0}"#),
        ] {
            let wording = code.wording();
            assert_eq!(
                (wording.message.as_ref(), wording.params.json().as_str()),
                (message, params),
                "{}",
                wording.name
            );
        }
    }
}
