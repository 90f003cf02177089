//! How long a server asks to be left alone.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::http::retry_after::retry_after;
use convex_pipelines::model::timestamp::Timestamp;
use serde_json::json;
use support::written::given;

const HOUR: i64 = 3_600_000;

fn asked(text: &str) -> Option<i64> {
    let now = Timestamp::parse("2026-11-27T12:00:00.500Z").unwrap().milliseconds();
    retry_after(&given(json!({ "date": "x", "Retry-After": text })), now)
}

#[test]
fn seconds_are_counted_up_to_an_hour() {
    for (text, pause) in
        [("0", 0), ("7", 7_000), (" 007 ", 7_000), ("3600", HOUR), ("3601", HOUR), ("9".repeat(40).as_str(), HOUR)]
    {
        assert_eq!(asked(text), Some(pause), "{text}");
    }
}

#[test]
fn a_date_is_counted_from_now_up_to_an_hour_and_is_over_once_it_is_past() {
    for (text, pause) in [
        ("Fri, 27 Nov 2026 12:00:10 GMT", 9_500),
        ("Fri, 27 Nov 2026 13:00:01 GMT", HOUR),
        ("Fri, 31 Dec 9999 23:59:59 GMT", HOUR),
        ("Fri, 27 Nov 2026 12:00:00 GMT", 0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
    ] {
        assert_eq!(asked(text), Some(pause), "{text}");
    }
}

#[test]
fn whatever_else_it_says_is_nothing() {
    for text in [
        "",
        "soon",
        "-5",
        "+5",
        "1.5",
        "5s",
        "0x10",
        "Fri, 27 Nov 2026 12:00:10",
        "Fri, 27 Nov 2026 12:00:10 CET",
        "Fri, 31 Feb 2026 12:00:10 GMT",
        "Fri, 27 Növ 2026 12:00:10 GMT",
        "2026-11-27T12:00:10Z",
        "GMT",
        " GMT",
    ] {
        assert_eq!(asked(text), None, "{text}");
    }
    for headers in [json!(null), json!({}), json!([]), json!("5"), json!({ "retry-after": 5 }), json!({ "after": "5" })]
    {
        assert_eq!(retry_after(&given(headers.clone()), 0), None, "{headers}");
    }
}
