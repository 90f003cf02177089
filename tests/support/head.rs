//! The head of a request that may proceed, and what the guard says of it.

use super::written::{given, written};
use convex_pipelines::http::guard;
use serde_json::{Value, json};

pub const TOKEN: &str = "9f3c5d1e8b7a4260b4e19c02d7f5a8e3";

pub fn head() -> Value {
    json!({ "method": "POST", "path": "/pipelines/list", "authorization": format!("Bearer {TOKEN}"),
        "contentType": "application/json", "contentLength": "2" })
}

pub fn environment() -> Value {
    json!({ "PIPELINES_ADMIN_TOKEN": TOKEN })
}

/// `value` with `changes` laid over it.
pub fn with(mut value: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("{changes}") };
    value.as_object_mut().unwrap().extend(changes);
    value
}

pub fn judge(head: Value, environment: Value) -> Value {
    written(&guard::judge(&given(head), &given(environment)))
}

/// 200 where the request may proceed.
pub fn status(head: Value, environment: Value) -> u64 {
    let verdict = judge(head, environment);
    verdict.get("reply").map_or(200, |reply| reply["status"].as_u64().unwrap())
}
