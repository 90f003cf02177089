//! The 634 cases, natively.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use support::{NativeHost, vectors};

#[test]
fn agreed_cases_pass() {
    let (count, failures) = vectors::run(vectors::AGREED, &NativeHost);
    assert_eq!((count, failures), (540, vec![]));
}

#[test]
fn disputed_cases_pass() {
    let (count, failures) = vectors::run(vectors::DISPUTED, &NativeHost);
    assert_eq!((count, failures), (94, vec![]));
}
