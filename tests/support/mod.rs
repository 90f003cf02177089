//! What the tests share: hosts, seeded randomness, the runners of the vectors, and what the crate is held against.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail anywhere"
)]

pub mod cron_texts;
pub mod head;
pub mod models;
mod mutate;
#[cfg(not(target_arch = "wasm32"))]
pub mod naive_store;
#[cfg(not(target_arch = "wasm32"))]
mod native_host;
pub mod oracle;
#[cfg(not(target_arch = "wasm32"))]
pub mod outbox;
pub mod packed;
pub mod random;
#[cfg(not(target_arch = "wasm32"))]
pub mod runs;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulation;
#[cfg(not(target_arch = "wasm32"))]
pub mod stamped;
#[cfg(not(target_arch = "wasm32"))]
pub mod twins;
pub mod vectors;
pub mod written;

pub use mutate::mutate;
#[cfg(not(target_arch = "wasm32"))]
pub use native_host::NativeHost;
