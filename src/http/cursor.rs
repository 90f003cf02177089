//! Where a page of a list ends, as text that a caller hands back unread.

use crate::error::Error;
use crate::issue::{Issue, IssueCode};
use crate::model::list_item::Place;
use crate::value::{Value, json};

/// The place behind which the next page begins, as text.
#[must_use]
pub fn write(place: &Place) -> String {
    Value::from(vec![place.name.as_str(), place.id.as_str()]).json()
}

/// Reads what [`write()`] wrote. Only the side that wrote it looks inside: a client hands on whatever it got.
///
/// # Errors
/// `invalid` for any other text.
pub fn read(text: &str) -> Result<Place, Error> {
    let code = IssueCode::Type { expected: "a cursor from an earlier page" };
    let fault = Error::invalid(vec![Issue::from(code).within("cursor")]);
    match json::read(text.as_bytes()) {
        Ok(Value::List(parts)) => match parts.as_slice() {
            [Value::Text(name), Value::Text(id)] => Ok(Place::new(name, id)),
            _ => Err(fault),
        },
        _ => Err(fault),
    }
}
