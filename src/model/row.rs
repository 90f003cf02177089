//! A pipeline as it is stored: its secret sealed, its sort key beside its name.
//!
//! Every place that stores (Convex, the local store) plans its changes here, so that a secret is sealed by one rule.

use super::change;
use super::input::{CreateInput, UpdateInput};
use super::list_item::{PipelineListItem, Place};
use super::pipeline::Pipeline;
use super::read::Report;
use super::secret::{SecretDigest, SecretStorage, WebhookSecret, bears_tag};
use super::timestamp::Timestamp;
use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::value::Value;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// The field that holds the lower-case name, by which Convex sorts.
const NAME_KEY: &str = "nameKey";

/// A stored pipeline.
#[derive(Clone, Debug)]
pub struct Row(Pipeline);

/// What a change makes: the row to store, and the pipeline to answer with.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    /// What is stored.
    pub row: Row,
    /// What the caller sees, with the secret where it is revealed.
    pub reply: Pipeline,
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

impl NewSecret {
    /// What the maker of a creation or rotation brought or, where that is nothing, a new secret.
    #[must_use]
    pub fn of(
        digest: Option<SecretDigest>,
        last_four: Option<String>,
        secret: Option<WebhookSecret>,
        entropy: change::Entropy,
    ) -> Self {
        match digest {
            Some(digest) => Self::Digest { digest, last_four },
            None => Self::Plain(secret.unwrap_or_else(|| entropy.secret())),
        }
    }
}

/// A creation whose arguments have been checked.
#[derive(Clone, Debug)]
pub struct Creation {
    /// The definition.
    pub input: CreateInput,
    /// The identifier.
    pub id: String,
    /// The owner.
    pub account_id: Option<String>,
    /// The secret.
    pub secret: NewSecret,
}

/// An update whose arguments have been checked.
#[derive(Clone, Debug)]
pub struct Update {
    /// The changes.
    pub input: UpdateInput,
    /// The version that the caller has seen; any where absent.
    pub expected_updated_at: Option<Timestamp>,
    /// The secret that a rotation takes.
    pub secret: NewSecret,
}

impl Row {
    /// Reads a stored document.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(value: &Value, host: &dyn Host) -> Result<Self, Error> {
        Pipeline::parse(value, host).map(Self::of_document)
    }

    /// Reads a stored document as one value of several.
    pub fn read(value: &Value, report: &mut Report) -> Option<Self> {
        Pipeline::read(value, report).map(Self::of_document)
    }

    fn of_document(mut document: Pipeline) -> Self {
        document.extra.remove(NAME_KEY);
        Self(document)
    }

    /// The stored row of a new pipeline.
    #[must_use]
    pub fn create(creation: Creation, now: Timestamp, storage: SecretStorage) -> Planned {
        let Creation { input, id, account_id, secret } = creation;
        // The transition wants a secret; the one of a digest is replaced before anything sees it.
        let context = change::Context { id, account_id, now, webhook_secret: WebhookSecret::from_entropy([0; 16]) };
        Self(change::create(input, context)).with_secret(secret, now, storage)
    }

    /// The row after an update.
    ///
    /// # Errors
    /// `conflict` where the row has changed since the caller saw it.
    pub fn update(self, update: Update, now: Timestamp, storage: SecretStorage) -> Result<Planned, Error> {
        if update.expected_updated_at.is_some_and(|expected| expected != self.0.updated_at) {
            return Err(Error::new(ErrorCode::Conflict, "the pipeline has changed since it was read"));
        }
        let rotates = update.input.rotate_secret == Some(true);
        let row = Self(change::define(self.0, update.input, now));
        Ok(if rotates { row.with_secret(update.secret, now, storage) } else { row.planned(storage) })
    }

    /// The row after a completed run.
    #[must_use]
    pub fn record_run(self, completed_at: Timestamp, storage: SecretStorage) -> Planned {
        Self(change::record_run(self.0, completed_at)).planned(storage)
    }

    /// The row that keeps what another place answered. It brings no secret but one that it reveals.
    #[must_use]
    pub fn copy_of(pipeline: Pipeline, storage: SecretStorage) -> Self {
        Self(pipeline).planned(storage).row
    }

    /// The pipeline as replies show it.
    #[must_use]
    pub fn show(&self, storage: SecretStorage) -> Pipeline {
        let mut pipeline = self.0.clone();
        let shows = storage == SecretStorage::Plaintext;
        pipeline.webhook_secret = pipeline.webhook_secret.filter(|secret| shows && !bears_tag(secret));
        pipeline
    }

    /// What a list shows.
    #[must_use]
    pub fn list_item(&self) -> PipelineListItem {
        PipelineListItem::from(&self.0)
    }

    /// The place in every list.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::new(self.0.name.as_str(), &self.0.id)
    }

    /// The identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Whether a caller that is scoped to `account` may see it.
    #[must_use]
    pub fn belongs_to(&self, account: Option<&str>) -> bool {
        self.0.belongs_to(account)
    }

    /// The secret in its sealed form, also where an older row still keeps it plain.
    #[must_use]
    pub fn sealed_secret(&self) -> Option<String> {
        let secret = self.0.webhook_secret.as_ref()?;
        Some(if bears_tag(secret) { secret.clone() } else { SecretDigest::of(secret).sealed() })
    }

    fn with_secret(mut self, secret: NewSecret, now: Timestamp, storage: SecretStorage) -> Planned {
        let is_sealed = storage == SecretStorage::Hashed || matches!(secret, NewSecret::Digest { .. });
        self.0.secret_last_four = None;
        self.0.secret_changed_at = is_sealed.then_some(now);
        match secret {
            NewSecret::Digest { digest, last_four } => {
                self.0.secret_last_four = last_four;
                self.0.webhook_secret = Some(digest.sealed());
                self.planned(storage)
            }
            NewSecret::Plain(secret) => {
                self.0.webhook_secret = Some(secret.reveal().to_owned());
                let mut planned = self.planned(storage);
                planned.reply.webhook_secret = Some(secret.reveal().to_owned());
                planned
            }
        }
    }

    /// Seals what is still plain where secrets are stored sealed: older rows are sealed on their next change.
    fn planned(mut self, storage: SecretStorage) -> Planned {
        if storage == SecretStorage::Hashed
            && let Some(secret) = self.0.webhook_secret.take_if(|secret| !bears_tag(secret))
        {
            self.0.secret_last_four = Some(last_four(&secret));
            self.0.webhook_secret = Some(SecretDigest::of(&secret).sealed());
        }
        Planned { reply: self.show(storage), row: self }
    }
}

/// The last four characters of a secret that may be older than the rule for new ones.
fn last_four(secret: &str) -> String {
    let start = secret.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    secret.get(start..).unwrap_or_default().to_owned()
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.write(&mut map)?;
        map.serialize_entry(NAME_KEY, &self.0.name.key())?;
        map.end()
    }
}
