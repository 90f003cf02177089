//! Nothing acknowledged is lost: the outbox of a device with several tabs and no lock, against a server, in simulated time.
//!
//! `OUTBOX_SCHEDULES=2000000 cargo test --profile bench --test outbox_simulator` looks longer; a failure names its seed, and
//! `OUTBOX_SEED` brings that one back.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test may fail anywhere"
)]

mod support;

use std::collections::BTreeMap;
use support::outbox::oracle::{Oracle, Wrong};
use support::outbox::server::ServerFaults;
use support::outbox::world::{Planted, World};
use support::random::cases;
use support::simulation::{self, Found};

fn run(count: u64, planted: Planted, sought: Option<Wrong>) -> Found<Wrong> {
    simulation::run(count, sought, |seed| {
        let Oracle { wrongs, met, .. } = World::new(seed, planted).run();
        (wrongs, met)
    })
}

/// Without optimisation a schedule takes six times as long.
fn count() -> u64 {
    cases("OUTBOX_SCHEDULES", if cfg!(debug_assertions) { 1_000 } else { 20_000 })
}

#[test]
fn nothing_is_lost_doubled_reordered_or_stuck() {
    if let Ok(seed) = std::env::var("OUTBOX_SEED") {
        let mut world = World::new(seed.parse().unwrap(), Planted::default());
        world.is_told = true;
        assert_eq!(world.run().wrongs, BTreeMap::new());
        return;
    }
    let Found { wrongs, met } = run(count(), Planted::default(), None);
    println!("{} schedules: {met:?}", count());
    assert_eq!(wrongs, BTreeMap::new(), "each with its first seed");
    let words = ["ok", "conflict", "rejected", "gone", "known already", "out of number", "killed"];
    for what in words.iter().chain(&["folded", "absorbed", "told", "resolved", "given up"]) {
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
fn it_is_seen_when_any_2xx_settles() {
    finds(Planted { goes_on_any_2xx: true, ..Planted::default() }, Wrong::Lost);
}

#[test]
fn it_is_seen_when_a_known_operation_is_answered_without_its_verdict() {
    let server = ServerFaults { forgets_verdicts: true, ..ServerFaults::default() };
    finds(Planted { server, ..Planted::default() }, Wrong::Lost);
}

#[test]
fn it_is_seen_when_the_server_forgets_what_it_has_applied() {
    let server = ServerFaults { cursors_expire: 5_000, ..ServerFaults::default() };
    finds(Planted { server, ..Planted::default() }, Wrong::Duplicated);
}

#[test]
fn it_is_seen_when_the_client_outlives_its_database() {
    finds(Planted { client_outlives_database: true, ..Planted::default() }, Wrong::Stuck);
}

#[test]
fn it_is_seen_when_what_is_durable_is_not() {
    finds(Planted { relaxed: true, ..Planted::default() }, Wrong::Lost);
}

#[test]
fn it_is_seen_when_a_verdict_counts_before_it_is_durable() {
    finds(Planted { settles_before_commit: true, ..Planted::default() }, Wrong::Duplicated);
}

#[test]
fn it_is_seen_when_a_request_goes_out_before_it_is_noted() {
    finds(Planted { sends_before_commit: true, ..Planted::default() }, Wrong::Lost);
}
