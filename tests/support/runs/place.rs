//! Pipelines and their runs in two tables that are written one after the other, as a JSON file and its neighbour are.

use crate::support::NativeHost;
use crate::support::written::given;
use convex_pipelines::error::Error;
use convex_pipelines::model::change::Entropy;
use convex_pipelines::model::row::Row;
use convex_pipelines::model::secret::SecretStorage;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::outbox::server::Around;
use convex_pipelines::run::history::{Bounds, prune};
use convex_pipelines::run::{Before, Decision, decide, due};
use convex_pipelines::value::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Faults that are planted around the machine: each must be found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Planted {
    #[default]
    None,
    /// A tick does not look for what another has done.
    ForgetsTicks,
    /// A claim is answered before it is kept.
    LosesClaims,
    /// A run that has ended is offered as if it had not.
    ForgetsEnds,
    /// What waits is pruned with what has ended.
    PrunesWaiting,
    /// Nothing is pruned.
    KeepsAll,
}

/// Runs by their ids: cheap to copy, because the oracle keeps what stood before each step.
pub type Runs = BTreeMap<Rc<str>, Rc<Value<'static>>>;

pub struct Place {
    pub pipelines: BTreeMap<String, Value<'static>>,
    pub runs: Runs,
    pub bounds: Bounds,
    pub planted: Planted,
    made: u8,
}

/// What was decided, owned.
pub struct Outcome {
    pub run: Value<'static>,
    pub row: Option<Value<'static>>,
    pub reply: Value<'static>,
}

pub fn moment(now: i64) -> Timestamp {
    Timestamp::from_milliseconds(now).unwrap()
}

pub fn number(run: &Value) -> usize {
    run.get("number").whole().unwrap_or_default()
}

impl Place {
    pub fn new(runs: usize, total: usize) -> Self {
        let bounds = Bounds { runs, total, days: 90 };
        Self { pipelines: BTreeMap::new(), runs: BTreeMap::new(), bounds, planted: Planted::None, made: 0 }
    }

    /// A pipeline of this id and schedule.
    pub fn add(&mut self, id: &str, schedule: serde_json::Value, now: i64) {
        let at = String::from(moment(now));
        let mut document = json!({ "id": id, "name": id, "steps": [], "createdAt": at, "updatedAt": at });
        document["schedule"] = schedule;
        let document = given(document);
        let row = Row::parse(&document, &NativeHost).unwrap().timed(moment(now), &NativeHost);
        self.pipelines.insert(id.to_owned(), Value::from(row).into_owned());
    }

    /// A pipeline gets another schedule.
    pub fn reschedule(&mut self, id: &str, schedule: serde_json::Value, now: i64) {
        let Some(document) = self.pipelines.get_mut(id) else { return };
        document.set("schedule", given(schedule));
        document.take("nextRunAt");
        let document = document.clone();
        let row = Row::parse(&document, &NativeHost).unwrap().timed(moment(now), &NativeHost);
        self.pipelines.insert(id.to_owned(), Value::from(row).into_owned());
    }

    fn newest(&self, id: &str) -> usize {
        self.runs_of(id).map(number).max().unwrap_or_default()
    }

    pub fn runs_of<'p>(&'p self, id: &'p str) -> impl Iterator<Item = &'p Value<'static>> {
        self.runs.values().map(Rc::as_ref).filter(move |run| run.text_of("pipelineId") == Some(id))
    }

    /// The run with the latest due time.
    fn scheduled<'p>(&'p self, id: &'p str) -> Option<&'p Value<'static>> {
        self.runs_of(id).filter(|run| !run.get("dueAt").is_absent()).max_by_key(|run| text(run, "dueAt"))
    }

    pub fn oldest_queued(&self) -> Option<&Value<'static>> {
        let queued = self.runs.values().map(Rc::as_ref).filter(|run| run.text_of("status") == Some("queued"));
        queued.min_by_key(|run| (run.text_of("queuedAt").unwrap().to_owned(), number(run)))
    }

    /// Asks for a decision on a pipeline and a run.
    pub fn ask(
        &mut self,
        decision: Decision,
        id: &str,
        run_id: &str,
        arguments: serde_json::Value,
        now: i64,
    ) -> Result<Outcome, Error> {
        self.made = self.made.wrapping_add(1);
        let entropy = Entropy::new(&[self.made; 32]).unwrap();
        let arguments = if arguments.is_null() { Value::Absent } else { given(arguments) };
        let mut before = Value::Record(Vec::new());
        before.set("row", self.pipelines.get(id).cloned().into());
        before.set("newest", self.newest(id).into());
        let forgets = decision == Decision::Tick && self.planted == Planted::ForgetsTicks;
        if !forgets {
            before.set("run", self.runs.get(run_id).map(|run| run.as_ref().clone()).into());
            before.set("scheduled", self.scheduled(id).cloned().into());
        }
        let has_ended = matches!(before.get("run").text_of("status"), Some("success" | "failed"));
        if self.planted == Planted::ForgetsEnds && has_ended {
            let mut run = before.take("run");
            run.set("status", "running".into());
            before.set("run", run);
        }
        let around = Around { now: moment(now), storage: SecretStorage::Hashed, host: &NativeHost };
        let decided = decide(decision, &arguments, Before::of(decision, &before, &NativeHost)?, around, entropy)?;
        Ok(Outcome {
            run: decided.run.into_owned(),
            row: decided.row.map(|row| Value::from(row).into_owned()),
            reply: decided.reply.into_owned(),
        })
    }

    /// Writes what was decided of runs, and prunes.
    pub fn keep_run(&mut self, run_id: &str, run: Value<'static>, now: i64) {
        match run {
            Value::Absent => return,
            Value::Null => drop(self.runs.remove(run_id)),
            run => {
                let id = run.text_of("runId").unwrap().into();
                self.runs.insert(id, Rc::new(run));
            }
        }
        self.prune(now);
    }

    pub fn prune(&mut self, now: i64) {
        if self.planted == Planted::KeepsAll {
            return;
        }
        let mut runs: Vec<_> = self.runs.values().map(|run| head(run)).collect();
        if self.planted == Planted::PrunesWaiting {
            runs.iter_mut().for_each(|run| run.set("status", "failed".into()));
        }
        for gone in prune(&Value::List(runs), self.bounds, moment(now)) {
            self.runs.remove(gone.as_str());
        }
    }

    /// Writes what was decided of a pipeline, unless it is gone.
    pub fn keep_row(&mut self, row: Option<Value<'static>>) {
        let Some(row) = row else { return };
        let id = row.text_of("id").unwrap().to_owned();
        if let Some(known) = self.pipelines.get_mut(&id) {
            *known = row;
        }
    }

    /// Asks and keeps, in one step.
    pub fn call(
        &mut self,
        decision: Decision,
        id: &str,
        run_id: &str,
        arguments: serde_json::Value,
        now: i64,
    ) -> Result<Value<'static>, Error> {
        let Outcome { run, row, reply } = self.ask(decision, id, run_id, arguments, now)?;
        let is_lost = decision == Decision::Claim && self.planted == Planted::LosesClaims;
        if !is_lost {
            self.keep_run(run_id, run, now);
        }
        self.keep_row(row);
        Ok(reply)
    }

    /// The `runId` of the time at which a pipeline is due.
    pub fn due(&self, id: &str, now: i64) -> Option<String> {
        let row = self.pipelines.get(id)?;
        due(&Row::parse(row, &NativeHost).unwrap(), moment(now), &NativeHost)
    }

    /// A tick of one pipeline.
    pub fn tick(&mut self, id: &str, now: i64) {
        let run_id = self.due(id, now).unwrap_or_default();
        self.call(Decision::Tick, id, &run_id, json!(null), now).unwrap();
    }

    /// Gives the oldest queued run to a worker: `{ run, pipeline }`, or `null`.
    pub fn claim(&mut self, worker: &str, lease_ms: i64, now: i64) -> Value<'static> {
        loop {
            let Some(run) = self.oldest_queued() else { return Value::Null };
            let (id, run_id) = (text(run, "pipelineId"), text(run, "runId"));
            let arguments = json!({ "worker": worker, "leaseMs": lease_ms });
            let reply = self.call(Decision::Claim, &id, &run_id, arguments, now).unwrap();
            if !reply.is_absent() {
                return reply;
            }
        }
    }

    /// What leases have run out end.
    pub fn expire(&mut self, now: i64) {
        let runs = self.runs.values().filter(|run| run.text_of("status") == Some("running"));
        let running: Vec<_> = runs.map(|run| (text(run, "pipelineId"), text(run, "runId"))).collect();
        for (id, run_id) in running {
            self.call(Decision::Expire, &id, &run_id, json!(null), now).unwrap();
        }
    }

    /// A pipeline goes, and its runs go with it.
    pub fn delete(&mut self, id: &str) {
        self.pipelines.remove(id);
        self.runs.retain(|_, run| run.text_of("pipelineId") != Some(id));
    }
}

/// What pruning looks at.
fn head(run: &Value<'static>) -> Value<'static> {
    let mut head = Value::Record(Vec::new());
    for field in ["runId", "pipelineId", "status", "completedAt", "number"] {
        head.set(field, run.get(field).clone());
    }
    head
}

pub fn text(record: &Value, field: &str) -> String {
    record.text_of(field).unwrap_or_default().to_owned()
}
