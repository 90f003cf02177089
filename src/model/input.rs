//! What a user may say of a pipeline: to create one, and to change one.

use super::pipeline::{DESCRIPTION, NAME};
use super::schedule::SCHEDULE;
use super::source::SOURCE;
use super::step::STEPS;
use crate::error::Error;
use crate::host::Host;
use crate::schema::report::Unknown;
use crate::schema::table::{Rule, Schema, clearable, optional, required};
use crate::value::Value;

/// Everything that makes a new pipeline.
pub static CREATE_INPUT: Schema = Schema(&[
    required("name", NAME),
    optional("description", DESCRIPTION),
    required("steps", Rule::List(&STEPS)),
    optional("schedule", Rule::Record(&SCHEDULE)),
    optional("defaultSource", SOURCE),
]);

/// Everything that changes about a pipeline: what is absent stays, and `null` clears.
pub static UPDATE_INPUT: Schema = Schema(&[
    optional("name", NAME),
    clearable("description", DESCRIPTION),
    optional("steps", Rule::List(&STEPS)),
    clearable("schedule", Rule::Record(&SCHEDULE)),
    clearable("defaultSource", SOURCE),
    optional("rotateSecret", Rule::Flag),
]);

/// A checked record of [`CREATE_INPUT`].
#[derive(Clone, Debug)]
pub struct CreateInput<'v>(pub(crate) Value<'v>);

/// A checked record of [`UPDATE_INPUT`].
#[derive(Clone, Debug)]
pub struct UpdateInput<'v>(pub(crate) Value<'v>);

impl<'v> CreateInput<'v> {
    /// Reads an input; unknown fields are refused.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(value: &'v Value<'_>, host: &dyn Host) -> Result<Self, Error> {
        CREATE_INPUT.parse(value, Unknown::Refused, host).map(Self)
    }
}

impl<'v> UpdateInput<'v> {
    /// Reads an input; unknown fields are refused.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(value: &'v Value<'_>, host: &dyn Host) -> Result<Self, Error> {
        UPDATE_INPUT.parse(value, Unknown::Refused, host).map(Self)
    }

    /// Whether the secret is to be replaced.
    #[must_use]
    pub fn rotates_secret(&self) -> bool {
        matches!(self.0.get("rotateSecret"), Value::Bool(true))
    }
}

impl<'v> From<CreateInput<'v>> for Value<'v> {
    fn from(input: CreateInput<'v>) -> Self {
        input.0
    }
}

impl<'v> From<UpdateInput<'v>> for Value<'v> {
    fn from(input: UpdateInput<'v>) -> Self {
        input.0
    }
}
