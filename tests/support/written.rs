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

/// What a caller gives, as the crate reads it.
#[allow(clippy::needless_pass_by_value, reason = "`json!` makes values to be given away")]
pub fn given(value: Value) -> convex_pipelines::value::Value<'static> {
    convex_pipelines::value::json::read(value.to_string().as_bytes()).unwrap().into_owned()
}

/// Codes and paths of an error, as `code path.to.0.field`, in their order.
pub fn faults(error: &convex_pipelines::error::Error) -> Vec<String> {
    let issues = written(&error.issues);
    let fault = |issue: &Value| {
        let path = issue["path"].as_array().unwrap().iter();
        let path: Vec<_> = path.map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect();
        format!("{} {}", issue["code"].as_str().unwrap(), path.join(".")).trim_end().to_owned()
    };
    issues.as_array().unwrap().iter().map(fault).collect()
}
