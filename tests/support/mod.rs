//! What the tests share: a host for native runs, and the runner of the cron cases.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

pub mod models;
#[cfg(not(target_arch = "wasm32"))]
mod native_host;
pub mod oracle;
pub mod random;
pub mod vectors;
pub mod written;

#[cfg(not(target_arch = "wasm32"))]
pub use native_host::NativeHost;
