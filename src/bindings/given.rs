//! What a call is given.

use super::host::JsHost;
use crate::error::Error;
use crate::http::call::{Call, Origin, unknown_operation};
use crate::http::operation::Operation;
use crate::model::change::{Context, Entropy};
use crate::model::input::{CreateInput, UpdateInput};
use crate::model::pipeline::Pipeline;
use crate::model::row::Row;
use crate::model::secret::SecretStorage;
use crate::model::timestamp::Timestamp;
use crate::outbox::server::{Around, Before};
use crate::value::{Value, packed};

/// The values of a call in their order, and its surroundings.
pub struct Given<'v> {
    values: Vec<Value<'v>>,
    /// Whether inputs and pipelines among the values were accepted before. They may be outlines then: numbers that the
    /// shell knows stand for what nothing here looks into.
    is_checked: bool,
    /// Milliseconds since 1970 in UTC.
    pub clock: f64,
    /// As [`super::call`] says.
    pub bytes: &'v [u8],
}

impl<'v> Given<'v> {
    /// Reads what the packer wrote.
    pub fn read(values: &'v [u8], clock: f64, bytes: &'v [u8]) -> Result<Self, Error> {
        let values = packed::read(values).ok_or_else(Error::internal)?;
        Ok(Self { values, is_checked: false, clock, bytes })
    }

    /// The same for a transition whose values were accepted before.
    pub fn checked(self) -> Self {
        Self { is_checked: true, ..self }
    }

    /// The value at a place; absent behind the last.
    pub fn value(&self, place: usize) -> &Value<'v> {
        self.values.get(place).unwrap_or(&Value::Absent)
    }

    /// The text at a place; empty where it is none that UTF-8 can hold.
    pub fn text(&self, place: usize) -> &str {
        self.value(place).text().unwrap_or_default()
    }

    /// Whether `true` stands at a place.
    pub fn flag(&self, place: usize) -> bool {
        matches!(self.value(place), Value::Bool(true))
    }

    pub fn entropy(&self) -> Result<Entropy, Error> {
        Entropy::new(self.bytes).ok_or_else(Error::internal)
    }

    pub fn now(&self) -> Result<Timestamp, Error> {
        Timestamp::of_clock(self.clock)
    }

    pub fn pipeline(&self, place: usize) -> Result<Pipeline<'_>, Error> {
        match self.is_checked {
            true => Ok(Pipeline::checked(self.value(place).clone())),
            false => Pipeline::parse(self.value(place), &JsHost),
        }
    }

    pub fn row(&self, place: usize) -> Result<Row<'_>, Error> {
        Row::parse(self.value(place), &JsHost)
    }

    pub fn create_input(&self, place: usize) -> Result<CreateInput<'_>, Error> {
        match self.is_checked {
            true => Ok(CreateInput(self.value(place).clone())),
            false => CreateInput::parse(self.value(place), &JsHost),
        }
    }

    pub fn update_input(&self, place: usize) -> Result<UpdateInput<'_>, Error> {
        match self.is_checked {
            true => Ok(UpdateInput(self.value(place).clone())),
            false => UpdateInput::parse(self.value(place), &JsHost),
        }
    }

    pub fn context(&self, place: usize) -> Result<Context, Error> {
        Context::parse(self.value(place), self.clock, self.entropy()?, &JsHost)
    }

    pub fn operation(&self, place: usize) -> Result<Operation, Error> {
        Operation::parse(self.text(place)).ok_or_else(unknown_operation)
    }

    /// Arguments that come from this process.
    pub fn arguments(&self, operation: Operation, place: usize) -> Result<Call<'_>, Error> {
        Call::parse(operation, Origin::Process, self.value(place), &JsHost)
    }

    /// What stands where an operation is to be carried out: `{ cursor?, row?, isTaken?, issues? }`.
    pub fn before(&self, place: usize) -> Before<'_> {
        let before = self.value(place);
        let row = before.get("row");
        Before {
            cursor: before.get("cursor"),
            // One that cannot be read can still be deleted.
            row: Row::parse(row, &JsHost).ok(),
            is_there: matches!(row, Value::Record(_)),
            is_taken: matches!(before.get("isTaken"), Value::Bool(true)),
            issues: before.get("issues"),
        }
    }

    /// How this server keeps secrets, and its clock.
    pub fn around(&self, place: usize) -> Result<Around<'static>, Error> {
        Ok(Around { now: self.now()?, storage: self.storage(place)?, host: &JsHost })
    }

    pub fn storage(&self, place: usize) -> Result<SecretStorage, Error> {
        SecretStorage::parse(self.value(place).text())
    }
}
