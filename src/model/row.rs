//! A pipeline as it is stored: its secret sealed, its sort key beside its name.
//!
//! Every place that stores (Convex, the local store) plans its changes here, so that a secret is sealed by one rule.

use super::change;
use super::input::{CreateInput, UpdateInput};
use super::list_item::{LISTED, list_item, name_key};
use super::pipeline::Pipeline;
use super::schedule::next_run;
use super::secret::{SecretDigest, SecretStorage, WebhookSecret, bears_tag, last_four, sealed};
use super::timestamp::Timestamp;
use crate::error::Error;
use crate::host::Host;
use crate::value::{Value, record};

/// The field that holds the lower-case name, by which Convex sorts.
pub const NAME_KEY: &str = "nameKey";
/// The field that holds when the schedule fires next; absent where it never does. No reply shows it.
pub const NEXT_RUN_AT: &str = "nextRunAt";

/// A stored pipeline.
#[derive(Clone, Debug)]
pub struct Row<'v>(Pipeline<'v>);

/// What a change makes: the row to store, and the pipeline to answer with.
#[derive(Clone, Debug)]
pub struct Planned<'v> {
    /// What is stored.
    pub row: Row<'v>,
    /// What the caller sees, with the secret where it is revealed.
    pub reply: Pipeline<'v>,
}

/// A secret as its maker hands it over.
#[derive(Clone, Debug)]
pub enum NewSecret {
    /// The secret itself, which the reply reveals.
    Plain(WebhookSecret),
    /// Its digest: the caller keeps the secret, and nothing reveals it here.
    Digest {
        /// What is sealed.
        digest: SecretDigest,
        /// What a page may show, where the caller says it.
        last_four: Option<String>,
    },
}

/// A creation whose arguments have been checked.
#[derive(Clone, Debug)]
pub struct Creation<'v> {
    /// The definition.
    pub input: CreateInput<'v>,
    /// The identifier.
    pub id: String,
    /// The owner.
    pub account_id: Option<String>,
    /// The secret.
    pub secret: NewSecret,
}

/// An update whose arguments have been checked.
#[derive(Clone, Debug)]
pub struct Update<'v> {
    /// The changes.
    pub input: UpdateInput<'v>,
    /// The version that the caller has seen; any where absent.
    pub expected_updated_at: Option<Timestamp>,
    /// The secret that a rotation takes.
    pub secret: NewSecret,
}

impl<'v> Row<'v> {
    /// Reads a stored document.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(value: &'v Value<'_>, host: &dyn Host) -> Result<Self, Error> {
        Pipeline::parse(value, host).map(Self::of_document)
    }

    /// The row of a record that has been checked.
    pub(crate) fn checked(record: Value<'v>) -> Self {
        Self::of_document(Pipeline::checked(record))
    }

    fn of_document(mut document: Pipeline<'v>) -> Self {
        document.take(NAME_KEY);
        Self(document)
    }

    /// The stored row of a new pipeline.
    #[must_use]
    pub fn create(creation: Creation<'v>, now: Timestamp, storage: SecretStorage) -> Planned<'v> {
        let Creation { input, id, account_id, secret } = creation;
        // The transition wants a secret; the one of a digest is replaced before anything sees it.
        let context = change::Context { id, account_id, now, webhook_secret: WebhookSecret::from_entropy([0; 16]) };
        Self(change::create(input, context)).with_secret(secret, now, storage)
    }

    /// The row after an update.
    ///
    /// # Errors
    /// `conflict` where the row has changed since the caller saw it.
    pub fn update(self, update: Update<'v>, now: Timestamp, storage: SecretStorage) -> Result<Planned<'v>, Error> {
        if update.expected_updated_at.is_some_and(|expected| Some(expected) != self.0.moment("updatedAt")) {
            return Err(Error::changed_since());
        }
        let rotates = update.input.rotates_secret();
        let schedule = self.get("schedule").clone();
        let mut row = Self(change::define(self.0, update.input, now));
        // A time that is due already stays due where only something else has changed.
        if *row.get("schedule") != schedule {
            row.0.take(NEXT_RUN_AT);
        }
        Ok(if rotates { row.with_secret(update.secret, now, storage) } else { row.planned(storage) })
    }

    /// The row after a completed run.
    #[must_use]
    pub fn record_run(self, completed_at: Timestamp, storage: SecretStorage) -> Planned<'v> {
        self.ran(completed_at, Value::Absent).planned(storage)
    }

    /// The row after a run that ended like this.
    #[must_use]
    pub fn ran(self, completed_at: Timestamp, status: Value<'v>) -> Self {
        Self(change::record_run(self.0, completed_at, status))
    }

    /// The row whose schedule fires next at this moment.
    #[must_use]
    pub fn due(mut self, next: Option<Timestamp>) -> Self {
        self.0.set(NEXT_RUN_AT, next.into());
        self
    }

    /// The row with the moment at which its schedule fires next, where nobody has worked that out yet.
    #[must_use]
    pub fn timed(self, now: Timestamp, host: &dyn Host) -> Self {
        if self.moment(NEXT_RUN_AT).is_some() {
            return self;
        }
        let next = next_run(self.get("schedule"), now, host);
        self.due(next)
    }

    /// The row that keeps what another place answered. It brings no secret but one that it reveals.
    #[must_use]
    pub fn copy_of(pipeline: Pipeline<'v>, storage: SecretStorage) -> Self {
        Self(pipeline).planned(storage).row
    }

    /// The pipeline as replies show it.
    #[must_use]
    pub fn show(&self, storage: SecretStorage) -> Pipeline<'v> {
        let mut pipeline = self.0.clone();
        let shows = storage == SecretStorage::Plaintext;
        if !pipeline.text("webhookSecret").is_some_and(|secret| shows && !bears_tag(secret)) {
            pipeline.take("webhookSecret");
        }
        pipeline.take(NEXT_RUN_AT);
        pipeline
    }

    /// What a list shows.
    #[must_use]
    pub fn list_item(&self) -> Value<'_> {
        list_item(&self.0)
    }

    /// All that no list shows.
    #[must_use]
    pub fn unlisted(&self) -> Value<'_> {
        let mut unlisted = Vec::new();
        for field in self.0.fields() {
            if !LISTED.contains(&field.key.as_ref()) {
                unlisted.push(field.clone());
            }
        }
        Value::Record(unlisted)
    }

    /// What stands in a field.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value<'v> {
        self.0.get(name)
    }

    /// The moment in a field, where it is there.
    #[must_use]
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        self.0.moment(name)
    }

    /// The identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.id()
    }

    /// Whether a caller that is scoped to `account` may see it.
    #[must_use]
    pub fn belongs_to(&self, account: Option<&str>) -> bool {
        self.0.belongs_to(account)
    }

    /// The secret in its sealed form, also where an older row still keeps it plain.
    #[must_use]
    pub fn sealed_secret(&self) -> Option<String> {
        self.0.text("webhookSecret").map(sealed)
    }

    /// A copy that outlives what the row was read from.
    #[must_use]
    pub fn into_owned(self) -> Row<'static> {
        Row(self.0.into_owned())
    }

    fn with_secret(mut self, secret: NewSecret, now: Timestamp, storage: SecretStorage) -> Planned<'v> {
        let is_sealed = storage == SecretStorage::Hashed || matches!(secret, NewSecret::Digest { .. });
        self.0.set("secretLastFour", Value::Absent);
        self.0.set("secretChangedAt", is_sealed.then_some(now).into());
        match secret {
            NewSecret::Digest { digest, last_four } => {
                self.0.set("secretLastFour", last_four.into());
                self.0.set("webhookSecret", digest.sealed().into());
                self.planned(storage)
            }
            NewSecret::Plain(secret) => {
                self.0.set("webhookSecret", secret.reveal().to_owned().into());
                let mut planned = self.planned(storage);
                planned.reply.set("webhookSecret", secret.reveal().to_owned().into());
                planned
            }
        }
    }

    /// Seals what is still plain where secrets are stored sealed: older rows are sealed on their next change.
    fn planned(mut self, storage: SecretStorage) -> Planned<'v> {
        let stored = self.0.text("webhookSecret").filter(|secret| !bears_tag(secret)).map(str::to_owned);
        if storage == SecretStorage::Hashed
            && let Some(secret) = stored
        {
            self.0.set("secretLastFour", last_four(&secret).into());
            self.0.set("webhookSecret", SecretDigest::of(&secret).sealed().into());
        }
        Planned { reply: self.show(storage), row: self }
    }
}

impl<'v> From<Row<'v>> for Value<'v> {
    fn from(Row(document): Row<'v>) -> Self {
        let key = name_key(document.name());
        let mut row = Value::from(document);
        row.push(NAME_KEY, key.into());
        row
    }
}

impl<'v> Planned<'v> {
    /// What a server keeps of it: beside the row, when its schedule fires next.
    #[must_use]
    pub fn timed(self, now: Timestamp, host: &dyn Host) -> Self {
        Self { row: self.row.timed(now, host), reply: self.reply }
    }
}

impl Planned<'_> {
    /// A copy that outlives what it was made of.
    #[must_use]
    pub fn into_owned(self) -> Planned<'static> {
        Planned { row: self.row.into_owned(), reply: self.reply.into_owned() }
    }
}

impl<'v> From<Planned<'v>> for Value<'v> {
    fn from(planned: Planned<'v>) -> Self {
        record! { "row": planned.row, "reply": planned.reply }
    }
}
