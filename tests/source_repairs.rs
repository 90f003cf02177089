//! The address that was probably meant, where what was typed is none.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::issue::IssueCode;
use convex_pipelines::model::source::SOURCE;
use convex_pipelines::schema::report::{Report, Unknown};
use convex_pipelines::value::Value;
use support::NativeHost;

/// `None` for an address that is accepted as it is.
fn suggestion(text: &str) -> Option<Option<String>> {
    let mut report = Report::new(Unknown::Refused, &NativeHost);
    let value = Value::from(text);
    let _ = SOURCE.read(&value, true, &mut report);
    report.finish(()).err()?.into_iter().next().map(|issue| match issue.code {
        IssueCode::Url { suggestion } => suggestion,
        other => panic!("{text}: {other:?}"),
    })
}

#[test]
fn an_address_without_its_scheme_gets_it() {
    for (typed, meant) in [
        ("example.com", "https://example.com"),
        ("  www.example.com/feed?a=1#b ", "https://www.example.com/feed?a=1#b"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("//example.com/a", "https://example.com/a"),
        ("192.168.0.1/feed", "https://192.168.0.1/feed"),
        ("münchen.example/ä", "https://münchen.example/ä"),
        ("http.example.com", "https://http.example.com"),
    ] {
        assert_eq!(suggestion(typed), Some(Some(meant.to_owned())), "{typed}");
    }
}

#[test]
fn a_slip_in_the_scheme_is_put_right() {
    for (typed, meant) in [
        ("htps://example.com", "https://example.com"),
        ("htpps://example.com", "https://example.com"),
        ("HTTPSS://example.com", "https://example.com"),
        ("ttp://example.com", "https://example.com"),
        ("https:/example.com", "https://example.com"),
        ("https:example.com", "https://example.com"),
        ("https//example.com", "https://example.com"),
        ("https:///example.com", "https://example.com"),
        ("https:\\\\example.com", "https://example.com"),
        ("https:// example.com", "https://example.com"),
        ("http:/example.com", "http://example.com"),
        ("http:/localhost:3000", "http://localhost:3000"),
    ] {
        assert_eq!(suggestion(typed), Some(Some(meant.to_owned())), "{typed}");
    }
}

#[test]
fn nothing_is_guessed_where_anything_could_be_meant() {
    for typed in [
        "example",
        "not a url",
        "see example.com for more",
        "/feed",
        "1.5",
        "me@example.com",
        "https://me:secret@example.com",
        "ftp://example.com/a",
        "mailto:me@example.com",
        "javascript:alert(1.5)",
        "file:///etc/hosts.conf",
        "C:\\feeds\\a.txt",
        "https://",
        "https:",
        "http",
        ".",
        "https://example.com:99999/",
        "https://exa mple.com",
        "https://example.com/a b",
    ] {
        assert_eq!(suggestion(typed), Some(None), "{typed}");
    }
}

#[test]
fn what_is_suggested_is_accepted_and_no_longer_than_an_address_may_be() {
    let at_the_limit = format!("example.com/{}", "a".repeat(2_048 - "https://example.com/".len()));
    let suggested = suggestion(&at_the_limit).unwrap().unwrap();
    assert_eq!(suggested.len(), 2_048);
    assert_eq!(suggestion(&suggested), None);
    assert_eq!(suggestion(&format!("{at_the_limit}a")), Some(None));
}
