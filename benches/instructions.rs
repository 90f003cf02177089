//! Work for callgrind to count: `cargo xtask bench callgrind` runs this under valgrind, which counts the instructions of
//! each [`counted`] call. They are the same on a busy machine, so that CI can hold them to a budget; times are not.
//!
//! The inputs are those of `tests/bench`.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints, and fails where its inputs are wrong"
)]

use convex_pipelines::host::{Host, HostUrl};
use convex_pipelines::model::input::CreateInput;
use convex_pipelines::schedule::{Cron, next_runs};
use convex_pipelines::value::{Value, json};
use serde_json::{Value as Json, json};
use std::hint::black_box;

const INPUTS: &str = include_str!("../tests/bench/inputs.json");
/// 2026-01-01T00:00:00Z.
const NEW_YEAR: i64 = 1_767_225_600_000;

fn main() {
    let inputs: Json = serde_json::from_str(INPUTS).expect("inputs.json is JSON");
    for count in [3, 20, 100] {
        parse(&format!("parse-valid-{count}"), &valid(&inputs, count), true);
    }
    parse("parse-invalid-20", &invalid(&inputs, 20), false);

    let crons: Vec<&str> = inputs["crons"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    counted("cron-parse", || crons.iter().filter_map(|text| Cron::parse(black_box(text)).ok()).count());
    let parsed: Vec<Cron> = crons.iter().filter_map(|text| Cron::parse(text).ok()).collect();
    assert_eq!(parsed.len(), crons.len(), "every cron of inputs.json is read");
    for count in [1, 100] {
        let next = |cron| next_runs(black_box(cron), None, NEW_YEAR, count, &FixedHost).len();
        counted(&format!("cron-next-{count}"), || parsed.iter().map(next).sum());
    }
}

/// Reads a create input and writes what it became, as the module does for JavaScript.
fn parse(name: &str, input: &Json, is_valid: bool) {
    let text = input.to_string();
    let value = json::read(text.as_bytes()).expect("serde_json writes JSON");
    let read = |value: &Value<'_>| match CreateInput::parse(value, &FixedHost) {
        Ok(input) => (Value::from(input).json().len(), true),
        Err(error) => (error.issues.len(), false),
    };
    assert_eq!(read(&value).1, is_valid, "{name}");
    counted(name, || read(black_box(&value)).0);
}

/// Names a case, and counts it: `work` has run once before, so that what is made once is not counted.
fn counted(name: &str, work: impl Fn() -> usize) {
    black_box(work());
    println!("{name}");
    black_box(count_instructions(&work));
}

/// What valgrind counts, with all that it calls. Each call is one case; `xtask/src/bench.rs` knows it by its name.
#[inline(never)]
fn count_instructions(work: &dyn Fn() -> usize) -> usize {
    work()
}

/// A create input with `count` steps, in which the six kinds take turns.
fn valid(inputs: &Json, count: usize) -> Json {
    let mut input = inputs["valid"].clone();
    let kinds = input["steps"].as_array().cloned().unwrap_or_default();
    let steps = kinds.iter().cycle().take(count).enumerate().map(|(index, step)| {
        json!({ "id": format!("step-{index}"), "kind": step["kind"], "label": format!("Step {}", index + 1), "options": step["options"] })
    });
    input["steps"] = steps.collect();
    input
}

/// The same with the faults of `inputs.json`; one without a value takes its field away.
fn invalid(inputs: &Json, count: usize) -> Json {
    let mut input = valid(inputs, count);
    for fault in inputs["faults"].as_array().into_iter().flatten() {
        let path: Vec<String> = fault["at"].as_array().into_iter().flatten().map(segment).collect();
        let Some((field, owner)) = path.split_last() else { continue };
        let pointer: String = owner.iter().map(|segment| format!("/{segment}")).collect();
        let Some(Json::Object(owner)) = input.pointer_mut(&pointer) else { continue };
        match fault.get("value") {
            Some(value) => owner.insert(field.clone(), value.clone()),
            None => owner.remove(field),
        };
    }
    input
}

fn segment(segment: &Json) -> String {
    segment.as_str().map_or_else(|| segment.to_string(), str::to_owned)
}

/// Always gives the same answers, for next to no instructions: the core alone is counted.
struct FixedHost;

impl Host for FixedHost {
    fn offset(&self, _zone: &str, _instant: i64) -> Option<i32> {
        Some(3600)
    }

    fn number(&self, text: &str) -> f64 {
        text.parse().unwrap_or(f64::NAN)
    }

    fn is_alphanumeric(&self, text: &str) -> bool {
        text.chars().all(char::is_alphanumeric)
    }

    fn url(&self, _text: &str) -> Option<HostUrl> {
        Some(HostUrl {
            origin: "https://example.com".to_owned(),
            hostname: "example.com".to_owned(),
            pathname: "/feed".to_owned(),
        })
    }
}
