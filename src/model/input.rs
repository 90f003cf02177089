//! What a user may say of a pipeline: to create one, and to change one.

use super::name::PipelineName;
use super::pipeline::{read_description, write_optional};
use super::read::{Fields, Read, Report, flag};
use super::schedule::Schedule;
use super::source::DefaultSource;
use super::step::{PipelineStep, read_steps};
use crate::value::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Everything that makes a new pipeline.
#[derive(Clone, Debug)]
pub struct CreateInput {
    pub(crate) name: PipelineName,
    pub(crate) description: Option<String>,
    pub(crate) steps: Vec<PipelineStep>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) default_source: Option<DefaultSource>,
}

/// What a change does to an optional field.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Change<T> {
    /// The field stays as it is.
    #[default]
    Keep,
    /// The field goes; written as `null`.
    Clear,
    /// The field becomes this.
    Set(T),
}

/// Everything that changes about a pipeline.
#[derive(Clone, Debug)]
pub struct UpdateInput {
    pub(crate) name: Option<PipelineName>,
    pub(crate) description: Change<String>,
    pub(crate) steps: Option<Vec<PipelineStep>>,
    pub(crate) schedule: Change<Schedule>,
    pub(crate) default_source: Change<DefaultSource>,
    pub(crate) rotate_secret: Option<bool>,
}

impl CreateInput {
    /// Reads an input; unknown fields are refused.
    pub fn read(value: &Value, report: &mut Report) -> Option<Self> {
        let fields = Fields::open(value, &["name", "description", "steps", "schedule", "defaultSource"], report)?;
        let name = fields.read("name", report, PipelineName::read);
        let description = fields.optional("description", report, read_description);
        let steps = fields.read("steps", report, read_steps);
        let schedule = fields.optional("schedule", report, Schedule::read);
        let default_source = fields.optional("defaultSource", report, DefaultSource::read);
        fields.close(report);
        Some(Self {
            name: name?,
            description: description?.flatten(),
            steps: steps?,
            schedule: schedule?,
            default_source: default_source?,
        })
    }
}

impl UpdateInput {
    /// Reads an input; unknown fields are refused, and `null` clears what may be absent.
    pub fn read(value: &Value, report: &mut Report) -> Option<Self> {
        const FIELDS: &[&str] = &["name", "description", "steps", "schedule", "defaultSource", "rotateSecret"];
        let fields = Fields::open(value, FIELDS, report)?;
        let name = fields.optional("name", report, PipelineName::read);
        let description = read_change(&fields, "description", report, read_description);
        let steps = fields.optional("steps", report, read_steps);
        let schedule =
            read_change(&fields, "schedule", report, |value, report| Schedule::read(value, report).map(Some));
        let default_source =
            read_change(&fields, "defaultSource", report, |value, report| DefaultSource::read(value, report).map(Some));
        let rotate_secret = fields.optional("rotateSecret", report, flag);
        fields.close(report);
        Some(Self {
            name: name?,
            description: description?,
            steps: steps?,
            schedule: schedule?,
            default_source: default_source?,
            rotate_secret: rotate_secret?,
        })
    }
}

/// Reads a field that `null` clears; so does a value of which nothing is left.
fn read_change<T>(
    fields: &Fields,
    name: &'static str,
    report: &mut Report,
    read: Read<Option<T>>,
) -> Option<Change<T>> {
    match fields.get(name) {
        Value::Absent => Some(Change::Keep),
        Value::Null => Some(Change::Clear),
        _ => fields.read(name, report, read).map(|left| left.map_or(Change::Clear, Change::Set)),
    }
}

impl<T> Change<T> {
    /// The field after the change.
    #[must_use]
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(after) => Some(after),
        }
    }

    fn write<M: SerializeMap>(&self, map: &mut M, key: &'static str) -> Result<(), M::Error>
    where
        T: Serialize,
    {
        match self {
            Self::Keep => Ok(()),
            Self::Clear => map.serialize_entry(key, &()),
            Self::Set(value) => map.serialize_entry(key, value),
        }
    }
}

impl Serialize for CreateInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        write_optional(&mut map, "description", self.description.as_ref())?;
        map.serialize_entry("steps", &self.steps)?;
        write_optional(&mut map, "schedule", self.schedule.as_ref())?;
        write_optional(&mut map, "defaultSource", self.default_source.as_ref())?;
        map.end()
    }
}

impl Serialize for UpdateInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        write_optional(&mut map, "name", self.name.as_ref())?;
        self.description.write(&mut map, "description")?;
        write_optional(&mut map, "steps", self.steps.as_ref())?;
        self.schedule.write(&mut map, "schedule")?;
        self.default_source.write(&mut map, "defaultSource")?;
        write_optional(&mut map, "rotateSecret", self.rotate_secret.as_ref())?;
        map.end()
    }
}
