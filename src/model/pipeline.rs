//! The pipeline itself, as it is handed around.

use super::id::{ACCOUNT_ID, STORED_ID};
use super::run::RUN_STATUSES;
use super::schedule::SCHEDULE;
use super::source::SOURCE;
use super::step::STORED_STEPS;
use super::timestamp::{MOMENT, Timestamp};
use crate::error::Error;
use crate::host::Host;
use crate::issue::IssueCode;
use crate::schema::read::document;
use crate::schema::report::{MAX_DOCUMENT_BYTES, Report, Unknown};
use crate::schema::table::{Presence, Property, Rule, Schema, lenient, optional, required};
use crate::value::{Field, Value};
use std::fmt::{Debug, Formatter};

/// The longest name, in UTF-16 units.
pub const MAX_NAME_UNITS: usize = 200;
/// The longest description, in UTF-16 units.
pub const MAX_DESCRIPTION_UNITS: usize = 10_000;
/// The longest secret that a document may hold; older secrets may be shorter than new ones must be.
const MAX_STORED_SECRET_UNITS: usize = 200;

/// A pipeline's name.
pub const NAME: Rule = Rule::Trimmed { max: MAX_NAME_UNITS };
/// A pipeline's description.
pub const DESCRIPTION: Rule = Rule::Remark { max: MAX_DESCRIPTION_UNITS };
/// What a page may show of a secret: four characters of any kind.
pub const LAST_FOUR: Rule = Rule::Verbatim { max: 8 };

/// A document. Its id, name and timestamps must be well-formed; whatever else this version or this host would refuse is
/// kept as it stands, as unknown fields are.
pub static PIPELINE: Schema = Schema(&[
    required("id", STORED_ID),
    lenient("accountId", ACCOUNT_ID),
    required("name", NAME),
    lenient("description", DESCRIPTION),
    Property { presence: Presence::Required, ..lenient("steps", Rule::List(&STORED_STEPS)) },
    lenient("schedule", Rule::Record(&SCHEDULE)),
    lenient("defaultSource", SOURCE),
    lenient("webhookSecret", Rule::Verbatim { max: MAX_STORED_SECRET_UNITS }),
    lenient("secretLastFour", LAST_FOUR),
    optional("secretChangedAt", MOMENT),
    required("createdAt", MOMENT),
    required("updatedAt", MOMENT),
    optional("lastRunAt", MOMENT),
    lenient("lastRunStatus", Rule::Choice(RUN_STATUSES)),
]);

/// A checked record of [`PIPELINE`].
#[derive(Clone)]
pub struct Pipeline<'v>(Value<'v>);

impl<'v> Pipeline<'v> {
    /// Reads a document, with its unknown fields.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(value: &'v Value<'_>, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Kept, host);
        let pipeline = Self::read(value, &mut report);
        report.finish(pipeline).map_err(Error::invalid)
    }

    /// Reads a document as one value of several.
    pub fn read(value: &'v Value<'_>, report: &mut Report) -> Self {
        let pipeline = document(value, &PIPELINE, report);
        if report.keeps_unknown() && pipeline.json().len() > MAX_DOCUMENT_BYTES {
            report.issue(IssueCode::TooLarge { max: MAX_DOCUMENT_BYTES });
        }
        Self(pipeline)
    }

    /// The pipeline of a record that has been checked, or of a definition that the caller will complete.
    pub(crate) fn checked(record: Value<'v>) -> Self {
        Self(record)
    }

    /// The identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text("name").unwrap_or_default()
    }

    /// Whether a caller that is scoped to `account` may see it; a caller without a scope sees all.
    #[must_use]
    pub fn belongs_to(&self, account: Option<&str>) -> bool {
        account.is_none() || self.text("accountId") == account
    }

    /// The text in a field, where it is there.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.text_of(name)
    }

    /// The moment in a field, where it is there.
    #[must_use]
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        self.text(name).and_then(|text| Timestamp::parse(text).ok())
    }

    /// What stands in a field.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value<'v> {
        self.0.get(name)
    }

    /// All fields.
    pub(super) fn fields(&self) -> &[Field<'v>] {
        if let Value::Record(fields) = &self.0 { fields } else { &[] }
    }

    /// Takes a field out.
    pub(super) fn take(&mut self, name: &str) -> Value<'v> {
        self.0.take(name)
    }

    /// Puts a checked value into a field, in its place; what is absent goes.
    pub(super) fn set(&mut self, name: &'static str, value: Value<'v>) {
        self.put(Field::new(name, value));
    }

    /// [`Self::set`] with a field that is there.
    pub(super) fn put(&mut self, field: Field<'v>) {
        self.0.take(&field.key);
        let Value::Record(fields) = &mut self.0 else { return };
        if !field.value.is_absent() {
            let place = PIPELINE.place(&field.key);
            let at = fields.iter().position(|other| PIPELINE.place(&other.key) > place).unwrap_or(fields.len());
            fields.insert(at, field);
        }
    }

    /// A copy that outlives what the pipeline was read from.
    #[must_use]
    pub fn into_owned(self) -> Pipeline<'static> {
        Pipeline(self.0.into_owned())
    }
}

/// By its id alone: a pipeline may hold its secret.
impl Debug for Pipeline<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pipeline({})", self.id())
    }
}

impl<'v> From<Pipeline<'v>> for Value<'v> {
    fn from(pipeline: Pipeline<'v>) -> Self {
        pipeline.0
    }
}
