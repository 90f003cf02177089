//! The two directions of the boundary.

use crate::error::Error;
use crate::model::change::Entropy;
use crate::value::{MAX_WALK_BYTES, MAX_WALK_DEPTH, Value, packed};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// Reads what the packer wrote.
pub fn value(bytes: &[u8]) -> Result<Value<'_>, Error> {
    packed::read(bytes).ok_or_else(Error::internal)
}

/// Reads the 32 random bytes that a change takes.
pub fn entropy(bytes: &[u8]) -> Result<Entropy, Error> {
    Entropy::new(bytes).ok_or_else(Error::internal)
}

/// Writes a result as JSON text, or throws the refusal.
pub fn answer<T: Serialize>(outcome: Result<T, Error>) -> Result<String, JsValue> {
    outcome.and_then(text).map_err(thrown)
}

/// Writes a result as JSON text.
pub fn text<T: Serialize>(result: T) -> Result<String, Error> {
    serde_json::to_string(&result).map_err(|_| Error::internal())
}

/// The plain object that the shell makes a `PipelineError` of.
pub fn thrown(error: Error) -> JsValue {
    error.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

/// Where the packer stops going deeper.
#[wasm_bindgen(js_name = maxDepth)]
pub fn max_depth() -> usize {
    MAX_WALK_DEPTH
}

/// Where the packer gives a value up, in bytes.
#[wasm_bindgen(js_name = maxBytes)]
pub fn max_bytes() -> usize {
    MAX_WALK_BYTES
}
