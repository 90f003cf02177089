//! The arguments of each operation.

use super::cursor;
use super::operation::Operation;
use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::issue::{Issue, IssueCode};
use crate::model::change::Entropy;
use crate::model::id::{NEW_ID, SOUGHT_ID};
use crate::model::input::{CREATE_INPUT, CreateInput, UPDATE_INPUT, UpdateInput};
use crate::model::pipeline::{ACCOUNT_ID, LAST_FOUR};
use crate::model::row::{Creation, NewSecret, Update};
use crate::model::secret::{SECRET_DIGEST, SecretDigest, WEBHOOK_SECRET, WebhookSecret};
use crate::model::timestamp::{MOMENT, Timestamp};
use crate::schema::read::{Record, apart};
use crate::schema::report::{Report, Unknown};
use crate::schema::table::{Property, Rule, Schema, optional, required};
use crate::schema::text::any;
use crate::value::{Value, json};
use std::fmt::{Debug, Formatter};

/// The most items on one page of a list, and how many there are where the caller does not say.
pub const MAX_LIMIT: u32 = 1_000;

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

fn schema(operation: Operation, origin: Origin) -> &'static Schema {
    match (operation, origin) {
        (Operation::List, _) => &Schema(&[ACCOUNT, CURSOR, LIMIT]),
        (Operation::Get | Operation::Delete, _) => &Schema(&[ID, ACCOUNT]),
        (Operation::FindByWebhookSecret, _) => &Schema(&[PRESENTED]),
        (Operation::Create, Origin::Wire) => &Schema(&[CHOSEN_ID, ACCOUNT, CREATION, DIGEST, SHOWN]),
        (Operation::Create, Origin::Process) => &Schema(&[CHOSEN_ID, ACCOUNT, CREATION, DIGEST, SHOWN, SECRET]),
        (Operation::Update, Origin::Wire) => &Schema(&[ID, ACCOUNT, UPDATE, SEEN, DIGEST, SHOWN]),
        (Operation::Update, Origin::Process) => &Schema(&[ID, ACCOUNT, UPDATE, SEEN, DIGEST, SHOWN, SECRET]),
        (Operation::RecordRun, _) => &Schema(&[ID, ACCOUNT, COMPLETED_AT]),
    }
}

impl<'v> Call<'v> {
    /// Reads the arguments of `operation`. Issues of an `input` have paths from the input on: they belong to its form.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(operation: Operation, origin: Origin, value: &'v Value<'_>, host: &dyn Host) -> Result<Self, Error> {
        schema(operation, origin).parse(value, Unknown::Refused, host).map(Self)
    }

    /// Reads the body of a request as arguments; a list without a limit gets the largest.
    ///
    /// # Errors
    /// `protocol` for what is no JSON object, `invalid` with every issue.
    pub fn of_body(operation: Operation, body: &[u8], host: &dyn Host) -> Result<Call<'static>, Error> {
        let body = json::read(body).map_err(|fault| Error::new(ErrorCode::Protocol, &fault.message()))?;
        if !matches!(body, Value::Record(_)) {
            return Err(Error::new(ErrorCode::Protocol, "the body is not a JSON object"));
        }
        let mut call = Call::parse(operation, Origin::Wire, &body, host)?;
        if let Some(cursor) = call.0.text_of("cursor") {
            cursor::read(cursor)?;
        }
        if operation == Operation::List && call.get("limit").is_absent() {
            call.0.push("limit", MAX_LIMIT.into());
        }
        Ok(Call(call.0.into_owned()))
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
