//! Where a page of a list ends, as text that a caller hands back unread.

use crate::error::Error;
use crate::issue::{Issue, IssueCode};
use crate::model::list_item::Place;
use crate::value::{Value, json, record};

/// The fields that lists are sorted by.
const SORTED_BY: [&str; 3] = ["nameKey", "name", "id"];

/// What is wrong with a text that is no cursor.
pub const FAULT: IssueCode = IssueCode::Type { expected: "a cursor from an earlier page" };

/// The place behind which the next page begins, as text.
///
/// `row` is the last row as the database sorts it: a row that cannot be read has a place too, and so has one without a
/// field.
#[must_use]
pub fn write(row: &Value) -> String {
    let part = |name| match row.get(name) {
        Value::Absent => Value::List(Vec::new()),
        value => Value::List(vec![value.clone()]),
    };
    Value::List(SORTED_BY.map(part).into()).json()
}

/// Reads what [`write()`] wrote, or name and id alone, as earlier versions did. Only the side that wrote it looks inside:
/// a client hands on whatever it got.
///
/// # Errors
/// `invalid` for any other text.
pub fn read(text: &str) -> Result<Value<'static>, Error> {
    let place = match json::read(text.as_bytes()) {
        Ok(Value::List(parts)) => place(parts),
        _ => None,
    };
    place.map(Value::into_owned).ok_or_else(refusal)
}

/// The refusal of a text that is no cursor.
#[must_use]
pub fn refusal() -> Error {
    Error::invalid(vec![Issue::from(FAULT).within("cursor")])
}

fn place(parts: Vec<Value>) -> Option<Value> {
    if let [Value::Text(name), Value::Text(id)] = parts.as_slice() {
        return Some(Place::new(name, id).into());
    }
    let [name_key, name, id] = <[Value; 3]>::try_from(parts).ok()?.map(value_of);
    Some(record! { "nameKey": name_key?, "name": name?, "id": id? })
}

fn value_of(part: Value) -> Option<Value> {
    let Value::List(mut values) = part else { return None };
    match values.len() {
        0 => Some(Value::Absent),
        1 => values.pop().filter(|value| !matches!(value, Value::BrokenText(_))),
        _ => None,
    }
}
