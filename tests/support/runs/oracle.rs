//! What must hold of runs, whoever does what and whatever fails: each step of a world is compared with the one before.

use super::place::{Place, Runs, moment, number, text};
use crate::support::NativeHost;
use convex_pipelines::model::preview::next_runs;
use convex_pipelines::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// A due time ran twice, or nobody had to do what was done.
    Doubled,
    /// A due time passed without a run and without a reason.
    Skipped,
    /// Two workers hold one run, or one without a claim.
    Shared,
    /// What had ended ended otherwise.
    Changed,
    /// A run that somebody waits for is gone, or never ends.
    Lost,
    /// There is more history than there may be.
    Grown,
    /// A pipeline shows an older run than it did.
    Backwards,
}

/// What a step was.
#[derive(Clone, Debug)]
pub enum Step {
    /// A tick of a pipeline by a clock.
    Tick {
        id: String,
        now: i64,
    },
    /// A worker asks for a run, and is answered with this one.
    Claim {
        worker: String,
        run_id: Option<String>,
    },
    Renew {
        run_id: String,
        worker: String,
    },
    /// A report of a worker: what it says, and of which run.
    Finish {
        run_id: String,
        worker: String,
        status: &'static str,
        outcome: String,
    },
    Expire {
        now: i64,
    },
    Start {
        run_id: String,
    },
    /// Pruning by a clock, or the writing of a pipeline after its run.
    Other,
    Delete {
        id: String,
    },
}

#[derive(Default)]
pub struct Oracle {
    pub wrongs: BTreeMap<Wrong, String>,
    pub met: BTreeMap<&'static str, u64>,
    /// Of each pipeline the times at which its schedule fires, and up to which of them everything was done.
    times: BTreeMap<String, (BTreeSet<i64>, i64)>,
    runs: Runs,
    claimed: BTreeSet<String>,
    last: BTreeMap<String, (String, String)>,
}

fn status(run: &Value) -> &'static str {
    match run.text_of("status") {
        Some("queued") => "queued",
        Some("running") => "running",
        Some("success") => "success",
        _ => "failed",
    }
}

fn is_over(run: &Value) -> bool {
    matches!(status(run), "success" | "failed")
}

impl Oracle {
    pub fn wrong(&mut self, wrong: Wrong, why: impl FnOnce() -> String) {
        self.wrongs.entry(wrong).or_insert_with(why);
    }

    pub fn met(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }

    /// A pipeline has this schedule from `now` on. The times are those that a page shows, one after the other.
    pub fn schedule(&mut self, id: &str, schedule: &Value, now: i64) {
        let options = Value::Record(Vec::new());
        let mut options = options;
        options.set("after", Value::Whole(now));
        options.set("count", 1_000_u32.into());
        let times = next_runs(schedule, &options, 0.0, &NativeHost).unwrap();
        let times = times.into_iter().map(convex_pipelines::model::timestamp::Timestamp::milliseconds).collect();
        self.times.insert(id.to_owned(), (times, now));
        self.last.remove(id);
    }

    /// A pipeline that has run gets another schedule. What a clock that is ahead has done stays done.
    pub fn reschedule(&mut self, id: &str, schedule: &Value, now: i64) {
        let last = self.last.get(id).cloned();
        let done = self.times.get(id).map_or(now, |(_, done)| now.max(*done));
        self.schedule(id, schedule, done);
        if let Some(last) = last {
            self.last.insert(id.to_owned(), last);
        }
    }

    /// The run, or the count, that a tick has to make: the time, and whether it only counts.
    fn expected(&mut self, id: &str, now: i64) -> Option<(i64, bool)> {
        let (times, done) = self.times.get_mut(id)?;
        let latest = *times.range(*done + 1..).take_while(|at| **at <= now).last()?;
        *done = latest;
        let mut own = self.runs.values().map(Rc::as_ref).filter(|run| run.text_of("pipelineId") == Some(id));
        let waits = own.any(|run| run.text_of("trigger") == Some("schedule") && status(run) == "queued");
        Some((latest, waits))
    }

    /// Looks at what a step has left.
    pub fn look(&mut self, step: &Step, place: &Place) {
        let before = self.runs.clone();
        if let Step::Tick { id, now } = step {
            self.look_at_tick(id, *now, &before, place);
        }
        if let Step::Claim { worker, run_id: Some(run_id) } = step {
            let run = place.runs.get(run_id.as_str());
            if run.and_then(|run| run.text_of("worker")) != Some(worker) {
                self.wrong(Wrong::Shared, || format!("{run_id} is not kept for {worker}"));
            }
        }
        for (run_id, run) in &place.runs {
            match before.get(run_id) {
                None => self.look_at_new(step, run_id, run),
                Some(known) if Rc::ptr_eq(known, run) => {}
                Some(known) => self.look_at_change(step, run_id, known, run),
            }
        }
        for (run_id, run) in before.iter().filter(|(run_id, _)| !place.runs.contains_key(*run_id)) {
            self.look_at_gone(step, run_id, run, place);
        }
        for (id, pipeline) in &place.pipelines {
            let shown = (text(pipeline, "lastRunAt"), text(pipeline, "lastRunStatus"));
            if self.last.get(id).is_some_and(|(last, _)| *last > shown.0) {
                self.wrong(Wrong::Backwards, || format!("{id} after {step:?}"));
            }
            self.last.insert(id.clone(), shown);
            let ended = place.runs_of(id).filter(|run| is_over(run)).count();
            if ended > place.bounds.runs {
                self.wrong(Wrong::Grown, || format!("{ended} of {id} after {step:?}"));
            }
        }
        let waiting = place.runs.values().filter(|run| !is_over(run)).count();
        if place.runs.len() > place.bounds.total.max(waiting) {
            self.wrong(Wrong::Grown, || format!("{} in all after {step:?}", place.runs.len()));
        }
        self.runs.clone_from(&place.runs);
    }

    fn look_at_tick(&mut self, id: &str, now: i64, before: &Runs, place: &Place) {
        let expected = self.expected(id, now);
        let skips = |runs: &Runs| {
            let own = runs.values().map(Rc::as_ref).filter(|run| run.text_of("pipelineId") == Some(id));
            own.map(|run| run.get("skipped").whole().unwrap_or_default()).sum::<usize>()
        };
        let is_new = |run: &&Value| run.text_of("runId").is_some_and(|run_id| !before.contains_key(run_id));
        let made: Vec<_> = place.runs_of(id).filter(is_new).map(|run| text(run, "dueAt")).collect();
        let counted = skips(&place.runs) - skips(before).min(skips(&place.runs));
        let told = || format!("{id} at {}: {expected:?}, made {made:?}, counted {counted}", String::from(moment(now)));
        match expected {
            None if made.is_empty() && counted == 0 => {}
            None => self.wrong(Wrong::Doubled, told),
            Some((_, true)) if made.is_empty() && counted == 1 => self.met("skipped"),
            Some((at, false)) if made == [String::from(moment(at))] && counted == 0 => self.met("due"),
            Some(_) if made.is_empty() && counted == 0 => self.wrong(Wrong::Skipped, told),
            Some(_) => self.wrong(Wrong::Doubled, told),
        }
    }

    fn look_at_new(&mut self, step: &Step, run_id: &str, run: &Value) {
        let is_due = match step {
            Step::Tick { .. } => status(run) == "queued",
            Step::Start { run_id: wanted } => status(run) == "queued" && wanted == run_id,
            Step::Finish { run_id: told, .. } => is_over(run) && told == run_id,
            _ => false,
        };
        if !is_due || self.claimed.contains(run_id) && !matches!(step, Step::Finish { .. }) {
            self.wrong(Wrong::Doubled, || format!("{run_id} after {step:?}"));
        }
    }

    fn look_at_change(&mut self, step: &Step, run_id: &str, known: &Value, run: &Value) {
        let told = || format!("{run_id} after {step:?}: {} -> {}", known.json(), run.json());
        let says = |field: &str, value: &str| run.text_of(field) == Some(value);
        match (status(known), status(run)) {
            ("queued", "running") => {
                let is_own = matches!(step, Step::Claim { worker, run_id: Some(own) } if own == run_id && says("worker", worker));
                if !is_own || !self.claimed.insert(run_id.to_owned()) {
                    self.wrong(Wrong::Shared, told);
                }
                self.met("claimed");
            }
            ("running", "running") => {
                let is_renewed =
                    matches!(step, Step::Renew { run_id: own, worker } if own == run_id && says("worker", worker));
                if known != run && !is_renewed {
                    self.wrong(Wrong::Shared, told);
                }
            }
            (_, "success" | "failed") if !is_over(known) => match step {
                Step::Finish { run_id: own, worker, status, outcome } if own == run_id => {
                    let is_own = says("worker", worker) || known.text_of("worker").is_none();
                    if !(is_own && says("status", status) && says("outcome", outcome)) {
                        self.wrong(Wrong::Changed, told);
                    }
                    self.met("reported");
                }
                Step::Expire { now }
                    if known.text_of("leaseUntil").is_some_and(|end| *end <= *String::from(moment(*now))) =>
                {
                    self.met("expired");
                }
                _ => self.wrong(Wrong::Changed, told),
            },
            ("queued", "queued") if matches!(step, Step::Tick { .. }) => {}
            _ if known != run => self.wrong(Wrong::Changed, told),
            _ => {}
        }
    }

    fn look_at_gone(&mut self, step: &Step, run_id: &str, run: &Value, place: &Place) {
        let id = text(run, "pipelineId");
        if matches!(step, Step::Delete { id: gone } if *gone == id) || !place.pipelines.contains_key(&id) {
            return;
        }
        // The newest itself may have gone with it.
        let own = self.runs.values().map(Rc::as_ref).filter(|other| other.text_of("pipelineId") == Some(&id));
        let newest = own.chain(place.runs_of(&id)).map(number).max().unwrap_or_default();
        let is_much = newest >= number(run) + place.bounds.runs || place.runs.len() >= place.bounds.total;
        // Whoever wants a run that is forgotten gets another.
        self.claimed.remove(run_id);
        // What ends when it is too old to be kept goes in the same step.
        let ends = match step {
            Step::Finish { run_id: own, .. } => own == run_id,
            Step::Expire { now } => run.text_of("leaseUntil").is_some_and(|end| *end <= *String::from(moment(*now))),
            _ => false,
        };
        if !(is_over(run) || ends) || !is_much {
            self.wrong(Wrong::Lost, || {
                format!("{run_id} after {step:?}: {newest} {} {}", place.runs.len(), run.json())
            });
        }
        self.met("pruned");
    }

    /// When all is done: nothing waits, and nothing is worked on.
    pub fn end(&mut self, place: &Place) {
        for (run_id, run) in place.runs.iter().filter(|(_, run)| !is_over(run)) {
            self.wrong(Wrong::Lost, || format!("{run_id} never ends: {}", run.json()));
        }
    }
}
