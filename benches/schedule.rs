//! How long the schedule module takes natively: `cargo bench --bench schedule`.
//!
//! Each line is the best of several rounds, in nanoseconds for one call: on a busy machine the least is the truest.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock and prints")]

#[path = "../tests/support/mod.rs"]
mod support;

use convex_pipelines::schedule::{Cron, Timezone, describe, next_runs};
use std::hint::black_box;
use std::time::Instant;
use support::NativeHost;

/// 2026-01-01T00:00:00Z.
const NEW_YEAR: i64 = 1_767_225_600_000;

fn main() {
    let typical = ["0 7 * * 1-5", "*/15 * * * *", "0 0 13 * 5", "30 2 1,15 */2 MON-FRI", "5 0-58/2 * * *"];
    let parse = |text: &str| Cron::parse(text).ok();
    for text in
        typical.into_iter().filter(|text| parse(text).is_some()).chain(["0 0-23/2 1-30 JAN-NOV 1-5", "0 0 29 2 *"])
    {
        let Some(cron) = parse(text) else { continue };
        println!("{text}");
        time("  parse", 10_000, || parse(black_box(text)));
        time("  parse + next 1 in UTC", 2_000, || next(&parse(black_box(text))?, None, 1));
        time("  parse + next 100 in UTC", 100, || next(&parse(black_box(text))?, None, 100));
        time("  next 100 in UTC", 100, || next(&cron, None, 100));
        for name in ["Europe/Berlin", "Asia/Kathmandu"] {
            let Ok(zone) = Timezone::parse(name, &NativeHost) else { continue };
            time(&format!("  next 100 in {name}"), 100, || next(&cron, Some(&zone), 100));
        }
        time("  describe", 2_000, || Some(describe(&cron, None, true)));
    }
    println!("refused or never");
    for text in ["60 * * * *", "0 7 * * FRI-MON", "0 0 7 * * 1-5", "0 0 12 ? * MON-FRI 2026", "@dayly"] {
        time(text, 2_000, || Some(Cron::parse(black_box(text)).is_err()));
    }
    time("parse + next of 0 0 31 2 *", 2_000, || next(&parse("0 0 31 2 *")?, None, 1_000));
}

fn next(cron: &Cron, zone: Option<&Timezone>, count: usize) -> Option<Vec<i64>> {
    Some(next_runs(cron, zone, NEW_YEAR, count, &NativeHost))
}

fn time<T>(name: &str, calls: u32, mut call: impl FnMut() -> Option<T>) {
    let round = |_| {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(call());
        }
        start.elapsed().as_nanos() / u128::from(calls)
    };
    println!("{name:34} {:>9}", (0..7).map(round).min().unwrap_or_default());
}
