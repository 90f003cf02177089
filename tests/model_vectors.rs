//! The cases that Rust and TypeScript share, natively.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use support::{NativeHost, models};

#[test]
fn every_case_has_its_issues_or_its_data() {
    let (count, failures) = models::run(models::MODELS, &NativeHost);
    assert!(failures.is_empty(), "{} of {count} cases failed:\n{}", failures.len(), failures.join("\n"));
    assert!(count >= 566, "{count}");
}

#[test]
fn every_case_of_a_form_has_its_issues_or_its_data() {
    let (count, failures) = models::run(models::FORMS, &NativeHost);
    assert!(failures.is_empty(), "{} of {count} cases failed:\n{}", failures.len(), failures.join("\n"));
    assert!(count >= 50, "{count}");
}
