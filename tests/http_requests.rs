//! The client's side of the wire: what is sent, and what is refused before.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::{Error, ErrorCode};
use convex_pipelines::http::operation::Operation;
use convex_pipelines::http::request;
use serde_json::{Value, json};
use support::NativeHost;
use support::written::{faults, given, text, written};

const SITE: &str = "https://happy-animal-123.convex.site";
const TOKEN: &str = "tok-SECRET-4c1f9a7e2b8d4f60a1c3";
const ID: &str = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";

fn build(operation: Operation, arguments: Value, endpoint: Value) -> Result<Value, Error> {
    request::build(operation, &given(arguments), &given(endpoint), &NativeHost).map(|request| written(&request))
}

fn url(base_url: &str) -> String {
    let request = build(Operation::List, json!({}), json!({ "baseUrl": base_url })).unwrap();
    request["url"].as_str().unwrap().to_owned()
}

fn refusal(endpoint: Value) -> Error {
    build(Operation::List, json!({}), endpoint.clone()).expect_err(&endpoint.to_string())
}

#[test]
fn operations_bear_the_contracts_names() {
    let names = [
        "list",
        "get",
        "findByWebhookSecret",
        "create",
        "update",
        "delete",
        "recordRun",
        "startRun",
        "claimRun",
        "renewRun",
        "listRuns",
        "getRun",
    ];
    assert_eq!(Operation::ALL.map(Operation::name), names);
    assert_eq!(Operation::NAMES, names);
    assert!(names.iter().all(|name| Operation::parse(name).unwrap().name() == *name));
    assert!(["", "List", "list ", "drop", "../list"].iter().all(|name| Operation::parse(name).is_none()));
}

#[test]
fn the_base_url_keeps_its_path_and_loses_its_last_slash() {
    for (base_url, expected) in [
        (SITE, "https://happy-animal-123.convex.site/pipelines/list"),
        ("https://happy-animal-123.convex.site/", "https://happy-animal-123.convex.site/pipelines/list"),
        ("https://app.example.org/api", "https://app.example.org/api/pipelines/list"),
        ("https://app.example.org/api///", "https://app.example.org/api/pipelines/list"),
        ("HTTPS://App.Example.ORG:443/API/", "https://app.example.org/API/pipelines/list"),
        ("https://app.example.org:8443", "https://app.example.org:8443/pipelines/list"),
        ("https://app.example.org/a/../b", "https://app.example.org/b/pipelines/list"),
        ("http://localhost:3210", "http://localhost:3210/pipelines/list"),
        ("http://127.0.0.1:3210/x", "http://127.0.0.1:3210/x/pipelines/list"),
        ("http://[::1]:3210", "http://[::1]:3210/pipelines/list"),
    ] {
        assert_eq!(url(base_url), expected, "{base_url}");
    }
}

#[test]
fn plain_http_goes_elsewhere_only_with_leave() {
    for base_url in
        ["http://example.org", "http://localhost.example.org", "http://127.0.0.1.example.org", "http://0.0.0.0:3210"]
    {
        let error = refusal(json!({ "baseUrl": base_url }));
        assert_eq!((error.code, faults(&error)), (ErrorCode::Config, vec!["url baseUrl".to_owned()]), "{base_url}");
        assert!(error.message.contains("https"), "{}", error.message);
        assert_eq!(faults(&refusal(json!({ "baseUrl": base_url, "allowInsecure": false }))).len(), 1, "{base_url}");
        assert!(build(Operation::List, json!({}), json!({ "baseUrl": base_url, "allowInsecure": true })).is_ok());
    }
}

#[test]
fn what_else_stands_beside_the_options_is_not_looked_at() {
    let deep = (0..40).fold(json!(1), |value, _| json!({ "in": value }));
    let endpoint = json!({ "baseUrl": SITE, "fetch": deep, "accountId": 7, "authtoken": "x" });
    let request = build(Operation::List, json!({}), endpoint).unwrap();
    assert!(request["headers"].get("Authorization").is_none());
}

#[test]
fn a_base_url_that_would_hurt_later_is_refused() {
    for (base_url, message) in [
        (json!("example.org"), "must be an absolute http or https URL"),
        (json!("/api"), "must be an absolute http or https URL"),
        (json!(""), "must be an absolute http or https URL"),
        (json!("https://"), "must be an absolute http or https URL"),
        (json!("ftp://example.org"), "must be an absolute http or https URL"),
        (json!("javascript:alert(1)"), "must be an absolute http or https URL"),
        (json!("https://me@example.org"), "must not hold a user name or password"),
        (json!("https://:secret@example.org"), "must not hold a user name or password"),
        (json!("https://example.org/?a=1"), "must not have a query or fragment"),
        (json!("https://example.org/?"), "must not have a query or fragment"),
        (json!("https://example.org/#a"), "must not have a query or fragment"),
        (json!("https://example.org/#"), "must not have a query or fragment"),
        (json!("https://happy-animal-123.convex.cloud"), "HTTP actions live on .convex.site"),
        (json!("https://happy-animal-123.CONVEX.cloud/api"), "HTTP actions live on .convex.site"),
        (json!(null), "must be a string"),
        (json!(7), "must be a string"),
    ] {
        let error = refusal(json!({ "baseUrl": base_url, "authToken": TOKEN }));
        assert_eq!((error.code, error.retryable), (ErrorCode::Config, false), "{base_url}");
        assert!(error.message.contains("baseUrl ") && error.message.contains(message), "{base_url}: {}", error.message);
    }
    assert_eq!(faults(&refusal(json!({}))), ["required baseUrl"]);
    assert_eq!(faults(&refusal(json!([]))), ["type"]);
}

#[test]
fn a_token_that_cannot_work_is_refused_and_never_quoted() {
    let tokens = [
        json!(format!("Bearer {TOKEN}")),
        json!(format!("Convex {TOKEN}")),
        json!(format!("{TOKEN} {TOKEN}")),
        json!(format!("{TOKEN}\n")),
        json!(format!("{TOKEN}\r\nX-Admin: 1")),
        json!(format!("\t{TOKEN}")),
        json!(format!(" {TOKEN}")),
        json!(format!("{TOKEN}\u{7f}")),
        json!(format!("{TOKEN}\0")),
        json!(format!("{TOKEN}é")),
        json!(format!("{TOKEN}\u{feff}")),
        json!([TOKEN]),
        json!({ "token": TOKEN }),
    ];
    for token in tokens {
        for scheme in [json!("Bearer"), json!(TOKEN.to_owned() + ":")] {
            let error = refusal(json!({ "baseUrl": SITE, "authToken": token, "authScheme": scheme }));
            assert_eq!(error.code, ErrorCode::Config, "{token}");
            assert!(faults(&error).contains(&"type authToken".to_owned()), "{token}: {:?}", faults(&error));
            let said = format!("{error:?} {}", text(&&error));
            assert!(!said.contains("SECRET"), "{said}");
        }
    }
    for unset in ["undefined", "null"] {
        assert!(refusal(json!({ "baseUrl": SITE, "authToken": unset })).message.contains("was the variable set?"));
    }
    assert_eq!(faults(&refusal(json!({ "baseUrl": SITE, "authToken": "" }))), ["empty authToken"]);
}

#[test]
fn a_token_is_not_in_what_is_wrong_with_something_else() {
    let endpoint = json!({ "baseUrl": SITE, "authToken": TOKEN });
    let error = build(Operation::Get, json!({ "colour": 1 }), endpoint).unwrap_err();
    assert_eq!(
        (error.code, faults(&error)),
        (ErrorCode::Invalid, vec!["required id".to_owned(), "unknown_field colour".to_owned()])
    );
    assert!(!format!("{error:?}").contains("SECRET"));
}

#[test]
fn a_scheme_is_a_token_of_rfc_9110() {
    for scheme in ["", "Bear er", "Bearer:", "Bearer\n", "Bärer", "(x)", "\"x\""] {
        let error = refusal(json!({ "baseUrl": SITE, "authToken": TOKEN, "authScheme": scheme }));
        assert_eq!(faults(&error), ["type authScheme"], "{scheme:?}");
    }
    assert_eq!(faults(&refusal(json!({ "baseUrl": SITE, "authScheme": null }))), ["type authScheme"]);
    let endpoint = json!({ "baseUrl": SITE, "authToken": TOKEN, "authScheme": "Deployment" });
    let request = build(Operation::List, json!({}), endpoint).unwrap();
    assert_eq!(request["headers"]["Authorization"], format!("Deployment {TOKEN}"));
}

#[test]
fn every_fault_of_an_endpoint_is_said_at_once() {
    let endpoint = json!({ "baseUrl": "x", "authToken": "undefined", "authScheme": "a b", "allowInsecure": "yes" });
    let mut found = faults(&refusal(endpoint));
    found.sort_unstable();
    assert_eq!(found, ["type allowInsecure", "type authScheme", "type authToken", "url baseUrl"]);
}

#[test]
fn a_request_is_a_post_of_json_with_its_credentials() {
    let headers = |endpoint| build(Operation::List, json!({}), endpoint).unwrap()["headers"].clone();
    let request =
        build(Operation::List, json!({}), json!({ "baseUrl": SITE, "authToken": TOKEN, "fetch": 1 })).unwrap();
    assert_eq!(request["method"], "POST");
    assert_eq!(request["body"], "{}");
    assert_eq!(request["headers"]["Content-Type"], "application/json");
    assert_eq!(request["headers"]["Authorization"], format!("Bearer {TOKEN}"));
    assert!(headers(json!({ "baseUrl": SITE })).get("Authorization").is_none());
}

#[test]
fn the_body_is_the_arguments() {
    let steps = json!([{ "id": "a", "kind": "clean", "options": {} }]);
    let digest = "0123456789abcdef".repeat(4);
    let cases = [
        (Operation::List, json!({}), json!({})),
        (
            Operation::List,
            json!({ "accountId": "u1", "cursor": "[\"a\",\"b\"]", "limit": 1000 }),
            json!({ "accountId": "u1", "cursor": "[\"a\",\"b\"]", "limit": 1000 }),
        ),
        (Operation::Get, json!({ "id": ID, "accountId": "u1" }), json!({ "id": ID, "accountId": "u1" })),
        (Operation::FindByWebhookSecret, json!({ "secret": "s" }), json!({ "secret": "s" })),
        (
            Operation::Create,
            json!({ "input": { "name": " x\u{85}", "steps": steps, "description": " " }, "accountId": "u1", "id": ID }),
            json!({ "input": { "name": "x", "steps": steps }, "accountId": "u1", "id": ID }),
        ),
        (
            Operation::Create,
            json!({ "input": { "name": "x", "steps": steps }, "secretDigest": digest.to_uppercase() }),
            json!({ "input": { "name": "x", "steps": steps }, "secretDigest": digest }),
        ),
        (
            Operation::Update,
            json!({ "id": ID, "input": { "description": "", "schedule": null, "rotateSecret": true },
                "expectedUpdatedAt": "2026-11-22T21:14:00+01:00", "secretDigest": digest }),
            json!({ "id": ID, "input": { "description": null, "schedule": null, "rotateSecret": true },
                "expectedUpdatedAt": "2026-11-22T20:14:00.000Z", "secretDigest": digest }),
        ),
        (Operation::Update, json!({ "id": ID, "input": {} }), json!({ "id": ID, "input": {} })),
        (Operation::Delete, json!({ "id": ID }), json!({ "id": ID })),
        (
            Operation::RecordRun,
            json!({ "id": ID, "completedAt": "2026-11-22T20:14:00Z" }),
            json!({ "id": ID, "completedAt": "2026-11-22T20:14:00.000Z" }),
        ),
    ];
    for (operation, arguments, expected) in cases {
        let request = build(operation, arguments.clone(), json!({ "baseUrl": SITE })).unwrap();
        let body: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
        assert_eq!(body, expected, "{operation:?} {arguments}");
        assert!(request["url"].as_str().unwrap().ends_with(&format!("/pipelines/{}", operation.name())));
    }
}

#[test]
fn arguments_are_strict_and_every_fault_is_named() {
    let cases: [(Operation, Value, &[&str]); 13] = [
        (Operation::List, json!({ "limit": 0 }), &["range limit"]),
        (Operation::List, json!({ "limit": 1001 }), &["range limit"]),
        (Operation::List, json!({ "cursor": 7, "id": ID }), &["type cursor", "unknown_field id"]),
        (Operation::List, json!(null), &["type"]),
        (Operation::Get, json!({}), &["required id"]),
        (Operation::FindByWebhookSecret, json!({ "accountId": "u" }), &["required secret", "unknown_field accountId"]),
        // A secret travels as its digest only.
        (
            Operation::Create,
            json!({ "webhookSecret": "a-secret-of-mine-123", "id": "x", "secretDigest": "ab" }),
            &["uuid id", "required input", "type secretDigest", "unknown_field webhookSecret"],
        ),
        // An id that a caller makes is of version 4.
        (
            Operation::Create,
            json!({ "id": "3f2b8c1e-4b8e-1a57-9d5e-0a8b3c2d1e0f", "input": [] }),
            &["uuid id", "type input"],
        ),
        // The issues of an input belong to its form and have its paths.
        (Operation::Create, json!({ "input": { "name": "" } }), &["empty name", "required steps"]),
        (
            Operation::Update,
            json!({ "input": { "colour": 1 }, "expectedUpdatedAt": "now" }),
            &["required id", "unknown_field colour", "timestamp expectedUpdatedAt"],
        ),
        (Operation::Delete, json!({ "id": 7, "accountId": "" }), &["type id", "empty accountId"]),
        (Operation::RecordRun, json!({ "id": ID }), &["required completedAt"]),
        (Operation::RecordRun, json!({ "id": ID, "completedAt": 0 }), &["type completedAt"]),
    ];
    for (operation, arguments, expected) in cases {
        let error = build(operation, arguments.clone(), json!({ "baseUrl": SITE })).unwrap_err();
        assert_eq!(
            (error.code, faults(&error)),
            (ErrorCode::Invalid, expected.iter().map(|&f| f.into()).collect()),
            "{operation:?} {arguments}"
        );
    }
}
