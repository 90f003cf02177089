//! The language in which a record is described, and its readers.
//!
//! A record is a [`table`] of properties. [`read`] follows it through a value, gathers every issue and gives what is kept;
//! [`cursor`] follows it over numbers and only says whether a value is right; [`form`] makes of what a form holds the value that
//! it means. Nothing here knows what a pipeline is.

pub mod cursor;
pub mod form;
pub mod read;
pub mod report;
pub mod scalar;
mod storable;
pub mod table;
pub mod text;
pub mod word;
