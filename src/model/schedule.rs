//! When a pipeline runs by itself.

use super::timestamp::Timestamp;
use crate::error::Error;
use crate::host::Host;
use crate::issue::IssueCode;
use crate::schedule::{Cron, Timezone, describe, explicit_cron, next_runs};
use crate::schema::report::{Report, Unknown};
use crate::schema::table::{Rule, Schema, optional, required};
use crate::schema::text::within;
use crate::value::Value;
use std::borrow::Cow;

/// The longest zone name, in UTF-16 units.
pub const MAX_TIMEZONE_UNITS: usize = 64;
/// The longest description, in UTF-16 units.
pub const MAX_DESCRIPTION_UNITS: usize = 200;

/// A schedule; what is absent means UTC and enabled.
pub static SCHEDULE: Schema = Schema(&[
    required("cron", Rule::Text(canonical_cron)),
    optional("timezone", Rule::Text(timezone)),
    optional("description", Rule::Remark { max: MAX_DESCRIPTION_UNITS }),
    optional("enabled", Rule::Flag),
]);

/// A checked schedule that can be asked.
#[derive(Clone, Debug)]
pub struct Schedule {
    cron: Cron,
    timezone: Option<Timezone>,
    is_enabled: bool,
}

impl Schedule {
    /// Reads a schedule as an input.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(value: &Value, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let schedule = SCHEDULE.read(value, &mut report);
        Self::of(&report.finish(schedule).map_err(Error::invalid)?)
    }

    /// The schedule of a checked record of [`SCHEDULE`].
    ///
    /// # Errors
    /// `internal` for a record that was not checked.
    pub(super) fn of(record: &Value) -> Result<Self, Error> {
        let cron = record.text_of("cron").and_then(|cron| Cron::parse(cron).ok());
        Ok(Self {
            cron: cron.ok_or_else(Error::internal)?,
            timezone: record.text_of("timezone").map(Timezone::known),
            is_enabled: !matches!(record.get("enabled"), Value::Bool(false)),
        })
    }

    /// The next `count` runs strictly after `after`; none where the schedule is disabled or never runs.
    #[must_use]
    pub fn next_runs(&self, after: Timestamp, count: usize, host: &dyn Host) -> Vec<Timestamp> {
        if !self.is_enabled {
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
        describe(&self.cron, self.timezone.as_ref(), self.is_enabled)
    }

    /// Five fields of explicit lists for systems with another dialect; `None` where those cannot say it.
    #[must_use]
    pub fn explicit_cron(&self) -> Option<String> {
        explicit_cron(&self.cron, self.timezone.as_ref())
    }
}

/// The first run of a stored schedule strictly after a moment; none where it is disabled, unreadable or never runs.
#[must_use]
pub fn next_run(schedule: &Value, after: Timestamp, host: &dyn Host) -> Option<Timestamp> {
    Schedule::of(schedule).ok()?.next_runs(after, 1, host).pop()
}

fn timezone<'v>(name: &'v str, host: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    let name = within(name, MAX_TIMEZONE_UNITS)?;
    Timezone::parse(&name, host).map(|_| name)
}

fn canonical_cron<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    Cron::canonical(text).map_err(IssueCode::Cron)
}
