//! How runs come to be.

use super::{Before, Decided, NUMBER, Run, taken};
use crate::error::Error;
use crate::http::call::Call;
use crate::model::change::Entropy;
use crate::model::row::Row;
use crate::model::timestamp::Timestamp;
use crate::outbox::server::Around;
use crate::value::{Value, record};

/// A run that somebody wants. One of the same `runId` is that run: whoever does not know whether it has started asks again.
pub fn start<'v>(call: Call, before: Before<'v>, around: Around, entropy: Entropy) -> Result<Decided<'v>, Error> {
    let row = before.row.ok_or_else(Error::not_found)?;
    if let Some(known) = before.run {
        let is_own = known.text("pipelineId") == Some(row.id());
        return if is_own { Ok(Decided::reply(known.show())) } else { Err(taken()) };
    }
    let run_id = call.get("runId").text().map_or_else(|| entropy.id(), str::to_owned);
    let mut run = queued(&row, run_id, call.get("trigger").clone(), around.now, before.newest + 1);
    run.0.push("payload", call.get("payload").clone());
    let run = Run(run.0.into_owned());
    Ok(Decided::run(run))
}

/// A run of a pipeline that waits for a worker.
pub fn queued<'v>(row: &Row, run_id: String, trigger: Value<'v>, now: Timestamp, number: usize) -> Run<'v> {
    let mut run = record! {
        "runId": run_id,
        "pipelineId": row.id().to_owned(),
        "accountId": row.get("accountId").clone().into_owned(),
        "status": "queued",
        "trigger": trigger,
        "queuedAt": now,
        "attempt": 0_u32,
    };
    run.push(NUMBER, number.into());
    Run(run)
}
