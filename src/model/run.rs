//! One run of a pipeline.

use super::id::{ACCOUNT_ID, STORED_ID};
use super::timestamp::MOMENT;
use crate::issue::IssueCode;
use crate::schema::table::{Presence, Property, Rule, Schema, lenient, optional, required};
use crate::schema::text::units;
use std::borrow::Cow;

/// How a run stands, in the contract's order.
pub const RUN_STATUSES: &[&str] = &["queued", "running", "success", "failed"];
/// What started a run, in the contract's order.
pub const RUN_TRIGGERS: &[&str] = &["schedule", "webhook", "manual"];
/// The longest id of a run, in UTF-16 units.
pub const MAX_RUN_ID_UNITS: usize = 200;
/// The longest error text, and the longest outcome, in UTF-16 units.
pub const MAX_RUN_ERROR_UNITS: usize = 4_000;
/// The longest payload, in UTF-16 units.
pub const MAX_RUN_PAYLOAD_UNITS: usize = 65_536;

/// The id of a run.
pub const RUN_ID: Rule = Rule::Verbatim { max: MAX_RUN_ID_UNITS };
/// What names a worker.
pub const WORKER: Rule = Rule::Verbatim { max: 200 };
/// What a failed run says of itself, or a successful one. It may be empty: what failed may say nothing.
pub const RUN_TEXT: Rule = Rule::Text(|text, _| at_most(text, MAX_RUN_ERROR_UNITS));
/// What a trigger brought.
pub const RUN_PAYLOAD: Rule = Rule::Text(|text, _| at_most(text, MAX_RUN_PAYLOAD_UNITS));

const COUNT: Rule = Rule::Whole { min: 0, max: u32::MAX - 1 };

/// A run. Its ids and timestamps must be well-formed; whatever else this version would refuse is kept as it stands.
pub static PIPELINE_RUN: Schema = Schema(&[
    required("runId", RUN_ID),
    required("pipelineId", STORED_ID),
    lenient("accountId", ACCOUNT_ID),
    Property { presence: Presence::Required, ..lenient("status", Rule::Choice(RUN_STATUSES)) },
    lenient("trigger", Rule::Choice(RUN_TRIGGERS)),
    optional("dueAt", MOMENT),
    optional("queuedAt", MOMENT),
    optional("startedAt", MOMENT),
    optional("completedAt", MOMENT),
    lenient("worker", WORKER),
    optional("leaseUntil", MOMENT),
    lenient("attempt", COUNT),
    lenient("skipped", COUNT),
    lenient("payload", RUN_PAYLOAD),
    lenient("outcome", RUN_TEXT),
    lenient("error", RUN_TEXT),
]);

fn at_most(text: &str, max: usize) -> Result<Cow<'_, str>, IssueCode> {
    if text.len() > max && units(text) > max { Err(IssueCode::TooLong { max }) } else { Ok(text.into()) }
}
