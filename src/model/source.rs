//! Where a pipeline reads from when nothing else is said.

use crate::host::Host;
use crate::issue::IssueCode;
use crate::schema::report::Report;
use crate::schema::table::{Rule, Schema, required};
use crate::schema::text::{trim, within};
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
    let is_accepted = HttpUrl::parse(&typed, host).is_some_and(|url| !url.has_user_info);
    if is_accepted { Ok(typed) } else { Err(IssueCode::Url) }
}
