//! What is refused, where, in which words and with which repair; and what is only remarked.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::issue::{Issue, IssueCode};
use convex_pipelines::schedule::Cron;
use convex_pipelines::value::Value;
use serde_json::json;
use support::cron_texts;
use support::random::{Random, cases};
use support::written::written;

/// Text, field, start, end, message, suggestion.
type Refusal = (&'static str, &'static str, usize, usize, &'static str, Option<&'static str>);

const REFUSALS: &[Refusal] = &[
    ("60 * * * *", "minute", 0, 2, "minute: 60 is out of range, use 0 to 59", None),
    ("0 25 * * *", "hour", 2, 4, "hour: 25 is out of range, use 0 to 23", None),
    ("0 24 * * *", "hour", 2, 4, "hour: 24 is out of range, use 0 to 23: write 0", Some("0 0 * * *")),
    ("0 0 0 * *", "dayOfMonth", 4, 5, "day of month: 0 is out of range, use 1 to 31", None),
    ("0 0 * 10-13 *", "month", 9, 11, "month: 13 is out of range, use 1 to 12", None),
    (
        "0 0 * * 99999999999999999999",
        "dayOfWeek",
        8,
        28,
        "weekday: 99999999999999999999 is out of range, use 0 to 7",
        None,
    ),
    ("0 7 * * FRI-SUN", "dayOfWeek", 8, 15, "weekday: FRI-SUN runs backwards: write 5-7", Some("0 7 * * 5-7")),
    (
        "0 7 * * FRI-MON",
        "dayOfWeek",
        8,
        15,
        "weekday: FRI-MON runs backwards: write FRI-SAT,SUN-MON",
        Some("0 7 * * FRI-SAT,SUN-MON"),
    ),
    ("0 7 * * 7-1", "dayOfWeek", 8, 11, "weekday: 7-1 runs backwards: write 0-1", Some("0 7 * * 0-1")),
    ("0 7 * * 6-2", "dayOfWeek", 8, 11, "weekday: 6-2 runs backwards: write 6,0-2", Some("0 7 * * 6,0-2")),
    ("0 22-2/2 * * *", "hour", 2, 8, "hour: 22-2/2 runs backwards: write 0,2,22", Some("0 0,2,22 * * *")),
    (
        "0 0 1 nov-feb *",
        "month",
        6,
        13,
        "month: nov-feb runs backwards: write NOV-DEC,JAN-FEB",
        Some("0 0 1 NOV-DEC,JAN-FEB *"),
    ),
    ("0/15 * * * *", "minute", 0, 4, "minute: 0/15 has a step but no range: write 0-59/15", Some("0-59/15 * * * *")),
    ("0 0 * * 1/2", "dayOfWeek", 8, 11, "weekday: 1/2 has a step but no range: write 1-6/2", Some("0 0 * * 1-6/2")),
    ("*/0 * * * *", "minute", 0, 3, "minute: */0 has a step of 0, use 1 or more", None),
    ("0 0 7 * * 1-5", "expression", 0, 13, "this form has no seconds: drop the first field?", Some("0 7 * * 1-5")),
    (
        "0 7 * * 1-5 2026",
        "expression",
        0,
        16,
        "has 6 fields; write five: minute, hour, day of month, month, weekday",
        None,
    ),
    ("  * * * *", "expression", 2, 9, "has 4 fields; write five: minute, hour, day of month, month, weekday", None),
    (" \t ", "expression", 0, 0, "is empty; write five fields, such as 0 7 * * 1-5", None),
    ("@dayly", "expression", 0, 6, "@dayly: did you mean @daily?", Some("@daily")),
    ("@Daily", "expression", 0, 6, "@Daily: did you mean @daily?", Some("@daily")),
    (
        "daily",
        "expression",
        0,
        5,
        "has 1 field; write five: minute, hour, day of month, month, weekday",
        Some("@daily"),
    ),
    (
        "@foo",
        "expression",
        0,
        4,
        "@foo is not known; use @yearly, @monthly, @weekly, @daily or @hourly, or five fields",
        None,
    ),
    ("@reboot", "expression", 0, 7, "@reboot is not a time, and nothing here starts up; use five fields", None),
    ("@every 5m", "expression", 0, 9, "@every 5m: did you mean */5 * * * *?", Some("*/5 * * * *")),
    ("@every 2h", "expression", 0, 9, "@every 2h: did you mean 0 */2 * * *?", Some("0 */2 * * *")),
    (
        "0 0 ? * MON",
        "dayOfMonth",
        4,
        5,
        "day of month: ? belongs to another dialect of cron: write *",
        Some("0 0 * * MON"),
    ),
    // Where `?` is written, 1 is Sunday.
    ("0 0 ? * 1", "dayOfMonth", 4, 5, "day of month: ? belongs to another dialect of cron", None),
    ("0 0 L * *", "dayOfMonth", 4, 5, "day of month: L belongs to another dialect of cron", None),
    ("0 0 15W * *", "dayOfMonth", 4, 7, "day of month: 15W belongs to another dialect of cron", None),
    ("0 0 * * FRI#2", "dayOfWeek", 8, 13, "weekday: FRI#2 belongs to another dialect of cron", None),
    ("H * * * *", "minute", 0, 1, "minute: H belongs to another dialect of cron", None),
    ("0~30 * * * *", "minute", 0, 4, "minute: 0~30 belongs to another dialect of cron", None),
    ("0 0 1 January *", "month", 6, 13, "month: January is not a three-letter name: write JAN", Some("0 0 1 JAN *")),
    (
        "0 0 * * tues-Thursday",
        "dayOfWeek",
        8,
        21,
        "weekday: tues-Thursday is not a three-letter name: write TUE-THU",
        Some("0 0 * * TUE-THU"),
    ),
    ("0 0 * * FOO", "dayOfWeek", 8, 11, "weekday: FOO is not a three-letter name", None),
    ("5,,10 * * * *", "minute", 2, 2, "minute: an item of the list is empty", None),
    ("0 7, * * *", "hour", 4, 4, "hour: an item of the list is empty", None),
    ("0\u{a0}7 * * *", "expression", 1, 2, "U+00A0 is not a blank here; use spaces", Some("0 7 * * *")),
    ("\u{feff}0 7 * * *", "expression", 0, 1, "U+FEFF is an invisible character; remove it", Some("0 7 * * *")),
    ("0 7 * * 1-5\n", "expression", 11, 12, "U+000A is not a blank here; use spaces", Some("0 7 * * 1-5")),
    (
        "0 7 * * 1–5",
        "dayOfWeek",
        8,
        11,
        "weekday: 1–5 has a character that only looks like one of cron's: write 1-5",
        Some("0 7 * * 1-5"),
    ),
    (
        "１５ * * * *",
        "minute",
        0,
        2,
        "minute: １５ has a character that only looks like one of cron's: write 15",
        Some("15 * * * *"),
    ),
    (
        "/5 * * * *",
        "minute",
        0,
        2,
        "minute: /5 cannot be read, use numbers, ranges a-b, lists a,b and steps */n: write */5",
        Some("*/5 * * * *"),
    ),
    ("*5 * * * *", "minute", 0, 2, "minute: *5 cannot be read, use numbers, ranges a-b, lists a,b and steps */n", None),
    // Positions are counted as JavaScript counts: the crab is two units.
    ("0 🦀,1 * * 61", "hour", 2, 4, "hour: 🦀 cannot be read, use numbers, ranges a-b, lists a,b and steps */n", None),
    ("'0 7 * * 1-5'", "expression", 0, 13, "must not stand in quotation marks", Some("0 7 * * 1-5")),
];

#[test]
fn refusals_name_the_place_and_the_repair() {
    for (text, field, start, end, message, suggestion) in REFUSALS {
        let fault = Cron::parse(text).expect_err(text);
        let found = (fault.field.name(), fault.start, fault.end, fault.message());
        assert_eq!(found, (*field, *start, *end, (*message).to_owned()), "{text}");
        assert_eq!(fault.suggestion.as_deref(), *suggestion, "{text}");
    }
}

#[test]
fn a_macro_one_letter_off_is_guessed_and_others_are_not() {
    for (text, suggestion) in [
        ("@Hourly", Some("@hourly")),
        ("@huorly", Some("@hourly")),
        ("@annualy", Some("@annually")),
        ("@hurli", None),
        // Near, and something else.
        ("@weekday", None),
        ("@4hourly", None),
        ("@biweekly", None),
        ("@daily 5", None),
    ] {
        assert_eq!(Cron::parse(text).unwrap_err().suggestion.as_deref(), suggestion, "{text}");
    }
}

#[test]
fn a_refusal_is_an_issue_with_params() {
    let issue = Issue::from(IssueCode::Cron(Cron::parse("0 7 * * FRI-SUN").unwrap_err()));
    let expected = json!({ "code": "cron", "path": [], "message": "weekday: FRI-SUN runs backwards: write 5-7",
        "params": { "field": "dayOfWeek", "start": 8, "end": 15, "given": "FRI-SUN", "suggestion": "0 7 * * 5-7" } });
    assert_eq!(written(&&issue), expected);
}

#[test]
fn a_text_that_is_too_long_is_not_repeated() {
    let long = "🦀".repeat(500);
    let fault = Cron::parse(&long).unwrap_err();
    assert_eq!((fault.start, fault.end, fault.given.chars().count()), (0, 1_000, 64));
    assert_eq!(fault.message(), "is longer than 1024 bytes");
    assert!(Cron::parse(&format!("{}0 0 * * *", " ".repeat(1_015))).is_ok());
    assert!(Cron::parse(&format!("{}0 0 * * *", " ".repeat(1_016))).is_err());
}

#[test]
fn the_canonical_form_is_plain() {
    let cases = [
        ("  0\t7  *  * mon-Fri ", "0 7 * * MON-FRI"),
        ("@annually", "0 0 1 1 *"),
        ("\t@hourly ", "0 * * * *"),
        ("00 07 * * 7", "00 07 * * 7"),
        ("*/15,5-10/2 * 1,*  jan-DEC/2 *", "*/15,5-10/2 * 1,* JAN-DEC/2 *"),
    ];
    for (text, canonical) in cases {
        let cron = Cron::parse(text).unwrap();
        assert_eq!(cron.as_str(), canonical);
        assert_eq!(Cron::parse(canonical).unwrap(), cron);
    }
}

#[test]
fn warnings_say_what_surprises() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("0 7 * * 1-5", &[]),
        ("*/15 */6 */31 */3 *", &[]),
        ("*/60 */24 * * *", &[]),
        ("0-30/10 9-17/4 * * *", &[]),
        ("0 0 31 2 *", &[("never_runs", "never runs: there is no day of month 31 in month 2")]),
        (
            "0 0 30,31 FEB */2",
            &[
                ("uneven_step", "weekday: */2 leaves uneven gaps: runs at 0, 2, 4 and 6"),
                ("never_runs", "never runs: there is no day of month 30,31 in month FEB"),
            ],
        ),
        (
            "0 0 31 2 1",
            &[("either_day", "runs when either day field matches: on day of month 31 and also on weekday 1")],
        ),
        (
            "0 0 13 * 5",
            &[("either_day", "runs when either day field matches: on day of month 13 and also on weekday 5")],
        ),
        ("0 0 *,13 * 5", &[]),
        (
            "0 0 */31 * 1",
            &[(
                "star_step",
                "runs only when both day fields match, because one begins with *: day of month */31 and weekday 1",
            )],
        ),
        ("*/35 * * * *", &[("uneven_step", "minute: */35 leaves uneven gaps: runs at :00 and :35")]),
        ("*/90 * * * *", &[("uneven_step", "minute: */90 leaves uneven gaps: runs at :00")]),
        ("0 */5 * * *", &[("uneven_step", "hour: */5 leaves uneven gaps: runs at 0, 5, 10, 15 and 20")]),
        ("0-59/7 * * * *", &[("uneven_step", "minute: 0-59/7 leaves uneven gaps: runs at :00, :07, :14, … and :56")]),
        ("0 9-17/5 * * *", &[("uneven_step", "hour: 9-17/5 leaves uneven gaps: runs at 9 and 14")]),
    ];
    for (text, expected) in cases {
        let warnings = Cron::parse(text).unwrap().warnings();
        let found: Vec<_> = warnings.iter().map(|warning| (warning.name(), warning.message())).collect();
        let expected: Vec<_> = expected.iter().map(|(name, message)| (*name, (*message).to_owned())).collect();
        assert_eq!(found, expected, "{text}");
        for warning in warnings {
            assert!(IssueCode::CronWarning(Box::new(warning)).wording().params != Value::Absent);
        }
    }
}

/// In full: `SCHEDULE_TEXTS=1000000 cargo test --release --test schedule_faults -- --test-threads 1`, which also
/// holds every single text to a millisecond.
#[test]
#[allow(clippy::disallowed_methods, reason = "the test times the reader")]
fn no_text_makes_the_reader_panic_or_dawdle() {
    let lines = cron_texts::expressions();
    let (mut refused, mut suggested, mut slowest) = (0, 0, (0, String::new()));
    for seed in 0..cases("SCHEDULE_TEXTS", 10_000) {
        let text = cron_texts::mutated(&mut Random(seed), &lines);
        // The least of three: the machine may have other things to do.
        let time = || {
            let start = std::time::Instant::now();
            let _ = std::hint::black_box(Cron::parse(&text));
            start.elapsed().as_micros()
        };
        let took = (0..3).map(|_| time()).min().unwrap();
        if took > slowest.0 {
            slowest = (took, text.chars().take(60).collect());
        }
        match Cron::parse(&text) {
            Ok(cron) => {
                assert_eq!(Cron::parse(cron.as_str()).unwrap(), cron);
                let _ = cron.warnings();
            }
            Err(fault) => {
                refused += 1;
                let units: Vec<u16> = text.encode_utf16().collect();
                let part = String::from_utf16(&units[fault.start..fault.end]).unwrap();
                assert!(part == fault.given || part.len() > 1_000, "seed {seed}: {text:?}");
                assert!(fault.message().chars().count() < 200, "seed {seed}: {text:?}");
                suggested += u64::from(fault.suggestion.is_some());
            }
        }
    }
    assert!(suggested > 150 && refused > 2 * suggested, "{suggested} of {refused}");
    println!("{refused} refused, {suggested} with a repair; slowest {} µs: {:?}", slowest.0, slowest.1);
    assert!(cfg!(debug_assertions) || slowest.0 < 1_000, "{slowest:?}");
}
