//! The `op` of a call, and what is said of it.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::http::stamp::body_hash;
use convex_pipelines::http::verdict::Verdict;
use serde_json::json;
use support::written::given;

#[test]
fn every_verdict_is_read_as_it_is_written() {
    for word in Verdict::WORDS {
        assert_eq!(Verdict::parse(word).unwrap().word(), *word);
    }
    assert_eq!(Verdict::parse("OK"), None);
}

#[test]
fn a_body_is_hashed_as_it_stands_without_its_op_and_its_account() {
    let body = json!({ "id": "a", "op": { "seq": 1 }, "completedAt": "b", "accountId": "c" });
    // printf '{"completedAt":"b","id":"a"}' | sha256sum: serde_json sorts keys.
    let hash = "40d3c433ec6e774fa663e43ad2260ae3469cb72c47533c626856b8d1d32b21c8";
    assert_eq!(body_hash(&given(body)), hash);
    assert_ne!(body_hash(&given(json!({ "id": "a", "completedAt": "c" }))), hash);
}
