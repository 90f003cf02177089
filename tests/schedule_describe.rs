//! Schedules in words.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::schedule::{Cron, Timezone, describe};
use support::NativeHost;
use support::random::{Random, expression};

const SENTENCES: &[(&str, &str)] = &[
    ("0 7 * * 1-5", "At 07:00, Monday through Friday"),
    ("0 0 13 * 5", "At 00:00, on day 13 of the month or on Friday"),
    ("0 7 * * MON,WED,FRI", "At 07:00, on Monday, Wednesday and Friday"),
    ("0 7 * * 0,6", "At 07:00, on Saturday and Sunday"),
    ("0 7 * * 5-7", "At 07:00, Friday through Sunday"),
    ("0 0 1 * 1-5", "At 00:00, on day 1 of the month or Monday through Friday"),
    ("0 0 1,15 * 2,4", "At 00:00, on days 1 and 15 of the month or on Tuesday or Thursday"),
    ("@daily", "At 00:00 every day"),
    ("@hourly", "Every hour"),
    ("@weekly", "At 00:00, on Sunday"),
    ("@monthly", "At 00:00, on day 1 of the month"),
    ("@yearly", "At 00:00, on day 1 of January"),
    ("* * * * *", "Every minute"),
    ("*/15 * * * *", "Every 15 minutes"),
    ("*/15 9-17 * * 1-5", "Every 15 minutes from 09:00 through 17:45, Monday through Friday"),
    ("* 9 * * *", "Every minute from 09:00 through 09:59"),
    ("*/10 */2 * * *", "Every 10 minutes of every 2nd hour"),
    ("*/10 8,12,20 * * *", "Every 10 minutes of the hours 8, 12 and 20"),
    ("0 */2 * * *", "Every 2 hours"),
    ("30 9-17 * * *", "Every hour from 09:30 through 17:30"),
    ("0,30 9,17 * * *", "At 09:00, 09:30, 17:00 and 17:30 every day"),
    ("5 * * * *", "At 5 minutes past every hour"),
    ("1 */2 * * *", "At 1 minute past every 2nd hour"),
    ("*/35 * * * *", "At 0 and 35 minutes past every hour"),
    ("5,20 9-17 * * *", "At 5 and 20 minutes past the hours 9 through 17"),
    ("*/7 3 * * *", "At 0, 7, 14, 21, 28, 35, 42, 49 and 56 minutes past the hour 3"),
    ("0 12 1-7 1,7 *", "At 12:00, on days 1 through 7 of January and July"),
    ("0 12 */2 * *", "At 12:00, on every 2nd day of the month, from day 1"),
    ("0 12 * 6-8 *", "At 12:00 every day, from June through August"),
    ("0 12 * 6 *", "At 12:00 every day in June"),
    ("*/5 * * 6-7 *", "Every 5 minutes in June and July"),
    ("0 12 * 6 1", "At 12:00, on Monday, in June"),
    ("0 0 1-31 * 1", "At 00:00 every day"),
    ("0 0 */10 * 1,5", "At 00:00, on days 1, 11, 21 and 31 of the month, only if it is Monday or Friday"),
    ("0 0 31 2 *", "At 00:00, on day 31 of February (never runs)"),
];

#[test]
fn sentences_are_as_a_person_would_say_them() {
    for (text, sentence) in SENTENCES {
        assert_eq!(describe(&Cron::parse(text).unwrap(), None, true), *sentence, "{text}");
    }
}

#[test]
fn the_zone_and_the_state_are_noted() {
    let berlin = Timezone::parse("Europe/Berlin", &NativeHost).unwrap();
    let sentence = |text: &str, enabled| describe(&Cron::parse(text).unwrap(), Some(&berlin), enabled);
    assert_eq!(sentence("0 7 * * 1-5", true), "At 07:00, Monday through Friday (Europe/Berlin)");
    assert_eq!(sentence("0 7 * * *", false), "At 07:00 every day (Europe/Berlin; disabled)");
    assert_eq!(sentence("0 7 30 2 *", false), "At 07:00, on day 30 of February (Europe/Berlin; never runs; disabled)");
}

#[test]
fn every_expression_has_a_sentence() {
    for seed in 0..3_000 {
        let text = expression(&mut Random(seed));
        let sentence = describe(&Cron::parse(&text).unwrap(), None, true);
        let is_clean = !sentence.contains("  ") && !sentence.contains(",,") && !sentence.ends_with([' ', ',']);
        assert!(is_clean && sentence.len() > 9, "{text}: {sentence}");
    }
}
