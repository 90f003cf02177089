//! Pipelines, steps and runs: what they are made of and how they change.
//!
//! Inputs are strict and documents are lenient ([`crate::schema::report::Unknown`]); either way every fault is reported at once, in the
//! contract's order. What these modules return has been checked and is not checked again.

pub mod change;
pub mod id;
pub mod input;
pub mod list_item;
mod lower_case;
pub mod pipeline;
pub mod preview;
pub mod row;
pub mod run;
pub mod schedule;
pub mod secret;
pub mod settings;
pub mod source;
pub mod step;
pub mod step_kind;
pub mod timestamp;
