//! What a schedule does when its time has come.

use super::start::queued;
use super::{Before, Decided, SKIPPED_AT};
use crate::host::Host;
use crate::http::call::SCHEDULED;
use crate::model::row::{NEXT_RUN_AT, Row};
use crate::model::schedule::next_run;
use crate::model::timestamp::Timestamp;
use crate::outbox::server::Around;
use crate::value::Value;

/// Two clocks that are this far apart, in milliseconds, do not only differ: one of them is wrong.
const WRONG_MS: i64 = 3_600_000;

/// A schedule whose pipeline must be written.
pub struct Due {
    /// The time that is due; none where nobody had worked out yet when the schedule fires next.
    pub at: Option<Timestamp>,
    /// When it fires next.
    next: Option<Timestamp>,
}

/// Whether a pipeline is due. Of several times that were missed, the latest is.
pub fn due(row: &Row, now: Timestamp, host: &dyn Host) -> Option<Due> {
    let after = |moment| next_run(row.get("schedule"), moment, host);
    let Some(first) = row.moment(NEXT_RUN_AT) else {
        return after(now).map(|next| Due { at: None, next: Some(next) });
    };
    if first > now {
        return None;
    }
    // The latest time lies from here up to `end`. After a year of minutes, step by step would take half a million.
    let (mut latest, mut end) = (first, now);
    loop {
        match after(latest) {
            Some(next) if next <= now => latest = next,
            next => return Some(Due { at: Some(latest), next }),
        }
        let middle = latest.milliseconds().midpoint(end.milliseconds());
        let middle = Timestamp::from_milliseconds(middle).unwrap_or(end);
        match after(middle) {
            Some(next) if next <= now => latest = next,
            _ => end = middle,
        }
    }
}

/// Made of pipeline and time, so that two ticks cannot make two runs.
pub fn run_id(id: &str, at: Timestamp) -> String {
    [SCHEDULED, id, "@", &String::from(at)].concat()
}

/// Queues a run for the time that is due. While an earlier one is still queued that counts it instead: without a worker
/// nothing piles up.
pub fn tick<'v>(before: Before<'v>, around: Around) -> Decided<'v> {
    let Some(row) = before.row else { return Decided::default() };
    let Some(Due { at, next }) = due(&row, around.now, around.host) else { return Decided::default() };
    // Another tick may have come first, and told the pipeline or not. What it has done counts unless its clock was wrong.
    let done = before.scheduled.as_ref().and_then(|run| run.moment("dueAt").max(run.moment(SKIPPED_AT)));
    let done = done.filter(|done| done.milliseconds() - around.now.milliseconds() < WRONG_MS);
    let at = at.filter(|at| !before.is_made && done.is_none_or(|done| done < *at));
    let run = match (at, before.scheduled.filter(|run| run.is("queued"))) {
        (Some(at), None) => {
            let mut run = queued(&row, run_id(row.id(), at), "schedule".into(), around.now, before.newest + 1);
            run.set("dueAt", at.into());
            run.0
        }
        (Some(at), Some(mut waiting)) => {
            let skipped = waiting.0.get("skipped").whole().unwrap_or_default() + 1;
            waiting.set("skipped", skipped.into());
            waiting.set(SKIPPED_AT, at.into());
            waiting.0
        }
        (None, _) => Value::Absent,
    };
    Decided { run, row: Some(row.due(next)), ..Decided::default() }
}
