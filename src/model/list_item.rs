//! What a list shows of a pipeline, and the order it shows them in.

use super::id::STORED_ID;
use super::lower_case::lower_case;
use super::pipeline::{DESCRIPTION, NAME, Pipeline};
use super::run::RUN_STATUSES;
use super::schedule::SCHEDULE;
use super::timestamp::MOMENT;
use crate::error::Error;
use crate::host::Host;
use crate::schema::report::Unknown;
use crate::schema::table::{Rule, Schema, lenient, optional, required};
use crate::schema::text::any;
use crate::value::{Field, Value, record};

/// A list item, read as a pipeline is: all but its id, name and timestamp may be what this version would refuse.
pub static LIST_ITEM: Schema = Schema(&[
    required("id", STORED_ID),
    required("name", NAME),
    lenient("description", DESCRIPTION),
    lenient("schedule", Rule::Record(&SCHEDULE)),
    optional("lastRunAt", MOMENT),
    lenient("lastRunStatus", Rule::Choice(RUN_STATUSES)),
]);

/// What has a place in a list, whatever stands beside it.
static PLACED: Schema = Schema(&[required("id", Rule::Text(any)), required("name", Rule::Text(any))]);

/// The fields of a pipeline that a list shows.
pub const LISTED: [&str; 6] = ["id", "name", "description", "schedule", "lastRunAt", "lastRunStatus"];

/// What a list shows of a pipeline.
#[must_use]
pub fn list_item<'p>(pipeline: &'p Pipeline) -> Value<'p> {
    Value::Record(LISTED.map(|name| Field::new(name, pipeline.get(name).clone())).into())
}

/// A pipeline's place in every list: by lower-case name, then name, then id, all by code points.
///
/// UTF-8 sorts its bytes by code points; JavaScript's `<` sorts by UTF-16 units and differs above U+FFFF.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The name in lower case.
    pub name_key: String,
    /// The name.
    pub name: String,
    /// The id.
    pub id: String,
}

/// What lists are sorted by first: the name in lower case, code point by code point. Convex orders strings by code points, so this is stored beside the name.
#[must_use]
pub fn name_key(name: &str) -> String {
    lower_case(name)
}

impl Place {
    /// One text that sorts as the place does: parts end in a character that sorts before any other, and a zero within a
    /// part sorts behind that end.
    #[must_use]
    pub fn key(&self) -> String {
        let mut key = String::with_capacity(self.name_key.len() + self.name.len() + self.id.len() + 6);
        for part in [&self.name_key, &self.name, &self.id] {
            if part.contains('\0') {
                key.push_str(&part.replace('\0', "\0\u{1}"));
            } else {
                key.push_str(part);
            }
            key.push_str("\0\0");
        }
        key
    }

    /// The place of anything with a name and an id.
    ///
    /// # Errors
    /// `invalid` where either is no text.
    pub fn given(value: &Value, host: &dyn Host) -> Result<Self, Error> {
        let given = PLACED.parse(value, Unknown::Ignored, host)?;
        let text = |name| given.text_of(name).unwrap_or_default();
        Ok(Self::new(text("name"), text("id")))
    }

    /// The place of a pipeline with this name and id.
    #[must_use]
    pub fn new(name: &str, id: &str) -> Self {
        Self { name_key: name_key(name), name: name.to_owned(), id: id.to_owned() }
    }
}

impl From<Place> for Value<'_> {
    fn from(place: Place) -> Self {
        record! { "nameKey": place.name_key, "name": place.name, "id": place.id }
    }
}
