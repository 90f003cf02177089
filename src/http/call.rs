//! The arguments of each operation.

use super::cursor;
use super::operation::Operation;
use super::stamp::{STAMP, UPDATE_STAMP, check_hash};
use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::issue::{Issue, IssueCode};
use crate::model::change::Entropy;
use crate::model::id::{ACCOUNT_ID, NEW_ID, SOUGHT_ID, STORED_ID};
use crate::model::input::{CREATE_INPUT, CreateInput, UPDATE_INPUT, UpdateInput};
use crate::model::pipeline::LAST_FOUR;
use crate::model::row::{Creation, NewSecret, Update};
use crate::model::run::{RUN_ID, RUN_PAYLOAD, RUN_TEXT, RUN_TRIGGERS, WORKER};
use crate::model::secret::{SECRET_DIGEST, SecretDigest, WEBHOOK_SECRET, WebhookSecret};
use crate::model::timestamp::{MOMENT, Timestamp};
use crate::schema::read::{Record, apart};
use crate::schema::report::{Report, Unknown};
use crate::schema::table::{Property, Rule, Schema, optional, required};
use crate::schema::text::{any, verbatim};
use crate::value::decimal::of_digits;
use crate::value::{Value, json};
use std::borrow::Cow;
use std::fmt::{Debug, Formatter};

/// The most items on one page of a list, and how many there are where the caller does not say.
pub const MAX_LIMIT: u32 = 1_000;

/// The most runs on one page, and how many there are where the caller does not say.
pub const MAX_RUNS: u32 = 100;
const DEFAULT_RUNS: u32 = 20;
/// How long a worker may hold a run without a word, and how long it does where it does not say, in milliseconds.
pub const MAX_LEASE_MS: u32 = 3_600_000;
const DEFAULT_LEASE_MS: i64 = 600_000;

/// Checked arguments of one operation.
#[derive(Clone)]
pub struct Call<'v>(Value<'v>);

/// Where arguments come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Over HTTP: a secret travels as its digest.
    Wire,
    /// From the same process.
    Process,
}

const ID: Property = required("id", SOUGHT_ID);
const CHOSEN_ID: Property = optional("id", NEW_ID);
const STAMPED_ID: Property = required("id", STORED_ID);
const ACCOUNT: Property = optional("accountId", ACCOUNT_ID);
const CURSOR: Property = optional("cursor", Rule::Text(any));
const LIMIT: Property = optional("limit", Rule::Whole { min: 1, max: MAX_LIMIT });
const PRESENTED: Property = required("secret", Rule::Text(any));
const COMPLETED_AT: Property = required("completedAt", MOMENT);
const CREATION: Property = required("input", Rule::Any(read_create_input));
const UPDATE: Property = required("input", Rule::Any(read_update_input));
const SEEN: Property = optional("expectedUpdatedAt", MOMENT);
const DIGEST: Property = optional("secretDigest", SECRET_DIGEST);
const SHOWN: Property = optional("secretLastFour", LAST_FOUR);
const SECRET: Property = optional("webhookSecret", WEBHOOK_SECRET);
const OP: Property = required("op", Rule::Record(&STAMP));
const STAMPED_NEW_ID: Property = required("id", NEW_ID);
const STAMPED_DIGEST: Property = required("secretDigest", SECRET_DIGEST);
const UPDATE_OP: Property = required("op", Rule::Record(&UPDATE_STAMP));
const RUN: Property = required("runId", RUN_ID);
const LEASE: Property = optional("leaseMs", Rule::Whole { min: 1_000, max: MAX_LEASE_MS });
const CLAIMANT: Property = required("worker", WORKER);
const REPORTED: Property = optional("run", Rule::Record(&REPORT));
const TRIGGER: Property = required("trigger", Rule::Choice(RUN_TRIGGERS));
const CHOSEN_RUN: Property = optional("runId", Rule::Text(new_run_id));
const PAYLOAD: Property = optional("payload", RUN_PAYLOAD);
const RUNS_CURSOR: Property = optional("cursor", Rule::Text(runs_cursor));
const RUNS_LIMIT: Property = optional("limit", Rule::Whole { min: 1, max: MAX_RUNS });

/// What a worker says of a run that has ended.
static REPORT: Schema = Schema(&[
    RUN,
    required("status", Rule::Choice(&["success", "failed"])),
    optional("startedAt", MOMENT),
    optional("worker", WORKER),
    optional("outcome", RUN_TEXT),
    optional("error", RUN_TEXT),
]);

/// What the ids of runs begin with that a schedule has started: nobody else may make one, or it would take the place of a
/// run to come.
pub const SCHEDULED: &str = "schedule:";

fn new_run_id<'v>(text: &'v str, host: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    if text.starts_with(SCHEDULED) {
        return Err(IssueCode::Type { expected: "an id that does not begin with \"schedule:\"" });
    }
    let Rule::Verbatim { max } = RUN_ID else { return any(text, host) };
    verbatim(text, max)
}

/// Where a page of runs ends, as text: the number of its last one.
fn runs_cursor<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    let is_number = of_digits(text).is_some_and(|number| u32::try_from(number).is_ok());
    if is_number { Ok(text.into()) } else { Err(cursor::FAULT) }
}

/// What a call with `op` may have. It must be possible to repeat it, so its sender has made the id and the secret, of which
/// only the digest travels; and `old` stands in the place of a version.
fn stamped_schema(operation: Operation) -> Option<&'static Schema> {
    Some(match operation {
        Operation::Create => &Schema(&[STAMPED_NEW_ID, ACCOUNT, CREATION, STAMPED_DIGEST, SHOWN, OP]),
        Operation::Update => &Schema(&[STAMPED_ID, ACCOUNT, UPDATE, DIGEST, SHOWN, UPDATE_OP]),
        Operation::Delete => &Schema(&[STAMPED_ID, ACCOUNT, OP]),
        Operation::RecordRun => &Schema(&[STAMPED_ID, ACCOUNT, COMPLETED_AT, OP]),
        _ => return None,
    })
}

/// The schema by which `arguments` with an `op` are read, where the operation may have one.
fn stamped(operation: Operation, arguments: &Value) -> Option<&'static Schema> {
    if arguments.get("op").is_absent() { None } else { stamped_schema(operation) }
}

fn schema(operation: Operation, origin: Origin) -> &'static Schema {
    match (operation, origin) {
        (Operation::List, _) => &Schema(&[ACCOUNT, CURSOR, LIMIT]),
        (Operation::Get | Operation::Delete, _) => &Schema(&[ID, ACCOUNT]),
        (Operation::FindByWebhookSecret, _) => &Schema(&[PRESENTED]),
        (Operation::Create, Origin::Wire) => &Schema(&[CHOSEN_ID, ACCOUNT, CREATION, DIGEST, SHOWN]),
        (Operation::Create, Origin::Process) => &Schema(&[CHOSEN_ID, ACCOUNT, CREATION, DIGEST, SHOWN, SECRET]),
        (Operation::Update, Origin::Wire) => &Schema(&[ID, ACCOUNT, UPDATE, SEEN, DIGEST, SHOWN]),
        (Operation::Update, Origin::Process) => &Schema(&[ID, ACCOUNT, UPDATE, SEEN, DIGEST, SHOWN, SECRET]),
        (Operation::RecordRun, _) => &Schema(&[ID, ACCOUNT, COMPLETED_AT, REPORTED]),
        (Operation::StartRun, _) => &Schema(&[ID, ACCOUNT, TRIGGER, CHOSEN_RUN, PAYLOAD]),
        (Operation::ClaimRun, _) => &Schema(&[ACCOUNT, CLAIMANT, LEASE]),
        (Operation::RenewRun, _) => &Schema(&[RUN, ACCOUNT, CLAIMANT, LEASE]),
        (Operation::ListRuns, _) => &Schema(&[ID, ACCOUNT, RUNS_CURSOR, RUNS_LIMIT]),
        (Operation::GetRun, _) => &Schema(&[RUN, ACCOUNT]),
    }
}

impl<'v> Call<'v> {
    /// Reads the arguments of `operation`. Issues of an `input` have paths from the input on: they belong to its form.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(operation: Operation, origin: Origin, value: &'v Value<'_>, host: &dyn Host) -> Result<Self, Error> {
        let Some(stamped) = stamped(operation, value) else {
            return schema(operation, origin).parse(value, Unknown::Refused, host).map(Self);
        };
        let mut report = Report::new(Unknown::Refused, host);
        let call = stamped.read(value, &mut report);
        let rotates = matches!(value.get("input").get("rotateSecret"), Value::Bool(true));
        if rotates && value.get("secretDigest").is_absent() {
            report.enter("secretDigest".into());
            report.issue(IssueCode::Required);
            report.leave();
        }
        report.finish(Self(call)).map_err(Error::invalid)
    }

    /// Reads arguments that go on to whoever carries the call out. Those of a call with `op` go on as they came: its hash
    /// is theirs, and what is wrong with them is for the verdict. Only where nobody could be answered are they refused.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn passed_on(operation: Operation, value: &'v Value<'v>, host: &dyn Host) -> Result<Self, Error> {
        if stamped(operation, value).is_none() {
            return Self::parse(operation, Origin::Wire, value, host);
        }
        let mut report = Report::new(Unknown::Refused, host);
        read_frame(operation, value, &mut report);
        check_hash(value, &mut report);
        match report.finish(()) {
            Ok(()) => Ok(Self(value.clone())),
            Err(issues) => {
                Err(Self::parse(operation, Origin::Wire, value, host).err().unwrap_or_else(|| Error::invalid(issues)))
            }
        }
    }

    /// Reads what says whose operation a call with `op` is: `{ id, accountId?, op }`.
    ///
    /// # Errors
    /// `invalid` with every issue of these.
    pub fn frame(operation: Operation, value: &'v Value<'_>, host: &dyn Host) -> Result<Value<'v>, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let frame = read_frame(operation, value, &mut report);
        report.finish(frame).map_err(Error::invalid)
    }

    /// Reads the body of a request as arguments to pass on; a list without a limit gets the largest.
    ///
    /// # Errors
    /// `protocol` for what is no JSON object, `invalid` with every issue.
    pub fn of_body(operation: Operation, body: &[u8], host: &dyn Host) -> Result<Call<'static>, Error> {
        let body = json::read(body).map_err(|fault| Error::new(ErrorCode::Protocol, &fault.message()))?;
        if !matches!(body, Value::Record(_)) {
            return Err(Error::new(ErrorCode::Protocol, "the body is not a JSON object"));
        }
        let mut call = Call::passed_on(operation, &body, host)?;
        let limit = match operation {
            Operation::List => MAX_LIMIT,
            Operation::ListRuns => DEFAULT_RUNS,
            _ => return Ok(Call(call.0.into_owned())),
        };
        if let Some(cursor) = call.0.text_of("cursor").filter(|_| operation == Operation::List) {
            cursor::read(cursor)?;
        }
        if call.get("limit").is_absent() {
            call.0.push("limit", limit.into());
        }
        Ok(Call(call.0.into_owned()))
    }

    /// The call of arguments that have been checked.
    pub(crate) fn checked(arguments: Value<'v>) -> Self {
        Self(arguments)
    }

    /// What a caller gave under `name`, checked.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value<'v> {
        self.0.get(name)
    }

    /// The id that is asked for.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.text_of("id").unwrap_or_default()
    }

    /// Until when the worker of these arguments holds a run.
    #[must_use]
    pub fn lease(&self, now: Timestamp) -> Timestamp {
        let length = self.0.get("leaseMs").whole().and_then(|length| i64::try_from(length).ok());
        let end = now.milliseconds().saturating_add(length.unwrap_or(DEFAULT_LEASE_MS));
        Timestamp::from_milliseconds(end).unwrap_or(Timestamp::MAX)
    }

    /// When a run completed.
    ///
    /// # Errors
    /// `internal` where these are arguments of another operation.
    pub fn completed_at(&self) -> Result<Timestamp, Error> {
        self.moment("completedAt").ok_or_else(Error::internal)
    }

    /// The creation that these arguments ask for; what they leave open comes from `entropy`.
    #[must_use]
    pub fn into_creation(mut self, entropy: Entropy) -> Creation<'v> {
        Creation {
            input: CreateInput(self.0.take("input")),
            id: self.0.text_of("id").map_or_else(|| entropy.id(), str::to_owned),
            account_id: self.0.text_of("accountId").map(str::to_owned),
            secret: self.secret(entropy),
        }
    }

    /// The update that these arguments ask for; the secret of a rotation that they leave open comes from `entropy`.
    #[must_use]
    pub fn into_update(mut self, entropy: Entropy) -> Update<'v> {
        Update {
            input: UpdateInput(self.0.take("input")),
            expected_updated_at: self.moment("expectedUpdatedAt"),
            secret: self.secret(entropy),
        }
    }

    fn moment(&self, name: &str) -> Option<Timestamp> {
        self.0.text_of(name).and_then(|text| Timestamp::parse(text).ok())
    }

    /// What the caller of a creation or rotation brought or, where that is nothing, a new secret.
    fn secret(&self, entropy: Entropy) -> NewSecret {
        match self.0.text_of("secretDigest") {
            Some(digest) => NewSecret::Digest {
                digest: SecretDigest::checked(digest),
                last_four: self.0.text_of("secretLastFour").map(str::to_owned),
            },
            None => NewSecret::Plain(
                self.0.text_of("webhookSecret").map_or_else(|| entropy.secret(), WebhookSecret::checked),
            ),
        }
    }
}

/// The properties of a stamped call that are needed to answer it at all.
fn read_frame<'v>(operation: Operation, value: &'v Value<'_>, report: &mut Report) -> Value<'v> {
    let Some(mut record) = Record::open(value, report) else { return Value::Absent };
    let properties = stamped_schema(operation).map(|schema| schema.0).unwrap_or_default();
    for property in properties.iter().filter(|property| matches!(property.name, "id" | "accountId" | "op")) {
        record.read(property, report);
    }
    record.kept_whole()
}

fn read_create_input<'v>(input: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    read_input(input, &CREATE_INPUT, report)
}

fn read_update_input<'v>(input: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    read_input(input, &UPDATE_INPUT, report)
}

fn read_input<'v>(input: &'v Value<'v>, schema: &Schema, report: &mut Report) -> Value<'v> {
    // The form of an absent input has no field to show it on.
    match Record::open(input, report) {
        Some(_) => apart(input, schema, report),
        None => Value::Absent,
    }
}

impl Debug for Call<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Call(redacted)")
    }
}

impl<'v> From<Call<'v>> for Value<'v> {
    fn from(call: Call<'v>) -> Self {
        call.0
    }
}

/// The unknown operation of a caller's code, as an issue.
#[must_use]
pub fn unknown_operation() -> Error {
    Error::invalid(vec![Issue::from(IssueCode::OneOf { accepted: Operation::NAMES }).within("operation")])
}
