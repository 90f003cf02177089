//! A device and what happens to it.

pub mod disk;
