//! One pipeline model, shared by Next.js, Convex and Node.
//!
//! The crate is a deterministic machine: plain data in, plain data out. It reads no clock, makes no random
//! numbers and does no I/O; what it must ask of its surroundings is [`host::Host`].

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod bindings;
pub mod error;
pub mod host;
pub mod http;
mod index;
pub mod issue;
pub mod model;
pub mod schedule;
pub mod store;
pub mod value;
