//! The arguments of each operation.

use super::operation::Operation;
use crate::error::Error;
use crate::host::Host;
use crate::issue::IssueCode;
use crate::model::change::Entropy;
use crate::model::input::{CreateInput, UpdateInput};
use crate::model::pipeline::{read_account_id, read_last_four, read_new_id, write_optional};
use crate::model::read::{Fields, Read, Report, Unknown, whole_number};
use crate::model::row::{Creation, NewSecret, Update};
use crate::model::secret::{SecretDigest, WebhookSecret};
use crate::model::text::owned_text;
use crate::model::timestamp::Timestamp;
use crate::value::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The most items on one page of a list, and how many there are where the caller does not say.
pub const MAX_LIMIT: u32 = 1_000;

/// Checked arguments of one operation.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The id that is asked for or, for a creation, given.
    pub id: Option<String>,
    /// The account that the caller is scoped to.
    pub account_id: Option<String>,
    /// What a page begins behind.
    pub cursor: Option<String>,
    /// How many items a page has at most.
    pub limit: Option<u32>,
    /// The secret that is looked for.
    pub secret: Option<String>,
    /// What a creation takes.
    pub create: Option<CreateInput>,
    /// What an update takes.
    pub update: Option<UpdateInput>,
    /// The version that the caller of an update has seen.
    pub expected_updated_at: Option<Timestamp>,
    /// The digest of the secret of a creation or rotation.
    pub secret_digest: Option<SecretDigest>,
    /// What a page may show of the secret behind the digest.
    pub secret_last_four: Option<String>,
    /// The secret itself; only within one process, never on the wire.
    pub webhook_secret: Option<WebhookSecret>,
    /// When a run completed.
    pub completed_at: Option<Timestamp>,
}

/// Where arguments come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Over HTTP: a secret travels as its digest.
    Wire,
    /// From the same process.
    Process,
}

impl Call {
    /// Reads the arguments of `operation`. Issues of an `input` have paths from the input on: they belong to its form.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(operation: Operation, origin: Origin, value: &Value, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let call = Self::read(operation, origin, value, &mut report);
        report.finish(call).map_err(Error::invalid)
    }

    fn read(operation: Operation, origin: Origin, value: &Value, report: &mut Report) -> Option<Self> {
        let known = known_fields(operation, origin);
        let fields = Fields::open(value, known, report)?;
        let is_known = |name: &str| known.contains(&name);
        let mut call = Self::default();
        if operation == Operation::Create {
            call.id = fields.optional("id", report, read_new_id).flatten();
        } else if is_known("id") {
            call.id = fields.read("id", report, owned_text);
        }
        if is_known("accountId") {
            call.account_id = fields.optional("accountId", report, read_account_id).flatten();
        }
        if is_known("cursor") {
            call.cursor = fields.optional("cursor", report, owned_text).flatten();
            call.limit =
                fields.optional("limit", report, |value, report| whole_number(value, 1, MAX_LIMIT, report)).flatten();
        }
        if is_known("secret") {
            call.secret = fields.read("secret", report, owned_text);
        }
        match operation {
            Operation::Create => {
                call.create = read_input(&fields, report, CreateInput::read);
            }
            Operation::Update => {
                call.update = read_input(&fields, report, UpdateInput::read);
                call.expected_updated_at = fields.optional("expectedUpdatedAt", report, Timestamp::read).flatten();
            }
            Operation::RecordRun => call.completed_at = fields.read("completedAt", report, Timestamp::read),
            _ => {}
        }
        if is_known("secretDigest") {
            call.secret_digest = fields.optional("secretDigest", report, SecretDigest::read).flatten();
        }
        if is_known("secretLastFour") {
            call.secret_last_four = fields.optional("secretLastFour", report, read_last_four).flatten();
        }
        if is_known("webhookSecret") {
            call.webhook_secret = fields.optional("webhookSecret", report, WebhookSecret::read).flatten();
        }
        fields.close(report);
        Some(call)
    }
}

impl Call {
    /// The creation that these arguments ask for; what they leave open comes from `entropy`.
    ///
    /// # Errors
    /// `internal` where these are arguments of another operation.
    pub fn into_creation(self, entropy: Entropy) -> Result<Creation, Error> {
        Ok(Creation {
            input: self.create.ok_or_else(Error::internal)?,
            id: self.id.unwrap_or_else(|| entropy.id()),
            account_id: self.account_id,
            secret: NewSecret::of(self.secret_digest, self.secret_last_four, self.webhook_secret, entropy),
        })
    }

    /// The update that these arguments ask for; the secret of a rotation that they leave open comes from `entropy`.
    ///
    /// # Errors
    /// `internal` where these are arguments of another operation.
    pub fn into_update(self, entropy: Entropy) -> Result<Update, Error> {
        Ok(Update {
            input: self.update.ok_or_else(Error::internal)?,
            expected_updated_at: self.expected_updated_at,
            secret: NewSecret::of(self.secret_digest, self.secret_last_four, self.webhook_secret, entropy),
        })
    }
}

fn known_fields(operation: Operation, origin: Origin) -> &'static [&'static str] {
    match (operation, origin) {
        (Operation::List, _) => &["accountId", "cursor", "limit"],
        (Operation::Get | Operation::Delete, _) => &["id", "accountId"],
        (Operation::FindByWebhookSecret, _) => &["secret"],
        (Operation::Create, Origin::Wire) => &["input", "accountId", "id", "secretDigest", "secretLastFour"],
        (Operation::Create, Origin::Process) => {
            &["input", "accountId", "id", "secretDigest", "secretLastFour", "webhookSecret"]
        }
        (Operation::Update, Origin::Wire) => {
            &["id", "input", "accountId", "expectedUpdatedAt", "secretDigest", "secretLastFour"]
        }
        (Operation::Update, Origin::Process) => {
            &["id", "input", "accountId", "expectedUpdatedAt", "secretDigest", "secretLastFour", "webhookSecret"]
        }
        (Operation::RecordRun, _) => &["id", "completedAt", "accountId"],
    }
}

fn read_input<T>(fields: &Fields, report: &mut Report, read: Read<T>) -> Option<T> {
    match fields.get("input") {
        input @ Value::Record(_) => report.apart(input, read),
        // The form of an absent input has no field to show it on.
        _ => fields.read("input", report, |value, report| Fields::open(value, &[], report).and(None)),
    }
}

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        write_optional(&mut map, "id", self.id.as_ref())?;
        write_optional(&mut map, "input", self.create.as_ref())?;
        write_optional(&mut map, "input", self.update.as_ref())?;
        write_optional(&mut map, "secret", self.secret.as_ref())?;
        write_optional(&mut map, "completedAt", self.completed_at.as_ref())?;
        write_optional(&mut map, "accountId", self.account_id.as_ref())?;
        write_optional(&mut map, "cursor", self.cursor.as_ref())?;
        write_optional(&mut map, "limit", self.limit.as_ref())?;
        write_optional(&mut map, "expectedUpdatedAt", self.expected_updated_at.as_ref())?;
        write_optional(&mut map, "secretDigest", self.secret_digest.as_ref().map(SecretDigest::as_str).as_ref())?;
        write_optional(&mut map, "secretLastFour", self.secret_last_four.as_ref())?;
        map.end()
    }
}

/// The unknown operation of a caller's code, as an issue.
#[must_use]
pub fn unknown_operation() -> Error {
    Error::invalid(vec![crate::issue::Issue::from(IssueCode::OneOf { accepted: Operation::NAMES }).within("operation")])
}
