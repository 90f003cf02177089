//! The pipeline itself, as it is handed around.

use super::name::PipelineName;
use super::read::{Extra, Fields, MAX_DOCUMENT_BYTES, Report, Unknown, text, whole};
use super::schedule::Schedule;
use super::source::DefaultSource;
use super::step::{PipelineStep, read_steps};
use super::text::{trimmed_or_empty, untrimmed, within};
use super::timestamp::Timestamp;
use crate::error::Error;
use crate::host::Host;
use crate::issue::IssueCode;
use crate::value::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};
use uuid::{Uuid, Version, fmt::Hyphenated};

/// The longest description, in UTF-16 units.
pub const MAX_DESCRIPTION_UNITS: usize = 10_000;
/// The longest account id, in UTF-16 units.
pub const MAX_ACCOUNT_ID_UNITS: usize = 200;
/// The longest secret that a document may hold; older secrets may be shorter than new ones must be.
const MAX_STORED_SECRET_UNITS: usize = 200;

/// Four characters of any kind.
const LAST_FOUR_UNITS: usize = 8;

/// A checked pipeline.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub(crate) id: String,
    pub(crate) account_id: Option<String>,
    pub(crate) name: PipelineName,
    pub(crate) description: Option<String>,
    pub(crate) steps: Vec<PipelineStep>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) default_source: Option<DefaultSource>,
    pub(crate) webhook_secret: Option<String>,
    pub(crate) secret_last_four: Option<String>,
    pub(crate) secret_changed_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) last_run_at: Option<Timestamp>,
    pub(crate) extra: Extra,
}

const FIELDS: &[&str] = &[
    "id",
    "accountId",
    "name",
    "description",
    "steps",
    "schedule",
    "defaultSource",
    "webhookSecret",
    "secretLastFour",
    "secretChangedAt",
    "createdAt",
    "updatedAt",
    "lastRunAt",
];

impl Pipeline {
    /// Reads a document, with its unknown fields.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(value: &Value, host: &dyn Host) -> Result<Self, Error> {
        whole(value, Unknown::Kept, host, Self::read)
    }

    /// Reads a document as one value of several.
    pub fn read(value: &Value, report: &mut Report) -> Option<Self> {
        let pipeline = report.document(value, Self::read_fields)?;
        if report.keeps_unknown() && serde_json::to_vec(&pipeline).map_or(0, |json| json.len()) > MAX_DOCUMENT_BYTES {
            report.issue(IssueCode::TooLarge { max: MAX_DOCUMENT_BYTES });
        }
        Some(pipeline)
    }

    fn read_fields(value: &Value, report: &mut Report) -> Option<Self> {
        let fields = Fields::open(value, FIELDS, report)?;
        let id = fields.read("id", report, read_id);
        let account_id = fields.optional("accountId", report, read_account_id);
        let name = fields.read("name", report, PipelineName::read);
        let description = fields.optional("description", report, read_description);
        let steps = fields.read("steps", report, |value, report| match value {
            // Older files know pipelines without steps; they must still open.
            Value::Absent => Some(Vec::new()),
            Value::List(items) if items.is_empty() => Some(Vec::new()),
            value => read_steps(value, report),
        });
        let schedule = fields.optional("schedule", report, Schedule::read);
        let default_source = fields.optional("defaultSource", report, DefaultSource::read);
        let webhook_secret =
            fields.optional("webhookSecret", report, |value, report| untrimmed(value, MAX_STORED_SECRET_UNITS, report));
        let secret_last_four = fields.optional("secretLastFour", report, read_last_four);
        let secret_changed_at = fields.optional("secretChangedAt", report, Timestamp::read);
        let created_at = fields.read("createdAt", report, Timestamp::read);
        let updated_at = fields.read("updatedAt", report, Timestamp::read);
        let last_run_at = fields.optional("lastRunAt", report, Timestamp::read);
        let extra = fields.close(report);
        Some(Self {
            id: id?,
            account_id: account_id?,
            name: name?,
            description: description?.flatten(),
            steps: steps?,
            schedule: schedule?,
            default_source: default_source?,
            webhook_secret: webhook_secret?,
            secret_last_four: secret_last_four?,
            secret_changed_at: secret_changed_at?,
            created_at: created_at?,
            updated_at: updated_at?,
            last_run_at: last_run_at?,
            extra,
        })
    }

    /// The identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether a caller that is scoped to `account` may see it; a caller without a scope sees all.
    #[must_use]
    pub fn belongs_to(&self, account: Option<&str>) -> bool {
        account.is_none() || self.account_id.as_deref() == account
    }
}

/// Reads the id of a stored pipeline, as it is.
pub fn read_id(value: &Value, report: &mut Report) -> Option<String> {
    let text = text(value, report)?;
    // `Hyphenated` alone refuses the braced, simple and URN forms, which would be other strings for one identifier.
    report.accept(text.parse::<Hyphenated>().map(|_| text.to_owned()).map_err(|_| IssueCode::Uuid))
}

/// Reads an id that a caller made: a UUID of version 4.
pub fn read_new_id(value: &Value, report: &mut Report) -> Option<String> {
    let text = text(value, report)?;
    let id = text.parse::<Hyphenated>().map(Uuid::from).ok();
    let id = id.filter(|id| id.get_version() == Some(Version::Random));
    report.accept(id.map(|id| id.to_string()).ok_or(IssueCode::Uuid))
}

/// Reads what a page may show of a secret.
pub fn read_last_four(value: &Value, report: &mut Report) -> Option<String> {
    untrimmed(value, LAST_FOUR_UNITS, report)
}

/// Reads the owner of a pipeline.
pub fn read_account_id(value: &Value, report: &mut Report) -> Option<String> {
    let text = text(value, report)?;
    report.accept(within(text, MAX_ACCOUNT_ID_UNITS)).map(str::to_owned)
}

/// Reads a description; `Some(None)` where nothing is left after trimming.
pub fn read_description(value: &Value, report: &mut Report) -> Option<Option<String>> {
    trimmed_or_empty(value, MAX_DESCRIPTION_UNITS, report)
}

/// Writes `value` under `key` where it is there.
pub(crate) fn write_optional<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &'static str,
    value: Option<&T>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, value))
}

impl Pipeline {
    pub(super) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("id", &self.id)?;
        write_optional(map, "accountId", self.account_id.as_ref())?;
        map.serialize_entry("name", &self.name)?;
        write_optional(map, "description", self.description.as_ref())?;
        map.serialize_entry("steps", &self.steps)?;
        write_optional(map, "schedule", self.schedule.as_ref())?;
        write_optional(map, "defaultSource", self.default_source.as_ref())?;
        write_optional(map, "webhookSecret", self.webhook_secret.as_ref())?;
        write_optional(map, "secretLastFour", self.secret_last_four.as_ref())?;
        write_optional(map, "secretChangedAt", self.secret_changed_at.as_ref())?;
        map.serialize_entry("createdAt", &self.created_at)?;
        map.serialize_entry("updatedAt", &self.updated_at)?;
        write_optional(map, "lastRunAt", self.last_run_at.as_ref())?;
        self.extra.write(map)
    }
}

impl Serialize for Pipeline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map)?;
        map.end()
    }
}
