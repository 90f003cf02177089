//! What keeps runs in the tests: as simple as it can be, and every decision is the crate's.

pub mod oracle;
pub mod place;
pub mod world;
