//! The life of a run, decision by decision.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::ErrorCode;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::run::Decision;
use serde_json::{Value, json};
use support::runs::place::Place;
use support::written::{faults, written};

const ID: &str = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const OTHER: &str = "4f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

fn at(text: &str) -> i64 {
    Timestamp::parse(text).unwrap().milliseconds()
}

fn noon() -> i64 {
    at("2026-11-22T12:00:00Z")
}

/// A place with one pipeline that fires every minute, made half a minute before noon.
fn place() -> Place {
    let mut place = Place::new(100, usize::MAX);
    place.add(ID, json!({ "cron": "* * * * *" }), noon() - MINUTE / 2);
    place.add(OTHER, json!({ "cron": "0 0 1 1 *" }), noon() - MINUTE / 2);
    place
}

fn start(place: &mut Place, id: &str, run_id: &str) -> Value {
    let arguments = json!({ "id": id, "trigger": "manual", "runId": run_id });
    written(&place.call(Decision::Start, id, run_id, arguments, noon()).unwrap())
}

fn finish(place: &mut Place, run: Value, completed_at: &str) -> Value {
    let run_id = run["runId"].as_str().unwrap().to_owned();
    let arguments = json!({ "id": ID, "completedAt": completed_at, "run": run });
    written(&place.call(Decision::Finish, ID, &run_id, arguments, noon()).unwrap())
}

fn run(place: &Place, run_id: &str) -> Value {
    place.runs.get(run_id).map_or(Value::Null, |run| written(run.as_ref()))
}

/// Of each run of the pipeline, in their order, the minute of its due time and how many were skipped for it.
fn scheduled(place: &Place) -> Vec<(String, u64)> {
    let runs = place.runs_of(ID).map(written);
    let mut runs: Vec<_> = runs
        .map(|run| (run["dueAt"].as_str().unwrap()[11..16].to_owned(), run["skipped"].as_u64().unwrap_or(0)))
        .collect();
    runs.sort();
    runs
}

#[test]
fn a_run_that_is_wanted_waits_with_what_its_trigger_brought() {
    let mut place = place();
    let arguments = json!({ "id": ID, "trigger": "webhook", "payload": "a text" });
    let reply = written(&place.call(Decision::Start, ID, "", arguments, noon()).unwrap());
    assert_eq!(
        reply,
        json!({
            "runId": reply["runId"], "pipelineId": ID, "status": "queued", "trigger": "webhook",
            "queuedAt": "2026-11-22T12:00:00.000Z", "attempt": 0, "payload": "a text",
        })
    );
    assert_eq!(reply["runId"].as_str().unwrap().len(), 36);
}

#[test]
fn one_run_id_is_one_run_however_often_it_is_wanted() {
    let mut place = place();
    let first = start(&mut place, ID, "r1");
    place.claim("w1", 60_000, noon());
    let again = start(&mut place, ID, "r1");
    assert_eq!((&first["status"], &again["status"]), (&json!("queued"), &json!("running")));
    assert_eq!(place.runs.len(), 1);
    let arguments = json!({ "id": OTHER, "trigger": "manual", "runId": "r1" });
    let error = place.call(Decision::Start, OTHER, "r1", arguments, noon()).unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
}

#[test]
fn what_is_wrong_with_a_start_is_said_at_once() {
    let mut place = place();
    let arguments =
        json!({ "id": ID, "trigger": "cron", "runId": "schedule:x", "payload": "a".repeat(65_537), "x": 1 });
    let error = place.call(Decision::Start, ID, "", arguments, noon()).unwrap_err();
    assert_eq!(faults(&error), ["one_of trigger", "type runId", "too_long payload", "unknown_field x"]);
    let arguments = json!({ "id": "nobody", "trigger": "manual" });
    assert_eq!(place.call(Decision::Start, "nobody", "", arguments, noon()).unwrap_err().code, ErrorCode::NotFound);
}

#[test]
fn two_workers_never_get_the_same_and_the_oldest_comes_first() {
    let mut place = place();
    start(&mut place, ID, "b");
    start(&mut place, ID, "a");
    let first = written(&place.claim("w1", 60_000, noon()));
    let second = written(&place.claim("w2", 60_000, noon()));
    assert_eq!((&first["run"]["runId"], &second["run"]["runId"]), (&json!("b"), &json!("a")));
    assert_eq!(first["pipeline"]["id"], ID);
    assert_eq!(first["pipeline"].get("nextRunAt"), None);
    assert_eq!(first["run"]["leaseUntil"], "2026-11-22T12:01:00.000Z");
    assert_eq!((&first["run"]["attempt"], &first["run"]["worker"]), (&json!(1), &json!("w1")));
    assert_eq!(written(&place.claim("w3", 60_000, noon())), json!(null));
}

#[test]
fn a_run_without_its_pipeline_goes_and_one_that_cannot_be_read_fails() {
    let mut place = place();
    start(&mut place, ID, "a");
    start(&mut place, OTHER, "b");
    place.pipelines.remove(ID);
    place.pipelines.get_mut(OTHER).unwrap().take("name");
    assert_eq!(written(&place.claim("w1", 60_000, noon())), json!(null));
    assert_eq!(run(&place, "a"), json!(null));
    assert_eq!(run(&place, "b")["error"], "its pipeline cannot be read");
}

#[test]
fn a_lease_goes_on_for_its_own_worker_alone() {
    let mut place = place();
    start(&mut place, ID, "r1");
    place.claim("w1", 60_000, noon());
    let renew = |place: &mut Place, worker: &str, now: i64| {
        let arguments = json!({ "runId": "r1", "worker": worker, "leaseMs": 120_000 });
        written(&place.call(Decision::Renew, ID, "r1", arguments, now).unwrap())
    };
    assert_eq!(renew(&mut place, "w1", noon() + 1_000)["leaseUntil"], "2026-11-22T12:02:01.000Z");
    assert_eq!(renew(&mut place, "w2", noon() + 1_000), json!(null));
    place.expire(noon() + 120_000);
    assert_eq!(run(&place, "r1")["status"], "running");
    place.expire(noon() + 121_000);
    assert_eq!(run(&place, "r1")["error"], "no word from its worker");
    assert_eq!(renew(&mut place, "w1", noon() + 121_000), json!(null));
    assert_eq!(written(&place.pipelines[ID])["lastRunStatus"], "failed");
}

#[test]
fn the_first_end_counts_and_a_later_one_is_answered_with_what_stands() {
    let mut place = place();
    start(&mut place, ID, "r1");
    place.claim("w1", 60_000, noon());
    let done = json!({ "runId": "r1", "status": "success", "outcome": "3 chunks", "worker": "w1" });
    let pipeline = finish(&mut place, done.clone(), "2026-11-22T12:00:10Z");
    assert_eq!(pipeline["lastRunAt"], "2026-11-22T12:00:10.000Z");
    assert_eq!(pipeline["lastRunStatus"], "success");
    let late = json!({ "runId": "r1", "status": "failed", "error": "no" });
    let pipeline = finish(&mut place, late, "2026-11-22T12:00:20Z");
    assert_eq!(pipeline["lastRunAt"], "2026-11-22T12:00:10.000Z");
    finish(&mut place, done, "2026-11-22T12:00:30Z");
    let run = run(&place, "r1");
    assert_eq!((&run["status"], &run["completedAt"]), (&json!("success"), &json!("2026-11-22T12:00:10.000Z")));
    assert_eq!((run.get("error"), run.get("leaseUntil")), (None, None));
    assert_eq!(run["outcome"], "3 chunks");
}

#[test]
fn another_worker_ends_nothing() {
    let mut place = place();
    start(&mut place, ID, "r1");
    place.claim("w1", 60_000, noon());
    finish(&mut place, json!({ "runId": "r1", "status": "failed", "worker": "w2" }), "2026-11-22T12:00:10Z");
    assert_eq!(run(&place, "r1")["status"], "running");
    assert_eq!(written(&place.pipelines[ID]).get("lastRunAt"), None);
}

#[test]
fn what_a_pipeline_shows_of_its_latest_run_never_moves_back() {
    let mut place = place();
    for run_id in ["r1", "r2"] {
        start(&mut place, ID, run_id);
    }
    finish(&mut place, json!({ "runId": "r2", "status": "failed" }), "2026-11-22T12:02:00Z");
    let pipeline = finish(&mut place, json!({ "runId": "r1", "status": "success" }), "2026-11-22T12:01:00Z");
    assert_eq!(
        (&pipeline["lastRunAt"], &pipeline["lastRunStatus"]),
        (&json!("2026-11-22T12:02:00.000Z"), &json!("failed"))
    );
}

#[test]
fn a_report_of_a_run_that_nobody_queued_is_history_once() {
    let mut place = place();
    let told = json!({ "runId": "mine", "status": "success", "startedAt": "2026-11-22T12:00:00Z" });
    finish(&mut place, told.clone(), "2026-11-22T12:01:00Z");
    finish(&mut place, told, "2026-11-22T12:02:00Z");
    assert_eq!(place.runs.len(), 1);
    assert_eq!(run(&place, "mine")["completedAt"], "2026-11-22T12:01:00.000Z");
}

#[test]
fn a_report_of_a_pipeline_that_is_gone_or_of_a_due_time_that_is_forgotten_finds_nothing() {
    let mut place = place();
    for (id, run_id) in [("5f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", "r1"), (ID, "schedule:x")] {
        let run = json!({ "runId": run_id, "status": "success" });
        let arguments = json!({ "id": id, "completedAt": "2026-11-22T12:01:00Z", "run": run });
        let error = place.call(Decision::Finish, id, run_id, arguments, noon()).unwrap_err();
        assert_eq!(error.code, ErrorCode::NotFound, "{run_id}");
    }
}

#[test]
fn a_due_time_makes_one_run_whoever_ticks() {
    let mut place = place();
    place.tick(ID, noon() - 1);
    assert_eq!(scheduled(&place), []);
    for _ in 0..3 {
        place.tick(ID, noon() + 500);
    }
    assert_eq!(scheduled(&place), [("12:00".to_owned(), 0)]);
    let pipeline = written(&place.pipelines[ID]);
    assert_eq!(pipeline["nextRunAt"], "2026-11-22T12:01:00.000Z");
    let made = run(&place, &format!("schedule:{ID}@2026-11-22T12:00:00.000Z"));
    assert_eq!((&made["trigger"], &made["status"]), (&json!("schedule"), &json!("queued")));
}

#[test]
fn a_tick_that_was_cut_off_is_made_up_for_without_a_second_run() {
    let mut place = place();
    let run_id = place.due(ID, noon()).unwrap();
    let outcome = place.ask(Decision::Tick, ID, &run_id, json!(null), noon()).unwrap();
    place.keep_run(&run_id, outcome.run, noon()); // the row was not written
    place.claim("w1", 60_000, noon());
    finish(&mut place, json!({ "runId": run_id, "status": "success" }), "2026-11-22T12:00:01Z");
    place.tick(ID, noon() + 1_000);
    assert_eq!(scheduled(&place), [("12:00".to_owned(), 0)]);
    assert_eq!(written(&place.pipelines[ID])["nextRunAt"], "2026-11-22T12:01:00.000Z");
}

#[test]
fn while_a_run_of_the_schedule_waits_further_times_are_counted_on_it() {
    let mut place = place();
    for minute in 0..4 {
        place.tick(ID, noon() + minute * MINUTE);
    }
    assert_eq!(scheduled(&place), [("12:00".to_owned(), 3)]);
    place.claim("w1", 60_000, noon() + 3 * MINUTE);
    place.tick(ID, noon() + 4 * MINUTE);
    assert_eq!(scheduled(&place), [("12:00".to_owned(), 3), ("12:04".to_owned(), 0)]);
}

#[test]
fn a_manual_run_that_waits_holds_up_no_schedule() {
    let mut place = place();
    start(&mut place, ID, "r1");
    place.tick(ID, noon());
    assert_eq!(place.runs.len(), 2);
}

#[test]
fn after_an_outage_the_latest_time_that_was_missed_runs_once() {
    for (cron, zone, expected, next) in [
        ("* * * * *", "UTC", "2027-12-01T09:30:00.000Z", "2027-12-01T09:31:00.000Z"),
        ("0 0 1 1 *", "UTC", "2027-01-01T00:00:00.000Z", "2028-01-01T00:00:00.000Z"),
        ("30 2 * * *", "Europe/Berlin", "2027-12-01T01:30:00.000Z", "2027-12-02T01:30:00.000Z"),
        ("* 0-5 * 3 *", "UTC", "2027-03-31T05:59:00.000Z", "2028-03-01T00:00:00.000Z"),
    ] {
        let mut place = Place::new(100, usize::MAX);
        place.add(ID, json!({ "cron": cron, "timezone": zone }), noon());
        place.tick(ID, at("2027-12-01T09:30:59Z"));
        let runs: Vec<_> = place.runs.values().map(|run| written(run.as_ref())).collect();
        assert_eq!(runs.len(), 1, "{cron}");
        assert_eq!(runs[0]["dueAt"], expected, "{cron}");
        assert_eq!(written(&place.pipelines[ID])["nextRunAt"], next, "{cron}");
    }
}

#[test]
fn a_schedule_that_nobody_has_timed_yet_fires_from_its_next_time_on() {
    let mut place = place();
    place.pipelines.get_mut(ID).unwrap().take("nextRunAt");
    place.tick(ID, noon());
    assert_eq!(place.runs.len(), 0);
    place.tick(ID, noon() + MINUTE);
    assert_eq!(scheduled(&place), [("12:01".to_owned(), 0)]);
}

#[test]
fn what_never_fires_has_no_next_time() {
    for schedule in
        [json!({ "cron": "* * * * *", "enabled": false }), json!({ "cron": "0 0 30 2 *" }), json!({ "cron": "?" })]
    {
        let mut place = Place::new(100, usize::MAX);
        place.add(ID, schedule.clone(), noon());
        assert_eq!(written(&place.pipelines[ID]).get("nextRunAt"), None, "{schedule}");
        place.tick(ID, noon() + DAY);
        assert_eq!(place.runs.len(), 0, "{schedule}");
    }
}

#[test]
fn history_keeps_the_latest_runs_of_a_pipeline_and_all_that_waits() {
    let mut place = Place::new(3, usize::MAX);
    place.add(ID, json!({ "cron": "0 0 1 1 *" }), noon());
    start(&mut place, ID, "waits");
    for index in 0..6 {
        let run = json!({ "runId": format!("r{index}"), "status": "success" });
        finish(&mut place, run, &format!("2026-11-22T12:0{index}:00Z"));
    }
    let ids: Vec<_> = place.runs.keys().map(AsRef::as_ref).collect();
    assert_eq!(ids, ["r3", "r4", "r5", "waits"]);
    place.prune(noon() + 91 * DAY);
    let ids: Vec<_> = place.runs.keys().map(AsRef::as_ref).collect();
    assert_eq!(ids, ["waits"]);
}

#[test]
fn of_all_runs_the_oldest_ends_go_first() {
    let mut place = Place::new(100, 3);
    place.add(ID, json!({ "cron": "0 0 1 1 *" }), noon());
    for (run_id, minute) in [("a", 3), ("b", 1), ("c", 2), ("d", 4)] {
        finish(&mut place, json!({ "runId": run_id, "status": "failed" }), &format!("2026-11-22T12:0{minute}:00Z"));
    }
    let ids: Vec<_> = place.runs.keys().map(AsRef::as_ref).collect();
    assert_eq!(ids, ["a", "c", "d"]);
}
