//! The local store against a naive one: the same calls must give the same replies, changes, order and refusals.
//!
//! `STORE_SEEDS=100000 cargo test --release --test store` looks longer; a failure names its seed.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::collections::BTreeMap;
use support::random::cases;
use support::twins::Twins;

#[test]
fn any_sequence_of_calls_gives_what_a_naive_store_gives() {
    let mut tally: BTreeMap<_, usize> = BTreeMap::new();
    for seed in 0..cases("STORE_SEEDS", 60) {
        let mut twins = Twins::new(seed);
        twins.compare(seed, usize::MAX);
        for _ in 0..40 {
            twins.step(seed);
        }
        twins.compare(seed, usize::MAX);
        twins.tally.into_iter().for_each(|(what, count)| *tally.entry(what).or_default() += count);
    }
    for what in ["reply", "nothing to do", "rolled back", "committed", "conflict", "not_found", "found by secret"] {
        assert!(tally.get(what).is_some_and(|count| *count > 50), "too little happened: {tally:?}");
    }
}
