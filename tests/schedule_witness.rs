//! The search against the `cron` crate, on expressions that both read alike: numbers only, no seconds, the weekdays
//! counted from 1, and one day field at most.
//!
//! More of them: `SCHEDULE_WITNESS_CASES=1000000 cargo test --release --test schedule_witness`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use chrono::DateTime;
use convex_pipelines::schedule::{Cron, next_runs};
use support::NativeHost;
use support::random::{Random, cases};

/// 2100-01-01T00:00:00Z: the crate's calendar ends with that year.
const CENTURY: i64 = 4_102_444_800_000;

#[test]
fn the_cron_crate_runs_at_the_same_times() {
    let mut compared = 0;
    for seed in 0..cases("SCHEDULE_WITNESS_CASES", 20_000) {
        let random = &mut Random(seed);
        let (minute, hour) = (values(random, 0, 59), values(random, 0, 23));
        let month = if random.one_in(2) { None } else { values(random, 1, 12) };
        let (month_day, weekday) = match random.within(0, 2) {
            0 => (values(random, 1, 31), None),
            1 => (None, values(random, 0, 6)),
            _ => (None, None),
        };
        let text = [&minute, &hour, &month_day, &month, &weekday].map(|values| list(values, 0)).join(" ");
        let theirs = ["0".to_owned(), list(&minute, 0), list(&hour, 0), list(&month_day, 0), list(&month, 0)].join(" ");
        let witness: cron::Schedule = format!("{theirs} {}", list(&weekday, 1)).parse().unwrap();
        let after = random.within(0, CENTURY);
        let next = witness.after(&DateTime::from_timestamp_millis(after).unwrap()).map(|run| run.timestamp_millis());
        let expected: Vec<_> = next.take(4).take_while(|run| *run < CENTURY).collect();
        let mut found = next_runs(&Cron::parse(&text).unwrap(), None, after, 4, &NativeHost);
        found.retain(|run| *run < CENTURY);
        assert_eq!(found, expected, "seed {seed}: {text} after {after}");
        compared += found.len();
    }
    assert!(compared > 3 * 20_000 || std::env::var_os("SCHEDULE_WITNESS_CASES").is_some(), "only {compared} runs");
}

/// `None` for every value.
fn values(random: &mut Random, min: i64, max: i64) -> Option<Vec<i64>> {
    let count = random.pick(&[0, 1, 1, 2, 3, 7]);
    (count > 0).then(|| (0..count).map(|_| random.within(min, max)).collect())
}

fn list(values: &Option<Vec<i64>>, shift: i64) -> String {
    let numbers = |values: &Vec<i64>| values.iter().map(|value| (value + shift).to_string()).collect::<Vec<_>>();
    values.as_ref().map_or_else(|| "*".to_owned(), |values| numbers(values).join(","))
}
