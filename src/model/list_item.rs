//! What a list shows of a pipeline, and the order it shows them in.

use super::name::PipelineName;
use super::pipeline::{Pipeline, read_description, read_id, write_optional};
use super::read::{Extra, Fields, Report, choice};
use super::run::RUN_STATUSES;
use super::schedule::Schedule;
use super::timestamp::Timestamp;
use crate::value::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A checked list item.
#[derive(Clone, Debug)]
pub struct PipelineListItem {
    id: String,
    name: PipelineName,
    description: Option<String>,
    schedule: Option<Schedule>,
    last_run_at: Option<Timestamp>,
    last_run_status: Option<&'static str>,
    extra: Extra,
}

impl From<&Pipeline> for PipelineListItem {
    fn from(pipeline: &Pipeline) -> Self {
        Self {
            id: pipeline.id.clone(),
            name: pipeline.name.clone(),
            description: pipeline.description.clone(),
            schedule: pipeline.schedule.clone(),
            last_run_at: pipeline.last_run_at,
            last_run_status: None,
            extra: Extra::default(),
        }
    }
}

impl PipelineListItem {
    /// Reads a list item as it came over the wire, with its unknown fields.
    pub fn read(value: &Value, report: &mut Report) -> Option<Self> {
        const FIELDS: &[&str] = &["id", "name", "description", "schedule", "lastRunAt", "lastRunStatus"];
        let fields = Fields::open(value, FIELDS, report)?;
        let id = fields.read("id", report, read_id);
        let name = fields.read("name", report, PipelineName::read);
        let description = fields.optional("description", report, read_description);
        let schedule = fields.optional("schedule", report, Schedule::read);
        let last_run_at = fields.optional("lastRunAt", report, Timestamp::read);
        let last_run_status =
            fields.optional("lastRunStatus", report, |value, report| choice(value, RUN_STATUSES, report));
        let extra = fields.close(report);
        Some(Self {
            id: id?,
            name: name?,
            description: description?.flatten(),
            schedule: schedule?,
            last_run_at: last_run_at?,
            last_run_status: last_run_status?,
            extra,
        })
    }
}

impl Serialize for PipelineListItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("name", &self.name)?;
        write_optional(&mut map, "description", self.description.as_ref())?;
        write_optional(&mut map, "schedule", self.schedule.as_ref())?;
        write_optional(&mut map, "lastRunAt", self.last_run_at.as_ref())?;
        write_optional(&mut map, "lastRunStatus", self.last_run_status.as_ref())?;
        self.extra.write(&mut map)?;
        map.end()
    }
}

/// A pipeline's place in every list: by lower-case name, then name, then id, all by code points.
///
/// UTF-8 sorts its bytes by code points; JavaScript's `<` sorts by UTF-16 units and differs above U+FFFF.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The name in lower case.
    pub name_key: String,
    /// The name.
    pub name: String,
    /// The id.
    pub id: String,
}

impl Place {
    /// One text that sorts as the place does: parts end in a character that sorts before any other, and a zero within a
    /// part sorts behind that end.
    #[must_use]
    pub fn key(&self) -> String {
        let mut key = String::with_capacity(self.name_key.len() + self.name.len() + self.id.len() + 4);
        for part in [&self.name_key, &self.name, &self.id] {
            key.push_str(&part.replace('\0', "\0\u{1}"));
            key.push_str("\0\0");
        }
        key
    }

    /// The place of a pipeline with this name and id.
    #[must_use]
    pub fn new(name: &str, id: &str) -> Self {
        Self { name_key: name.to_lowercase(), name: name.to_owned(), id: id.to_owned() }
    }
}
