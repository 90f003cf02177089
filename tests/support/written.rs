//! What the crate writes, read back by another reader.

use serde::Serialize;
use serde_json::Value;

/// The JSON text that leaves the crate.
pub fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// The same, read.
pub fn written(value: &impl Serialize) -> Value {
    serde_json::from_str(&text(value)).unwrap()
}
