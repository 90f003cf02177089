//! How pipelines come to be and change, without a place to keep them; and what no vector is long enough for.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::{Error, ErrorCode};
use convex_pipelines::model::change::{self, Context, Entropy};
use convex_pipelines::model::input::{CreateInput, UpdateInput};
use convex_pipelines::model::list_item::list_item;
use convex_pipelines::model::pipeline::Pipeline;
use convex_pipelines::model::preview;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::value;
use serde_json::{Value, json};
use support::NativeHost;
use support::written::{faults, given, text, written};

const ID: &str = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const SECRET: &str = "a-secret-of-visible-letters";
const NOW: f64 = 1_795_378_440_000.0;

fn context(value: Value) -> Result<Context, Error> {
    Context::parse(&given(value), NOW, Entropy::new(&[0xff; 32]).unwrap(), &NativeHost)
}

fn create(input: Value, options: Value) -> Pipeline<'static> {
    let input = given(input);
    change::create(CreateInput::parse(&input, &NativeHost).unwrap(), context(options).unwrap()).into_owned()
}

fn update(pipeline: &Value, input: Value, options: Value) -> Value {
    let (pipeline, input) = (given(pipeline.clone()), given(input));
    let pipeline = Pipeline::parse(&pipeline, &NativeHost).unwrap();
    let input = UpdateInput::parse(&input, &NativeHost).unwrap();
    written(&change::update(pipeline, input, context(options).unwrap()))
}

fn input() -> Value {
    json!({ "name": "x", "steps": [{ "id": "a", "kind": "clean", "options": {} }] })
}

fn pipeline() -> Value {
    let mut pipeline = input();
    for (key, value) in [
        ("id", ID),
        ("createdAt", "2026-11-22T20:14:00.000Z"),
        ("updatedAt", "2026-11-22T20:14:00.000Z"),
        ("description", "y"),
        ("defaultSource", "https://example.org/"),
        ("colour", "blue"),
    ] {
        pipeline[key] = value.into();
    }
    pipeline
}

#[test]
fn a_creation_takes_what_it_is_not_given_from_clock_and_entropy() {
    let mut expected = input();
    for (key, value) in [
        ("id", "ffffffff-ffff-4fff-bfff-ffffffffffff"),
        ("webhookSecret", "ffffffff-ffff-4fff-bfff-ffffffffffff"),
        ("createdAt", "2026-11-22T20:14:00.000Z"),
        ("updatedAt", "2026-11-22T20:14:00.000Z"),
    ] {
        expected[key] = value.into();
    }
    assert_eq!(written(&create(input(), json!({}))), expected);
    assert!(Context::parse(&given(json!({})), NOW, Entropy::new(&[0; 32]).unwrap(), &NativeHost).is_ok());
    assert!(Entropy::new(&[0; 31]).is_none() && Entropy::new(&[0; 33]).is_none());
}

#[test]
fn a_creation_takes_what_it_is_given() {
    let options = json!({ "id": ID.to_uppercase(), "webhookSecret": SECRET, "accountId": "u1", "now": 1.9 });
    let made = written(&create(input(), options));
    assert_eq!((&made["id"], &made["webhookSecret"]), (&json!(ID), &json!(SECRET)));
    assert_eq!((&made["accountId"], &made["createdAt"]), (&json!("u1"), &json!("1970-01-01T00:00:00.001Z")));
    let made = written(&create(input(), json!({ "now": "2026-11-22T21:14:00.5+01:00" })));
    assert_eq!(made["updatedAt"], "2026-11-22T20:14:00.500Z");
    assert_eq!(written(&create(input(), json!({ "now": -0.5 })))["createdAt"], "1969-12-31T23:59:59.999Z");
}

#[test]
fn a_context_is_strict() {
    for (options, expected) in [
        (
            json!({ "id": "x", "webhookSecret": "short", "accountId": "", "now": "now", "clock": 1 }),
            vec!["uuid id", "too_short webhookSecret", "empty accountId", "timestamp now", "unknown_field clock"],
        ),
        (json!({ "id": "3f2b8c1e-4b8e-1a57-9d5e-0a8b3c2d1e0f" }), vec!["uuid id"]),
        (json!({ "webhookSecret": "s".repeat(15) }), vec!["too_short webhookSecret"]),
        (json!({ "webhookSecret": "s".repeat(201) }), vec!["too_long webhookSecret"]),
        (json!({ "webhookSecret": "a secret with blanks" }), vec!["type webhookSecret"]),
        (json!({ "webhookSecret": "s1:0123456789abcdef" }), vec!["type webhookSecret"]),
        (json!({ "webhookSecret": "p1:0123456789abcdef" }), vec!["type webhookSecret"]),
        (json!({ "webhookSecret": "ein-geheimnis-für-alle" }), vec!["type webhookSecret"]),
        (json!({ "now": 1e300 }), vec!["timestamp now"]),
        (json!({ "now": null }), vec!["type now"]),
        (json!([]), vec!["type"]),
    ] {
        let error = context(options).unwrap_err();
        assert_eq!(
            (error.code, faults(&error)),
            (ErrorCode::Invalid, expected.iter().map(|&fault| fault.into()).collect())
        );
    }
    for count in [16, 200] {
        assert!(context(json!({ "webhookSecret": "~".repeat(count) })).is_ok());
    }
    for clock in [f64::INFINITY, 1e300, -1e300] {
        let outcome = Context::parse(&given(json!({})), clock, Entropy::new(&[0; 32]).unwrap(), &NativeHost);
        assert!(outcome.is_err_and(|error| !error.message.is_empty()), "{clock}");
    }
}

#[test]
fn an_update_changes_what_it_names() {
    let mut expected = pipeline();
    expected["updatedAt"] = json!("2026-11-22T20:14:00.001Z");
    assert_eq!(update(&pipeline(), json!({}), json!({})), expected, "nothing but the moment");
    let cleared =
        update(&pipeline(), json!({ "description": " ", "defaultSource": null, "schedule": null }), json!({}));
    assert!(["description", "defaultSource", "schedule"].iter().all(|key| cleared.get(key).is_none()), "{cleared}");
    assert_eq!(update(&pipeline(), json!({ "name": " y " }), json!({}))["name"], "y");
}

#[test]
fn updated_at_grows_whatever_the_clock_says() {
    let mut last = pipeline();
    for (now, expected) in [
        ("2026-11-22T20:15:00Z", "2026-11-22T20:15:00.000Z"),
        ("2026-11-22T20:15:00Z", "2026-11-22T20:15:00.001Z"),
        ("2020-01-01T00:00:00Z", "2026-11-22T20:15:00.002Z"),
        ("2026-11-22T20:15:00.003Z", "2026-11-22T20:15:00.003Z"),
    ] {
        last = update(&last, json!({}), json!({ "now": now }));
        assert_eq!(last["updatedAt"], expected, "at {now}");
        assert_eq!(last["createdAt"], "2026-11-22T20:14:00.000Z");
    }
}

#[test]
fn a_rotation_takes_a_new_secret_and_nothing_else_does() {
    let mut before = pipeline();
    before["webhookSecret"] = json!("the-older-secret-of-it");
    let kept = update(&before, json!({ "rotateSecret": false }), json!({ "webhookSecret": SECRET }));
    assert_eq!(kept["webhookSecret"], "the-older-secret-of-it");
    let rotated = update(&before, json!({ "rotateSecret": true }), json!({ "webhookSecret": SECRET }));
    assert_eq!((&rotated["webhookSecret"], rotated.get("rotateSecret")), (&json!(SECRET), None));
    assert!(rotated.get("secretLastFour").is_none() && rotated.get("secretChangedAt").is_none(), "{rotated}");
    assert!(update(&pipeline(), json!({}), json!({})).get("webhookSecret").is_none());
}

#[test]
fn a_rotation_renews_what_a_page_shows_of_a_secret() {
    let mut before = pipeline();
    before["secretLastFour"] = json!("abcd");
    before["secretChangedAt"] = json!("2026-11-22T20:14:00.000Z");
    let options = json!({ "webhookSecret": SECRET, "now": "2026-11-23T20:14:00Z" });
    let rotated = update(&before, json!({ "rotateSecret": true }), options);
    let shown = (&rotated["secretLastFour"], &rotated["secretChangedAt"]);
    assert_eq!(shown, (&json!("ters"), &json!("2026-11-23T20:14:00.000Z")));
}

#[test]
fn what_is_kept_of_a_run_is_the_latest() {
    let at = |moment: &str| Timestamp::parse(moment).unwrap();
    let made = given(pipeline());
    let made = Pipeline::parse(&made, &NativeHost).unwrap();
    let once = change::record_run(made, at("2026-11-23T07:00:00Z"), value::Value::Absent);
    let twice = written(&change::record_run(once, at("2026-11-22T07:00:00Z"), value::Value::Absent));
    assert_eq!(twice["lastRunAt"], "2026-11-23T07:00:00.000Z");
    assert_eq!((&twice["updatedAt"], &twice["colour"]), (&pipeline()["updatedAt"], &json!("blue")));
}

#[test]
fn a_list_shows_no_secret_and_no_steps() {
    let mut made = pipeline();
    made["webhookSecret"] = json!(SECRET);
    made["schedule"] = json!({ "cron": "0 7 * * *" });
    made["lastRunStatus"] = json!("success");
    let item = written(&list_item(&Pipeline::parse(&given(made), &NativeHost).unwrap()));
    assert_eq!(
        item,
        json!({ "id": ID, "name": "x", "description": "y", "schedule": { "cron": "0 7 * * *" }, "lastRunStatus": "success" })
    );
}

#[test]
fn a_document_over_1_mib_is_too_large_wherever_it_grew() {
    let whole_size = 1 << 20;
    for place in ["/app", "/steps/0/app", "/steps/0/options/app", "/schedule/app"] {
        let grown = |count: usize| {
            let mut made = pipeline();
            made.as_object_mut().unwrap().remove("colour");
            made["schedule"] = json!({ "cron": "0 7 * * *" });
            let (parent, key) = place.rsplit_once('/').unwrap();
            made.pointer_mut(parent).unwrap()[key] = "x".repeat(count).into();
            made
        };
        let frame = text(&Pipeline::parse(&given(grown(0)), &NativeHost).unwrap()).len();
        assert!(Pipeline::parse(&given(grown(whole_size - frame)), &NativeHost).is_ok(), "{place}");
        let error = Pipeline::parse(&given(grown(whole_size - frame + 1)), &NativeHost).unwrap_err();
        assert_eq!(faults(&error), ["too_large"], "{place}");
    }
}

#[test]
fn beyond_the_limit_steps_are_counted_and_not_read() {
    let input = |count: usize| given(json!({ "name": "x", "steps": vec![json!({}); count] }));
    let issues = |count| CreateInput::parse(&input(count), &NativeHost).unwrap_err().issues.len();
    let each = issues(1);
    assert_eq!((issues(100), issues(101), issues(5_000)), (100 * each, 100 * each + 1, 100 * each + 1));
}

#[test]
fn previews_are_strict_about_their_options() {
    let schedule = json!({ "cron": "0 7 * * 1-5" });
    let runs = |schedule: &Value, options: Value| {
        preview::next_runs(&given(schedule.clone()), &given(options), NOW, &NativeHost).map(|runs| written(&runs))
    };
    let after = "2026-11-20T08:00:00Z";
    assert_eq!(
        runs(&schedule, json!({ "after": after, "count": 2 })).unwrap(),
        json!(["2026-11-23T07:00:00.000Z", "2026-11-24T07:00:00.000Z"])
    );
    let berlin = json!({ "cron": "0 7 * * 1-5", "timezone": "Europe/Berlin" });
    assert_eq!(runs(&berlin, json!({ "after": after, "count": 1 })).unwrap(), json!(["2026-11-23T06:00:00.000Z"]));
    assert_eq!(runs(&schedule, json!({})).unwrap().as_array().unwrap().len(), 5);
    assert_eq!(runs(&schedule, json!({ "count": 0 })).unwrap(), json!([]));
    assert_eq!(runs(&schedule, json!({ "count": 1000 })).unwrap().as_array().unwrap().len(), 1_000);
    assert_eq!(runs(&json!({ "cron": "0 7 * * *", "enabled": false }), json!({})).unwrap(), json!([]));
    assert_eq!(runs(&json!({ "cron": "0 0 30 2 *" }), json!({})).unwrap(), json!([]));
    for (schedule, options, expected) in [
        (&schedule, json!({ "count": 1001 }), vec!["range count"]),
        (&schedule, json!({ "count": -1, "after": "x" }), vec!["timestamp after", "range count"]),
        (&schedule, json!({ "count": 1.5, "colour": 1 }), vec!["integer count", "unknown_field colour"]),
        (&json!({ "cron": "x" }), json!({ "count": "5" }), vec!["cron cron", "type count"]),
    ] {
        let error = runs(schedule, options).unwrap_err();
        assert_eq!(faults(&error), expected);
    }
}
