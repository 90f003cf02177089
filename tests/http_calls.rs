//! The server's side of the wire: what a request's body asks for.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::{Error, ErrorCode};
use convex_pipelines::http::call::Call;
use convex_pipelines::http::operation::Operation;
use serde_json::{Value, json};
use support::NativeHost;
use support::written::{faults, written};

const ID: &str = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";

fn call(operation: Operation, body: &[u8]) -> Result<Value, Error> {
    Call::of_body(operation, body, &NativeHost).map(|call| written(&call))
}

fn call_with(operation: Operation, body: &Value) -> Result<Value, Error> {
    call(operation, body.to_string().as_bytes())
}

#[test]
fn a_list_without_a_limit_gets_the_largest() {
    assert_eq!(call(Operation::List, b"{}").unwrap(), json!({ "limit": 1000 }));
    assert_eq!(call(Operation::List, br#"{"limit":7}"#).unwrap(), json!({ "limit": 7 }));
    let delete = json!({ "id": ID });
    assert_eq!(call_with(Operation::Delete, &delete).unwrap(), delete);
}

#[test]
fn a_cursor_is_one_from_an_earlier_page() {
    let page = json!({ "cursor": "[\"x\",\"y\"]", "limit": 1 });
    assert_eq!(call_with(Operation::List, &page).unwrap(), page);
    for cursor in ["", "x", "[]", "[\"x\"]", "[1,2]", "[\"x\",\"y\",\"z\"]"] {
        let error = call_with(Operation::List, &json!({ "cursor": cursor })).unwrap_err();
        assert_eq!(faults(&error), ["type cursor"], "{cursor}");
    }
}

#[test]
fn a_body_is_one_json_object() {
    for (body, message) in [
        (&b""[..], "the body is not JSON from byte 0 on"),
        (b"{\"id\":}", "the body is not JSON from byte 6 on"),
        (b"{\"id\":1,\"id\":2}", "the body names a key twice"),
        (b"\"\xff\"", "the body is not UTF-8"),
        (b"[]", "the body is not a JSON object"),
        (b"null", "the body is not a JSON object"),
    ] {
        let error = call(Operation::Get, body).unwrap_err();
        assert_eq!((error.code, error.message.as_str()), (ErrorCode::Protocol, message));
    }
}

#[test]
fn a_secret_travels_as_its_digest_alone() {
    let input = json!({ "name": "x", "steps": [{ "id": "a", "kind": "clean", "options": {} }] });
    let arguments = json!({ "id": ID, "input": input, "webhookSecret": "a-secret-of-visible-letters" });
    for operation in [Operation::Create, Operation::Update] {
        let error = call_with(operation, &arguments).unwrap_err();
        assert_eq!(faults(&error), ["unknown_field webhookSecret"], "{operation:?}");
    }
}
