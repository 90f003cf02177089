//! What a form asks of a schedule while it is being written.

use super::read::{Fields, Report, Unknown, whole_number};
use super::schedule::{Schedule, read_cron};
use super::timestamp::Timestamp;
use crate::error::Error;
use crate::host::Host;
use crate::issue::{Issue, IssueCode};
use crate::value::Value;
use serde::Serialize;

/// The most runs that are listed at once.
pub const MAX_COUNT: u32 = 1_000;
const DEFAULT_COUNT: u32 = 5;

/// The next runs of a schedule, with the options `{ after?, count? }`.
///
/// # Errors
/// `invalid` with every issue of the schedule and of the options.
pub fn next_runs(schedule: &Value, options: &Value, clock: f64, host: &dyn Host) -> Result<Vec<Timestamp>, Error> {
    let mut report = Report::new(Unknown::Refused, host);
    let schedule = Schedule::read(schedule, &mut report);
    let options = read_options(options, clock, &mut report);
    let (schedule, (after, count)) = report.finish(schedule.zip(options)).map_err(Error::invalid)?;
    Ok(schedule.next_runs(after, count, host))
}

fn read_options(options: &Value, clock: f64, report: &mut Report) -> Option<(Timestamp, usize)> {
    let none = Value::Record(Vec::new());
    let options = if *options == Value::Absent { &none } else { options };
    let fields = Fields::open(options, &["after", "count"], report)?;
    let after = Timestamp::read_now(fields.get("after"), "after", clock, report);
    let count = fields.optional("count", report, |value, report| whole_number(value, 0, MAX_COUNT, report));
    fields.close(report);
    Some((after?, usize::try_from(count?.unwrap_or(DEFAULT_COUNT)).ok()?))
}

/// What is to be said of a cron expression.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum CronCheck {
    /// It is one.
    Accepted {
        /// Always true.
        ok: bool,
        /// As it is stored.
        cron: String,
        /// Remarks.
        warnings: Vec<Issue>,
    },
    /// It is none.
    Refused {
        /// Always false.
        ok: bool,
        /// Why.
        issue: Issue,
    },
}

/// Checks a cron expression.
///
/// # Errors
/// `internal` where a refusal has no reason, which cannot be.
pub fn check_cron(cron: &Value, host: &dyn Host) -> Result<CronCheck, Error> {
    let mut report = Report::new(Unknown::Refused, host);
    let cron = read_cron(cron, &mut report);
    match report.finish(cron) {
        Ok(cron) => {
            let warnings = cron.warnings().into_iter().map(|warning| IssueCode::CronWarning(warning).into()).collect();
            Ok(CronCheck::Accepted { ok: true, cron: cron.as_str().to_owned(), warnings })
        }
        Err(issues) => {
            let issue = issues.into_iter().next().ok_or_else(Error::internal)?;
            Ok(CronCheck::Refused { ok: false, issue })
        }
    }
}
