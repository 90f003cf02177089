//! The name, the sentence and the numbers of each issue.

use super::IssueCode;
use crate::value::{Field, Value};
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
        match self {
            Self::Required => plain("required", "is required"),
            Self::Type { expected } => said("type", &["must be ", expected], Value::Absent),
            Self::Empty => plain("empty", "must not be empty"),
            Self::TooLong { max } => counted("too_long", "must have at most ", ("max", *max), " characters"),
            Self::TooShort { min } => counted("too_short", "must have at least ", ("min", *min), " characters"),
            Self::TooMany { max } => counted("too_many", "must have at most ", ("max", *max), " items"),
            Self::TooFew { min } => {
                counted("too_few", "must have at least ", ("min", *min), if *min == 1 { " item" } else { " items" })
            }
            Self::Range { min, max } => {
                let params = Value::Record(vec![Field::new("min", (*min).into()), Field::new("max", (*max).into())]);
                said("range", &["must be between ", &min.to_string(), " and ", &max.to_string()], params)
            }
            Self::Integer => plain("integer", "must be a whole number"),
            Self::OneOf { accepted } => chosen("one_of", accepted, None),
            Self::UnknownField { suggestion: None } => plain("unknown_field", "is not a known field"),
            Self::UnknownField { suggestion: Some(known) } => said(
                "unknown_field",
                &["is not a known field; did you mean ", known, "?"],
                texts(&[("suggestion", Some(known))]),
            ),
            Self::UnknownKind { accepted, suggestion } => chosen("unknown_kind", accepted, *suggestion),
            Self::DuplicateId { first } => {
                let mut duplicate = counted("duplicate_id", "is already the id of item ", ("first", *first + 1), "");
                duplicate.params = Value::Record(vec![Field::new("first", (*first).into())]);
                duplicate
            }
            Self::Cron(fault) => Wording { name: "cron", message: fault.message().into(), params: fault.params() },
            Self::CronWarning(warning) => {
                Wording { name: warning.name(), message: warning.message().into(), params: warning.params() }
            }
            Self::Timezone { given, suggestion } => {
                let meant = suggestion.as_deref().unwrap_or("a name such as Europe/Berlin or UTC");
                let params = texts(&[("given", Some(given)), ("suggestion", suggestion.as_deref())]);
                said("timezone", &["\"", given, "\" is not a time zone; use ", meant], params)
            }
            Self::Url => plain("url", "must be an absolute http or https URL without a user name"),
            Self::Uuid => plain("uuid", "must be a UUID"),
            Self::Timestamp => plain("timestamp", "must be a timestamp such as 2026-11-22T20:14:00.000Z"),
            Self::Surrogate => plain("surrogate", "holds half of a surrogate pair, which cannot be stored"),
            Self::TooDeep { max } => counted("too_deep", "is nested deeper than ", ("max", *max), " levels"),
            Self::TooLarge { max } => counted("too_large", "is larger than ", ("max", *max), " bytes"),
            Self::TooManyIssues { more } => counted(
                "too_many_issues",
                "has ",
                ("more", *more),
                if *more == 1 { " more issue" } else { " more issues" },
            ),
            Self::Endpoint(fault) => plain(fault.name(), fault.message()),
            Self::Reported(reported) => Wording {
                name: &reported.code,
                message: reported.message.as_str().into(),
                params: reported.params.clone(),
            },
        }
    }
}

fn plain(name: &'static str, message: &'static str) -> Wording<'static> {
    Wording { name, message: message.into(), params: Value::Absent }
}

fn said<'a>(name: &'static str, parts: &[&str], params: Value<'a>) -> Wording<'a> {
    Wording { name, message: parts.concat().into(), params }
}

/// A sentence around a number, which has a name for programs.
fn counted(name: &'static str, before: &str, (key, count): (&'static str, usize), after: &str) -> Wording<'static> {
    said(name, &[before, &count.to_string(), after], Value::Record(vec![Field::new(key, count.into())]))
}

/// A choice of words, one of which may have been meant.
fn chosen(name: &'static str, accepted: &[&str], suggestion: Option<&'static str>) -> Wording<'static> {
    let accepted = accepted.join(", ");
    let (ask, meant, mark) = suggestion.map_or(("", "", ""), |meant| ("; did you mean ", meant, "?"));
    let params = texts(&[("accepted", Some(&accepted)), ("suggestion", suggestion)]).into_owned();
    said(name, &["must be one of ", &accepted, ask, meant, mark], params)
}

/// A record of those texts that are there.
pub(super) fn texts<'a>(texts: &[(&'static str, Option<&'a str>)]) -> Value<'a> {
    let mut fields = Vec::with_capacity(texts.len());
    for (name, text) in texts {
        fields.extend(text.map(|text| Field::new(name, text.into())));
    }
    Value::Record(fields)
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
