//! The cases that Rust and TypeScript share, in a browser: the same code as in the package, and the browser's own `Intl`
//! and `URL`.
//!
//! `cargo test --target wasm32-unknown-unknown` runs this in headless Chromium, and so does
//! `wasm-pack test --headless --chrome`.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::bindings::host::JsHost;
use support::{models, vectors};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn every_case_of_the_model_has_its_issues_or_its_data() {
    let (count, failures) = models::run(models::MODELS, &JsHost);
    assert!(failures.is_empty(), "{} of {count} cases failed:\n{}", failures.len(), failures.join("\n"));
    assert!(count >= 557, "{count}");
}

#[wasm_bindgen_test]
fn every_case_of_a_form_has_its_issues_or_its_data() {
    let (count, failures) = models::run(models::FORMS, &JsHost);
    assert!(failures.is_empty(), "{} of {count} cases failed:\n{}", failures.len(), failures.join("\n"));
    assert!(count >= 50, "{count}");
}

#[wasm_bindgen_test]
fn agreed_cron_cases_pass() {
    let (count, failures) = vectors::run(vectors::AGREED, &JsHost);
    assert_eq!((count, failures), (540, vec![]));
}

#[wasm_bindgen_test]
fn disputed_cron_cases_pass() {
    let (count, failures) = vectors::run(vectors::DISPUTED, &JsHost);
    assert_eq!((count, failures), (94, vec![]));
}

#[wasm_bindgen_test]
fn the_browser_reads_addresses_as_the_contract_wants_them() {
    use convex_pipelines::host::Host;
    let url = JsHost.url("HTTPS://Example.ORG:443/a/../b?c#d").unwrap();
    let parts = (url.origin.as_str(), url.hostname.as_str(), url.pathname.as_str());
    assert_eq!(parts, ("https://example.org", "example.org", "/b"));
    assert_eq!(JsHost.url("http://[::1]:3210").unwrap().hostname, "[::1]");
    assert!(JsHost.url("/relative").is_none());
}

#[wasm_bindgen_test]
fn the_browser_knows_the_offsets_of_zones() {
    use convex_pipelines::host::Host;
    for (zone, instant, expected) in [
        ("UTC", 0, Some(0)),
        ("Europe/Berlin", 1_768_000_000_000, Some(3_600)),
        ("europe/berlin", 1_782_000_000_000, Some(7_200)),
        ("Asia/Kathmandu", 1_768_000_000_000, Some(20_700)),
        ("America/St_Johns", 1_768_000_000_000, Some(-12_600)),
        ("Pacific/Kiritimati", 1_768_000_000_000, Some(50_400)),
        ("Mars/Base", 0, None),
        ("", 0, None),
    ] {
        assert_eq!(JsHost.offset(zone, instant), expected, "{zone}");
    }
}

#[wasm_bindgen_test]
fn the_browser_reads_numbers_as_the_contract_wants_them() {
    use convex_pipelines::host::Host;
    let cases = [("0.5", 0.5), ("-50e-1", -5.0), ("1E+2", 100.0), ("2e308", f64::INFINITY), ("1e-400", 0.0)];
    for (text, expected) in cases {
        assert_eq!(JsHost.number(text), expected, "{text}");
    }
}
