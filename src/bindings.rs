//! What JavaScript calls: each export reads its arguments, calls the core and writes the result.
//!
//! Values come in packed ([`crate::value::packed`]) and go out as JSON text; a refusal is thrown as the plain object that
//! [`crate::error::Error`] serialises to. The shell in `pkg/` turns both into what users see.

mod boundary;
pub mod host;
mod model;
mod row;
mod schedule;
mod store;
mod wire;
