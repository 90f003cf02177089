//! One run of a pipeline.

use super::pipeline::{read_id, write_optional};
use super::read::{Extra, Fields, Report, choice, text};
use super::text::{untrimmed, within};
use super::timestamp::Timestamp;
use crate::value::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// How a run stands, in the contract's order.
pub const RUN_STATUSES: &[&str] = &["queued", "running", "success", "failed"];
/// What started a run, in the contract's order.
pub const RUN_TRIGGERS: &[&str] = &["schedule", "webhook", "manual"];
/// The longest id of a run, in UTF-16 units.
pub const MAX_RUN_ID_UNITS: usize = 200;
/// The longest error text, in UTF-16 units.
pub const MAX_RUN_ERROR_UNITS: usize = 4_000;

/// A checked run.
#[derive(Clone, Debug)]
pub struct PipelineRun {
    run_id: String,
    pipeline_id: String,
    status: &'static str,
    trigger: Option<&'static str>,
    queued_at: Option<Timestamp>,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    error: Option<String>,
    extra: Extra,
}

impl PipelineRun {
    /// Reads a run, with its unknown fields.
    pub fn read(value: &Value, report: &mut Report) -> Option<Self> {
        const FIELDS: &[&str] =
            &["runId", "pipelineId", "status", "trigger", "queuedAt", "startedAt", "completedAt", "error"];
        let fields = Fields::open(value, FIELDS, report)?;
        let run_id = fields.read("runId", report, |value, report| untrimmed(value, MAX_RUN_ID_UNITS, report));
        let pipeline_id = fields.read("pipelineId", report, read_id);
        let status = fields.read("status", report, |value, report| choice(value, RUN_STATUSES, report));
        let trigger = fields.optional("trigger", report, |value, report| choice(value, RUN_TRIGGERS, report));
        let queued_at = fields.optional("queuedAt", report, Timestamp::read);
        let started_at = fields.optional("startedAt", report, Timestamp::read);
        let completed_at = fields.optional("completedAt", report, Timestamp::read);
        let error = fields.optional("error", report, |value, report| {
            let text = text(value, report)?;
            if text.is_empty() {
                return Some(String::new());
            }
            report.accept(within(text, MAX_RUN_ERROR_UNITS)).map(str::to_owned)
        });
        let extra = fields.close(report);
        Some(Self {
            run_id: run_id?,
            pipeline_id: pipeline_id?,
            status: status?,
            trigger: trigger?,
            queued_at: queued_at?,
            started_at: started_at?,
            completed_at: completed_at?,
            error: error?,
            extra,
        })
    }
}

impl Serialize for PipelineRun {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("runId", &self.run_id)?;
        map.serialize_entry("pipelineId", &self.pipeline_id)?;
        map.serialize_entry("status", self.status)?;
        write_optional(&mut map, "trigger", self.trigger.as_ref())?;
        write_optional(&mut map, "queuedAt", self.queued_at.as_ref())?;
        write_optional(&mut map, "startedAt", self.started_at.as_ref())?;
        write_optional(&mut map, "completedAt", self.completed_at.as_ref())?;
        write_optional(&mut map, "error", self.error.as_ref())?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
