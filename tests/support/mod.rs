//! What the tests share: a host for native runs, and the runner of the cron cases.

#![allow(dead_code, reason = "each test file uses a part")]

#[cfg(not(target_arch = "wasm32"))]
mod native_host;
pub mod vectors;

#[cfg(not(target_arch = "wasm32"))]
pub use native_host::NativeHost;
