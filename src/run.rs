//! The life of a run: queued, claimed by a worker, renewed, and ended once.
//!
//! Each decision is one function of what stands, what is asked and the moment, and every place that keeps runs asks it
//! here: Convex, the JSON file, memory. A decision made again on what it has left decides nothing more, so a place may
//! repeat one whenever it does not know what became of it.
//!
//! ```text
//!             start               claim               finish
//!   nothing ─────────▶ queued ─────────────▶ running ────────▶ success | failed
//!             tick                            │  ▲ renew
//!                                             └──┘ expire: the lease ran out → failed
//! ```

mod finish;
pub mod history;
mod start;
mod tick;
mod work;

use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::http::call::{Call, Origin};
use crate::http::operation::Operation;
use crate::model::change::Entropy;
use crate::model::row::Row;
use crate::model::run::PIPELINE_RUN;
use crate::model::timestamp::Timestamp;
use crate::outbox::server::Around;
use crate::schema::report::Unknown;
use crate::value::{Value, record};

/// Which run of its pipeline a run is, from 1: by it they are listed and pruned. No reply shows it.
pub const NUMBER: &str = "number";
/// The last due time that was counted on a run instead of making one. No reply shows it.
pub const SKIPPED_AT: &str = "skippedAt";

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A run is wanted: the call is `startRun`, `run` the one of its `runId`, `newest` the latest of the pipeline.
    Start,
    /// A worker wants one: the call is `claimRun`, `run` the oldest that is queued.
    Claim,
    /// A worker goes on: the call is `renewRun`, `run` the one of its `runId`.
    Renew,
    /// A run has ended: the call is `recordRun` with `run`, and `run` the one of its `runId`.
    Finish,
    /// The lease of `run` may have run out.
    Expire,
    /// The schedule may be due: `run` is the one that [`due`] names, `scheduled` the latest that the schedule has started,
    /// `newest` the latest of all.
    Tick,
}

/// What stands where something is decided.
#[derive(Clone, Debug, Default)]
pub struct Before<'v> {
    /// The pipeline, where the caller sees it and it can be read.
    pub row: Option<Row<'v>>,
    /// Whether there is a row of the pipeline, even one that cannot be read: a record.
    pub is_there: bool,
    /// The run that is meant, as it is stored.
    pub run: Option<Run<'v>>,
    /// Whether there is such a run, even one that cannot be read: a record.
    pub is_made: bool,
    /// The run with the latest `dueAt` of the pipeline, where it can be read.
    pub scheduled: Option<Run<'v>>,
    /// The number of the pipeline's latest run; 0 for none.
    pub newest: usize,
}

/// What was decided.
#[derive(Clone, Debug, Default)]
pub struct Decided<'v> {
    /// The run to write, `null` for one that goes, absent where nothing is written of any.
    pub run: Value<'v>,
    /// The pipeline to write, where it changes. Where a run is written too, that is written first.
    pub row: Option<Row<'v>>,
    /// The answer.
    pub reply: Value<'v>,
}

/// A stored run that has been read.
#[derive(Clone, Debug)]
pub struct Run<'v>(Value<'v>);

impl Decision {
    /// The decision of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "start" => Self::Start,
            "claim" => Self::Claim,
            "renew" => Self::Renew,
            "finish" => Self::Finish,
            "expire" => Self::Expire,
            "tick" => Self::Tick,
            _ => return None,
        })
    }

    /// The operation whose arguments it takes.
    fn operation(self) -> Option<Operation> {
        Some(match self {
            Self::Start => Operation::StartRun,
            Self::Claim => Operation::ClaimRun,
            Self::Renew => Operation::RenewRun,
            Self::Finish => Operation::RecordRun,
            Self::Expire | Self::Tick => return None,
        })
    }
}

/// Decides, with the arguments of the operation that is asked for; `entropy` makes the `runId` that a start leaves open.
///
/// # Errors
/// `invalid` with every issue of the arguments, `not_found` for a pipeline that is not there, `conflict` for a `runId` of
/// another pipeline.
pub fn decide<'v>(
    decision: Decision,
    arguments: &'v Value<'v>,
    before: Before<'v>,
    around: Around,
    entropy: Entropy,
) -> Result<Decided<'v>, Error> {
    let call = match decision.operation() {
        Some(operation) => Call::parse(operation, Origin::Process, arguments, around.host)?,
        None => Call::checked(Value::Absent),
    };
    match decision {
        Decision::Start => start::start(call, before, around, entropy),
        Decision::Claim => Ok(work::claim(&call, before, around)),
        Decision::Renew => Ok(work::renew(&call, before, around)),
        Decision::Finish => finish::finish(call, before, around),
        Decision::Expire => Ok(finish::expire(before, around)),
        Decision::Tick => Ok(tick::tick(before, around)),
    }
}

/// The `runId` of the time at which a pipeline is due now; none where it is not.
#[must_use]
pub fn due(row: &Row, now: Timestamp, host: &dyn Host) -> Option<String> {
    let at = tick::due(row, now, host)?.at?;
    Some(tick::run_id(row.id(), at))
}

/// Whether a tick would write the pipeline.
#[must_use]
pub fn is_due(row: &Row, now: Timestamp, host: &dyn Host) -> bool {
    tick::due(row, now, host).is_some()
}

impl<'v> Before<'v> {
    /// Reads `{ row?, run?, scheduled?, newest? }`, where `row` may be one that cannot be read. A tick makes do without runs
    /// that cannot be read: one of them must not end a schedule.
    ///
    /// # Errors
    /// `storage` for a run that cannot be read: nobody knows what became of it.
    pub fn of(decision: Decision, value: &'v Value<'v>, host: &dyn Host) -> Result<Self, Error> {
        let run = |name| Run::parse(value.get(name), host).ok();
        let (meant, is_made) = (run("run"), matches!(value.get("run"), Value::Record(_)));
        if is_made && meant.is_none() && decision != Decision::Tick {
            return Err(Error::new(ErrorCode::Storage, "a run cannot be read"));
        }
        Ok(Self {
            row: Row::parse(value.get("row"), host).ok(),
            is_there: matches!(value.get("row"), Value::Record(_)),
            run: meant,
            is_made,
            scheduled: run("scheduled"),
            newest: value.get("newest").whole().unwrap_or_default(),
        })
    }
}

impl<'v> Run<'v> {
    /// Reads a stored run.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse(value: &'v Value<'_>, host: &dyn Host) -> Result<Self, Error> {
        PIPELINE_RUN.parse(value, Unknown::Kept, host).map(Self)
    }

    /// The text in a field, where it is there.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.text_of(name)
    }

    /// The moment in a field, where it is there.
    #[must_use]
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        self.text(name).and_then(|text| Timestamp::parse(text).ok())
    }

    /// Whether it stands like this.
    #[must_use]
    pub fn is(&self, status: &str) -> bool {
        self.text("status") == Some(status)
    }

    /// Whether nothing that is said of it changes it any more. What another version calls its status is not touched.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !self.is("queued") && !self.is("running")
    }

    /// Whether a caller that is scoped to `account` may see it; a caller without a scope sees all.
    #[must_use]
    pub fn belongs_to(&self, account: Option<&str>) -> bool {
        account.is_none() || self.text("accountId") == account
    }

    /// The run as replies show it.
    #[must_use]
    pub fn show(&self) -> Value<'v> {
        let mut run = self.0.clone();
        run.take(NUMBER);
        run.take(SKIPPED_AT);
        run
    }

    /// The run as lists show it: a payload may be large.
    #[must_use]
    pub fn listed(&self) -> Value<'v> {
        let mut run = self.show();
        run.take("payload");
        run
    }

    #[inline(never)]
    fn set(&mut self, field: &'static str, value: Value<'v>) {
        self.0.set(field, value);
    }
}

impl<'v> Decided<'v> {
    fn reply(reply: Value<'v>) -> Self {
        Self { reply, ..Self::default() }
    }

    fn run(run: Run<'v>) -> Self {
        Self { reply: run.show(), run: run.0, row: None }
    }
}

/// The `runId` of a caller stands for a run of another pipeline.
fn taken() -> Error {
    Error::new(ErrorCode::Conflict, "the runId is taken")
}

/// `{ run?, row?, reply }`.
impl<'v> From<Decided<'v>> for Value<'v> {
    fn from(Decided { run, row, reply }: Decided<'v>) -> Self {
        let reply = if reply.is_absent() { Value::Null } else { reply };
        record! { "run": run, "row": row, "reply": reply }
    }
}
