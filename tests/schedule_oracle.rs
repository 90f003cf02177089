//! The search against the oracle, on random expressions and instants.
//!
//! In full: `SCHEDULE_UTC_CASES=20000 SCHEDULE_ZONE_CASES=2000 cargo test --release --test schedule_oracle`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::host::Host;
use convex_pipelines::schedule::{Cron, Timezone, next_runs};
use support::NativeHost;
use support::oracle::Oracle;
use support::random::{Random, cases, expression};

const DAY: i64 = 86_400_000;

/// The moments of a timestamp, without the last 400 days, in which the oracle looks ahead.
const FIRST: i64 = -62_135_596_800_000;
const LAST: i64 = 253_402_300_799_999 - 400 * DAY;

/// More runs than this are not compared.
const MOST: usize = 200;

#[test]
fn utc_agrees_with_the_oracle() {
    let mut with_runs = 0;
    for seed in 0..cases("SCHEDULE_UTC_CASES", 150) {
        let random = &mut Random(seed);
        let text = expression(random);
        let after = if random.one_in(2) { random.within(0, 127 * 365 * DAY) } else { random.within(FIRST, LAST) };
        let end = after + random.pick(&[3, 40, 400]) * DAY;
        let mut expected = Oracle::new(&text).runs_in_utc(after, end);
        expected.truncate(MOST);
        let cron = Cron::parse(&text).unwrap();
        let mut found = next_runs(&cron, None, after, MOST, &NativeHost);
        found.retain(|run| *run <= end);
        assert_eq!(found, expected, "seed {seed}: {text} after {after}");
        with_runs += u64::from(!found.is_empty());
    }
    assert!(with_runs > 50, "too few expressions ran at all: {with_runs}");
}

#[test]
fn zones_agree_with_the_oracle() {
    let mut changes = 0;
    for seed in 0..cases("SCHEDULE_ZONE_CASES", 100) {
        let random = &mut Random(seed);
        let mut text = expression(random);
        let (name, year) = random.pick(&ZONES);
        let year = if year == 0 { random.within(1945, 2090) } else { year };
        let offset = |minute: i64| i64::from(NativeHost.offset(name, minute * 60_000).unwrap()) / 60;
        let new_year = (year - 1970) * 525_960;
        // The first or second change of the year, to the day.
        let days = (0..375).map(|day| new_year + day * 1_440);
        let mut changed = days.filter(|minute| offset(*minute) != offset(*minute + 1_440));
        let change = changed.nth(random.within(0, 1) as usize);
        let around = change.unwrap_or(new_year);
        changes += u64::from(change.is_some());
        if let (Some(day), true) = (change, random.one_in(2)) {
            // The change to the hour, and times close to it.
            let hour = (0..24).map(|hour| day + hour * 60).find(|minute| offset(*minute) != offset(minute + 60));
            let wall = hour.map_or(0, |minute| (minute + offset(minute)).rem_euclid(1_440) / 60);
            let days: Vec<_> = text.split(' ').skip(2).collect();
            let days = if random.one_in(2) { "* * *".to_owned() } else { days.join(" ") };
            let minutes = random.pick(&["0", "30", "0,45", "15-45/10", "*/20", "59"]);
            text = format!("{minutes} {},{} {days}", wall, (wall + random.within(0, 3)) % 24);
        }
        let after = around * 60_000 + random.within(-DAY, 5 * DAY / 4);
        // Now and then so long that the walk leaps over months.
        let end = after + if random.one_in(60) { 500 * DAY } else { 5 * DAY };
        let mut expected = Oracle::new(&text).runs(after, end, offset);
        expected.truncate(MOST);
        let cron = Cron::parse(&text).unwrap();
        let zone = Timezone::parse(name, &NativeHost).unwrap();
        let mut found = next_runs(&cron, Some(&zone), after, MOST, &NativeHost);
        found.retain(|run| *run <= end);
        assert_eq!(found, expected, "seed {seed}: {text} after {after} in {name}");
    }
    assert!(changes > 50, "too few changes of the clock: {changes}");
}

/// Zones and the year in which each is odd; 0 for any.
const ZONES: [(&str, i64); 24] = [
    ("Europe/Berlin", 0),
    ("America/New_York", 0),
    ("America/Santiago", 0),
    ("America/Havana", 0),
    ("Australia/Lord_Howe", 0),
    ("Pacific/Chatham", 0),
    ("Pacific/Easter", 0),
    ("Africa/Casablanca", 0),
    ("Africa/Cairo", 2024),
    ("Asia/Gaza", 0),
    ("Asia/Tehran", 0),
    ("Asia/Kathmandu", 1985),
    ("Asia/Kolkata", 0),
    ("Asia/Pyongyang", 2015),
    ("Asia/Pyongyang", 2018),
    ("America/Caracas", 2007),
    ("America/Noronha", 2000),
    ("America/St_Johns", 1988),
    ("Antarctica/Troll", 0),
    ("Antarctica/Vostok", 2023),
    ("Antarctica/Casey", 2018),
    ("Pacific/Apia", 2011),
    ("Pacific/Kiritimati", 1994),
    ("Pacific/Kwajalein", 1993),
];
