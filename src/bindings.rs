//! What JavaScript calls.
//!
//! A call has a name; its values come in packed ([`crate::value::packed`]) and its answer goes out as JSON text. A
//! refusal is thrown as a plain object. The shell in `pkg/` turns both into what users see. One door for all calls: each
//! export of its own would cost Convex half a kilobyte on every cold call.

mod calls;
#[cfg_attr(not(feature = "device"), path = "bindings/no_device.rs")]
mod device;
mod given;
pub mod host;
mod short;

use crate::error::Error;
use crate::model::list_item::Place;
use crate::value::Value;
use given::Given;
use serde::ser::{Serialize, SerializeMap, Serializer};
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use wasm_bindgen::prelude::*;

#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// Answers the call `name`. The clock counts milliseconds since 1970 in UTC; `bytes` are 32 random ones for a call that
/// makes something, a request's body for the one that reads it, and the packed rows that a store loads. Before the name of
/// a transition, `checked.` says that its pipeline and its input were accepted the short way.
#[wasm_bindgen]
pub fn call(name: &str, values: &[u8], clock: f64, bytes: &[u8]) -> Result<String, JsValue> {
    let given = Given::read(values, clock, bytes);
    let answer = match name.strip_prefix("checked.") {
        Some(transition) => given.and_then(|given| Ok(calls::answer(transition, &given.checked())?.json())),
        None => given.and_then(|given| Ok(calls::answer(name, &given)?.json())),
    };
    answer.map_err(|error| thrown(&error))
}

/// Answers the call `name` of a schema without throwing: the JSON text of what was read, or an exclamation mark and that
/// of the refusal. Whoever expects refusals is spared an exception for each.
#[wasm_bindgen]
pub fn check(name: &str, values: &[u8]) -> String {
    let outcome = Given::read(values, f64::NAN, &[]).and_then(|given| Ok(calls::answer(name, &given)?.json()));
    outcome.unwrap_or_else(|error| ["!", &Value::from(&error).json()].concat())
}

/// The order of two pipelines, by their names and ids: below, at or above 0.
#[wasm_bindgen(js_name = comparePipelines)]
pub fn compare_pipelines(name_a: &str, id_a: &str, name_b: &str, id_b: &str) -> i32 {
    Place::new(name_a, id_a).cmp(&Place::new(name_b, id_b)) as i32
}

/// The plain object that the shell makes a `PipelineError` of; its issues are JSON text, which is read much faster than an
/// object is made field by field.
fn thrown(error: &Error) -> JsValue {
    Refusal(error).serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}

struct Refusal<'a>(&'a Error);

impl Serialize for Refusal<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(error) = self;
        let mut refusal = serializer.serialize_map(None)?;
        refusal.serialize_entry("code", error.code.name())?;
        refusal.serialize_entry("message", error.message.as_str())?;
        refusal.serialize_entry("issues", &Value::list(&error.issues).json())?;
        refusal.serialize_entry("retryable", &error.retryable)?;
        refusal.end()
    }
}
