//! Damaged texts and bytes through every reader: each is read or refused, and none panics.
//!
//! `MUTATIONS=200000 cargo test --release --test mutations` looks longer; a failure names its seed.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::http::operation::Operation;
use convex_pipelines::http::{cursor, guard, request, response};
use convex_pipelines::model::preview;
use convex_pipelines::model::secret::SecretStorage;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::outbox::client::enqueue::enqueue;
use convex_pipelines::outbox::client::judge::{Sent, judge};
use convex_pipelines::outbox::client::person::{Asked, adopt, discard, resolve};
use convex_pipelines::outbox::client::plan::{Sender, plan};
use convex_pipelines::outbox::client::remote::Remote;
use convex_pipelines::outbox::client::status::status;
use convex_pipelines::outbox::client::{Chance, Surroundings};
use convex_pipelines::store::Store;
use convex_pipelines::value::{self, Value, json};
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};
use support::packed::packed;
use support::random::{Random, cases};
use support::written::{given, text};
use support::{NativeHost, models, mutate};

/// How many of a hundred are run in a build without optimisation.
fn count() -> u64 {
    cases("MUTATIONS", if cfg!(debug_assertions) { 6_000 } else { 200_000 })
}

/// Runs `read` on damaged copies of `seeds`; a panic names its seed and what was read.
fn survives(seeds: &[Vec<u8>], read: impl Fn(&[u8])) {
    for seed in 0..count() {
        let mut random = Random(seed);
        let mut bytes = seeds[(random.bits() % seeds.len() as u64) as usize].clone();
        for _ in 0..random.within(1, 4) {
            mutate(&mut bytes, &mut random);
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
        assert!(outcome.is_ok(), "seed {seed}: {}", String::from_utf8_lossy(&bytes));
    }
}

/// Cases of moderate size: the long ones are about lengths.
fn seeds() -> Vec<Vec<u8>> {
    models::texts().into_iter().filter(|text| text.len() < 2_000).map(String::into_bytes).collect()
}

#[test]
fn damaged_values_are_read_or_refused() {
    survives(&seeds(), |bytes| {
        let Ok(value) = json::read(bytes) else { return };
        let _ = text(&value);
        for schema in ["createInput", "updateInput", "pipeline", "pipelineRun", "schedule"] {
            match models::parse(schema, &value, &NativeHost) {
                // What is accepted is stable: it is accepted again and stays as it is.
                Ok(first) => {
                    let again = models::parse(schema, &given(first.clone()), &NativeHost);
                    assert_eq!(again.ok(), Some(first), "{schema}");
                }
                Err(error) => assert!(!error.issues.is_empty() && !error.message.is_empty(), "{schema}"),
            }
        }
    });
}

#[test]
fn damaged_requests_and_answers_are_read_or_refused() {
    let endpoint = json!({ "baseUrl": "https://x.convex.site/a", "authToken": "t", "authScheme": "Bearer" });
    let head = json!({ "method": "POST", "path": "/pipelines/list", "authorization": "Bearer x", "contentType": "application/json" });
    let mut texts: Vec<_> = [
        json!({ "result": [{ "id": "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", "name": "x" }], "cursor": "[\"a\",\"b\"]" }),
        json!({ "error": { "code": "invalid", "message": "m",
            "issues": [{ "code": "range", "path": ["a", 1], "message": "m", "params": { "min": 1, "x": "y" } }] } }),
        json!({ "id": "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", "input": { "name": "x", "rotateSecret": true },
            "secretDigest": "ab", "expectedUpdatedAt": "2026-11-22T20:14:00Z" }),
        json!({ "secretStorage": "hashed", "accountId": "u" }),
        json!({ "after": 1.5e12, "count": 3 }),
    ]
    .iter()
    .map(|value| value.to_string().into_bytes())
    .collect();
    texts.push(endpoint.to_string().into_bytes());
    texts.push(head.to_string().into_bytes());
    let environment = given(json!({ "PIPELINES_ADMIN_TOKEN": "9f3c5d1e8b7a4260b4e19c02d7f5a8e3" }));
    let (endpoint, head) = (given(endpoint), given(head));
    let schedule = given(json!({ "cron": "0 7 * * *" }));
    survives(&texts, |bytes| {
        let body = String::from_utf8_lossy(bytes);
        let value = json::read(bytes).unwrap_or(Value::Absent);
        for operation in Operation::ALL {
            for status in [200, 404, 422, 500] {
                let _ = response::read(operation, &given(json!({ "status": status, "body": body })), &NativeHost);
            }
            let _ = request::build(operation, &value, &endpoint, &NativeHost);
        }
        let _ = request::build(Operation::List, &given(json!({})), &value, &NativeHost);
        let _ = guard::judge(&value, &environment);
        let _ = guard::judge(&head, &value);
        let _ = cursor::read(&body);
        let _ = Store::open(&value, &NativeHost);
        let _ = preview::next_runs(&schedule, &value, 1.8e12, &NativeHost);
    });
}

#[test]
fn damaged_rows_are_loaded_or_refused() {
    let document = json!({ "id": "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", "name": "x", "steps": [], "nameKey": "x",
        "webhookSecret": "s1:ab", "createdAt": "2026-11-22T20:14:00.000Z", "updatedAt": "2026-11-22T20:14:00.000Z" });
    let rows = json!([{ "id": document["id"], "version": 1, "unsent": true, "document": document },
        { "id": "b", "version": 2, "unsent": false, "document": null }]);
    survives(&[rows.to_string().into_bytes()], |bytes| {
        let Ok(rows) = json::read(bytes) else { return };
        let mut store = Store::open(&given(json!({})), &NativeHost).unwrap();
        if store.load(&packed(&rows), 0, &NativeHost).is_ok() {
            store.delete("b");
            store.commit();
            let _ = (text(&store.list()), text(&store.unsent()), text(&store.find_by_webhook_secret("x", &NativeHost)));
        }
    });
}

#[test]
fn damaged_outboxes_are_decided_on_or_refused() {
    let around = Surroundings {
        now: Timestamp::from_milliseconds(1_795_378_440_000).unwrap(),
        chance: Chance::new(&[7; 64]).unwrap(),
        storage: SecretStorage::Hashed,
        host: &NativeHost,
    };
    let (id, moment) = ("3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", "2026-11-22T20:14:00.000Z");
    let document = json!({ "id": id, "name": "x", "steps": [], "createdAt": moment, "updatedAt": moment });
    let row = |op_id: &str, seq: u32, verdict: serde_json::Value| {
        json!({ "id": op_id, "pipelineId": id, "seq": seq, "kind": "update", "old": { "name": "x" }, "bodyHash": "ab",
            "arguments": { "id": id, "input": { "name": "y", "description": null } }, "createdAt": 1, "changedAt": 1, "attempts": 0,
            "nextAt": 2, "verdict": verdict, "mine": document, "theirs": document })
    };
    let op = json!({ "clientId": "c", "seq": 2, "opId": "b", "bodyHash": "ab" });
    let body =
        json!({ "result": document, "op": { "opId": "b", "seq": 2, "verdict": "conflict", "current": document } });
    let whole = json!({
        "rows": { "queues": [{ "id": id, "clientId": "c", "seq": 3, "base": document }],
            "operations": [row("a", 1, json!("rejected")), row("b", 2, json!(null)), row("d", 3, json!(null))] },
        "document": document, "input": { "name": "z" }, "op": op,
        "remote": { "remote": "away", "since": moment, "failures": 3, "nextAt": 5 },
        "answer": { "status": 200, "headers": { "retry-after": "Sun, 06 Nov 2026 08:49:37 GMT" }, "body": body.to_string() },
    });
    // `null` stands for a verdict that is not there.
    let whole = whole.to_string().replace("\"verdict\":null,", "");
    survives(&[whole.into_bytes()], |bytes| {
        let Ok(value) = json::read(bytes) else { return };
        let (rows, document) = (value.get("rows"), value.get("document"));
        let remote = || Remote::read(value.get("remote"), &around);
        let sender = Sender { account_id: None, sending: &Value::Absent, at_once: true };
        let mut results = vec![plan(rows, &remote(), sender, &around), status(rows, None, &remote(), true, &around)];
        let arguments = given(json!({ "id": id, "input": { "name": "w" }, "completedAt": moment }));
        for kind in [Operation::Create, Operation::Update, Operation::Delete, Operation::RecordRun] {
            let mut arguments = arguments.clone();
            for unused in match kind {
                Operation::Create | Operation::Update => ["completedAt"].as_slice(),
                Operation::RecordRun => &["input"],
                _ => &["input", "completedAt"],
            } {
                arguments.take(unused);
            }
            results.extend(enqueue(kind, rows, document, &arguments, &around));
            let (op, answer) = (value.get("op"), value.get("answer"));
            for attended in [false, true] {
                let sent = Sent { account_id: None, kind, op, answer, attended };
                results.extend(judge(rows, remote(), sent, &around));
            }
        }
        for op_id in ["a", "b"] {
            for choice in [&"mine".into(), &"theirs".into(), value.get("input")] {
                results.extend(resolve(rows, document, Asked { account_id: None, op_id, choice }, &around));
            }
            results.extend(discard(rows, None, op_id, &around));
        }
        results.extend(adopt(rows, None, document, &around));
        results.iter().for_each(|result| drop(text(result)));
    });
}

#[test]
fn damaged_packed_bytes_are_read_or_refused() {
    // As the packer writes `{ name: "x", steps: [{ n: 1.5 }, null], d: … }`, with every tag there is.
    let mut packed_record = vec![7, 5, 4];
    packed_record.extend(b"name");
    packed_record.extend([5, 1, b'x', 5, 0xff, 5, 0, 0, 0]);
    packed_record.extend(b"steps");
    packed_record.extend([6, 2, 0, 0, 0, 7, 5, 1, b'n', 4]);
    packed_record.extend(1.5_f64.to_le_bytes());
    packed_record.extend([0xff, 1, 9, 1, b'd', 6, 7, 0, 0, 0, 0, 2, 3, 8, 10, 11, 9, 0, 0xff]);
    assert!(value::packed::read(&packed_record).is_some());
    survives(&[packed_record], |bytes| {
        for value in value::packed::read(bytes).unwrap_or_default() {
            for schema in ["createInput", "updateInput", "pipeline", "pipelineRun", "schedule"] {
                let _ = models::parse(schema, &value, &NativeHost);
            }
        }
    });
    // Nesting costs the stack; a claimed length costs no memory.
    assert!(value::packed::read(&[6, 1, 0, 0, 0].repeat(1_000_000)).is_none());
    assert!(value::packed::read(&[7, 5, 0].repeat(1_000_000)).is_none());
    assert!(value::packed::read(&[6, 255, 255, 255, 255, 0]).is_none());
    assert!(value::packed::read(&[5, 255, 255, 255, 255, 255, 0]).is_none());
}
