//! The server's side of the wire: what is answered.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::{Error, ErrorCode};
use convex_pipelines::http::cursor;
use convex_pipelines::http::reply::Reply;
use serde_json::{Value, json};
use support::written::{faults, given, written};

#[test]
fn a_success_is_its_result_and_where_the_next_page_begins() {
    let reply = written(&Reply::success("[1]", None));
    assert_eq!((&reply["status"], &reply["body"]), (&json!(200), &json!(r#"{"result":[1]}"#)));
    let reply = written(&Reply::success("[]", Some("a\"b")));
    assert_eq!(reply["body"], r#"{"result":[],"cursor":"a\"b"}"#);
}

#[test]
fn a_cursor_leads_back_to_its_place() {
    let whole = json!({ "nameKey": "a", "name": "A", "id": "1" });
    let odd = json!({ "nameKey": "Ünïcödé \u{1f600}", "name": "\"\\\0", "id": "[\"a\",\"b\"]" });
    let unreadable = json!({ "nameKey": { "$integer": "AQ==" }, "name": null, "id": 1.5 });
    for place in [whole, odd, unreadable, json!({ "name": "without a sort key" }), json!({})] {
        assert_eq!(written(&cursor::read(&cursor::write(&given(place.clone()))).unwrap()), place);
    }
    let earlier = cursor::read("[\"A\",\"1\"]").unwrap();
    assert_eq!(written(&earlier), json!({ "nameKey": "a", "name": "A", "id": "1" }));
}

#[test]
fn any_other_text_is_no_cursor() {
    for text in [
        "",
        "x",
        "{}",
        "[]",
        "[[],[]]",
        "[[],[],[],[]]",
        "[[],[],[1,2]]",
        "[[],[],{}]",
        "[[],[],[\"\\ud800\"]]",
        "[\"a\"]",
        "[\"a\",1]",
        "[\"a\",\"b\",\"c\"]",
        "{\"name\":\"a\"}",
        "[\"\\ud800\",\"b\"]",
    ] {
        let error = cursor::read(text).unwrap_err();
        assert_eq!((error.code, faults(&error)), (ErrorCode::Invalid, vec!["type cursor".to_owned()]), "{text}");
    }
}

#[test]
fn each_error_has_its_status_and_headers() {
    for (code, name, status, header) in [
        (ErrorCode::Protocol, "protocol", 400, None),
        (ErrorCode::Unauthorized, "unauthorized", 401, Some("WWW-Authenticate")),
        (ErrorCode::NotFound, "not_found", 404, None),
        (ErrorCode::Conflict, "conflict", 409, None),
        (ErrorCode::Invalid, "invalid", 422, None),
        (ErrorCode::RateLimited, "rate_limited", 429, Some("Retry-After")),
        (ErrorCode::Unavailable, "unavailable", 503, Some("Retry-After")),
    ] {
        let reply = written(&Reply::refusal(&Error::new(code, "said \"so\"")));
        assert_eq!(reply["status"], status, "{name}");
        let body: Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
        assert_eq!(body, json!({ "error": { "code": name, "message": "said \"so\"" } }));
        let headers = reply["headers"].as_object().unwrap();
        assert_eq!(headers["Content-Type"], "application/json");
        assert_eq!(headers["Cache-Control"], "no-store");
        assert_eq!(headers.len(), 2 + usize::from(header.is_some()), "{headers:?}");
        assert!(header.is_none_or(|header| headers.contains_key(header)), "{headers:?}");
        assert!(!headers.keys().any(|name| name.starts_with("Access-Control")));
    }
}

#[test]
fn an_invalid_input_is_answered_with_all_its_issues() {
    let issues = json!([
        { "code": "range", "path": ["steps", 0, "options", "bulletCount"], "message": "must be between 1 and 20",
            "params": { "min": 1, "max": 20 } },
        { "code": "empty", "path": ["name"], "message": "must not be empty" },
    ]);
    let error = json!({ "code": "invalid", "message": "two faults", "issues": issues });
    let reply = written(&Reply::to_reported(&given(error.clone())));
    assert_eq!(reply["status"], 422);
    let body: Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, json!({ "error": error }));
}

#[test]
fn a_fault_of_our_own_says_its_id_and_nothing_else() {
    for error in [
        json!({ "message": "password is hunter2", "id": "f-1", "stack": "at hunter2" }),
        json!({ "code": "internal", "message": "password is hunter2", "id": "f-1" }),
        json!({ "code": "storage", "message": "hunter2", "id": "f-1" }),
        json!({ "code": "config", "message": "hunter2", "id": "f-1" }),
        json!({ "code": "hunter2", "message": "m", "id": "f-1" }),
        json!({ "code": "not_found", "message": 7, "id": "f-1" }),
    ] {
        let reply = written(&Reply::to_reported(&given(error)));
        assert_eq!(reply["status"], 500);
        let body: Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
        let expected = json!({ "code": "internal", "message": "something went wrong inside", "id": "f-1" });
        assert_eq!(body, json!({ "error": expected }));
    }
    let reply = written(&Reply::fault("a\"\n"));
    let body: Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["error"]["id"], "a\"\n");
}

#[test]
fn a_body_that_does_not_come_whole_is_answered_in_our_shape() {
    for (reply, status, message) in [
        (Reply::request_timeout(), 408, "the body did not come in time"),
        (Reply::incomplete_body(), 400, "the body is incomplete"),
        (Reply::payload_too_large(), 413, "the body is larger than 1 MiB"),
    ] {
        let reply = written(&reply);
        assert_eq!(reply["status"], status);
        let body: Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
        assert_eq!(body, json!({ "error": { "code": "protocol", "message": message } }));
    }
}
