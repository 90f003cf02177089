//! The `op` of a call: by it a server knows an operation again that it has answered, and so never applies one twice.

use crate::issue::IssueCode;
use crate::model::id::UUID;
use crate::model::pipeline::{DESCRIPTION, NAME};
use crate::model::schedule::SCHEDULE;
use crate::model::secret::{SECRET_DIGEST, SecretDigest};
use crate::model::source::SOURCE;
use crate::model::step::STORED_STEPS;
use crate::schema::report::Report;
use crate::schema::table::{Property, Rule, Schema, lenient, optional, required};
use crate::value::Value;

const CLIENT_ID: Property = required("clientId", UUID);
/// The next one is still a number.
const SEQ: Property = required("seq", Rule::Whole { min: 1, max: u32::MAX - 1 });
const OP_ID: Property = required("opId", UUID);
const BODY_HASH: Property = required("bodyHash", SECRET_DIGEST);

/// `{ clientId, seq, opId, bodyHash }`: who counts, the place in that count for one pipeline and account, from 1 on, the
/// operation's own id, and [`body_hash`] of the call's arguments.
pub static STAMP: Schema = Schema(&[CLIENT_ID, SEQ, OP_ID, BODY_HASH]);

/// [`STAMP`] with `old`, what stood in each field that an update touches, `null` for nothing. Without it, or without a
/// field of it, an update does not ask what stands there.
pub static UPDATE_STAMP: Schema =
    Schema(&[CLIENT_ID, SEQ, OP_ID, BODY_HASH, optional("old", Rule::Record(&OLD_VALUES))]);

/// Read as documents are: they are compared with one.
static OLD_VALUES: Schema = Schema(&[
    lenient("name", NAME),
    lenient("description", DESCRIPTION),
    lenient("steps", Rule::List(&STORED_STEPS)),
    lenient("schedule", Rule::Record(&SCHEDULE)),
    lenient("defaultSource", SOURCE),
]);

/// The SHA-256, in hexadecimal, of the JSON text of a call's arguments as they stand, without `op` and without
/// `accountId`: a route sets that itself.
#[must_use]
pub fn body_hash(arguments: &Value) -> String {
    let mut arguments = arguments.clone();
    arguments.take("op");
    arguments.take("accountId");
    SecretDigest::of(&arguments.json()).as_str().to_owned()
}

/// Refuses a hash that is not that of the arguments.
pub fn check_hash(arguments: &Value, report: &mut Report) {
    let given = arguments.get("op").text_of("bodyHash").unwrap_or_default();
    if given.len() == 64 && !given.eq_ignore_ascii_case(&body_hash(arguments)) {
        report.enter("op".into());
        report.enter("bodyHash".into());
        report.issue(IssueCode::Type { expected: "the SHA-256 of the other arguments" });
        report.leave();
        report.leave();
    }
}
