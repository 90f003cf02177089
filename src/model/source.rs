//! Where a pipeline reads from when nothing else is said.

use crate::host::Host;
use crate::issue::IssueCode;
use crate::schema::report::Report;
use crate::schema::table::{Rule, Schema, required};
use crate::schema::text::{trim, units, within};
use crate::url::HttpUrl;
use crate::value::Value;
use std::borrow::Cow;

/// The longest URL kept, in UTF-16 units.
pub const MAX_URL_UNITS: usize = 2_048;

static OLDER_SOURCE: Schema =
    Schema(&[required("kind", Rule::Choice(&["url"])), required("value", Rule::Text(read_url))]);

/// An absolute http(s) URL without user information, kept as it was typed, or the older form `{ kind: "url", value }`.
pub const SOURCE: Rule = Rule::TextOr(read_url, read_older);

fn read_older<'v>(value: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    match value {
        Value::Record(_) => OLDER_SOURCE.read(value, report).take("value"),
        _ => Rule::Text(read_url).read(value, true, report),
    }
}

fn read_url<'v>(text: &'v str, host: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    let typed = within(trim(text), MAX_URL_UNITS)?;
    if is_accepted(&typed, host) { Ok(typed) } else { Err(IssueCode::Url { suggestion: whole(&typed, host) }) }
}

fn is_accepted(text: &str, host: &dyn Host) -> bool {
    HttpUrl::parse(text, host).is_some_and(|url| !url.has_user_info)
}

/// What `text` would be with its scheme, where that is absent (`example.com`) or a slip (`htps:/example.com`). Nothing where
/// that is no URL either, or where one word could be anything.
fn whole(text: &str, host: &dyn Host) -> Option<String> {
    let first = |text: &str, is_end: fn(u8) -> bool| text.bytes().position(is_end).unwrap_or(text.len());
    let (word, behind) = text.split_at(first(text, |byte| !byte.is_ascii_alphabetic()));
    let (signs, rest) = behind.split_at(first(behind, |byte| !matches!(byte, b':' | b'/' | b'\\' | b' ')));
    let is_scheme = !signs.is_empty() && is_nearly_http(word);
    let scheme = if is_scheme && word.eq_ignore_ascii_case("http") { "http://" } else { "https://" };
    // `//example.com` is in need of a scheme only.
    let rest = if is_scheme || word.is_empty() && signs == "//" { rest } else { text };
    let (machine, _) = rest.split_at(first(rest, |byte| matches!(byte, b'/' | b'?' | b'#' | b':')));
    let has_dot = matches!(machine.as_bytes(), [_, inner @ .., _] if inner.contains(&b'.'));
    let url = [scheme, rest].concat();
    ((is_scheme || has_dot) && units(&url) <= MAX_URL_UNITS && is_accepted(&url, host)).then_some(url)
}

/// At most one letter off.
fn is_nearly_http(word: &str) -> bool {
    word.len() <= 6 && strsim::osa_distance("http", word.to_ascii_lowercase().trim_end_matches('s')) <= 1
}
