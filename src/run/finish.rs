//! How runs end.

use super::{Before, Decided, NUMBER, Run, taken};
use crate::error::Error;
use crate::http::call::{Call, SCHEDULED};
use crate::model::row::Row;
use crate::model::timestamp::Timestamp;
use crate::outbox::server::Around;
use crate::value::{Value, record};

/// What a worker says of a run. The first that is said of its end counts; a run that nobody queued is written as it is told.
pub fn finish<'v>(call: Call, before: Before<'v>, around: Around) -> Result<Decided<'v>, Error> {
    let row = before.row.ok_or_else(Error::not_found)?;
    let completed_at = call.completed_at()?;
    let report = call.get("run").clone().into_owned();
    let status = if report.text_of("status") == Some("success") { "success" } else { "failed" };
    let worker = report.text_of("worker");
    let is_another = |run: &Run| worker.is_some() && run.text("worker").is_some_and(|holder| Some(holder) != worker);
    let mut run = match before.run {
        Some(run) if run.text("pipelineId") != Some(row.id()) => return Err(taken()),
        Some(run) if run.is_over() => return Ok(after(run, Some(row), around, false)),
        Some(run) if is_another(&run) => return Ok(Decided::reply(row.show(around.storage).into())),
        Some(run) => run,
        // It was the schedule's, and is so old that it was forgotten.
        None if report.text_of("runId").is_some_and(|id| id.starts_with(SCHEDULED)) => return Err(Error::not_found()),
        None => {
            let mut run = record! {
                "runId": report.get("runId").clone(),
                "pipelineId": row.id().to_owned(),
                "accountId": row.get("accountId").clone(),
                "worker": report.get("worker").clone(),
            };
            run.push(NUMBER, (before.newest + 1).into());
            Run(run)
        }
    };
    end(&mut run, status, completed_at, Value::Absent);
    for field in ["startedAt", "outcome", "error"] {
        if run.0.get(field).is_absent() {
            run.0.push(field, report.get(field).clone());
        }
    }
    Ok(after(run, Some(row), around, true))
}

/// Ends a run whose worker has not said a word for as long as its lease.
pub fn expire<'v>(before: Before<'v>, around: Around) -> Decided<'v> {
    let is_due = |run: &Run| run.is("running") && run.moment("leaseUntil").is_some_and(|end| end <= around.now);
    match before.run {
        Some(run) if is_due(&run) && !before.is_there => Decided { run: Value::Null, ..Decided::default() },
        Some(mut run) if is_due(&run) => {
            end(&mut run, "failed", around.now, "no word from its worker".into());
            after(run, before.row, around, true)
        }
        // The pipeline hears of it also where somebody was cut off before he had told it.
        Some(run) if run.is_over() => after(run, before.row, around, false),
        _ => Decided::default(),
    }
}

/// Ends a run.
pub fn end(run: &mut Run, status: &'static str, completed_at: Timestamp, error: Value<'static>) {
    run.set("status", status.into());
    run.set("completedAt", completed_at.into());
    run.set("leaseUntil", Value::Absent);
    run.set("error", error);
}

/// What an ended run means for its pipeline.
fn after<'v>(run: Run<'v>, row: Option<Row<'v>>, around: Around, is_new: bool) -> Decided<'v> {
    let Some(row) = row else { return Decided { run: run.0, ..Decided::default() } };
    let at = run.moment("completedAt");
    let status = run.0.get("status").clone();
    let after = match at {
        Some(at) => row.clone().ran(at, status),
        None => row.clone(),
    };
    let fields = ["lastRunAt", "lastRunStatus"];
    let is_changed = fields.iter().any(|field| after.get(field) != row.get(field));
    let reply = after.show(around.storage).into();
    let run = if is_new { run.0 } else { Value::Absent };
    Decided { run, row: is_changed.then_some(after), reply }
}
