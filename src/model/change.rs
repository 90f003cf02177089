//! How pipelines come to be and change: a state, an input and a moment make a new state.

use super::input::{CreateInput, UpdateInput};
use super::pipeline::{Pipeline, read_account_id, read_new_id};
use super::read::{Extra, Fields, Report, Unknown};
use super::secret::WebhookSecret;
use super::timestamp::Timestamp;
use crate::error::Error;
use crate::host::Host;
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
        uuid::Builder::from_random_bytes(self.0).into_uuid().to_string()
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

impl Context {
    /// Reads what a caller gives of `{ id, webhookSecret, accountId, now }`; the rest comes from clock and entropy.
    ///
    /// # Errors
    /// `invalid` with the issues of the context.
    pub fn parse(value: &Value, clock: f64, entropy: Entropy, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let context = Self::read(value, clock, entropy, &mut report);
        report.finish(context).map_err(Error::invalid)
    }

    fn read(value: &Value, clock: f64, entropy: Entropy, report: &mut Report) -> Option<Self> {
        let empty = Value::Record(Vec::new());
        let value = if *value == Value::Absent { &empty } else { value };
        let fields = Fields::open(value, &["id", "webhookSecret", "accountId", "now"], report)?;
        let id = fields.optional("id", report, read_new_id);
        let webhook_secret = fields.optional("webhookSecret", report, WebhookSecret::read);
        let account_id = fields.optional("accountId", report, read_account_id);
        let now = Timestamp::read_now(fields.get("now"), "now", clock, report);
        fields.close(report);
        Some(Self {
            id: id?.unwrap_or_else(|| entropy.id()),
            webhook_secret: webhook_secret?.unwrap_or_else(|| entropy.secret()),
            account_id: account_id?,
            now: now?,
        })
    }
}

/// A new pipeline, with its secret.
#[must_use]
pub fn create(input: CreateInput, context: Context) -> Pipeline {
    Pipeline {
        id: context.id,
        account_id: context.account_id,
        name: input.name,
        description: input.description,
        steps: input.steps,
        schedule: input.schedule,
        default_source: input.default_source,
        webhook_secret: Some(context.webhook_secret.reveal().to_owned()),
        secret_last_four: None,
        secret_changed_at: None,
        created_at: context.now,
        updated_at: context.now,
        last_run_at: None,
        extra: Extra::default(),
    }
}

/// The pipeline after an update, with its secret where it had one or gets a new one.
#[must_use]
pub fn update(pipeline: Pipeline, input: UpdateInput, context: Context) -> Pipeline {
    let rotates = input.rotate_secret == Some(true);
    let updated = define(pipeline, input, context.now);
    if rotates { rotate(updated, &context.webhook_secret, context.now) } else { updated }
}

/// The pipeline with its definition changed; `rotateSecret` is left to [`update`].
#[must_use]
pub fn define(pipeline: Pipeline, input: UpdateInput, now: Timestamp) -> Pipeline {
    Pipeline {
        name: input.name.unwrap_or(pipeline.name),
        description: input.description.apply(pipeline.description),
        steps: input.steps.unwrap_or(pipeline.steps),
        schedule: input.schedule.apply(pipeline.schedule),
        default_source: input.default_source.apply(pipeline.default_source),
        updated_at: now.max(pipeline.updated_at.next()),
        ..pipeline
    }
}

/// The pipeline with a new secret. What a page shows of a sealed one is renewed where it was there.
fn rotate(pipeline: Pipeline, secret: &WebhookSecret, now: Timestamp) -> Pipeline {
    Pipeline {
        secret_last_four: pipeline.secret_last_four.map(|_| secret.last_four()),
        secret_changed_at: pipeline.secret_changed_at.map(|_| now),
        webhook_secret: Some(secret.reveal().to_owned()),
        ..pipeline
    }
}

/// The pipeline after a completed run. Runs may be reported late: the latest stays.
#[must_use]
pub fn record_run(pipeline: Pipeline, completed_at: Timestamp) -> Pipeline {
    Pipeline { last_run_at: pipeline.last_run_at.max(Some(completed_at)), ..pipeline }
}
