//! The rules that other parsers get wrong, one named test for each fault that could be planted here.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use chrono::DateTime;
use convex_pipelines::host::{Host, HostUrl};
use convex_pipelines::schedule::{Cron, Timezone, explicit_cron, next_runs};
use serde_json::json;
use support::NativeHost;
use support::written::written;

fn millis(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
}

fn runs(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let zone = Timezone::parse(zone, &NativeHost).unwrap();
    let cron = Cron::parse(expression).unwrap();
    let runs = next_runs(&cron, Some(&zone), millis(after), count, &NativeHost);
    runs.iter().map(|run| DateTime::from_timestamp_millis(*run).unwrap().format("%a %F %R").to_string()).collect()
}

#[test]
fn weekday_1_is_monday() {
    let week = runs("0 7 * * 1-5", "UTC", "2026-01-03T00:00:00Z", 5);
    assert_eq!(week[0], "Mon 2026-01-05 07:00");
    assert_eq!(week[4], "Fri 2026-01-09 07:00");
}

#[test]
fn either_day_field_is_enough() {
    let october = runs("0 0 13 * 5", "UTC", "2026-10-01T00:00:00Z", 4);
    assert_eq!(
        october,
        ["Fri 2026-10-02 00:00", "Fri 2026-10-09 00:00", "Tue 2026-10-13 00:00", "Fri 2026-10-16 00:00"]
    );
}

#[test]
fn weekday_7_is_sunday() {
    for sunday in ["0 0 * * 7", "0 0 * * 0", "0 0 * * SUN", "0 0 * * 7-7"] {
        assert_eq!(runs(sunday, "UTC", "2026-01-01T00:00:00Z", 1), ["Sun 2026-01-04 00:00"], "{sunday}");
    }
    let weekend = runs("0 0 * * 6-7", "UTC", "2026-01-01T00:00:00Z", 3);
    assert_eq!(weekend, ["Sat 2026-01-03 00:00", "Sun 2026-01-04 00:00", "Sat 2026-01-10 00:00"]);
}

#[test]
fn a_skipped_time_runs_at_the_end_of_the_gap() {
    let berlin = runs("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2);
    assert_eq!(berlin, ["Sun 2026-03-29 01:00", "Mon 2026-03-30 00:30"]);
    // Two skipped times are one run, and so is a third that the end of the gap falls on.
    let three = runs("0,30 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 3);
    assert_eq!(three, ["Sun 2026-03-29 01:00", "Sun 2026-03-29 01:30", "Mon 2026-03-30 00:00"]);
    // Midnight itself is skipped in Santiago, half an hour on Lord Howe Island.
    let santiago = runs("15 0 * * *", "America/Santiago", "2026-09-05T12:00:00Z", 1);
    assert_eq!(santiago, ["Sun 2026-09-06 04:00"]);
    let lord_howe = runs("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", 1);
    assert_eq!(lord_howe, ["Sat 2026-10-03 15:30"]);
}

#[test]
fn a_repeated_time_runs_once_in_the_first_pass() {
    let berlin = runs("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
    assert_eq!(berlin, ["Sun 2026-10-25 00:30", "Mon 2026-10-26 01:30"]);
    // Asked between the two passes, and within the second.
    for after in ["2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z"] {
        assert_eq!(runs("30 2 * * *", "Europe/Berlin", after, 1), ["Mon 2026-10-26 01:30"], "{after}");
    }
}

#[test]
fn a_star_schedule_follows_the_clock() {
    let repeated = runs("*/30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 4);
    let both_passes = ["Sun 2026-10-25 00:00", "Sun 2026-10-25 00:30", "Sun 2026-10-25 01:00", "Sun 2026-10-25 01:30"];
    assert_eq!(repeated, both_passes);
    let skipped = runs("*/30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 1);
    assert_eq!(skipped, ["Mon 2026-03-30 00:00"]);
    // Asked between the passes.
    assert_eq!(runs("0 * * * *", "Europe/Berlin", "2026-10-25T00:45:00Z", 1), ["Sun 2026-10-25 01:00"]);
}

#[test]
fn a_text_that_begins_with_a_star_is_a_star() {
    // Odd days that are Mondays, not odd days and Mondays.
    assert_eq!(runs("0 0 */2 * 1", "UTC", "2026-01-01T00:00:00Z", 2), ["Mon 2026-01-05 00:00", "Mon 2026-01-19 00:00"]);
    // All days in a list that does not begin with a star: every day.
    assert_eq!(runs("0 0 1-31 * 1", "UTC", "2026-01-01T00:00:00Z", 1), ["Fri 2026-01-02 00:00"]);
    // `1-59/2` follows no clock where `*/2` does.
    assert_eq!(runs("0 2-3/1 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", 1), ["Sun 2026-10-25 02:00"]);
    assert_eq!(runs("0 */2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", 1), ["Sun 2026-10-25 01:00"]);
}

#[test]
fn a_step_needs_a_range() {
    for bare in
        ["0/15 * * * *", "1/5 * * * *", "0 0/6 * * *", "0 0 1/5 * *", "0 0 * 1/3 *", "0 0 * * 1/2", "0 0 * * MON/2"]
    {
        assert!(Cron::parse(bare).is_err(), "{bare}");
    }
}

#[test]
fn a_leap_over_months_ends_before_a_change() {
    assert_eq!(runs("30 2 25 10 *", "Europe/Berlin", "2026-01-01T00:00:00Z", 1), ["Sun 2026-10-25 00:30"]);
    assert_eq!(runs("30 2 29 3 *", "Europe/Berlin", "2025-05-01T00:00:00Z", 1), ["Sun 2026-03-29 01:00"]);
    assert_eq!(runs("* 2 25 10 *", "Europe/Berlin", "2026-10-25T00:59:00Z", 1), ["Sun 2026-10-25 01:00"]);
}

#[test]
fn a_change_of_three_hours_is_a_corrected_clock() {
    // Samoa had no 30 December 2011: what was due on it did not run.
    let samoa = runs("0 12 * * *", "Pacific/Apia", "2011-12-29T20:00:00Z", 2);
    assert_eq!(samoa, ["Thu 2011-12-29 22:00", "Fri 2011-12-30 22:00"]);
}

#[test]
fn runs_come_strictly_after() {
    let noon = "2026-01-01T12:00:00Z";
    assert_eq!(runs("0 12 * * *", "UTC", noon, 1), ["Fri 2026-01-02 12:00"]);
    assert_eq!(runs("0 12 * * *", "UTC", "2026-01-01T11:59:59.999Z", 1), ["Thu 2026-01-01 12:00"]);
    // At the end of a gap, and a millisecond before.
    assert_eq!(runs("30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z", 1), ["Mon 2026-03-30 00:30"]);
    assert_eq!(runs("30 2 * * *", "Europe/Berlin", "2026-03-29T00:59:59.999Z", 1), ["Sun 2026-03-29 01:00"]);
}

#[test]
fn nothing_runs_on_a_day_that_no_month_has() {
    for zone in ["UTC", "Europe/Berlin"] {
        assert!(runs("0 0 31 2 *", zone, "0001-01-01T00:00:00Z", 1_000).is_empty());
        assert!(runs("0 0 30 FEB */2", zone, "0001-01-01T00:00:00Z", 1_000).is_empty());
    }
}

#[test]
fn a_century_is_no_leap_year_unless_400_divides_it() {
    let leap_day = |after| runs("0 0 29 2 *", "UTC", after, 2);
    assert_eq!(leap_day("2095-03-01T00:00:00Z"), ["Wed 2096-02-29 00:00", "Fri 2104-02-29 00:00"]);
    assert_eq!(leap_day("1999-03-01T00:00:00Z"), ["Tue 2000-02-29 00:00", "Sun 2004-02-29 00:00"]);
    assert_eq!(leap_day("1896-02-29T00:00:00Z"), ["Mon 1904-02-29 00:00", "Sat 1908-02-29 00:00"]);
    assert_eq!(leap_day("2396-03-01T00:00:00Z"), ["Tue 2400-02-29 00:00", "Sun 2404-02-29 00:00"]);
    let end_of_february = runs("0 0 28,29 2 *", "UTC", "2096-02-01T00:00:00Z", 12);
    let days: Vec<_> = end_of_february.iter().map(|run| &run[4..14]).collect();
    let expected = [
        "2096-02-28",
        "2096-02-29",
        "2097-02-28",
        "2098-02-28",
        "2099-02-28",
        "2100-02-28",
        "2101-02-28",
        "2102-02-28",
        "2103-02-28",
        "2104-02-28",
        "2104-02-29",
        "2105-02-28",
    ];
    assert_eq!(days, expected);
}

#[test]
fn the_search_goes_from_the_year_1_to_the_year_9999() {
    for zone in ["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let zone = Timezone::parse(zone, &NativeHost).unwrap();
        let runs = |expression: &str, after: i64| {
            next_runs(&Cron::parse(expression).unwrap(), Some(&zone), after, 1_000, &NativeHost)
        };
        let (first, last) = (millis("0001-01-01T00:00:00Z"), millis("9999-12-31T23:59:59.999Z"));
        assert!(runs("* * * * *", i64::MIN)[0] - first < 60_000);
        assert!(runs("* * * * *", first)[0] - first <= 60_000);
        assert_eq!(runs("0 0 29 2 *", millis("9000-03-01T00:00:00Z")).len(), 242);
        assert_eq!(runs("* * * * *", last - 86_400_000).len(), 1_000);
        assert_eq!(runs("* * * * *", last - 60_000).len(), 1);
        assert!(runs("* * * * *", last).is_empty());
        assert!(runs("* * * * *", i64::MAX).is_empty());
    }
    assert_eq!(runs("59 23 31 12 *", "UTC", "9998-12-31T23:59:00Z", 9), ["Fri 9999-12-31 23:59"]);
    assert_eq!(runs("0 0 1 1 *", "UTC", "0001-01-01T00:00:00Z", 1), ["Tue 0002-01-01 00:00"]);
    // The clock of the place before there were zones: 53 minutes and 28 seconds ahead.
    assert_eq!(runs("0 0 1 1 *", "Europe/Berlin", "1850-06-01T00:00:00Z", 1), ["Tue 1850-12-31 23:06"]);
}

#[test]
fn two_changes_within_four_days_are_both_seen() {
    // Freetown, an hour behind, moved its clocks forward by 20 minutes on 1 September 1939 and back on the 5th.
    let host =
        OneZone::new(|instant| if (-957_308_400..-956_964_000).contains(&(instant / 1_000)) { -2_400 } else { -3_600 });
    let noon = Cron::parse("0 12 * * *").unwrap();
    let zone = Timezone::parse("Africa/Freetown", &host).unwrap();
    let runs = next_runs(&noon, Some(&zone), millis("1939-08-31T00:00:00Z"), 7, &host);
    let times = runs.iter().map(|run| DateTime::from_timestamp_millis(*run).unwrap().format("%d %R").to_string());
    let expected = ["31 13:00", "01 12:40", "02 12:40", "03 12:40", "04 12:40", "05 13:00", "06 13:00"];
    assert_eq!(times.collect::<Vec<_>>(), expected);
}

#[test]
fn a_rare_day_needs_no_long_search() {
    // 29 February on a Sunday: every 28 years, and 40 years apart where a century comes between.
    let rare = "0 0 29 2 */7";
    let after = "2088-03-01T00:00:00Z";
    assert_eq!(runs(rare, "UTC", after, 2), ["Sun 2128-02-29 00:00", "Sun 2156-02-29 00:00"]);
    assert_eq!(runs(rare, "Asia/Kolkata", after, 1), ["Sat 2128-02-28 18:30"]);
    // 29 February, and every Monday of February.
    assert_eq!(runs("0 0 29 2 1", "UTC", "9970-01-01T00:00:00Z", 1_000).len(), 127);
    let host = OneZone::new(|_| 19_800);
    let zone = Timezone::parse("Asia/Kolkata", &host).unwrap();
    host.asked.set(0);
    let runs = next_runs(&Cron::parse(rare).unwrap(), Some(&zone), 0, 1_000, &host);
    assert_eq!(runs.len(), 261);
    assert!(host.asked.get() < 10 * runs.len(), "the host was asked {} times", host.asked.get());
}

/// A host of one zone, with its seconds east of UTC at a moment in milliseconds.
struct OneZone {
    offset: fn(i64) -> i32,
    asked: std::cell::Cell<usize>,
}

impl OneZone {
    fn new(offset: fn(i64) -> i32) -> Self {
        Self { offset, asked: std::cell::Cell::new(0) }
    }
}

impl Host for OneZone {
    fn offset(&self, _: &str, instant: i64) -> Option<i32> {
        self.asked.set(self.asked.get() + 1);
        Some((self.offset)(instant))
    }

    fn number(&self, _: &str) -> f64 {
        f64::NAN
    }

    fn is_alphanumeric(&self, text: &str) -> bool {
        text.chars().all(char::is_alphanumeric)
    }

    fn url(&self, _: &str) -> Option<HostUrl> {
        None
    }
}

#[test]
fn zones_are_full_names_in_any_case() {
    for name in ["Europe/Berlin", "europe/berlin", "UTC", "utc", "GMT", "Etc/GMT+5", "Japan", "America/Port-au-Prince"]
    {
        assert_eq!(Timezone::parse(name, &NativeHost).unwrap().as_str(), name);
    }
    for name in [
        "EST",
        "CST",
        "est",
        "EST5EDT",
        "PRC",
        "MET",
        "GMT+0",
        "+02:00",
        "",
        "Berlin",
        "Mars/Base",
        "Europe/Berlin\0",
        "🦀",
    ] {
        let code = Timezone::parse(name, &NativeHost).unwrap_err();
        let wording = code.wording();
        assert_eq!((wording.name, written(&wording.params)), ("timezone", json!({ "given": name })), "{name}");
    }
    let code = Timezone::parse(" America/New York", &NativeHost).unwrap_err();
    let wording = code.wording();
    assert_eq!(wording.message, "\" America/New York\" is not a time zone; use America/New_York");
    let params = json!({ "given": " America/New York", "suggestion": "America/New_York" });
    assert_eq!(written(&wording.params), params);
}

#[test]
fn explicit_lists_say_the_same_everywhere() {
    let explicit = |expression: &str, zone: Option<&str>| {
        let zone = zone.map(|zone| Timezone::parse(zone, &NativeHost).unwrap());
        explicit_cron(&Cron::parse(expression).unwrap(), zone.as_ref())
    };
    let cases = [
        ("0 7 * * 1-5", Some("0 7 * * 1,2,3,4,5")),
        ("0 7 * * 5-7", Some("0 7 * * 0,5,6")),
        ("*/15 9-11 * JAN SUN", Some("0,15,30,45 9,10,11 * 1 0")),
        ("@weekly", Some("0 0 * * 0")),
        ("0 0 13 * 5", Some("0 0 13 * 5")),
        ("0 0 */10 * *", Some("0 0 1,11,21,31 * *")),
        // A full set joined by "or" is every day, which `* * 1` would not say.
        ("0 0 1-31 * 1", Some("0 0 * * *")),
        ("0 0 13 * 0-6", Some("0 0 * * *")),
        ("0-59 0-23 * 1-12 *", Some("* * * * *")),
        // Both day fields must match: nobody else can say that.
        ("0 0 */2 * 1", None),
        ("0 0 13 * */5", None),
    ];
    for (expression, expected) in cases {
        assert_eq!(explicit(expression, None).as_deref(), expected, "{expression}");
        assert_eq!(explicit(expression, Some("Etc/UTC")).as_deref(), expected, "{expression}");
        assert_eq!(explicit(expression, Some("Europe/Berlin")), None, "{expression}");
    }
}
