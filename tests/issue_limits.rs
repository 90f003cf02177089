//! How much is said of a value with endless faults, and how long that takes to find out.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::Error;
use convex_pipelines::model::input::CreateInput;
use convex_pipelines::value::{Field, Value};
use serde_json::json;
use support::NativeHost;
use support::written::{faults, issues};

fn refused(fields: Vec<(String, Value<'static>)>) -> Error {
    let fields = fields.into_iter().map(|(key, value)| Field { key: key.into(), broken: false, value });
    CreateInput::parse(&Value::Record(fields.collect()), &NativeHost).unwrap_err()
}

#[test]
fn a_thousand_issues_are_told_and_the_rest_is_counted() {
    let error = refused((0..5_000).map(|at| (format!("key{at}"), Value::Null)).collect());
    let issues = issues(&error);
    let issues = issues.as_array().unwrap();
    assert_eq!(issues.len(), 1_001);
    let last = &issues[1_000];
    // `name` and `steps` are missing too.
    assert_eq!((&last["code"], &last["params"]), (&json!("too_many_issues"), &json!({ "more": 4_002 })));
    assert_eq!((&last["path"], &last["message"]), (&json!([]), &json!("has 4002 more issues")));
    assert_eq!(faults(&error)[..2], ["required name", "required steps"]);
}

#[test]
fn no_issue_more_is_said_of_exactly_a_thousand() {
    let error = refused((0..998).map(|at| (format!("key{at}"), Value::Null)).collect());
    assert_eq!(error.issues.len(), 1_000);
    assert!(!faults(&error).iter().any(|fault| fault.starts_with("too_many_issues")));
}

#[test]
fn fifty_misspelt_words_are_offered_a_right_one() {
    let error =
        refused((0..200).map(|at| (format!("name{}", char::from_u32(0x100 + at).unwrap()), Value::Null)).collect());
    let issues = issues(&error);
    let suggested = issues.as_array().unwrap().iter().filter(|issue| issue["params"]["suggestion"] == "name");
    assert_eq!(suggested.count(), 50);
}

#[test]
fn what_is_deep_in_a_refused_field_is_not_walked_once_nothing_more_is_told() {
    let deep = |at: usize| (format!("key{at}"), Value::List(vec![Value::BrokenText("\u{fffd}".into()); 500]));
    let error = refused((0..500).map(deep).collect());
    assert_eq!(error.issues.len(), 1_001);
    assert!(error.message.len() < 100_000, "{}", error.message.len());
}

#[test]
fn a_long_key_is_cut_in_the_sentence_and_whole_in_the_path() {
    let key = "k".repeat(10_000);
    let error = refused(vec![(key.clone(), Value::Null)]);
    assert!(error.message.len() < 500, "{}", error.message.len());
    assert_eq!(issues(&error)[2]["path"], json!([key]));
}
