//! What JavaScript calls.
//!
//! A call has a name; its values come in packed ([`crate::value::packed`]) and its answer goes out as JSON text. A
//! refusal is thrown as the plain object that [`crate::error::Error`] makes. The shell in `pkg/` turns both into what
//! users see. One door for all calls: each export of its own would cost Convex half a kilobyte on every cold call.

mod calls;
mod given;
pub mod host;
mod store;

use crate::error::Error;
use crate::model::list_item::Place;
use crate::value::Value;
use given::Given;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

/// Answers the call `name`. The clock counts milliseconds since 1970 in UTC; `bytes` are 32 random ones for a call that
/// makes something, and a request's body for the one that reads it.
#[wasm_bindgen]
pub fn call(name: &str, values: &[u8], clock: f64, bytes: &[u8]) -> Result<String, JsValue> {
    let given = Given::read(values, clock, bytes).map_err(|error| thrown(&error))?;
    calls::answer(name, &given).map(|value| value.json()).map_err(|error| thrown(&error))
}

/// The order of two pipelines, by their names and ids: below, at or above 0.
#[wasm_bindgen(js_name = comparePipelines)]
pub fn compare_pipelines(name_a: &str, id_a: &str, name_b: &str, id_b: &str) -> i32 {
    Place::new(name_a, id_a).cmp(&Place::new(name_b, id_b)) as i32
}

/// The plain object that the shell makes a `PipelineError` of.
fn thrown(error: &Error) -> JsValue {
    Value::from(error).serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Decimal(text) | Self::Text(text) | Self::BrokenText(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Record(fields) => {
                let present = fields.iter().filter(|field| !field.value.is_absent());
                serializer.collect_map(present.map(|field| (&field.key, &field.value)))
            }
            Self::Absent | Self::Null | Self::Foreign | Self::TooDeep | Self::TooLarge => serializer.serialize_unit(),
        }
    }
}
