//! One pipeline model, shared by Next.js, Convex and Node.
//!
//! The crate is a deterministic machine: plain data in, plain data out. It reads no clock, makes no random
//! numbers and does no I/O; what it must ask of its surroundings is [`host::Host`]. TypeScript owns every await.
//!
//! From the ground up, each module using only those before it:
//!
//! - [`value`]: what arrives from JavaScript or as JSON, before any rule has looked at it, and what goes back;
//! - [`issue`] and [`error`]: what can be wrong, as data, with all wording;
//! - [`schema`]: the language in which a record is described, and its readers;
//! - [`schedule`]: five-field Unix cron, its zones and its words;
//! - [`model`]: what pipelines, steps and runs may hold, as tables, and how they change and are stored;
//! - [`http`]: the wire to the guarded HTTP actions, from both ends;
//! - [`outbox`]: changes on their way to a server that settles each of them once;
//! - [`run`]: the life of a run, wherever runs are kept;
//! - [`store`]: the local repository, as changes that a place must make durable;
//! - `bindings`: what JavaScript calls, and the only module that knows of it.

// What every check of a value runs through is compiled for speed, all else for size.
#![cfg_attr(module, feature(optimize_attribute))]
// Some of what lower rooms offer only those of a device call.
#![cfg_attr(not(feature = "device"), allow(dead_code))]
// The module is built without what `{:?}` writes: it stood for panics.
#![cfg_attr(not(test), warn(clippy::use_debug))]

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod bindings;
pub mod error;
pub mod host;
pub mod http;
mod index;
pub mod issue;
pub mod model;
pub mod outbox;
pub mod run;
pub mod schedule;
pub mod schema;
#[cfg(feature = "device")]
pub mod store;
pub mod url;
pub mod value;
