//! The client's side of the wire: what counts as an answer.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::{Error, ErrorCode};
use convex_pipelines::http::operation::Operation;
use convex_pipelines::http::response;
use serde_json::{Value, json};
use support::NativeHost;
use support::written::{faults, given, written};

const ID: &str = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";

fn read(operation: Operation, status: u16, body: &str) -> Result<Value, Error> {
    read_given(operation, json!({ "status": status, "body": body }))
}

fn read_given(operation: Operation, answer: Value) -> Result<Value, Error> {
    response::read(operation, &given(answer), &NativeHost).map(|answer| written(&answer))
}

fn pipeline() -> Value {
    json!({ "id": ID, "name": "x", "steps": [{ "id": "a", "kind": "clean", "options": {} }],
        "createdAt": "2026-11-22T20:14:00.000Z", "updatedAt": "2026-11-22T20:14:00.000Z" })
}

#[test]
fn results_are_read_and_kept_whole() {
    let newer = json!({ "id": ID, "name": "x", "colour": { "in": [1] }, "lastRunStatus": "success" });
    let mut document = pipeline();
    document["steps"][0]["pinned"] = json!(true);
    let cases = [
        (Operation::List, json!([]), json!([])),
        (Operation::List, json!([newer]), json!([newer])),
        (Operation::Get, document.clone(), document),
        (Operation::Get, json!(null), json!(null)),
        (Operation::FindByWebhookSecret, json!(null), json!(null)),
        (Operation::Create, pipeline(), pipeline()),
        (Operation::Update, pipeline(), pipeline()),
        (Operation::Delete, json!(true), json!(true)),
        (Operation::Delete, json!(false), json!(false)),
        (Operation::RecordRun, json!(null), json!(null)),
        (Operation::RecordRun, pipeline(), pipeline()),
    ];
    for (operation, result, expected) in cases {
        let answer = read(operation, 200, &json!({ "result": result }).to_string()).unwrap();
        assert_eq!(answer["data"], expected, "{operation:?}");
        assert!(answer.get("cursor").is_none());
    }
    let page = read(Operation::List, 200, r#"{"result":[],"cursor":"next","server":"9.0"}"#).unwrap();
    assert_eq!(page["cursor"], "next");
}

#[test]
fn a_result_of_another_shape_is_protocol() {
    let mut damaged = pipeline();
    damaged["updatedAt"] = json!("yesterday");
    let cases = [
        (Operation::List, json!({ "result": null })),
        (Operation::List, json!({ "result": {} })),
        (Operation::List, json!({ "result": [{ "id": ID }] })),
        (Operation::List, json!({ "result": [], "cursor": 7 })),
        (Operation::List, json!([])),
        (Operation::Get, json!({ "result": [] })),
        (Operation::Get, json!({ "result": damaged })),
        (Operation::Get, json!({})),
        (Operation::Get, json!({ "Result": pipeline() })),
        (Operation::Get, pipeline()),
        (Operation::Create, json!({ "result": null })),
        (Operation::Update, json!({ "result": null })),
        (Operation::Delete, json!({ "result": null })),
        (Operation::Delete, json!({ "result": "true" })),
        (Operation::RecordRun, json!({ "result": true })),
    ];
    for (operation, body) in cases {
        let error = read(operation, 200, &body.to_string()).expect_err(&format!("{operation:?} {body}"));
        assert_eq!((error.code, error.retryable), (ErrorCode::Protocol, false), "{operation:?} {body}");
    }
}

#[test]
fn our_errors_are_read_with_their_code() {
    for (status, code, retryable) in [
        (400, "protocol", false),
        (401, "unauthorized", false),
        (404, "not_found", false),
        (405, "protocol", false),
        (409, "conflict", false),
        (413, "protocol", false),
        (415, "protocol", false),
        (422, "invalid", false),
        (429, "rate_limited", true),
        (500, "internal", false),
        (503, "unavailable", true),
    ] {
        for operation in Operation::ALL {
            let body = json!({ "error": { "code": code, "message": "said so", "more": 1 } }).to_string();
            let error = read(operation, status, &body).unwrap_err();
            let found = written(&&error);
            assert_eq!((&found["code"], error.retryable), (&json!(code), retryable), "{status}");
            assert_eq!((error.message.as_str(), error.issues.len()), ("said so", 0));
        }
    }
}

#[test]
fn issues_are_passed_on_as_they_came() {
    let issues = json!([
        { "code": "range", "path": ["steps", 0, "options", "bulletCount"], "message": "must be between 1 and 20",
            "params": { "min": 1, "max": 20 } },
        { "code": "of_tomorrow", "path": [], "message": "is new" },
    ]);
    let body = json!({ "error": { "code": "invalid", "message": "two faults", "issues": issues } });
    assert_eq!(support::written::issues(&read(Operation::Create, 422, &body.to_string()).unwrap_err()), issues);
}

#[test]
fn params_of_an_issue_are_numbers_and_texts() {
    for (given, expected) in [
        (
            json!({ "min": 1, "list": [1], "given": "x", "deep": { "max": 2 }, "is": true }),
            json!({ "min": 1, "given": "x" }),
        ),
        (json!({ "list": [] }), json!(null)),
        (json!("text"), json!(null)),
    ] {
        let issue = json!({ "code": "range", "path": [], "message": "x", "params": given });
        let body = json!({ "error": { "code": "invalid", "message": "x", "issues": [issue] } });
        let error = read(Operation::Create, 422, &body.to_string()).unwrap_err();
        assert_eq!(support::written::issues(&error)[0]["params"], expected);
    }
}

#[test]
fn whatever_else_answers_is_protocol_and_may_be_retried_when_the_server_failed() {
    let bodies = [
        "",
        "Not Found",
        "<!doctype html><title>404</title>",
        r#"{"result""#,
        r#"{"error":{"code":"not_found","message":"x"}"#,
        r#"{"error":{"code":"not_found"}}"#,
        r#"{"error":{"message":"x"}}"#,
        r#"{"error":{"code":"sunk","message":"x"}}"#,
        r#"{"error":{"code":"invalid","message":"x","issues":{}}}"#,
        r#"{"error":{"code":"invalid","message":"x","issues":[{"code":"empty"}]}}"#,
        r#"{"error":{"code":"not_found","code":"not_found","message":"x"}}"#,
        r#"{"error":"not_found"}"#,
        r#"{"code":"not_found","message":"x"}"#,
        r#"{"result":null}"#,
        "null",
        "[]",
    ];
    for status in (100..600).filter(|status| *status != 200) {
        for body in bodies {
            let error = read(Operation::Get, status, body).unwrap_err();
            let retryable = status >= 500 || status == 408 || status == 429;
            assert_eq!((error.code, error.retryable), (ErrorCode::Protocol, retryable), "{status} {body}");
            assert!(error.message.contains(&status.to_string()), "{}", error.message);
        }
    }
    // An error beside a success is none.
    let error = read(Operation::Get, 200, r#"{"error":{"code":"not_found","message":"x"}}"#).unwrap_err();
    assert_eq!((error.code, error.retryable), (ErrorCode::Protocol, false));
}

#[test]
fn an_answer_is_given_as_status_and_body() {
    let read = |answer| read_given(Operation::Delete, answer);
    let answer = json!({ "status": 200, "headers": { "a": "b" }, "body": "{\"result\":true}" });
    assert_eq!(read(answer).unwrap(), json!({ "data": true }));
    for (value, expected) in [
        (json!({}), vec!["required status", "required body"]),
        (json!({ "status": 99, "body": "" }), vec!["range status"]),
        (json!({ "status": 600, "body": "" }), vec!["range status"]),
        (json!({ "status": 200.5, "body": "" }), vec!["integer status"]),
        (json!({ "status": "200", "body": null }), vec!["type status", "type body"]),
    ] {
        assert_eq!(faults(&read(value).unwrap_err()), expected);
    }
}
