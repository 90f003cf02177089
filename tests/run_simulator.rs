//! Every due time runs once and every run ends once: two ticking processes, several workers, in simulated time.
//!
//! `RUN_SCHEDULES=1000000 cargo test --profile bench --test run_simulator` looks longer; a failure names its seed, and
//! `RUN_SEED` brings that one back.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may fail anywhere"
)]

mod support;

use std::collections::BTreeMap;
use support::random::cases;
use support::runs::oracle::{Oracle, Wrong};
use support::runs::place::Planted;
use support::runs::world::World;
use support::simulation::{self, Found};

fn run(count: u64, planted: Planted, sought: Option<Wrong>) -> Found<Wrong> {
    simulation::run(count, sought, |seed| {
        let Oracle { wrongs, met, .. } = World::new(seed, planted).run();
        (wrongs, met)
    })
}

/// Without optimisation a schedule takes many times as long.
fn count() -> u64 {
    cases("RUN_SCHEDULES", if cfg!(debug_assertions) { 200 } else { 20_000 })
}

#[test]
fn every_due_time_runs_once_and_every_run_ends_once() {
    if let Ok(seed) = std::env::var("RUN_SEED") {
        let mut world = World::new(seed.parse().unwrap(), Planted::None);
        world.is_told = true;
        assert_eq!(world.run().wrongs, BTreeMap::new());
        return;
    }
    let Found { wrongs, met } = run(count(), Planted::None, None);
    println!("{} schedules: {met:?}", count());
    assert_eq!(wrongs, BTreeMap::new(), "each with its first seed");
    for what in ["due", "skipped", "claimed", "reported", "expired", "pruned", "cut off", "killed", "deleted"] {
        assert!(met.contains_key(what), "never met: {what}");
    }
}

/// What the oracle says of a fault that is planted: it must see it.
fn finds(planted: Planted, expected: Wrong) {
    let Found { wrongs, .. } = run(2_000, planted, Some(expected));
    println!("{planted:?}: {:?}", wrongs.get(&expected));
    assert!(wrongs.contains_key(&expected), "{planted:?} went unseen: {wrongs:?}");
}

#[test]
fn it_is_seen_when_a_tick_forgets_what_another_has_done() {
    finds(Planted::ForgetsTicks, Wrong::Doubled);
}

#[test]
fn it_is_seen_when_a_claim_is_answered_before_it_is_kept() {
    finds(Planted::LosesClaims, Wrong::Shared);
}

#[test]
fn it_is_seen_when_an_end_is_forgotten() {
    finds(Planted::ForgetsEnds, Wrong::Changed);
}

#[test]
fn it_is_seen_when_what_waits_is_pruned() {
    finds(Planted::PrunesWaiting, Wrong::Lost);
}

#[test]
fn it_is_seen_when_nothing_is_pruned() {
    finds(Planted::KeepsAll, Wrong::Grown);
}
