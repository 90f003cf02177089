//! The `op` of a call, and what is said of it.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::{Error, ErrorCode};
use convex_pipelines::http::call::Call;
use convex_pipelines::http::operation::Operation;
use convex_pipelines::http::reply::Reply;
use convex_pipelines::http::stamp::body_hash;
use convex_pipelines::http::verdict::Verdict;
use convex_pipelines::http::{request, response};
use convex_pipelines::value;
use serde_json::{Value, json};
use support::NativeHost;
use support::written::{faults, given, written};

#[test]
fn every_verdict_is_read_as_it_is_written() {
    for word in Verdict::WORDS {
        assert_eq!(Verdict::parse(word).unwrap().word(), *word);
    }
    assert_eq!(Verdict::parse("OK"), None);
}

#[test]
fn a_body_is_hashed_as_it_stands_without_its_op_and_its_account() {
    let body = json!({ "id": "a", "op": { "seq": 1 }, "completedAt": "b", "accountId": "c" });
    // printf '{"completedAt":"b","id":"a"}' | sha256sum: serde_json sorts keys.
    let hash = "40d3c433ec6e774fa663e43ad2260ae3469cb72c47533c626856b8d1d32b21c8";
    assert_eq!(body_hash(&given(body)), hash);
    assert_ne!(body_hash(&given(json!({ "id": "a", "completedAt": "c" }))), hash);
}

const ID: &str = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";

fn stamped(arguments: Value) -> Value {
    let mut arguments = arguments;
    let hash = body_hash(&given(arguments.clone()));
    let client = "11111111-1111-4111-8111-111111111111";
    arguments["op"] = json!({ "clientId": client, "seq": 7, "opId": ID, "bodyHash": hash });
    arguments
}

fn of_body(operation: Operation, body: &Value) -> Result<Value, Error> {
    Call::of_body(operation, body.to_string().as_bytes(), &NativeHost).map(|call| written(&call))
}

fn built(operation: Operation, arguments: &Value) -> Result<Value, Error> {
    let endpoint = json!({ "baseUrl": "https://host.example", "authToken": "0123456789" });
    let request = request::build(operation, &given(arguments.clone()), &given(endpoint), &NativeHost)?;
    Ok(serde_json::from_str(&request.body).unwrap())
}

#[test]
fn a_stamped_call_goes_on_as_it_came_from_door_to_door() {
    let input = json!({ "name": "  x  ", "steps": [], "colour": { "$a": 1 } });
    for (operation, arguments) in [
        (Operation::Create, json!({ "id": ID, "input": input })),
        (Operation::Update, json!({ "id": ID.to_uppercase(), "input": input, "accountId": "user_1" })),
        (Operation::Delete, json!({ "id": ID, "other": 1 })),
        (Operation::RecordRun, json!({ "id": ID, "completedAt": "2026-11-22T21:14:00+01:00" })),
    ] {
        let call = stamped(arguments);
        assert_eq!(of_body(operation, &call).unwrap(), call);
        assert_eq!(built(operation, &call).unwrap(), call);
        let mut with_account = call.clone();
        with_account["accountId"] = json!("user_2");
        assert_eq!(built(operation, &with_account).unwrap(), with_account, "a route says whose call it is");
    }
}

#[test]
fn a_stamp_that_nobody_could_answer_is_refused_with_all_that_is_wrong() {
    let mut call = stamped(json!({ "id": ID, "input": { "name": "" } }));
    call["op"]["seq"] = json!(0);
    call["op"]["clientID"] = call["op"]["clientId"].take();
    for refused in [of_body(Operation::Update, &call), built(Operation::Update, &call)] {
        let error = refused.unwrap_err();
        let expected = ["empty name", "type op.clientId", "range op.seq", "unknown_field op.clientID"];
        assert_eq!((error.code, faults(&error)), (ErrorCode::Invalid, expected.map(str::to_owned).to_vec()));
    }
    assert_eq!(faults(&of_body(Operation::Delete, &json!({ "id": ID, "op": null })).unwrap_err()), ["type op"]);
}

#[test]
fn a_hash_that_is_not_that_of_the_arguments_is_refused() {
    let mut call = stamped(json!({ "id": ID, "completedAt": "2026-11-22T20:14:00.000Z" }));
    call["op"]["bodyHash"] = json!(call["op"]["bodyHash"].as_str().unwrap().to_uppercase());
    assert!(of_body(Operation::RecordRun, &call).is_ok(), "in either case of its letters");
    call["completedAt"] = json!("2026-11-22T20:15:00.000Z");
    for refused in [of_body(Operation::RecordRun, &call), built(Operation::RecordRun, &call)] {
        assert_eq!(faults(&refused.unwrap_err()), ["type op.bodyHash"]);
    }
}

#[test]
fn only_calls_that_change_something_may_be_stamped() {
    let call = stamped(json!({ "id": ID }));
    assert_eq!(faults(&of_body(Operation::Get, &call).unwrap_err()), ["unknown_field op"]);
    assert_eq!(faults(&of_body(Operation::List, &json!({ "op": {} })).unwrap_err()), ["unknown_field op"]);
}

fn answer(status: u16, body: &Value) -> value::Value<'static> {
    given(json!({ "status": status, "body": body.to_string() }))
}

fn echo(verdict: &str) -> Value {
    json!({ "op": { "opId": ID, "seq": 7, "verdict": verdict } })
}

#[test]
fn an_answer_hands_its_echo_on_to_whoever_asks() {
    let current = json!({ "id": ID, "name": "x", "steps": [], "createdAt": "2026-11-22T20:14:00.000Z",
        "updatedAt": "2026-11-22T20:14:00.000Z" });
    let mut conflict = echo("conflict");
    conflict["op"]["current"] = current.clone();
    let mut order = echo("out_of_order");
    order["op"]["expected"] = json!(3);
    order["error"] = json!({ "code": "conflict", "message": "x" });
    let mut done = echo("ok");
    done["result"] = current.clone();
    for (status, body) in [(200, echo("ok")), (200, done), (200, conflict), (200, echo("superseded")), (409, order)] {
        let read = written(&response::read_answer(Operation::Update, &answer(status, &body), &NativeHost).unwrap());
        assert_eq!((&read["op"], read.get("data")), (&body["op"], body.get("result")));
    }
    let mut unreadable = echo("conflict");
    unreadable["op"]["current"] = json!({ "id": 1 });
    let read = response::read_answer(Operation::Update, &answer(200, &unreadable), &NativeHost).unwrap();
    assert_eq!(written(&read)["op"], echo("conflict")["op"], "of what cannot be read nothing is said");
}

#[test]
fn a_caller_without_an_outbox_is_told_what_a_verdict_means() {
    let read = |operation, body: &Value, status| response::read(operation, &answer(status, body), &NativeHost);
    let refusal = |operation, verdict, status| read(operation, &echo(verdict), status).unwrap_err().code;
    assert_eq!(refusal(Operation::Update, "gone", 200), ErrorCode::NotFound);
    assert_eq!(refusal(Operation::Update, "conflict", 200), ErrorCode::Conflict);
    assert_eq!(refusal(Operation::Create, "conflict", 200), ErrorCode::Conflict);
    assert_eq!(refusal(Operation::Create, "rejected", 200), ErrorCode::Invalid);
    assert_eq!(refusal(Operation::Delete, "superseded", 200), ErrorCode::Conflict);
    assert_eq!(refusal(Operation::Delete, "client_fork", 409), ErrorCode::Conflict);
    assert_eq!(refusal(Operation::Update, "ok", 200), ErrorCode::NotFound, "it was applied, and is gone since");
    let mut rejected = echo("rejected");
    rejected["op"]["issues"] = json!([{ "code": "empty", "path": ["name"], "message": "must not be empty" }]);
    assert_eq!(faults(&read(Operation::Update, &rejected, 200).unwrap_err()), ["empty name"]);
    for (operation, data) in [(Operation::Delete, json!(false)), (Operation::RecordRun, json!(null))] {
        assert_eq!(written(&read(operation, &echo("gone"), 200).unwrap()), json!({ "data": data }));
    }
}

#[test]
fn what_only_resembles_an_echo_is_no_answer() {
    for (status, body) in [
        (200, json!({ "op": { "opId": ID, "seq": 7, "verdict": "fine" } })),
        (200, json!({ "op": { "opId": ID, "verdict": "ok" } })),
        (200, json!({ "op": { "seq": 7, "verdict": "ok" } })),
        (200, json!({ "op": "ok" })),
        (200, echo("client_fork")),
        (409, echo("ok")),
        (500, echo("ok")),
        (204, echo("ok")),
    ] {
        let error = response::read_answer(Operation::Update, &answer(status, &body), &NativeHost).unwrap_err();
        assert_eq!(error.code, ErrorCode::Protocol, "{status} {body}");
    }
}

#[test]
fn a_verdict_is_sent_with_its_status() {
    for word in Verdict::WORDS {
        let verdict = Verdict::parse(word).unwrap();
        let reply = written(&Reply::operation(&echo(word).to_string(), verdict));
        let body: Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
        assert_eq!((&reply["status"], &body["op"]), (&json!(verdict.status()), &echo(word)["op"]));
        assert_eq!(body["error"]["code"].as_str(), (verdict.status() == 409).then_some("conflict"));
    }
}
