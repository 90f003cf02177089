//! Identifiers: of pipelines, which are UUIDs written in lower case, and of those who own them.

use crate::host::Host;
use crate::issue::IssueCode;
use crate::schema::table::Rule;
use crate::schema::text::within;
use std::borrow::Cow;

/// The longest account id, in UTF-16 units.
pub const MAX_ACCOUNT_ID_UNITS: usize = 200;
/// The owner of a pipeline.
pub const ACCOUNT_ID: Rule = Rule::Text(|text, _| within(text, MAX_ACCOUNT_ID_UNITS));

/// A UUID v4 in lower case, made from the caller's random bytes.
#[must_use]
pub fn new_uuid(random: [u8; 16]) -> String {
    let uuid = uuid::Builder::from_random_bytes(random).into_uuid();
    uuid.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()).to_owned()
}

/// A UUID in lower case, however its letters are written: one identifier has one spelling.
#[must_use]
pub fn fold_id(text: &str) -> Cow<'_, str> {
    let is_folded = !text.bytes().any(|byte| byte.is_ascii_uppercase()) || !is_uuid(text);
    if is_folded { text.into() } else { text.to_ascii_lowercase().into() }
}

/// How the id of a stored row may be written: in lower case, or, by versions that did not fold ids, as somebody wrote it.
#[must_use]
pub fn id_spellings(id: &str) -> Vec<String> {
    let mut spellings = vec![fold_id(id).into_owned(), id.to_owned(), id.to_ascii_uppercase()];
    spellings.dedup();
    spellings
}

/// A UUID of any version, which is handed back as it came.
pub const UUID: Rule = Rule::Text(|text, _| if is_uuid(text) { Ok(text.into()) } else { Err(IssueCode::Uuid) });

/// The id of a stored pipeline: a UUID of any version.
pub const STORED_ID: Rule = Rule::Text(stored_id);

fn stored_id<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    if is_uuid(text) { Ok(fold_id(text)) } else { Err(IssueCode::Uuid) }
}

/// An id that is looked for: any text may be, and finds nothing.
pub const SOUGHT_ID: Rule = Rule::Text(sought_id);

fn sought_id<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    Ok(fold_id(text))
}

/// An id that a caller made: a UUID of version 4, in lower case.
pub const NEW_ID: Rule = Rule::Text(new_id);

fn new_id<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    let is_random = is_uuid(text) && text.as_bytes().get(14) == Some(&b'4');
    if is_random { Ok(text.to_ascii_lowercase().into()) } else { Err(IssueCode::Uuid) }
}

/// Whether `text` is a UUID with hyphens; the braced, simple and URN forms would be other strings for one identifier.
/// The `uuid` crate's reader would bring 2 kB of reasons that nobody sees.
fn is_uuid(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}
