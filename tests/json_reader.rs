//! The JSON reader against `serde_json`, and where it is stricter on purpose.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::value::{
    self,
    json::{JsonFault, read},
};
use serde_json::{Value, json};
use support::models;
use support::random::{Random, cases};
use support::written::{faults, written};

#[test]
fn reads_what_another_writer_wrote() {
    for seed in 0..cases("JSON_SEEDS", 3_000) {
        let value = any(&mut Random(seed), 5);
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let found = read(text.as_bytes()).unwrap_or_else(|fault| panic!("seed {seed}: {fault:?} in {text}"));
            assert_eq!(written(&found), value, "seed {seed}");
        }
    }
}

/// Any value of JSON, with keys and texts that need escapes.
fn any(random: &mut Random, depth: usize) -> Value {
    const TEXTS: &[&str] = &[
        "",
        "a",
        "\"",
        "\\",
        "/",
        "\u{0}\u{1f}\u{7f}",
        "\u{85}\u{2028}\u{feff}",
        "\u{1f600}é",
        "\u{fffd}",
        "\\u0041",
        "a b",
    ];
    let text = |random: &mut Random| random.pick(TEXTS).to_owned() + random.pick(TEXTS);
    match random.within(0, if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => random.one_in(2).into(),
        2 => random.pick(&[0, 1, -1, 255, 9_007_199_254_740_991_i64, -9_007_199_254_740_991]).into(),
        3 => random.pick(&[0.5, -0.25, 1e-7, 1e300, -2.5e-10, 123.456]).into(),
        4..=6 => text(random).into(),
        7 => (0..random.within(0, 4)).map(|_| any(random, depth - 1)).collect(),
        _ => Value::Object((0..random.within(0, 4)).map(|_| (text(random), any(random, depth - 1))).collect()),
    }
}

#[test]
fn reads_and_refuses_as_another_reader_does() {
    for seed in 0..cases("JSON_SEEDS", 3_000) {
        let mut random = Random(seed);
        let mut text = any(&mut random, 3).to_string().into_bytes();
        for _ in 0..random.within(1, 3) {
            support::mutate(&mut text, &mut random);
        }
        let theirs = serde_json::from_slice::<Value>(&text);
        let shown = String::from_utf8_lossy(&text).into_owned();
        match (read(&text), theirs) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(approximate(written(&ours)), approximate(theirs), "seed {seed}: {shown}")
            }
            // They refuse halves of surrogate pairs and numbers beyond 64 bits.
            (Ok(_), Err(why)) => {
                let why = why.to_string();
                let is_stricter = ["surrogate", "hex escape", "out of range"].iter().any(|part| why.contains(part));
                assert!(is_stricter, "seed {seed}: {why} in {shown}");
            }
            (Err(JsonFault::DuplicateKey), _) | (Err(_), Err(_)) => {}
            (Err(fault), Ok(_)) => panic!("seed {seed}: {fault:?} in {shown}"),
        }
    }
}

/// Numbers as doubles, which all of JavaScript's are.
fn approximate(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64().map(|number| number + 0.0)),
        Value::Array(items) => items.into_iter().map(approximate).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(key, value)| (key, approximate(value))).collect())
        }
        value => value,
    }
}

#[test]
fn refuses_a_repeated_key_at_any_level() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"b":2,"a":3}"#,
        r#"[{"x":{"a":1,"\u0061":2}}]"#,
        r#"{"":1,"":2}"#,
        r#"{"/":1,"\/":2}"#,
        r#"{"__proto__":1,"__proto__":2}"#,
        r#"{"😀":1,"\ud83d\ude00":2}"#,
    ] {
        assert_eq!(read(text.as_bytes()), Err(JsonFault::DuplicateKey), "{text}");
    }
    assert!(read(br#"{"a":{"a":1},"A":[{"a":1},{"a":2}]}"#).is_ok());
    for count in [2, 7, 8, 9, 31, 32, 33, 64, 65, 1_000] {
        let fields: Vec<_> = (0..count).map(|number| format!("\"{number}\":0")).collect();
        assert!(read(format!("{{{}}}", fields.join(",")).as_bytes()).is_ok(), "{count}");
        let again = format!("{{{},\"{}\":1}}", fields.join(","), count / 2);
        assert_eq!(read(again.as_bytes()), Err(JsonFault::DuplicateKey), "{count}");
    }
}

#[test]
fn counts_lists_and_records_alike_to_64_levels() {
    let nested = |depth: usize| {
        let open: String = (0..depth).map(|level| if level % 2 == 0 { "[" } else { "{\"a\":" }).collect();
        let close: String = (0..depth).rev().map(|level| if level % 2 == 0 { "]" } else { "}" }).collect();
        format!("{open}1{close}")
    };
    assert!(read(nested(64).as_bytes()).is_ok());
    assert_eq!(read(nested(65).as_bytes()), Err(JsonFault::Depth));
    assert_eq!(read(nested(100_000).as_bytes()), Err(JsonFault::Depth));
}

#[test]
fn refuses_bytes_that_are_not_utf_8() {
    for bytes in [
        &b"\"\xff\""[..],
        b"\"\xc3\"",
        b"\"\xc0\xaf\"",
        b"\"\xe0\x80\x80\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xf5\x80\x80\x80\"",
        b"\xef\xbb",
    ] {
        assert_eq!(read(bytes), Err(JsonFault::Utf8), "{bytes:?}");
    }
}

#[test]
fn says_where_the_text_stops_being_json() {
    for (text, at) in [
        ("", 0),
        ("{", 1),
        ("[1,]", 3),
        ("{\"a\" 1}", 5),
        ("nulL", 0),
        ("1 2", 2),
        ("\"a\nb\"", 2),
        ("[1", 2),
        ("\u{feff}1", 0),
    ] {
        assert_eq!(read(text.as_bytes()), Err(JsonFault::Syntax { at }), "{text:?}");
    }
    assert_eq!(JsonFault::Syntax { at: 7 }.message(), "the body is not JSON from byte 7 on");
}

/// The issues of a creation whose one step asks for this many bullets.
fn bullets(number: &str) -> Vec<String> {
    let text =
        r#"{"name":"x","steps":[{"id":"a","kind":"summarise","options":{"bulletCount":N}}]}"#.replace('N', number);
    let value = read(text.as_bytes()).unwrap();
    models::parse("createInput", &value, &support::NativeHost).map_or_else(|error| faults(&error), |_| Vec::new())
}

#[test]
fn a_whole_number_is_one_however_it_is_written() {
    for number in ["5", "5.0", "50e-1", "0.5E+1", "5e0"] {
        assert_eq!(bullets(number), [""; 0], "{number}");
    }
    for (number, expected) in [
        ("5.5", "integer"),
        ("-0.0", "range"),
        ("9007199254740993", "range"),
        ("-9223372036854775808", "range"),
        ("1e300", "range"),
        ("1e-400", "range"),
        ("1e400", "type"),
        ("-2e308", "type"),
    ] {
        assert_eq!(bullets(number), [format!("{expected} steps.0.options.bulletCount")], "{number}");
    }
}

#[test]
fn a_number_is_kept_as_it_is_written_however_large() {
    let pipeline = |number: &str| {
        let text = r#"{"id":"3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f","name":"x","createdAt":"2026-11-22T20:14:00Z",
            "updatedAt":"2026-11-22T20:14:00Z","app":[N]}"#
            .replace('N', number);
        let value = read(text.as_bytes()).unwrap();
        models::parse("pipeline", &value, &support::NativeHost).map(|read| read["app"].to_string())
    };
    let refused = read(br#"{"name":"x","steps":[],"colour":2e308}"#).unwrap();
    let error = models::parse("createInput", &refused, &support::NativeHost).unwrap_err();
    assert_eq!(faults(&error), ["too_few steps", "unknown_field colour"], "what is refused is not looked into");
    // The other reader writes exponents with their sign.
    for number in
        ["1.7976931348623157e+308", "2e+308", "0.10", "1e-400", "12345678901234567890", "-9223372036854775808"]
    {
        assert_eq!(pipeline(number).unwrap(), format!("[{number}]"), "not a digit is lost");
    }
}

#[test]
fn writes_each_character_so_that_another_reader_finds_it() {
    for character in (0..0x300).chain([0x2028, 0xfeff, 0xfffd, 0x1_f600]).filter_map(char::from_u32) {
        let text = format!("a{character}{character}b");
        assert_eq!(written(&value::Value::from(text.as_str())), json!(text), "{character:?}");
        let record = value::Value::Record(vec![value::Field::new(&text, value::Value::Null)]);
        assert_eq!(written(&record), json!({ text: null }), "{character:?} in a key");
    }
}
