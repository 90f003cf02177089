//! The cases of `tests/vectors/{model,forms}.json`, run through the public API; the same in every place that has a [`Host`].

use super::written::{issues, text, written};
use convex_pipelines::error::{Error, ErrorCode};
use convex_pipelines::host::Host;
use convex_pipelines::model::input::{CREATE_INPUT, CreateInput, UPDATE_INPUT, UpdateInput};
use convex_pipelines::model::pipeline::Pipeline;
use convex_pipelines::model::run::PIPELINE_RUN;
use convex_pipelines::model::schedule::SCHEDULE;
use convex_pipelines::schema::report::Unknown;
use convex_pipelines::value::{self, json};
use serde_json::Value;

/// Each with the issues of a value or, where it is accepted, with what it becomes.
pub const MODELS: &str = include_str!("../vectors/model.json");

/// The same for what people fill in: `schema` is `form.` and the name of the schema that reads what the form means.
pub const FORMS: &str = include_str!("../vectors/forms.json");

/// Runs each case; how many there were, and what failed.
pub fn run(cases: &str, host: &dyn Host) -> (usize, Vec<String>) {
    let Ok(value::Value::List(given)) = json::read(cases.as_bytes()) else { panic!("the cases are not a list") };
    let expected: Vec<Value> = serde_json::from_str(&scrubbed(cases)).unwrap();
    let cases = given.iter().zip(&expected);
    let failures = cases.filter_map(|(given, case)| {
        let why = check(given.get("value"), case, host).err()?;
        Some(format!("{}: {why}", case["name"].as_str().unwrap()))
    });
    (expected.len(), failures.collect())
}

fn check(given: &value::Value, case: &Value, host: &dyn Host) -> Result<(), String> {
    let outcome = parse(case["schema"].as_str().unwrap(), given, host);
    match (outcome, case.get("data"), case.get("issues")) {
        (Ok(data), Some(expected), None) => same("data", &data, expected),
        (Err(error), None, Some(Value::Array(expected))) if error.code == ErrorCode::Invalid => {
            let found = issues(&error);
            let found = found.as_array().unwrap();
            same("issues", &places(found), &places(expected))?;
            let with_params = found.iter().zip(expected).filter(|(_, expected)| expected.get("params").is_some());
            with_params
                .into_iter()
                .try_for_each(|(found, expected)| same("params", &found["params"], &expected["params"]))
        }
        (outcome, _, _) => Err(format!("{outcome:?}")),
    }
}

/// Codes and paths alone.
fn places(issues: &[Value]) -> Value {
    issues.iter().map(|issue| serde_json::json!({ "code": issue["code"], "path": issue["path"] })).collect()
}

fn same(what: &str, found: &Value, expected: &Value) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("the {what} are {found}, expected {expected}")) }
}

/// What a schema makes of a value.
pub fn parse(schema: &str, given: &value::Value, host: &dyn Host) -> Result<Value, Error> {
    Ok(match schema {
        "createInput" => written(&CreateInput::parse(given, host)?),
        "updateInput" => written(&UpdateInput::parse(given, host)?),
        "pipeline" => written(&Pipeline::parse(given, host)?),
        "pipelineRun" => written(&PIPELINE_RUN.parse(given, Unknown::Kept, host)?),
        "schedule" => written(&SCHEDULE.parse(given, Unknown::Refused, host)?),
        "form.createInput" => written(&CREATE_INPUT.parse_form(given, host)?),
        "form.updateInput" => written(&UPDATE_INPUT.parse_form(given, host)?),
        "form.schedule" => written(&SCHEDULE.parse_form(given, host)?),
        schema => panic!("there is no schema {schema}"),
    })
}

/// The cases with U+FFFD for halves of surrogate pairs, which most readers refuse. Whole pairs are written as they are.
fn scrubbed(cases: &str) -> String {
    let mut parts = cases.split("\\ud");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| match part.as_bytes() {
        [b'8'..=b'f', ..] => text + "\\ufffd" + &part[3..],
        _ => text + "\\ud" + part,
    })
}

/// The texts of all cases, as something to start from.
pub fn texts() -> Vec<String> {
    let cases: Vec<Value> = serde_json::from_str(&scrubbed(MODELS)).unwrap();
    cases.iter().map(|case| case["value"].to_string()).collect()
}
