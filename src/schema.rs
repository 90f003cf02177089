//! The language in which a record is described, and its readers.
//!
//! A record is a [`table`] of properties. [`read`] follows it through a value, gathers every issue and gives what is kept;
//! [`cursor`] follows it over numbers and only says what changes or is wrong; [`form`] makes of what a form holds the value that
//! it means. `json_schema` says the tables to those who read no Rust. Nothing here knows what a pipeline is.

pub mod cursor;
pub mod form;
#[cfg(not(target_arch = "wasm32"))]
pub mod json_schema;
pub mod read;
pub mod report;
pub mod scalar;
mod storable;
pub mod table;
pub mod text;
pub mod word;
