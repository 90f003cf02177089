//! What a form asks of a schedule while it is being written.

use super::schedule::{SCHEDULE, Schedule};
use super::timestamp::{GIVEN_MOMENT, Timestamp};
use crate::error::Error;
use crate::host::Host;
use crate::issue::{Issue, IssueCode};
use crate::schedule::Cron;
use crate::schema::report::{Report, Unknown};
use crate::schema::scalar::text;
use crate::schema::table::{Rule, Schema, optional};
use crate::value::{Value, record};

/// The most runs that are listed at once.
pub const MAX_COUNT: u32 = 1_000;
const DEFAULT_COUNT: usize = 5;

static OPTIONS: Schema =
    Schema(&[optional("after", GIVEN_MOMENT), optional("count", Rule::Whole { min: 0, max: MAX_COUNT })]);

/// The next runs of a schedule, with the options `{ after?, count? }`.
///
/// # Errors
/// `invalid` with every issue of the schedule and of the options.
pub fn next_runs(schedule: &Value, options: &Value, clock: f64, host: &dyn Host) -> Result<Vec<Timestamp>, Error> {
    let mut report = Report::new(Unknown::Refused, host);
    let schedule = SCHEDULE.read(schedule, &mut report);
    let options = OPTIONS.read(options, &mut report);
    let (schedule, options) = report.finish((schedule, options)).map_err(Error::invalid)?;
    let count = options.get("count").whole().unwrap_or(DEFAULT_COUNT);
    Ok(Schedule::of(&schedule)?.next_runs(Timestamp::given_or(options.get("after"), clock)?, count, host))
}

/// What is to be said of a cron expression: `{ ok: true, cron, warnings }`, or `{ ok: false, issue }`.
#[must_use]
pub fn check_cron(cron: &Value, host: &dyn Host) -> Value<'static> {
    let mut report = Report::new(Unknown::Refused, host);
    let cron = text(cron, &mut report);
    let cron = cron.and_then(|cron| report.accept(Cron::parse(cron).map_err(IssueCode::Cron)));
    match report.finish(cron) {
        Ok(cron) => {
            let mut warnings = Vec::new();
            for warning in cron.as_ref().map(Cron::warnings).unwrap_or_default() {
                warnings.push(Issue::from(IssueCode::CronWarning(Box::new(warning))));
            }
            let cron = cron.as_ref().map(Cron::as_str);
            record! { "ok": true, "cron": cron, "warnings": Value::list(&warnings) }.into_owned()
        }
        Err(issues) => record! { "ok": false, "issue": issues.first() }.into_owned(),
    }
}
