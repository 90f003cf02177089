//! What a worker does with a run until it ends.

use super::finish::end;
use super::{Before, Decided};
use crate::http::call::Call;
use crate::outbox::server::Around;
use crate::value::{Value, record};

/// Gives a worker the oldest queued run, with its pipeline. Where that is gone the run goes too, and where it cannot be
/// read the run has failed: the reply is `null` then, with a run to write, and the caller offers the next one.
pub fn claim<'v>(call: &Call, before: Before<'v>, around: Around) -> Decided<'v> {
    let Some(mut run) = before.run.filter(|run| run.is("queued")) else { return Decided::default() };
    let Some(row) = before.row else {
        end(&mut run, "failed", around.now, "its pipeline cannot be read".into());
        let run = if before.is_there { run.0 } else { Value::Null };
        return Decided { run, ..Decided::default() };
    };
    let attempt = run.0.get("attempt").whole().unwrap_or_default() + 1;
    run.set("status", "running".into());
    run.set("worker", call.get("worker").clone().into_owned());
    run.set("startedAt", around.now.into());
    run.set("leaseUntil", call.lease(around.now).into());
    run.set("attempt", attempt.into());
    let reply = record! { "run": run.show(), "pipeline": row.show(around.storage) };
    Decided { run: run.0, row: None, reply }
}

/// Lets a worker go on with a run, as long as it is still that worker's.
pub fn renew<'v>(call: &Call, before: Before<'v>, around: Around) -> Decided<'v> {
    let is_own = |run: &super::Run| {
        run.is("running")
            && run.text("worker") == call.get("worker").text()
            && run.belongs_to(call.get("accountId").text())
    };
    match before.run.filter(is_own) {
        Some(mut run) => {
            run.set("leaseUntil", call.lease(around.now).into());
            Decided::run(run)
        }
        None => Decided::default(),
    }
}
