//! What a place of pipelines is told before anything else.

use super::id::ACCOUNT_ID;
use super::secret::SecretStorage;
use crate::error::Error;
use crate::host::Host;
use crate::schema::report::{Report, Unknown};
use crate::schema::table::{Rule, Schema, optional};
use crate::value::Value;

/// Whose pipelines a place has, and how it keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The owner of all that is there; absent for a place of all owners.
    pub account_id: Option<String>,
    /// How secrets are stored.
    pub storage: SecretStorage,
    /// Whether documents come and go as JSON text, in which a number keeps its digits.
    pub as_text: bool,
}

static SETTINGS: Schema = Schema(&[
    optional("accountId", ACCOUNT_ID),
    optional("secretStorage", Rule::Choice(SecretStorage::WORDS)),
    optional("documentText", Rule::Flag),
]);

impl Settings {
    /// Reads `{ accountId?, secretStorage?, documentText? }`.
    ///
    /// # Errors
    /// `config` with every issue.
    pub fn parse(options: &Value, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let options = SETTINGS.read(options, &mut report);
        let options = report.finish(options).map_err(Error::config)?;
        Ok(Self {
            account_id: options.text_of("accountId").map(str::to_owned),
            storage: SecretStorage::parse(options.text_of("secretStorage"))?,
            as_text: matches!(options.get("documentText"), Value::Bool(true)),
        })
    }
}
