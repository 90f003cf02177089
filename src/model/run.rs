//! One run of a pipeline.

use super::id::STORED_ID;
use super::timestamp::MOMENT;
use crate::host::Host;
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
/// The longest error text, in UTF-16 units.
pub const MAX_RUN_ERROR_UNITS: usize = 4_000;

/// A run. Its ids and timestamps must be well-formed; whatever else this version would refuse is kept as it stands.
pub static PIPELINE_RUN: Schema = Schema(&[
    required("runId", Rule::Verbatim { max: MAX_RUN_ID_UNITS }),
    required("pipelineId", STORED_ID),
    Property { presence: Presence::Required, ..lenient("status", Rule::Choice(RUN_STATUSES)) },
    lenient("trigger", Rule::Choice(RUN_TRIGGERS)),
    optional("queuedAt", MOMENT),
    optional("startedAt", MOMENT),
    optional("completedAt", MOMENT),
    lenient("error", Rule::Text(error_text)),
]);

/// An error may be empty: what failed may say nothing.
fn error_text<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    let max = MAX_RUN_ERROR_UNITS;
    if units(text) > max { Err(IssueCode::TooLong { max }) } else { Ok(text.into()) }
}
