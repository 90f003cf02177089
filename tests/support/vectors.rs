//! The cases of `tests/vectors/cron*.jsonl`, run through the public API; the same in every place that has a [`Host`].

use chrono::DateTime;
use convex_pipelines::host::Host;
use convex_pipelines::schedule::{Cron, Timezone, next_runs};
use serde_json::Value;

/// 540 cases on which independent implementations and a minute-by-minute oracle agree.
pub const AGREED: &str = include_str!("../vectors/cron.jsonl");

/// 94 cases on which the field is split, with the answer chosen here.
pub const DISPUTED: &str = include_str!("../vectors/cron-disputed.jsonl");

/// Runs each line; how many there were, and what failed.
pub fn run(lines: &str, host: &dyn Host) -> (usize, Vec<String>) {
    let failures = lines.lines().filter_map(|line| check(line, host).err().map(|why| format!("{why}: {line}")));
    (lines.lines().count(), failures.collect())
}

fn check(line: &str, host: &dyn Host) -> Result<(), String> {
    let case: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let text = |key: &str| case.get(key).and_then(Value::as_str);
    let expression = text("expr").ok_or("no expression")?;
    let valid = case.get("valid").and_then(Value::as_bool).unwrap_or(true);
    let cron = match Cron::parse(expression) {
        Err(_) if !valid => return Ok(()),
        Err(fault) => return Err(format!("refused: {}", fault.message())),
        Ok(_) if !valid => return Err("accepted".to_owned()),
        Ok(cron) => cron,
    };
    let zone =
        Timezone::parse(text("tz").unwrap_or("UTC"), host).map_err(|code| code.wording().message.into_owned())?;
    let from = instant(text("from").ok_or("no instant")?)?;
    let expected = case.get("next").and_then(Value::as_array).into_iter().flatten();
    let expected: Result<Vec<_>, _> = expected.map(|next| instant(next.as_str().unwrap_or_default())).collect();
    let runs = next_runs(&cron, Some(&zone), from, 5, host);
    if runs == expected? { Ok(()) } else { Err(format!("ran at {runs:?}")) }
}

fn instant(text: &str) -> Result<i64, String> {
    DateTime::parse_from_rfc3339(text).map(|time| time.timestamp_millis()).map_err(|error| error.to_string())
}
