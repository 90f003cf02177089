//! How pipelines come to be and change: a state, an input and a moment make a new state.

use super::id::{ACCOUNT_ID, NEW_ID, new_uuid};
use super::input::{CreateInput, UpdateInput};
use super::pipeline::Pipeline;
use super::secret::{WEBHOOK_SECRET, WebhookSecret};
use super::timestamp::{GIVEN_MOMENT, Timestamp};
use crate::error::Error;
use crate::host::Host;
use crate::schema::report::Unknown;
use crate::schema::table::{Schema, optional};
use crate::value::Value;

/// 32 random bytes: half for an identifier, half for a secret.
#[derive(Clone, Copy)]
pub struct Entropy([u8; 16], [u8; 16]);

impl Entropy {
    /// Takes the caller's random bytes; `None` unless there are 32.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk()?;
        let (secret, rest) = rest.split_first_chunk()?;
        rest.is_empty().then_some(Self(*id, *secret))
    }

    /// A UUID v4.
    #[must_use]
    pub fn id(self) -> String {
        new_uuid(self.0)
    }

    /// A secret of 122 random bits.
    #[must_use]
    pub fn secret(self) -> WebhookSecret {
        WebhookSecret::from_entropy(self.1)
    }
}

/// What a change takes from its surroundings.
#[derive(Clone, Debug)]
pub struct Context {
    /// For a creation: the identifier of the new pipeline.
    pub id: String,
    /// For a creation and a rotation: the new secret.
    pub webhook_secret: WebhookSecret,
    /// For a creation: the owner.
    pub account_id: Option<String>,
    /// The moment of the change.
    pub now: Timestamp,
}

static CONTEXT: Schema = Schema(&[
    optional("id", NEW_ID),
    optional("webhookSecret", WEBHOOK_SECRET),
    optional("accountId", ACCOUNT_ID),
    optional("now", GIVEN_MOMENT),
]);

impl Context {
    /// Reads what a caller gives of `{ id, webhookSecret, accountId, now }`; the rest comes from clock and entropy.
    ///
    /// # Errors
    /// `invalid` with the issues of the context.
    pub fn parse(value: &Value, clock: f64, entropy: Entropy, host: &dyn Host) -> Result<Self, Error> {
        let given = CONTEXT.parse(value, Unknown::Refused, host)?;
        Ok(Self {
            id: given.text_of("id").map_or_else(|| entropy.id(), str::to_owned),
            webhook_secret: given.text_of("webhookSecret").map_or_else(|| entropy.secret(), WebhookSecret::checked),
            account_id: given.text_of("accountId").map(str::to_owned),
            now: Timestamp::given_or(given.get("now"), clock)?,
        })
    }
}

/// A new pipeline, with its secret.
#[must_use]
pub fn create<'v>(input: CreateInput<'v>, context: Context) -> Pipeline<'v> {
    let mut pipeline = Pipeline::checked(input.0);
    pipeline.set("id", context.id.into());
    pipeline.set("accountId", context.account_id.into());
    pipeline.set("webhookSecret", context.webhook_secret.reveal().to_owned().into());
    pipeline.set("createdAt", context.now.into());
    pipeline.set("updatedAt", context.now.into());
    pipeline
}

/// The pipeline after an update, with its secret where it had one or gets a new one.
#[must_use]
pub fn update<'v>(pipeline: Pipeline<'v>, input: UpdateInput<'v>, context: Context) -> Pipeline<'v> {
    let rotates = input.rotates_secret();
    let updated = define(pipeline, input, context.now);
    if rotates { rotate(updated, &context.webhook_secret, context.now) } else { updated }
}

/// The pipeline with its definition changed; `rotateSecret` is left to [`update`].
#[must_use]
pub fn define<'v>(mut pipeline: Pipeline<'v>, input: UpdateInput<'v>, now: Timestamp) -> Pipeline<'v> {
    let Value::Record(changes) = input.0 else { return pipeline };
    for change in changes {
        match change.value {
            _ if change.key == "rotateSecret" => {}
            Value::Null => drop(pipeline.take(&change.key)),
            _ => pipeline.put(change),
        }
    }
    let earliest = pipeline.moment("updatedAt").map_or(now, Timestamp::next);
    pipeline.set("updatedAt", now.max(earliest).into());
    pipeline
}

/// The pipeline with a new secret. What a page shows of a sealed one is renewed where it was there.
fn rotate<'v>(mut pipeline: Pipeline<'v>, secret: &WebhookSecret, now: Timestamp) -> Pipeline<'v> {
    if !pipeline.get("secretLastFour").is_absent() {
        pipeline.set("secretLastFour", secret.last_four().into());
    }
    if !pipeline.get("secretChangedAt").is_absent() {
        pipeline.set("secretChangedAt", now.into());
    }
    pipeline.set("webhookSecret", secret.reveal().to_owned().into());
    pipeline
}

/// The pipeline after a completed run. Runs may be reported late: the latest stays, and so does how it ended, where that
/// is known.
#[must_use]
pub fn record_run<'v>(mut pipeline: Pipeline<'v>, completed_at: Timestamp, status: Value<'v>) -> Pipeline<'v> {
    let last = pipeline.moment("lastRunAt");
    if last.is_none_or(|last| last < completed_at || last == completed_at && !status.is_absent()) {
        pipeline.set("lastRunAt", completed_at.into());
        pipeline.set("lastRunStatus", status);
    }
    pipeline
}
