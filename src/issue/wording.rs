//! The name, the sentence and the numbers of each issue.

use super::IssueCode;
use crate::value::Value;
use crate::value::decimal::push_decimal;
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
        let (name, template, values) = match self {
            Self::Required => ("required", "is required", NOTHING),
            Self::Type { expected } => {
                return Wording { params: Value::Absent, ..said("type", "must be {expected}", one(*expected)) };
            }
            Self::Empty => ("empty", "must not be empty", NOTHING),
            Self::TooLong { max } => ("too_long", "must have at most {max} characters", one(*max)),
            Self::TooShort { min } => ("too_short", "must have at least {min} characters", one(*min)),
            Self::TooMany { max } => ("too_many", "must have at most {max} items", one(*max)),
            Self::TooFew { min: 1 } => {
                return unlike("must have at least 1 item", said("too_few", "{min}", one(1_usize)));
            }
            Self::TooFew { min } => ("too_few", "must have at least {min} items", one(*min)),
            Self::Range { min, max } => ("range", "must be between {min} and {max}", [(*min).into(), (*max).into()]),
            Self::Integer => ("integer", "must be a whole number", NOTHING),
            Self::OneOf { accepted } => ("one_of", "must be one of {accepted}", one(accepted.join(", "))),
            Self::UnknownField { suggestion: None } => ("unknown_field", "is not a known field", NOTHING),
            Self::UnknownField { suggestion: Some(known) } => {
                ("unknown_field", "is not a known field; did you mean {suggestion}?", one(*known))
            }
            Self::UnknownKind { accepted, suggestion: None } => {
                ("unknown_kind", "must be one of {accepted}", one(accepted.join(", ")))
            }
            Self::UnknownKind { accepted, suggestion: Some(known) } => {
                let values = [accepted.join(", ").into(), (*known).into()];
                ("unknown_kind", "must be one of {accepted}; did you mean {suggestion}?", values)
            }
            // People count items from 1, programs from 0.
            Self::DuplicateId { first } => {
                let message = said("", "is already the id of item {first}", one(*first + 1)).message;
                return unlike(message, said("duplicate_id", "{first}", one(*first)));
            }
            Self::Cron(fault) => {
                return Wording { name: "cron", message: fault.message().into(), params: fault.params() };
            }
            Self::CronWarning(warning) => {
                return Wording { name: warning.name(), message: warning.message().into(), params: warning.params() };
            }
            Self::Timezone { given, suggestion: None } => {
                let template = "\"{given}\" is not a time zone; use a name such as Europe/Berlin or UTC";
                ("timezone", template, one(given.as_str()))
            }
            Self::Timezone { given, suggestion: Some(known) } => {
                let values = [given.as_str().into(), known.as_str().into()];
                ("timezone", "\"{given}\" is not a time zone; use {suggestion}", values)
            }
            // The suggestion can be as long as the URL: it is for programs.
            Self::Url { suggestion } => {
                let template = if suggestion.is_some() { "{suggestion}" } else { "" };
                let message = "must be an absolute http or https URL without a user name";
                return unlike(message, said("url", template, one(suggestion.as_deref())));
            }
            Self::Uuid => ("uuid", "must be a UUID", NOTHING),
            Self::Timestamp => ("timestamp", "must be a timestamp such as 2026-11-22T20:14:00.000Z", NOTHING),
            Self::Surrogate => ("surrogate", "holds half of a surrogate pair, which cannot be stored", NOTHING),
            Self::TooDeep { max } => ("too_deep", "is nested deeper than {max} levels", one(*max)),
            Self::TooLarge { max } => ("too_large", "is larger than {max} bytes", one(*max)),
            Self::TooManyIssues { more: 1 } => {
                return unlike("has 1 more issue", said("too_many_issues", "{more}", one(1_usize)));
            }
            Self::TooManyIssues { more } => ("too_many_issues", "has {more} more issues", one(*more)),
            Self::Endpoint(fault) => (fault.name(), fault.message(), NOTHING),
            Self::Reported(reported) => {
                return Wording {
                    name: &reported.code,
                    message: reported.message.as_str().into(),
                    params: reported.params.clone(),
                };
            }
        };
        said(name, template, values)
    }
}

/// What a template without braces is filled with.
const NOTHING: [Value; 2] = [Value::Absent, Value::Absent];

/// What a template with one name in braces is filled with.
fn one<'a>(value: impl Into<Value<'a>>) -> [Value<'a>; 2] {
    [value.into(), Value::Absent]
}

/// The names in braces are those of the params, in their order.
fn said<'a>(name: &'a str, template: &'static str, mut values: [Value<'a>; 2]) -> Wording<'a> {
    let mut keys = Vec::new();
    for part in template.split('{').skip(1) {
        keys.extend(part.split('}').next());
    }
    if keys.is_empty() {
        return Wording { name, message: template.into(), params: Value::Absent };
    }
    let params = Value::record(&keys, &mut values);
    Wording { name, message: filled(template, &params).into(), params }
}

/// The same in a sentence that does not repeat the params.
fn unlike<'a>(message: impl Into<Cow<'a, str>>, wording: Wording<'a>) -> Wording<'a> {
    Wording { message: message.into(), ..wording }
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
