//! Schedules: exactly Unix cron, as Debian's vixie cron reads it.
//!
//! ```
//! use convex_pipelines::schedule::{Cron, describe};
//!
//! let cron = Cron::parse("0 0 13 * 5").expect("five fields");
//! // Both day fields are set, so either is enough: Unix runs this on every Friday as well.
//! assert_eq!(describe(&cron, None, true), "At 00:00, on day 13 of the month or on Friday");
//! ```
//!
//! What the user wrote is read by [`Cron::parse`] into a set of values for each field, and the search for the next time
//! is arithmetic on those sets. The zone is applied afterwards, from offsets that the host knows.

mod cron;
mod days;
mod describe;
mod explicit;
mod fault;
mod field;
mod read;
mod repair;
mod runs;
mod search;
mod text;
mod whole;
mod zone;

pub use self::cron::Cron;
pub use describe::describe;
pub use explicit::explicit_cron;
pub use runs::next_runs;
pub use zone::Timezone;
