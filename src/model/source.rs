//! Where a pipeline reads from when nothing else is said.

use super::read::{Fields, Report, choice, text};
use super::text::{trim, within};
use crate::issue::IssueCode;
use crate::value::Value;
use serde::Serialize;

/// The longest URL kept, in UTF-16 units.
pub const MAX_URL_UNITS: usize = 2_048;

/// An absolute http(s) URL without user information, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct DefaultSource(String);

impl DefaultSource {
    /// Reads the URL, or the older form `{ kind: "url", value }`.
    pub fn read(value: &Value, report: &mut Report) -> Option<Self> {
        let Value::Record(_) = value else { return Self::read_url(value, report) };
        let fields = Fields::open(value, &["kind", "value"], report)?;
        let kind = fields.read("kind", report, |value, report| choice(value, &["url"], report));
        let url = fields.read("value", report, Self::read_url);
        fields.close(report);
        kind.and(url)
    }

    fn read_url(value: &Value, report: &mut Report) -> Option<Self> {
        let text = text(value, report)?;
        let url = within(trim(text), MAX_URL_UNITS).and_then(|typed| {
            let is_accepted = report
                .host
                .url(typed)
                .is_some_and(|url| matches!(url.protocol.as_str(), "http:" | "https:") && !url.has_credentials);
            if is_accepted { Ok(Self(typed.to_owned())) } else { Err(IssueCode::Url) }
        });
        report.accept(url)
    }
}
