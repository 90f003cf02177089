//! A repair means what was meant, or is not offered.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may fail anywhere"
)]

mod support;

use convex_pipelines::issue::cron::{CronFault, CronField, CronProblem};
use convex_pipelines::schedule::Cron;
use std::collections::BTreeMap;
use support::cron_texts;
use support::oracle::Oracle;
use support::random::{Random, cases};

fn suggestion(text: &str) -> Option<String> {
    Cron::parse(text).expect_err(text).suggestion
}

#[track_caller]
fn suggests(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(suggestion(text).as_deref(), Some(*expected), "{text}");
    }
}

#[track_caller]
fn suggests_nothing(texts: &[&str]) {
    for text in texts {
        assert_eq!(suggestion(text), None, "{text}");
    }
}

#[test]
fn a_blank_beside_a_sign_is_joined() {
    suggests(&[
        ("0 8, 20 * * *", "0 8,20 * * *"),
        ("0 8 ,20 * * *", "0 8,20 * * *"),
        ("0 8 , 20 * * *", "0 8,20 * * *"),
        ("0, 30 8, 20 * * 1, fri", "0,30 8,20 * * 1,FRI"),
        ("0 9 - 17 * * *", "0 9-17 * * *"),
        ("0 7 * * 1 -5", "0 7 * * 1-5"),
        ("*/ 5 * * * *", "*/5 * * * *"),
        ("* /5 9-17 * * *", "*/5 9-17 * * *"),
        ("0\t8,\t20 * * *", "0 8,20 * * *"),
    ]);
    let fault = Cron::parse("0 8, 20 * * *").unwrap_err();
    assert_eq!((fault.field, fault.start, fault.end, fault.given.as_str()), (CronField::Hour, 2, 7, "8, 20"));
    assert_eq!(fault.message(), "hour: 8, 20 has a blank beside a sign: write 8,20");
    // Joined, they are fewer than five or do not read; and a list that is not finished is no list.
    suggests_nothing(&[
        "0 8, 20 * *",
        "0 8, 25 * * *",
        "0 20 - 8 * * *",
        "0 7 * * * -v",
        "0 8, * * *",
        "0 0 8, 20 * * *",
    ]);
}

#[test]
fn seconds_are_dropped_only_where_they_are_0() {
    suggests(&[("0 0 7 * * 1-5", "0 7 * * 1-5"), ("00 30 9 1,15 * *", "30 9 1,15 * *"), ("0 0 7 * * *", "0 7 * * *")]);
    let no_seconds = |text: &str| Cron::parse(text).unwrap_err().problem == CronProblem::Seconds;
    for text in ["30 0 7 * * 1-5", "*/5 * * * * *", "* * * * * *", "0,30 0 7 * * *"] {
        assert!(no_seconds(text), "{text}");
        let message = Cron::parse(text).unwrap_err().message();
        assert_eq!(message, "this form has no seconds, only whole minutes", "{text}");
        suggests_nothing(&[text]);
    }
    let others = [
        "60 0 7 * * *",
        "a 0 7 * * *",
        "0 7 * * * root",
        "0 7 * * * /usr/bin/job",
        "0 7 * * 1-5 2026",
        "0 7 * * 1-5 *",
        "0 60 7 * * *",
        "@daily * * * * *",
        "0 0 7 * * FRI-SUN",
    ];
    for text in others {
        assert!(!no_seconds(text), "{text}");
        suggests_nothing(&[text]);
    }
}

#[test]
fn other_dialects_get_no_suggestion_that_might_run_at_other_times() {
    suggests_nothing(&[
        // AWS, with a year; Quartz, with seconds and a year.
        "0 12 * * ? *",
        "15 10 ? * 6L 2019-2022",
        "0 10 ? * MON-FRI *",
        "0/15 * * * ? *",
        "cron(0 12 * * ? *)",
        "rate(5 minutes)",
        "0 0 12 ? * MON-FRI",
        "0 0 12 * * ?",
        "0 0 12 ? * WED 2026",
        "0 0 0 1 1 ? *",
        // Sunday is 1 where `?` is written.
        "0 7 ? * 2-6",
        "? * * * *",
        "0 7 L * *",
        "0 7 15W * *",
        "0 7 * * 5#2",
        "0 7 * * 1 #2",
        "H H * * *",
        "@every 7m",
        "@every 5m /usr/bin/job",
        "@every 90s",
        "@daily root",
        "@midnight /usr/bin/job",
        "@reboot",
    ]);
    suggests(&[("0 7 ? * MON-FRI", "0 7 * * MON-FRI"), ("0 7 1 * ?", "0 7 1 * *"), ("@every 5m", "*/5 * * * *")]);
}

#[test]
fn a_zone_in_the_text_points_to_the_timezone() {
    suggests(&[
        ("TZ=Europe/Berlin 0 7 * * *", "0 7 * * *"),
        ("CRON_TZ=Europe/Berlin 0 7 * * 1-5", "0 7 * * 1-5"),
        ("TZ=UTC @daily", "@daily"),
        ("TZ=Europe/London\n0 7 * * *", "0 7 * * *"),
        ("0 7 * * * TZ=UTC", "0 7 * * *"),
    ]);
    let fault = Cron::parse(" CRON_TZ=Asia/Tokyo 0 7 * * *").unwrap_err();
    assert_eq!((fault.start, fault.end, fault.given.as_str()), (1, 19, "CRON_TZ=Asia/Tokyo"));
    assert_eq!(fault.message(), "CRON_TZ=Asia/Tokyo sets a time zone, which belongs in timezone");
    suggests_nothing(&["TZ=UTC", "TZ=UTC 0 7 * *", "TZ=UTC 0 0 7 * * *", "0 7 TZ=UTC * * *", "MAILTO=me 0 7 * * *"]);
}

#[test]
fn a_comment_is_pointed_out() {
    suggests(&[
        ("0 7 * * * # every day", "0 7 * * *"),
        ("@daily # at night", "@daily"),
        ("# every day\n0 7 * * *", "0 7 * * *"),
        ("0 7 * * *\t#", "0 7 * * *"),
    ]);
    let fault = Cron::parse("0 7 * * * # every day ").unwrap_err();
    assert_eq!((fault.start, fault.end, fault.given.as_str()), (10, 21, "# every day"));
    assert_eq!(fault.message(), "# every day is a comment, which cannot be kept here");
    suggests_nothing(&["# 0 7 * * *", "#0 7 * * *", "0 7 * * # 1", "0 7 * * FRI #3", "60 7 * * * # never"]);
}

#[test]
fn what_could_mean_two_things_is_not_guessed() {
    suggests_nothing(&[
        // A number may be missing.
        "1,,2 * * * *",
        "0 7, * * *",
        ",5 * * * *",
        // 5, or every fifth.
        "*5 * * * *",
        "5* * * * *",
        "** * * * *",
        // Monday at 24:00 is Tuesday.
        "0 24 * * 1",
        "0 24 1 * *",
        "0 24 * 1 *",
        "0 24-2/0 * * *",
        "60 * * * *",
        "0-60 * * * *",
        // Invisible within a number, and at the end of a field.
        "1\u{200b}5 7 * *",
        "0\u{200b}7 * * *",
        // From the 28th by twos over ends of different months.
        "0 0 28-3/2 * *",
        // A line has one expression.
        "0 7 * * *\n0 8 * * *",
        "'0 7 * * *",
        "\"0 7 * * *'",
    ]);
    suggests(&[
        ("0 24 * * *", "0 0 * * *"),
        ("/5 * * * *", "*/5 * * * *"),
        ("5;10 * * * *", "5,10 * * * *"),
        ("０ ７ ＊ ＊ １–５", "0 7 * * 1-5"),
        ("\u{feff}0 7 * * *", "0 7 * * *"),
        ("“0 7 * * *”", "0 7 * * *"),
        ("0 7 * * Monday-Sunday", "0 7 * * 1-7"),
    ]);
}

#[test]
fn a_hint_reads_in_its_field() {
    for text in
        ["5/0 * * * *", "1/2/3 * * * *", "0 24/2 * * *", "/0 * * * *", "5; * * * *", "0 7 * * 7/2", "0 8-24 * * *"]
    {
        let fault = Cron::parse(text).unwrap_err();
        assert_eq!((fault.instead.as_deref(), fault.suggestion.as_deref()), (None, None), "{text}");
        assert!(!fault.message().contains("write "), "{text}: {}", fault.message());
    }
    // The hint is for its field alone: another fault remains, so there is no suggestion.
    let fault = Cron::parse("0/15 7 * * FRI-SUN").unwrap_err();
    assert_eq!((fault.instead.as_deref(), fault.suggestion.as_deref()), (Some("0-59/15"), None));
}

/// In full: `SCHEDULE_REPAIRS=200000 cargo test --release --test schedule_repairs`.
#[test]
fn a_suggestion_reads_and_differs_only_as_its_message_says() {
    let lines = cron_texts::expressions();
    let mut suggested: BTreeMap<String, u64> = BTreeMap::new();
    let mut hints = 0;
    for seed in 0..cases("SCHEDULE_REPAIRS", 30_000) {
        let random = &mut Random(seed);
        let text = if random.one_in(4) { cron_texts::mutated(random, &lines) } else { cron_texts::mistaken(random) };
        let Err(fault) = Cron::parse(&text) else { continue };
        let context = || format!("seed {seed}: {text:?} -> {fault:?}");
        if let Some(instead) = &fault.instead {
            hints += 1;
            assert!(reads_alone(&fault, &spliced(&text, &fault, instead)), "{}", context());
            check_meaning(&fault, instead).unwrap_or_else(|why| panic!("{why}: {}", context()));
        } else {
            assert!(!fault.message().contains(": write "), "{}", context());
        }
        let Some(suggestion) = &fault.suggestion else { continue };
        *suggested.entry(format!("{:?}", fault.problem)).or_default() += 1;
        assert!(Cron::parse(suggestion).is_ok(), "{}", context());
        assert_ne!(suggestion, &text, "{}", context());
        assert_eq!(words(suggestion), words(&as_the_message_says(&text, &fault)), "{}", context());
        let (given, repaired) = (words(&text), words(suggestion));
        if given.len() == 5 && repaired.len() == 5 {
            let is_kept = |place: usize| given[place] == repaired[place] || !field_reads(place, &given[place]);
            assert!((0..5).all(is_kept), "a field that read was changed: {}", context());
        }
    }
    println!("{hints} hints; suggestions: {suggested:#?}");
    assert!(suggested.len() >= 15, "too few kinds: {suggested:?}");
}

/// The whole text as the message, its part and its hint leave no doubt that it would be.
fn as_the_message_says(text: &str, fault: &CronFault) -> String {
    let is_invisible = |c: char| "\u{feff}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2060}".contains(c);
    match (fault.problem, &fault.instead) {
        (CronProblem::Seconds, _) => {
            let (seconds, rest) = text.trim_start().split_once([' ', '\t']).unwrap();
            let is_zero =
                |item: &str| item.split('/').next().is_some_and(|range| range.split('-').all(|v| v.parse() == Ok(0)));
            assert!(seconds.split(',').all(is_zero), "{text}");
            rest.to_owned()
        }
        (CronProblem::Zone | CronProblem::Comment, _) => spliced(text, fault, "").trim().to_owned(),
        (CronProblem::Quoted, _) => {
            let mut inside = fault.given.chars();
            inside.next();
            inside.next_back();
            inside.as_str().to_owned()
        }
        (CronProblem::Blank, _) => text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect(),
        (CronProblem::Invisible, _) => text.chars().filter(|c| !is_invisible(*c)).collect(),
        (CronProblem::Split, _) => {
            let mut joined = text.replace('\t', " ");
            for sign in [",", "-", "/"] {
                while joined.contains(&format!(" {sign}")) || joined.contains(&format!("{sign} ")) {
                    joined = joined.replace(&format!(" {sign}"), sign).replace(&format!("{sign} "), sign);
                }
            }
            joined
        }
        (CronProblem::Foreign, _) => text.chars().map(as_ascii).collect(),
        (_, Some(instead)) => spliced(text, fault, instead),
        (problem, None) => panic!("{problem:?} has no repair that its message names"),
    }
}

fn as_ascii(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap(),
        '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10).unwrap(),
        '\u{2013}' | '\u{2212}' => '-',
        '\u{2217}' => '*',
        '\u{2044}' => '/',
        '\u{3001}' => ',',
        c => c,
    }
}

/// A stepped value and a range that runs backwards stand for the same values as what is written for them.
fn check_meaning(fault: &CronFault, instead: &str) -> Result<(), String> {
    if !matches!(fault.problem, CronProblem::BareStep | CronProblem::Backwards) {
        return Ok(());
    }
    let place = place(fault.field);
    let (base, step) = fault.given.split_once('/').unwrap_or((&fault.given, "1"));
    let (low, high) = base.split_once('-').unwrap_or((base, base));
    let value = |text: &str| *Oracle::new(&alone(place, text)).values(place).first().unwrap();
    let (min, last) = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)][place];
    // 7 is 0, so a week that begins with it or ends on it needs no more days than it has.
    let (low, high) = (value(low), value(high));
    let high = if fault.problem == CronProblem::BareStep { last } else { high };
    let length = if high >= low { high - low } else { high + last - min + 1 - low };
    let mut expected: Vec<_> =
        (0..=length).step_by(step.parse().unwrap()).map(|more| min + (low - min + more) % (last - min + 1)).collect();
    expected.sort_unstable();
    let mut found = Oracle::new(&alone(place, instead)).values(place);
    found.retain(|value| *value <= last);
    if found == expected { Ok(()) } else { Err(format!("{found:?} is not {expected:?}")) }
}

fn place(field: CronField) -> usize {
    ["minute", "hour", "dayOfMonth", "month", "dayOfWeek"].iter().position(|name| *name == field.name()).unwrap()
}

/// An expression with one field, and stars.
fn alone(place: usize, field: &str) -> String {
    let mut fields = ["*"; 5];
    fields[place] = field;
    fields.join(" ")
}

fn field_reads(place: usize, field: &str) -> bool {
    Cron::parse(&alone(place, field)).is_ok()
}

/// Whether the field at fault reads in the repaired text, or all of it where the fault is in no field.
fn reads_alone(fault: &CronFault, repaired: &str) -> bool {
    match fault.field {
        CronField::Expression => Cron::parse(repaired).is_ok(),
        field => field_reads(place(field), &words(repaired)[place(field)]),
    }
}

/// The text with the part at fault replaced.
fn spliced(text: &str, fault: &CronFault, with: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let part = |units: &[u16]| String::from_utf16(units).unwrap();
    [&part(&units[..fault.start]), with, &part(&units[fault.end..])].concat()
}

/// The fields in upper case, as the canonical form has them; macros as they are.
fn words(text: &str) -> Vec<String> {
    let words = text.split([' ', '\t']).filter(|word| !word.is_empty());
    words.map(|word| if word.starts_with('@') { word.to_owned() } else { word.to_uppercase() }).collect()
}
