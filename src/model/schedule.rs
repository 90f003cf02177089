//! When a pipeline runs by itself.

use super::read::{Extra, Fields, Report, Unknown, flag, text, whole};
use super::text::{trimmed_or_empty, within};
use super::timestamp::Timestamp;
use crate::error::Error;
use crate::host::Host;
use crate::issue::IssueCode;
use crate::schedule::{Cron, Timezone, describe, explicit_cron, next_runs};
use crate::value::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The longest zone name, in UTF-16 units.
pub const MAX_TIMEZONE_UNITS: usize = 64;
/// The longest description, in UTF-16 units.
pub const MAX_DESCRIPTION_UNITS: usize = 200;

/// A checked schedule; what is absent means UTC and enabled.
#[derive(Clone, Debug)]
pub struct Schedule {
    cron: Cron,
    timezone: Option<Timezone>,
    description: Option<String>,
    enabled: Option<bool>,
    extra: Extra,
}

impl Schedule {
    /// Reads a schedule as an input.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(value: &Value, host: &dyn Host) -> Result<Self, Error> {
        whole(value, Unknown::Refused, host, Self::read)
    }

    /// Reads a schedule.
    pub fn read(value: &Value, report: &mut Report) -> Option<Self> {
        let fields = Fields::open(value, &["cron", "timezone", "description", "enabled"], report)?;
        let cron = fields.read("cron", report, read_cron);
        let timezone = fields.optional("timezone", report, read_timezone);
        let description = fields
            .optional("description", report, |value, report| trimmed_or_empty(value, MAX_DESCRIPTION_UNITS, report))
            .map(Option::flatten);
        let enabled = fields.optional("enabled", report, flag);
        let extra = fields.close(report);
        Some(Self { cron: cron?, timezone: timezone?, description: description?, enabled: enabled?, extra })
    }

    /// The next `count` runs strictly after `after`; none where the schedule is disabled or never runs.
    #[must_use]
    pub fn next_runs(&self, after: Timestamp, count: usize, host: &dyn Host) -> Vec<Timestamp> {
        if self.enabled == Some(false) {
            return Vec::new();
        }
        next_runs(&self.cron, self.timezone.as_ref(), after.milliseconds(), count, host)
            .into_iter()
            .filter_map(|milliseconds| Timestamp::from_milliseconds(milliseconds).ok())
            .collect()
    }

    /// The schedule as a sentence.
    #[must_use]
    pub fn describe(&self) -> String {
        describe(&self.cron, self.timezone.as_ref(), self.enabled != Some(false))
    }

    /// Five fields of explicit lists for systems with another dialect; `None` where those cannot say it.
    #[must_use]
    pub fn explicit_cron(&self) -> Option<String> {
        explicit_cron(&self.cron, self.timezone.as_ref())
    }
}

fn read_timezone(value: &Value, report: &mut Report) -> Option<Timezone> {
    let name = text(value, report)?;
    report.accept(within(name, MAX_TIMEZONE_UNITS).and_then(|name| Timezone::parse(name, report.host)))
}

/// Reads a cron expression.
pub fn read_cron(value: &Value, report: &mut Report) -> Option<Cron> {
    let text = text(value, report)?;
    report.accept(Cron::parse(text).map_err(IssueCode::Cron))
}

impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("cron", self.cron.as_str())?;
        if let Some(timezone) = &self.timezone {
            map.serialize_entry("timezone", timezone.as_str())?;
        }
        if let Some(description) = &self.description {
            map.serialize_entry("description", description)?;
        }
        if let Some(enabled) = &self.enabled {
            map.serialize_entry("enabled", enabled)?;
        }
        self.extra.write(&mut map)?;
        map.end()
    }
}
