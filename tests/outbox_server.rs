//! The server's half of the outbox: what each operation is answered, and what it leaves.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::ErrorCode;
use convex_pipelines::http::operation::Operation;
use serde_json::{Value, json};
use support::stamped::{CLIENT, ID, OTHER_CLIENT, OTHER_ID, START, Sent, Server, digest, uuid};
use support::written::faults;

const DAY: i64 = 24 * 60 * 60 * 1_000;

fn input(name: &str) -> Value {
    json!({ "name": name, "steps": [{ "id": "a", "kind": "clean", "options": {} }] })
}

fn create_of(id: &str, client: &str, seq: u64) -> Sent {
    let arguments = json!({ "id": id, "input": input("First"), "secretDigest": digest(1), "secretLastFour": "abcd" });
    Sent::new(Operation::Create, client, seq, &uuid(seq), arguments, json!(null))
}

fn create() -> Sent {
    create_of(ID, CLIENT, 1)
}

fn update_by(client: &str, seq: u64, input: Value, old: Value) -> Sent {
    let arguments = json!({ "id": ID, "input": input });
    Sent::new(Operation::Update, client, seq, &uuid(seq), arguments, old)
}

fn update(seq: u64, input: Value, old: Value) -> Sent {
    update_by(CLIENT, seq, input, old)
}

fn delete_by(client: &str, seq: u64) -> Sent {
    Sent::new(Operation::Delete, client, seq, &uuid(seq), json!({ "id": ID }), json!(null))
}

fn record_run(seq: u64, completed_at: &str) -> Sent {
    let arguments = json!({ "id": ID, "completedAt": completed_at });
    Sent::new(Operation::RecordRun, CLIENT, seq, &uuid(seq), arguments, json!(null))
}

/// A server that has the pipeline, made by `CLIENT`.
fn server() -> Server {
    let mut server = Server::default();
    assert_eq!(verdict(&mut server, &create()), "ok");
    server
}

fn answer(server: &mut Server, sent: &Sent) -> (Value, u64) {
    server.settle(sent, START).unwrap()
}

fn verdict(server: &mut Server, sent: &Sent) -> String {
    answer(server, sent).0["op"]["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn an_applied_operation_is_answered_with_its_result_and_its_echo() {
    let mut server = Server::default();
    let (body, status) = answer(&mut server, &create());
    assert_eq!(status, 200);
    assert_eq!(body["op"], json!({ "opId": uuid(1), "seq": 1, "verdict": "ok" }));
    assert_eq!((&body["result"]["id"], &body["result"]["name"]), (&json!(ID), &json!("First")));
    let (body, _) = answer(&mut server, &update(2, json!({ "name": "Second" }), json!({ "name": "First" })));
    assert_eq!((&body["result"]["name"], &body["op"]["verdict"]), (&json!("Second"), &json!("ok")));
    let (body, _) = answer(&mut server, &record_run(3, "2026-11-22T20:15:00Z"));
    assert_eq!(body["result"]["lastRunAt"], "2026-11-22T20:15:00.000Z");
    let (body, _) = answer(&mut server, &delete_by(CLIENT, 4));
    assert_eq!((&body["result"], &body["op"]["verdict"]), (&json!(true), &json!("ok")));
    assert!(server.rows.is_empty());
}

#[test]
fn a_secret_is_sealed_by_its_digest_and_stands_in_no_answer_and_no_cursor() {
    let mut server = server();
    let (replay, _) = answer(&mut server, &create());
    assert_eq!(replay["result"].get("webhookSecret"), None);
    assert_eq!(replay["result"]["secretLastFour"], "abcd");
    assert_eq!(server.rows[ID]["webhookSecret"], format!("s1:{}", digest(1)));
    let arguments =
        json!({ "id": ID, "input": { "rotateSecret": true }, "secretDigest": digest(2), "secretLastFour": "efgh" });
    let rotation = Sent::new(Operation::Update, CLIENT, 2, &uuid(2), arguments, json!({}));
    let (body, _) = answer(&mut server, &rotation);
    assert_eq!((body["result"].get("webhookSecret"), &body["result"]["secretLastFour"]), (None, &json!("efgh")));
    assert_eq!(server.rows[ID]["webhookSecret"], format!("s1:{}", digest(2)));
    let cursors = json!(server.cursors.values().collect::<Vec<_>>()).to_string();
    assert!(!cursors.contains(&digest(1)) && !cursors.contains(&digest(2)), "{cursors}");
}

#[test]
fn a_client_is_known_for_ninety_silent_days_and_as_long_as_its_pipeline_lives() {
    let mut server = server();
    assert_eq!(verdict(&mut server, &delete_by(CLIENT, 2)), "ok");
    assert_eq!(verdict(&mut server, &create_of(OTHER_ID, CLIENT, 1)), "ok");
    let (gone, living) = ((CLIENT, ID), [(CLIENT, OTHER_ID), (OTHER_CLIENT, OTHER_ID)]);
    for (seq, days, known) in
        [(1, 89, vec![gone, living[0], living[1]]), (2, 91, living.into()), (3, 1_000, living.into())]
    {
        let arguments = json!({ "id": OTHER_ID, "completedAt": "2026-11-22T20:15:00Z" });
        let run = Sent::new(Operation::RecordRun, OTHER_CLIENT, seq, &uuid(seq), arguments, json!(null));
        server.settle(&run, START + days * DAY).unwrap();
        let clients: Vec<_> = server.cursors.keys().map(|(_, client, id)| (client.as_str(), id.as_str())).collect();
        assert_eq!(clients, known, "after {days} days");
    }
}

#[test]
fn a_repeated_operation_gets_its_verdict_again_and_changes_nothing() {
    let conflict = update(2, json!({ "name": "Mine" }), json!({ "name": "Other" }));
    let rejected = update(2, json!({ "name": "" }), json!({ "name": "First" }));
    for sent in
        [update(2, json!({ "name": "Second" }), json!({ "name": "First" })), conflict, rejected, delete_by(CLIENT, 2)]
    {
        let mut server = server();
        let first = answer(&mut server, &sent);
        let settled = server.clone();
        for later in [1, DAY, 89 * DAY] {
            assert_eq!(server.settle(&sent, START + later).unwrap(), first);
            assert_eq!(server, settled);
        }
    }
}

#[test]
fn a_verdict_stands_whatever_others_have_made_of_the_pipeline() {
    let mut server = server();
    let sent = update(2, json!({ "name": "Second" }), json!({ "name": "First" }));
    assert_eq!(verdict(&mut server, &sent), "ok");
    assert_eq!(
        verdict(&mut server, &update_by(OTHER_CLIENT, 1, json!({ "name": "Third" }), json!({ "name": "Second" }))),
        "ok"
    );
    let (body, _) = answer(&mut server, &sent);
    assert_eq!((&body["op"]["verdict"], &body["result"]["name"]), (&json!("ok"), &json!("Third")));
    assert_eq!(verdict(&mut server, &delete_by(OTHER_CLIENT, 2)), "ok");
    let (body, _) = answer(&mut server, &sent);
    assert_eq!((&body["op"]["verdict"], body.get("result")), (&json!("ok"), None));
}

#[test]
fn an_older_operation_is_superseded() {
    let mut server = server();
    assert_eq!(verdict(&mut server, &update(2, json!({ "name": "Second" }), json!({}))), "ok");
    let settled = server.clone();
    let (body, status) = answer(&mut server, &create());
    assert_eq!((status, body), (200, json!({ "op": { "opId": uuid(1), "seq": 1, "verdict": "superseded" } })));
    assert_eq!(server, settled);
}

#[test]
fn a_number_that_another_operation_has_is_a_fork() {
    let mut server = server();
    let settled = server.clone();
    let mut other_id = create();
    other_id.arguments["op"]["opId"] = json!(uuid(9));
    let mut other_body = create();
    other_body.arguments["op"]["bodyHash"] = json!(digest(9));
    for sent in [other_id, other_body] {
        let (body, status) = answer(&mut server, &sent);
        assert_eq!(
            (status, &body["op"]["verdict"], &body["error"]["code"]),
            (409, &json!("client_fork"), &json!("conflict"))
        );
        assert_eq!(body["op"]["opId"], sent.arguments["op"]["opId"]);
    }
    assert_eq!(server, settled);
}

#[test]
fn a_number_beyond_the_next_is_out_of_order() {
    let mut server = server();
    let settled = server.clone();
    let (body, status) = answer(&mut server, &update(3, json!({ "name": "Third" }), json!({})));
    assert_eq!((status, &body["error"]["code"]), (409, &json!("conflict")));
    assert_eq!(body["op"], json!({ "opId": uuid(3), "seq": 3, "verdict": "out_of_order", "expected": 2 }));
    let (body, _) = answer(&mut server, &update_by(OTHER_CLIENT, 2, json!({}), json!({})));
    assert_eq!(body["op"]["expected"], 1);
    assert_eq!(server, settled);
}

#[test]
fn each_account_client_and_pipeline_is_counted_apart() {
    let mut server = server();
    assert_eq!(verdict(&mut server, &update_by(OTHER_CLIENT, 1, json!({}), json!({}))), "ok");
    let mut other_pipeline = create_of(OTHER_ID, CLIENT, 1);
    other_pipeline.arguments["secretDigest"] = json!(digest(7));
    assert_eq!(verdict(&mut server, &other_pipeline), "ok");
    let mut other_account = update(1, json!({}), json!({}));
    other_account.arguments["accountId"] = json!("user_2");
    assert_eq!(verdict(&mut server, &other_account), "gone", "of another account's pipeline");
    assert_eq!(server.cursors.len(), 4);
}

#[test]
fn two_who_change_different_fields_both_win() {
    let mut server = server();
    assert_eq!(verdict(&mut server, &update(2, json!({ "name": "Mine" }), json!({ "name": "First" }))), "ok");
    let other = update_by(OTHER_CLIENT, 1, json!({ "description": "Theirs" }), json!({ "description": null }));
    assert_eq!(verdict(&mut server, &other), "ok");
    assert_eq!((&server.rows[ID]["name"], &server.rows[ID]["description"]), (&json!("Mine"), &json!("Theirs")));
}

#[test]
fn a_field_that_somebody_else_has_changed_is_a_conflict_with_the_current_pipeline() {
    let mut server = server();
    assert_eq!(
        verdict(&mut server, &update_by(OTHER_CLIENT, 1, json!({ "name": "Theirs" }), json!({ "name": "First" }))),
        "ok"
    );
    let before = server.rows.clone();
    let mine =
        update(2, json!({ "name": "Mine", "description": "x" }), json!({ "name": "First", "description": null }));
    let (body, status) = answer(&mut server, &mine);
    assert_eq!((status, &body["op"]["verdict"], body.get("result")), (200, &json!("conflict"), None));
    assert_eq!((&body["op"]["current"]["id"], &body["op"]["current"]["name"]), (&json!(ID), &json!("Theirs")));
    assert_eq!(server.rows, before);
    assert_eq!(
        verdict(&mut server, &update(3, json!({ "name": "Mine" }), json!({ "name": "Theirs" }))),
        "ok",
        "the count goes on"
    );
}

#[test]
fn a_field_that_has_its_new_value_already_is_no_conflict() {
    let mut server = server();
    let both = json!({ "name": "Same", "description": null });
    assert_eq!(verdict(&mut server, &update_by(OTHER_CLIENT, 1, both.clone(), json!({}))), "ok");
    assert_eq!(verdict(&mut server, &update(2, both, json!({ "name": "First", "description": "was there" }))), "ok");
}

#[test]
fn without_old_values_an_update_does_not_ask() {
    let mut server = server();
    assert_eq!(verdict(&mut server, &update(2, json!({ "name": "Mine" }), json!(null))), "ok");
    assert_eq!(server.rows[ID]["name"], "Mine");
}

#[test]
fn values_are_compared_by_what_they_say() {
    let mut server = server();
    // A kind that this version does not know, as a database with its own order of keys and an editor of files write it.
    server.rows.get_mut(ID).unwrap()["steps"] =
        serde_json::from_str(r#"[{"kind":"newer","id":"a","options":{"b":[2.0],"a":"x"}}]"#).unwrap();
    let steps: Value = serde_json::from_str(r#"[{"options":{"a":"x","b":[2]},"id":"a","kind":"newer"}]"#).unwrap();
    let new = input("x")["steps"].clone();
    let mut other = steps.clone();
    other[0]["options"]["b"][0] = json!(1.25);
    let schedule = json!({ "steps": new, "schedule": { "timezone": "UTC", "cron": "0 7 * * *" } });
    assert_eq!(verdict(&mut server.clone(), &update(2, schedule.clone(), json!({ "steps": other }))), "conflict");
    assert_eq!(verdict(&mut server, &update(2, schedule, json!({ "steps": steps, "schedule": null }))), "ok");
    let old = json!({ "schedule": { "cron": " 0 7 * * * ", "timezone": "UTC" } });
    assert_eq!(verdict(&mut server, &update(3, json!({ "schedule": null }), old)), "ok");
}

#[test]
fn what_is_deleted_is_gone_for_a_late_update() {
    let mut server = server();
    assert_eq!(verdict(&mut server, &delete_by(OTHER_CLIENT, 1)), "ok");
    let (body, status) = answer(&mut server, &update(2, json!({ "name": "Late" }), json!({ "name": "First" })));
    assert_eq!((status, body), (200, json!({ "op": { "opId": uuid(2), "seq": 2, "verdict": "gone" } })));
    assert_eq!(verdict(&mut server, &record_run(3, "2026-11-22T20:15:00Z")), "gone");
    assert_eq!(verdict(&mut server, &delete_by(CLIENT, 4)), "gone");
    assert!(server.rows.is_empty());
}

#[test]
fn a_rejected_operation_has_all_its_issues_and_its_place_in_the_count() {
    let mut server = server();
    let bad = json!({ "name": " ", "schedule": { "cron": "99 * * * *" }, "colour": 1 });
    let (body, status) = answer(&mut server, &update(2, bad, json!({ "name": "First", "schedule": null })));
    assert_eq!((status, &body["op"]["verdict"]), (200, &json!("rejected")));
    let issues: Vec<_> = body["op"]["issues"].as_array().unwrap().iter().map(|issue| &issue["path"]).collect();
    assert_eq!(issues, [&json!(["name"]), &json!(["schedule", "cron"]), &json!(["colour"])]);
    assert_eq!(verdict(&mut server, &record_run(3, "yesterday")), "rejected");
    assert_eq!(
        verdict(&mut server, &update(4, json!({ "rotateSecret": true }), json!({}))),
        "rejected",
        "without a digest"
    );
    let mut seen = update(5, json!({}), json!({}));
    seen.arguments["expectedUpdatedAt"] = json!("2026-11-22T20:14:00.000Z");
    assert_eq!(verdict(&mut server, &seen), "rejected", "an operation brings old values, and no version");
    assert_eq!(verdict(&mut server, &update(6, json!({ "name": "Good" }), json!({ "name": "First" }))), "ok");
}

#[test]
fn endless_issues_do_not_make_a_large_cursor() {
    let mut server = server();
    let unknown: serde_json::Map<_, _> = (0..1_500).map(|number| (format!("{number:0500}"), json!(1))).collect();
    let (body, _) = answer(&mut server, &update(2, json!(unknown), json!({})));
    assert_eq!(body["op"]["verdict"], "rejected");
    assert!((1..100).contains(&body["op"]["issues"].as_array().unwrap().len()));
    assert!(server.cursors.values().all(|cursor| cursor.to_string().len() < 20_000));
}

#[test]
fn an_id_that_is_taken_is_a_conflict_and_shows_only_what_the_account_sees() {
    let mut server = server();
    let (body, _) = answer(&mut server, &create_of(ID, OTHER_CLIENT, 1));
    assert_eq!((&body["op"]["verdict"], &body["op"]["current"]["name"]), (&json!("conflict"), &json!("First")));
    server.rows.get_mut(ID).unwrap()["accountId"] = json!("user_1");
    let mut stranger = create_of(ID, OTHER_CLIENT, 1);
    stranger.arguments["accountId"] = json!("user_2");
    let (body, _) = answer(&mut server, &stranger);
    assert_eq!((&body["op"]["verdict"], body["op"].get("current")), (&json!("conflict"), None));
}

#[test]
fn a_secret_that_is_taken_is_a_conflict() {
    let mut server = server();
    assert_eq!(verdict(&mut server, &create_of(OTHER_ID, CLIENT, 1)), "conflict");
    assert_eq!(server.rows.len(), 1);
}

#[test]
fn a_call_that_nobody_could_be_answered_for_is_refused_and_not_counted() {
    let mut server = server();
    let settled = server.clone();
    for (field, value, fault) in [
        ("clientId", json!("me"), "uuid op.clientId"),
        ("seq", json!(0), "range op.seq"),
        ("seq", json!(1.5), "integer op.seq"),
        ("opId", json!(7), "type op.opId"),
        ("bodyHash", json!("00"), "type op.bodyHash"),
        ("bodyHash", json!(null), "type op.bodyHash"),
        ("old", json!([]), "type op.old"),
        ("old", json!({ "id": "x" }), "unknown_field op.old.id"),
        ("colour", json!(1), "unknown_field op.colour"),
    ] {
        let mut sent = update(2, json!({}), json!(null));
        sent.arguments["op"][field] = value;
        let error = server.settle(&sent, START).unwrap_err();
        assert_eq!((error.code, faults(&error)), (ErrorCode::Invalid, vec![fault.to_owned()]));
    }
    let mut sent = delete_by(CLIENT, 2);
    sent.arguments["op"]["old"] = json!({});
    sent.arguments["id"] = json!("x");
    assert_eq!(faults(&server.settle(&sent, START).unwrap_err()), ["uuid id", "unknown_field op.old"]);
    assert_eq!(server, settled);
}

#[test]
fn a_cursor_that_cannot_be_read_stops_the_client_and_is_kept() {
    let mut server = server();
    for cursor in server.cursors.values_mut() {
        cursor["seq"] = json!("one");
    }
    let settled = server.clone();
    let error = server.settle(&update(2, json!({ "name": "x" }), json!({})), START).unwrap_err();
    assert_eq!((error.code, server), (ErrorCode::Storage, settled));
}

#[test]
fn a_cursor_says_when_its_pipeline_is_gone() {
    let mut server = Server::default();
    let is_gone = |server: &Server| server.cursors.values().next().unwrap().get("isGone").cloned();
    assert_eq!(
        (verdict(&mut server, &update(1, json!({}), json!({}))).as_str(), is_gone(&server)),
        ("gone", Some(json!(true)))
    );
    assert_eq!((verdict(&mut server, &create_of(ID, CLIENT, 2)).as_str(), is_gone(&server)), ("ok", None));
    assert_eq!((verdict(&mut server, &delete_by(CLIENT, 3)).as_str(), is_gone(&server)), ("ok", Some(json!(true))));
}
