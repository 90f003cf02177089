//! What the crate writes, read back by another reader.

#[cfg(not(target_arch = "wasm32"))]
use super::NativeHost;
use convex_pipelines::error::Error;
#[cfg(not(target_arch = "wasm32"))]
use convex_pipelines::store::outbox::Moment;
use convex_pipelines::value;
use serde_json::Value;

/// The JSON text that leaves the crate.
pub fn text<'v, T: Clone + Into<value::Value<'v>>>(value: &T) -> String {
    value.clone().into().json()
}

/// The same, read.
pub fn written<'v, T: Clone + Into<value::Value<'v>>>(value: &T) -> Value {
    serde_json::from_str(&text(value)).unwrap()
}

/// The issues of an error.
pub fn issues(error: &Error) -> Value {
    written(&error)["issues"].clone()
}

/// What a caller gives, as the crate reads it.
#[allow(clippy::needless_pass_by_value, reason = "`json!` makes values to be given away")]
pub fn given(value: Value) -> value::Value<'static> {
    value::json::read(value.to_string().as_bytes()).unwrap().into_owned()
}

/// Codes and paths of an error, as `code path.to.0.field`, in their order.
pub fn faults(error: &Error) -> Vec<String> {
    let issues = issues(error);
    let fault = |issue: &Value| {
        let path = issue["path"].as_array().unwrap().iter();
        let path: Vec<_> = path.map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect();
        format!("{} {}", issue["code"].as_str().unwrap(), path.join(".")).trim_end().to_owned()
    };
    issues.as_array().unwrap().iter().map(fault).collect()
}

/// A moment for an outbox.
#[cfg(not(target_arch = "wasm32"))]
pub fn moment() -> Moment<'static> {
    Moment { clock: 1_795_378_440_000.0, bytes: &[7; 64], host: &NativeHost }
}
