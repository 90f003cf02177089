//! Which runs are kept, and for how long.

use super::NUMBER;
use crate::error::Error;
use crate::host::Host;
use crate::index::Index;
use crate::model::timestamp::Timestamp;
use crate::schema::report::{Report, Unknown};
use crate::schema::table::{Rule, Schema, optional};
use crate::value::{Value, record};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const DEFAULT_DAYS: usize = 90;

/// How much is kept of what has ended; what is queued or running stays in any case.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many runs of a pipeline.
    pub runs: usize,
    /// How many of all.
    pub total: usize,
    /// For how many days.
    pub days: usize,
}

const MOST: Rule = Rule::Whole { min: 1, max: 1_000_000 };

static BOUNDS: Schema = Schema(&[optional("runs", MOST), optional("total", MOST), optional("days", MOST)]);

impl Bounds {
    /// Reads `{ runs?, total?, days? }`; by default as many `runs` of a pipeline as the place says, of all any number, and
    /// 90 days.
    ///
    /// # Errors
    /// `config` with every issue.
    pub fn parse(value: &Value, runs: usize, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let bounds = match value {
            Value::Absent => Value::Absent,
            given => BOUNDS.read(given, &mut report),
        };
        let bounds = report.finish(bounds).map_err(Error::config)?;
        let of = |name, usual| bounds.get(name).whole().unwrap_or(usual);
        Ok(Self { runs: of("runs", runs), total: of("total", usize::MAX), days: of("days", DEFAULT_DAYS) })
    }

    /// What completed before then may go.
    #[must_use]
    pub fn since(self, now: Timestamp) -> Timestamp {
        let age = i64::try_from(self.days).unwrap_or(i64::MAX).saturating_mul(DAY_MS);
        Timestamp::from_milliseconds(now.milliseconds().saturating_sub(age)).unwrap_or(Timestamp::MIN)
    }
}

/// `{ runs, total?, days }`.
impl From<Bounds> for Value<'_> {
    fn from(Bounds { runs, total, days }: Bounds) -> Self {
        let total = (total < usize::MAX).then_some(total);
        record! { "runs": runs, "total": total, "days": days }
    }
}

/// The `runId`s of those that go, of a list of runs with at least their `runId`, `pipelineId`, `status`, `completedAt` and
/// `number`. Of each pipeline that it has runs of, the list has the newest; where there is a bound to all, it has all.
#[must_use]
pub fn prune(runs: &Value, bounds: Bounds, now: Timestamp) -> Vec<String> {
    let runs = if let Value::List(runs) = runs { runs.as_slice() } else { &[] };
    let since = String::from(bounds.since(now));
    // In the first the latest number comes first, in the other the earliest end.
    let (mut numbers, mut ends) = (Index::default(), Index::default());
    for (place, run) in runs.iter().enumerate() {
        let text = |name| run.text_of(name).unwrap_or_default().to_owned();
        numbers.push(text("pipelineId"), usize::MAX - number(run));
        ends.push(text("completedAt"), place);
    }
    numbers.sort();
    ends.sort();
    let ended = ends.slots().filter_map(|place| runs.get(place));
    let ended = ended.filter(|run| !matches!(run.text_of("status"), Some("queued" | "running")));
    let goes = |run: &&Value| {
        let newest = usize::MAX - numbers.get(run.text_of("pipelineId").unwrap_or_default()).unwrap_or_default();
        let is_old = run.text_of("completedAt").is_some_and(|at| at < since.as_str());
        is_old || number(run) + bounds.runs <= newest
    };
    let (gone, kept): (Vec<_>, Vec<_>) = ended.partition(goes);
    let too_many = (runs.len() - gone.len()).saturating_sub(bounds.total);
    let mut ids = Vec::new();
    for run in gone.into_iter().chain(kept.into_iter().take(too_many)) {
        ids.extend(run.text_of("runId").map(str::to_owned));
    }
    ids
}

fn number(run: &Value) -> usize {
    run.get(NUMBER).whole().unwrap_or_default()
}
