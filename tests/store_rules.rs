//! The local store's rules that a simulation would meet too rarely.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::{Error, ErrorCode};
use convex_pipelines::http::call::{Call, Origin};
use convex_pipelines::http::operation::Operation;
use convex_pipelines::model::change::Entropy;
use convex_pipelines::store::load::Damaged;
use convex_pipelines::store::{Plan, Store, Surroundings};
use convex_pipelines::value;
use serde_json::{Value, json};
use support::NativeHost;
use support::packed::packed;
use support::written::{faults, given, moment, text, written};

const ID: &str = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const OTHER: &str = "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const SECRET: &str = "a-secret-of-visible-letters";

fn around() -> Surroundings<'static> {
    Surroundings { clock: 1_795_378_440_000.0, entropy: Entropy::new(&[7; 32]).unwrap(), host: &NativeHost }
}

fn document(id: &str) -> Value {
    json!({ "id": id, "name": "x", "steps": [{ "id": "a", "kind": "clean", "options": {} }],
        "createdAt": "2026-11-22T20:14:00.000Z", "updatedAt": "2026-11-22T20:14:00.000Z" })
}

fn row(id: &str, document: Value) -> Value {
    json!({ "id": id, "version": 1, "unsent": false, "document": document })
}

fn input() -> Value {
    json!({ "name": "y", "steps": [{ "id": "a", "kind": "clean", "options": {} }] })
}

fn open(options: Value) -> Store {
    Store::open(&given(options), &NativeHost).unwrap()
}

fn holding(rows: Value) -> Store {
    let mut store = open(json!({}));
    store.load(&rows_of(rows), 0, &NativeHost).unwrap();
    store
}

fn create(store: &mut Store, arguments: Value) -> Result<Value, Error> {
    let plan = store.create(&given(arguments), around())?;
    store.commit();
    Ok(written(&plan.reply))
}

fn record_run(store: &mut Store, completed_at: &str) -> Result<Value, Error> {
    let arguments = given(json!({ "id": ID, "completedAt": completed_at }));
    let Plan { reply, .. } = store.record_run(&arguments, &NativeHost)?;
    store.commit();
    Ok(written(&reply))
}

/// Codes and paths of what could not be read, each path with the index of its row.
fn places(outcome: &Result<Vec<Damaged>, Error>) -> Vec<String> {
    let mut places = Vec::new();
    for row in outcome.as_ref().unwrap() {
        for issue in &row.issues {
            let issue = issue.clone().within(row.index);
            places.extend(faults(&Error::invalid(vec![issue])));
        }
    }
    places
}

fn rows_of(rows: Value) -> Vec<u8> {
    packed(&given(rows))
}

fn listed(store: &Store) -> Vec<Value> {
    written(&store.list()).as_array().unwrap().clone()
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |value, _| json!({ "in": value }))
}

#[test]
fn options_are_strict() {
    for (options, expected) in [
        (json!({ "secretStorage": "sealed" }), vec!["one_of secretStorage"]),
        (json!({ "secretStorage": null, "accountId": "" }), vec!["empty accountId", "type secretStorage"]),
        (json!({ "accountId": "u".repeat(201), "name": 1 }), vec!["too_long accountId", "unknown_field name"]),
        (json!(null), vec!["type"]),
    ] {
        let error = Store::open(&given(options), &NativeHost).unwrap_err();
        assert_eq!(
            (error.code, faults(&error)),
            (ErrorCode::Config, expected.iter().map(|&fault| fault.into()).collect())
        );
    }
}

#[test]
fn what_was_adopted_loads_again_to_the_deepest_level() {
    let mut store = open(json!({}));
    let mut pipeline = document(ID);
    pipeline["app"] = nested(15);
    let plan = store.adopt(&given(pipeline.clone()), &value::Value::Null, moment()).unwrap();
    store.commit();
    let rows = json!([written(&plan.changes)[0]["row"]]);
    let outcome = store.load(&rows_of(rows), 0, &NativeHost);
    assert_eq!(places(&outcome), [""; 0]);
    assert_eq!(written(&store.get(ID, &NativeHost)), pipeline);
}

#[test]
fn a_page_never_shows_the_end_of_a_secret_that_is_gone() {
    let by_digest = ("secretDigest", "1".repeat(64));
    let plain = ("webhookSecret", SECRET.to_owned());
    for (storage, (key, secret), expected) in [
        ("hashed", &by_digest, None),
        ("hashed", &plain, Some("ters")),
        ("plaintext", &by_digest, None),
        ("plaintext", &plain, None),
    ] {
        let mut store = open(json!({ "secretStorage": storage }));
        let digest = "0".repeat(64);
        let made = create(&mut store, json!({ "input": input(), "secretDigest": digest, "secretLastFour": "abcd" }));
        let rotation = json!({ "id": made.unwrap()["id"], "input": { "rotateSecret": true }, *key: secret });
        let plan = store.update(&given(rotation), around()).unwrap();
        let shown = written(&plan.reply).get("secretLastFour").cloned();
        assert_eq!(shown, expected.map(Value::from), "{storage}, {key}");
    }
}

#[test]
fn no_debug_text_shows_a_secret() {
    let mut store = open(json!({ "secretStorage": "plaintext" }));
    let arguments = given(json!({ "input": input(), "webhookSecret": SECRET }));
    let call = Call::parse(Operation::Create, Origin::Process, &arguments, &NativeHost).unwrap();
    let plan = store.create(&arguments, around()).unwrap();
    store.commit();
    let id = written(&plan.reply)["id"].as_str().unwrap().to_owned();
    let found = store.get(&id, &NativeHost).unwrap();
    assert!(text(&found).contains(SECRET), "it is there to be shown");
    for shown in [format!("{call:?}"), format!("{plan:?}"), format!("{found:?}"), format!("{store:?}")] {
        assert!(!shown.contains(SECRET), "{shown}");
    }
}

#[test]
fn of_two_rows_with_one_secret_each_is_found_when_the_other_goes() {
    for first_to_go in [ID, OTHER] {
        let mut store = open(json!({ "secretStorage": "plaintext" }));
        for id in [ID, OTHER] {
            let mut pipeline = document(id);
            pipeline["webhookSecret"] = json!(SECRET);
            store.adopt(&given(pipeline), &value::Value::Null, moment()).unwrap();
            store.commit();
        }
        store.delete(first_to_go);
        store.commit();
        let left = if first_to_go == ID { OTHER } else { ID };
        assert_eq!(written(&store.find_by_webhook_secret(SECRET, &NativeHost))["id"], left, "without {first_to_go}");
    }
}

#[test]
fn the_version_of_a_row_can_grow() {
    for (version, expected) in [(0, "range 0.version"), (u32::MAX, "range 0.version"), (u32::MAX - 1, "")] {
        let mut row = row(ID, document(ID));
        row["version"] = version.into();
        let outcome = open(json!({})).load(&rows_of(json!([row])), 0, &NativeHost);
        assert_eq!(places(&outcome).join(""), expected, "{version}");
    }
}

#[test]
fn rows_that_cannot_be_read_are_not_each_others_doubles() {
    let mut store = open(json!({}));
    let rows = json!([7, row(ID, document(ID)), null, row(ID, document(ID))]);
    let outcome = store.load(&rows_of(rows), 0, &NativeHost);
    assert_eq!(places(&outcome), ["type 0", "type 2", "duplicate_id 3.id"]);
}

#[test]
fn a_damaged_row_is_named_and_hides_no_other() {
    let mut store = open(json!({}));
    let mut damaged = document(OTHER);
    damaged["name"] = json!(7);
    damaged["updatedAt"] = json!("yesterday");
    let rows = json!([row(OTHER, damaged), { "id": 1 }, row(ID, document(ID))]);
    let outcome = store.load(&rows_of(rows), 0, &NativeHost);
    assert_eq!(
        places(&outcome),
        [
            "type 0.document.name",
            "timestamp 0.document.updatedAt",
            "type 1.id",
            "required 1.version",
            "required 1.unsent",
            "required 1.document",
        ]
    );
    assert_eq!(listed(&store).len(), 1);
    assert_eq!(written(&store.get(ID, &NativeHost)), document(ID));
}

#[test]
fn nothing_takes_the_place_of_a_damaged_row() {
    let mut damaged = document(OTHER);
    damaged["name"] = json!(null);
    let mut store = holding(json!([row(OTHER, damaged)]));
    let created = create(&mut store, json!({ "id": OTHER.to_uppercase(), "input": input() }));
    assert_eq!(created.map_err(|error| error.code).err(), Some(ErrorCode::Conflict));
    let adopted = store.adopt(&given(document(OTHER)), &value::Value::Null, moment()).unwrap();
    let deleted = store.delete(OTHER);
    for plan in [adopted, deleted] {
        assert_eq!(written(&plan.changes), json!([]));
    }
}

#[test]
fn only_copies_without_unsent_changes_are_dropped() {
    let third = "9f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
    let mut waiting = row(OTHER, document(OTHER));
    waiting["unsent"] = true.into();
    waiting["copy"] = true.into();
    let mut store = holding(json!([row(third, document(third)), waiting]));
    store.adopt(&given(document(ID)), &value::Value::Null, moment()).unwrap();
    store.commit();
    let rename = given(json!({ "id": OTHER, "input": { "name": "changed here" } }));
    store.update(&rename, around()).unwrap();
    store.commit();
    let plan = store.drop_copies(&given(json!([ID.to_uppercase(), OTHER, third, "x", 7])));
    assert_eq!(written(&plan.changes), json!([{ "id": ID, "expected": 1, "row": null }]));
    store.commit();
    assert_eq!(written(&store.get(ID, &NativeHost)), json!(null));
    assert_eq!(listed(&store).len(), 2);
    assert_eq!(written(&store.drop_copies(&given(json!(7))).changes), json!([]));
}

#[test]
fn what_this_version_would_refuse_is_kept_listed_and_repaired() {
    for (field, value) in [
        ("schedule", json!({ "cron": "0 7 * * *", "timezone": "Mars/Olympus" })),
        ("schedule", json!({ "cron": "0 0 7 * * *", "jitter": 5 })),
        ("steps", json!([{ "id": "a", "kind": "shout", "options": { "volume": 11 } }])),
        ("steps", json!([{ "id": "a", "kind": "summarise", "options": { "bulletCount": 99 } }])),
        ("steps", json!("none")),
        ("defaultSource", json!("gopher://example.org/")),
        ("description", json!("x".repeat(20_000))),
        ("accountId", json!(null)),
    ] {
        let mut newer = document(ID);
        newer[field] = value.clone();
        let mut store = holding(json!([row(ID, newer.clone())]));
        assert_eq!(written(&store.list())[0]["id"], ID, "{value}");
        assert_eq!(written(&store.get(ID, &NativeHost)), newer, "{value}");
        let rename = given(json!({ "id": ID, "input": { "name": "renamed" } }));
        let renamed = written(&store.update(&rename, around()).unwrap().reply);
        store.commit();
        assert_eq!((&renamed["name"], &renamed[field]), (&json!("renamed"), &value));
        let repair = json!({ "schedule": null, "defaultSource": null, "description": null, "steps": input()["steps"] });
        let repair = given(json!({ "id": ID, "input": repair }));
        let repaired = written(&store.update(&repair, around()).unwrap().reply);
        if field != "accountId" {
            assert!(repaired.get(field).is_none_or(|repaired| *repaired == input()[field]), "{value}");
        }
    }
}

#[test]
fn an_id_is_one_however_its_letters_are_written() {
    let upper = ID.to_uppercase();
    let mut store = holding(json!([row(&upper, document(&upper))]));
    assert_eq!(written(&store.list())[0]["id"], ID);
    for id in [ID, upper.as_str()] {
        assert_eq!(written(&store.get(id, &NativeHost))["id"], ID);
        let rename = given(json!({ "id": id, "input": { "name": id } }));
        assert_eq!(written(&store.update(&rename, around()).unwrap().reply)["name"], id);
        store.commit();
        let taken = create(&mut store, json!({ "id": id, "input": input() })).map_err(|error| error.code);
        assert_eq!(taken.err(), Some(ErrorCode::Conflict));
        assert_eq!(written(&store.delete(id).reply), json!(true));
        store.rollback();
    }
}

#[test]
fn two_rows_of_one_id_are_no_two_pipelines() {
    let mut store = open(json!({}));
    let rows = json!([row(ID, document(ID)), row(ID, document(ID))]);
    if store.load(&rows_of(rows), 0, &NativeHost).is_ok() {
        store.delete(ID);
        store.commit();
        assert_eq!(written(&store.list()), json!([]));
    }
}

#[test]
fn what_is_listed_can_be_had() {
    let mut store = open(json!({}));
    if store.load(&rows_of(json!([row(&ID.to_uppercase(), document(ID))])), 0, &NativeHost).is_ok() {
        let listed = written(&store.list())[0]["id"].as_str().unwrap().to_owned();
        assert!(store.get(&listed, &NativeHost).is_some(), "{listed}");
    }
}

#[test]
fn an_id_that_is_taken_is_a_conflict_whoever_has_it() {
    let mut theirs = document(ID);
    theirs["accountId"] = json!("u2");
    let gone = json!({ "id": OTHER, "version": 2, "unsent": true, "document": null });
    let mut store = open(json!({ "accountId": "u1" }));
    store.load(&rows_of(json!([row(ID, theirs), gone])), 0, &NativeHost).unwrap();
    for id in [ID, OTHER] {
        let error = create(&mut store, json!({ "id": id, "input": input() })).unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict, "{id}");
    }
}

#[test]
fn a_secret_that_is_taken_is_a_conflict_however_it_is_stored() {
    let mut older = document(ID);
    older["webhookSecret"] = json!(SECRET);
    let mut store = holding(json!([row(ID, older)]));
    let taken = create(&mut store, json!({ "input": input(), "webhookSecret": SECRET })).map_err(|error| error.code);
    assert_eq!(taken.err(), Some(ErrorCode::Conflict), "the secret of an older row was given again");
    assert!(record_run(&mut store, "2026-11-23T07:00:00Z").is_ok());
}

#[test]
fn an_older_row_is_sealed_by_its_next_change_and_still_found() {
    let mut older = document(ID);
    older["webhookSecret"] = json!(SECRET);
    let mut store = holding(json!([row(ID, older)]));
    assert_eq!(written(&store.find_by_webhook_secret(SECRET, &NativeHost))["id"], ID);
    let reply = record_run(&mut store, "2026-11-23T07:00:00Z").unwrap();
    assert_eq!((&reply["secretLastFour"], reply.get("webhookSecret")), (&json!("ters"), None));
    assert_eq!(written(&store.find_by_webhook_secret(SECRET, &NativeHost))["id"], ID);
}

#[test]
fn the_last_run_never_moves_back() {
    let mut store = holding(json!([row(ID, document(ID))]));
    for (completed_at, expected) in [
        ("2026-11-23T07:00:00Z", "2026-11-23T07:00:00.000Z"),
        ("2026-11-22T07:00:00Z", "2026-11-23T07:00:00.000Z"),
        ("2026-11-23T08:00:00+01:00", "2026-11-23T07:00:00.000Z"),
        ("2026-11-23T07:00:00.001Z", "2026-11-23T07:00:00.001Z"),
    ] {
        let reply = record_run(&mut store, completed_at).unwrap();
        assert_eq!(reply["lastRunAt"], expected, "after {completed_at}");
        assert_eq!(reply["updatedAt"], "2026-11-22T20:14:00.000Z", "a run is no change of the definition");
    }
}

#[test]
fn an_update_that_is_wrong_is_invalid_before_it_is_anything_else() {
    let mut store = open(json!({}));
    let arguments = given(json!({ "id": ID, "input": { "name": "" }, "expectedUpdatedAt": "2026-11-22T20:14:00Z" }));
    let error = store.update(&arguments, around()).unwrap_err();
    assert_eq!((error.code, faults(&error)), (ErrorCode::Invalid, vec!["empty name".to_owned()]));
}

#[test]
fn a_row_of_the_last_version_does_not_break_the_store() {
    let mut row = row(ID, document(ID));
    row["version"] = json!(u32::MAX);
    let mut store = open(json!({}));
    if store.load(&rows_of(json!([row])), 0, &NativeHost).is_ok() {
        let _ = record_run(&mut store, "2026-11-23T07:00:00Z");
    }
}

#[test]
fn a_clock_beyond_all_years_is_a_fault_and_no_panic() {
    let mut store = open(json!({}));
    for clock in [f64::NAN, f64::INFINITY, -f64::INFINITY, 1e300, -1e300] {
        let around = Surroundings { clock, ..around() };
        let outcome = store.create(&given(json!({ "input": input() })), around);
        assert!(clock.is_nan() || outcome.is_err_and(|error| error.code == ErrorCode::Internal), "{clock}");
    }
}

#[test]
fn keeps_the_digits_of_numbers_in_documents_that_are_text() {
    let mut store = open(json!({ "documentText": true }));
    let mut document = document(ID).to_string();
    document.truncate(document.len() - 1);
    let unknown = r#""mine":{"a":[12345678901234567891,1e400,1.0,-0,1E5,5]}"#;
    let rows = json!([row(ID, json!([document.as_str(), ",", unknown, "}"].concat()))]);
    assert!(store.load(&rows_of(rows), 0, &NativeHost).unwrap().is_empty());
    let plan = store.delete(OTHER);
    assert_eq!(written(&plan.changes), json!([]));
    let arguments = given(json!({ "id": ID, "input": { "name": "z" } }));
    let plan = store.update(&arguments, around()).unwrap();
    let changes = written(&plan.changes);
    let document = changes[0]["row"]["document"].as_str().unwrap();
    assert!(document.contains(unknown), "{document}");
    store.commit();
    let change = store.delete(ID);
    assert_eq!(written(&change.changes)[0]["row"], json!(null));
}

#[test]
fn sets_a_text_aside_that_is_no_document() {
    let mut store = open(json!({ "documentText": true }));
    let deep = [&"[".repeat(50_000), "1", &"]".repeat(50_000)].concat();
    let rows = ["", "7", "null", "{", r#"{"id":"a","id":"b"}"#, &deep].map(|document| row(OTHER, json!(document)));
    let damaged = store.load(&rows_of(json!(rows)), 0, &NativeHost).unwrap();
    assert_eq!(damaged.iter().map(|row| row.index).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn plans_on_what_is_grouped_and_shows_it_once_it_is_committed() {
    let mut store = holding(json!([row(ID, document(ID))]));
    let secret = json!({ "id": OTHER, "input": input(), "webhookSecret": SECRET });
    store.create(&given(secret.clone()), around()).unwrap();
    store.group();
    assert_eq!(listed(&store).len(), 1);
    assert_eq!(store.create(&given(secret), around()).unwrap_err().code, ErrorCode::Conflict);
    let rotation = json!({ "id": ID, "input": { "rotateSecret": true }, "webhookSecret": SECRET });
    assert_eq!(store.update(&given(rotation.clone()), around()).unwrap_err().code, ErrorCode::Conflict);
    store.update(&given(json!({ "id": OTHER, "input": { "name": "again" } })), around()).unwrap();
    store.group();
    // A refusal takes nothing of the group along.
    assert!(store.update(&given(json!({ "id": ID, "input": { "name": 7 } })), around()).is_err());
    store.delete(ID);
    store.group();
    assert!(store.update(&given(json!({ "id": ID, "input": {} })), around()).is_err());
    store.commit();
    assert_eq!(listed(&store).iter().map(|item| item["name"].clone()).collect::<Vec<_>>(), ["again"]);
    store.delete(OTHER);
    store.group();
    // The secret is free again, and so is the id.
    create(&mut store, json!({ "id": OTHER, "input": input(), "webhookSecret": SECRET })).unwrap();
    assert_eq!(listed(&store).len(), 1);
}

#[test]
fn drops_a_group_that_was_not_kept() {
    let mut store = holding(json!([row(ID, document(ID))]));
    store.delete(ID);
    store.group();
    store.rollback();
    store.commit();
    assert_eq!(listed(&store).len(), 1);
}
