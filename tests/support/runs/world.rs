//! One schedule: two processes that tick by clocks of their own, several workers, calls that are lost, late or repeated.

use super::oracle::{Oracle, Step};
use super::place::{Place, Planted, text};
use crate::support::random::Random;
use crate::support::written::given;
use convex_pipelines::run::Decision;
use serde_json::json;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
/// 2026-11-22T12:00:00Z.
const NOON: i64 = 1_795_348_800_000;
const IDS: [&str; 2] = ["3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", "4f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f"];
const CRONS: [&str; 6] = ["* * * * *", "*/2 * * * *", "*/5 * * * *", "3-20 * * * *", "*/7 12 * * *", "30 12 * * *"];

/// What is yet to happen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A process looks at all pipelines.
    Tick {
        process: usize,
    },
    /// It tells a pipeline what it has made of its time.
    Tell {
        id: String,
        now: i64,
    },
    /// A worker is free.
    Free {
        worker: usize,
    },
    /// It works on.
    Renew {
        worker: usize,
        run_id: String,
        id: String,
    },
    /// Its report arrives.
    Report {
        worker: usize,
        run_id: String,
        id: String,
        is_last: bool,
    },
    Start,
    Edit,
    Step,
}

pub struct World {
    random: Random,
    place: Place,
    pub oracle: Oracle,
    now: i64,
    clocks: [i64; 2],
    workers: usize,
    events: BinaryHeap<Reverse<(i64, u64, Event)>>,
    planned: u64,
    /// Whether nothing fails any more.
    is_calm: bool,
    /// Prints every step.
    pub is_told: bool,
}

impl World {
    pub fn new(seed: u64, planted: Planted) -> Self {
        let mut random = Random(seed);
        let mut place = Place::new(random.pick(&[8, 12]), random.pick(&[14, 30]));
        place.planted = planted;
        let workers = random.within(1, 3) as usize;
        let mut world = Self {
            random,
            place,
            oracle: Oracle::default(),
            now: NOON,
            clocks: [0, 0],
            workers,
            events: BinaryHeap::new(),
            planned: 0,
            is_calm: false,
            is_told: false,
        };
        for id in IDS {
            world.add(id);
        }
        for process in 0..2 {
            let delay = world.random.within(0, MINUTE);
            world.plan(delay, Event::Tick { process });
        }
        for worker in 0..workers {
            world.plan(1, Event::Free { worker });
        }
        for event in [Event::Start, Event::Edit, Event::Step] {
            let delay = world.random.within(0, 10 * MINUTE);
            world.plan(delay, event);
        }
        world
    }

    fn schedule(&mut self) -> serde_json::Value {
        json!({ "cron": self.random.pick(&CRONS), "timezone": self.random.pick(&["UTC", "Asia/Kolkata"]) })
    }

    fn add(&mut self, id: &str) {
        let schedule = self.schedule();
        self.place.add(id, schedule.clone(), self.now);
        self.oracle.schedule(id, &given(schedule), self.now);
    }

    fn plan(&mut self, delay: i64, event: Event) {
        self.planned += 1;
        self.events.push(Reverse((self.now + delay, self.planned, event)));
    }

    fn fails(&mut self, one_in: u64) -> bool {
        !self.is_calm && self.random.one_in(one_in)
    }

    /// Runs the schedule, and then as long as it takes without faults until nothing is left to do.
    pub fn run(mut self) -> Oracle {
        let end = NOON + 20 * MINUTE;
        while let Some(Reverse((at, _, event))) = self.events.pop() {
            self.now = at;
            self.is_calm = at > end;
            if at > end + 20 * MINUTE {
                break;
            }
            // In the end nothing new is wanted, so that all can come to rest.
            let is_late = at > end + 6 * MINUTE;
            if !(is_late && matches!(event, Event::Tick { .. } | Event::Start | Event::Edit | Event::Step)) {
                self.happen(event);
            }
        }
        let now = self.now + 120 * MINUTE;
        self.place.expire(now);
        self.look(&Step::Expire { now });
        self.oracle.end(&self.place);
        self.oracle
    }

    fn look(&mut self, step: &Step) {
        if self.is_told {
            println!("{} {step:?}: {} runs", (self.now - NOON) / SECOND, self.place.runs.len());
        }
        self.oracle.look(step, &self.place);
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Tick { process } => self.tick(process),
            Event::Tell { id, now } => {
                let run_id = self.place.due(&id, now).unwrap_or_default();
                let outcome = self.place.ask(Decision::Tick, &id, &run_id, json!(null), now).unwrap();
                // Where a run would have to be written first, the next tick does that.
                self.place.keep_row(outcome.row.filter(|_| outcome.run.is_absent()));
                self.look(&Step::Other);
            }
            Event::Free { worker } => self.claim(worker),
            Event::Renew { worker, run_id, id } => {
                let arguments = json!({ "runId": run_id, "worker": name(worker), "leaseMs": 2 * MINUTE });
                self.place.call(Decision::Renew, &id, &run_id, arguments, self.now).unwrap();
                self.look(&Step::Renew { run_id, worker: name(worker) });
            }
            Event::Report { worker, run_id, id, is_last } => self.report(worker, run_id, &id, is_last),
            Event::Start => {
                let id = self.random.pick(&IDS);
                let run_id = format!("manual-{}", self.random.within(0, 12));
                let arguments = json!({ "id": id, "runId": run_id, "trigger": "manual", "payload": "a text" });
                // The run of this id may be another pipeline's, or gone with it.
                if !self.oracle.met.contains_key("deleted") {
                    let _ = self.place.call(Decision::Start, id, &run_id, arguments, self.now);
                    self.look(&Step::Start { run_id });
                }
                let delay = self.random.within(MINUTE, 15 * MINUTE);
                self.plan(delay, Event::Start);
            }
            Event::Edit => self.edit(),
            Event::Step => {
                let process = self.random.within(0, 1) as usize;
                self.clocks[process] = self.random.within(-4 * MINUTE, 4 * MINUTE);
                let delay = self.random.within(MINUTE, 20 * MINUTE);
                self.plan(delay, Event::Step);
            }
        }
    }

    fn tick(&mut self, process: usize) {
        let now = self.now + if self.is_calm { 0 } else { self.clocks[process] };
        for id in IDS {
            if !self.place.pipelines.contains_key(id) {
                continue;
            }
            let run_id = self.place.due(id, now).unwrap_or_default();
            let outcome = self.place.ask(Decision::Tick, id, &run_id, json!(null), now).unwrap();
            self.place.keep_run(&run_id, outcome.run, now);
            if self.fails(4) {
                // Cut off, or so slow that the other process comes first.
                self.oracle.met("cut off");
                if self.random.one_in(2) {
                    let delay = self.random.within(1, 3 * MINUTE);
                    self.plan(delay, Event::Tell { id: id.to_owned(), now });
                }
            } else {
                self.place.keep_row(outcome.row);
            }
            self.look(&Step::Tick { id: id.to_owned(), now });
        }
        self.place.expire(now);
        self.look(&Step::Expire { now });
        self.place.prune(now);
        self.look(&Step::Other);
        // Now and then nobody ticks for a while.
        let pause = if self.fails(12) { self.random.within(2, 9) * MINUTE } else { MINUTE };
        self.plan(pause, Event::Tick { process });
    }

    fn claim(&mut self, worker: usize) {
        let claimed = self.place.claim(&name(worker), self.random.pick(&[20, 60, 240]) * SECOND, self.now);
        let run = claimed.get("run");
        self.look(&Step::Claim { worker: name(worker), run_id: run.text_of("runId").map(str::to_owned) });
        let delay = self.random.within(5, 90) * SECOND;
        if run.is_absent() || self.fails(8) {
            // Nothing to do, or the answer is lost: the lease will run out.
            self.plan(delay, Event::Free { worker });
            return;
        }
        let (run_id, id) = (text(run, "runId"), text(run, "pipelineId"));
        if self.random.one_in(3) {
            self.plan(delay / 2, Event::Renew { worker, run_id: run_id.clone(), id: id.clone() });
        }
        if self.fails(6) {
            self.oracle.met("killed");
            self.plan(10 * MINUTE, Event::Free { worker });
            return;
        }
        self.plan(delay, Event::Report { worker, run_id, id, is_last: true });
    }

    fn report(&mut self, worker: usize, run_id: String, id: &str, is_last: bool) {
        let again = |is_last| Event::Report { worker, run_id: run_id.clone(), id: id.to_owned(), is_last };
        let delay = self.random.within(1, 60) * SECOND;
        if is_last && self.fails(5) {
            self.plan(delay, again(true)); // lost on its way
            return;
        }
        if self.fails(4) {
            self.plan(delay * 3, again(false)); // it will come again
        }
        let status = if self.random.one_in(3) { "failed" } else { "success" };
        let outcome = format!("{} at {}", name(worker), self.now);
        let completed_at = String::from(super::place::moment(self.now));
        let run = json!({ "runId": run_id, "status": status, "outcome": outcome, "worker": name(worker) });
        let arguments = json!({ "id": id, "completedAt": completed_at, "run": run });
        let _ = self.place.call(Decision::Finish, id, &run_id, arguments, self.now);
        self.look(&Step::Finish { run_id, worker: name(worker), status, outcome });
        if is_last {
            self.plan(1, Event::Free { worker });
        }
    }

    fn edit(&mut self) {
        let id = self.random.pick(&IDS);
        if self.random.one_in(3) && self.place.pipelines.contains_key(id) {
            self.oracle.met("deleted");
            self.place.delete(id);
            self.look(&Step::Delete { id: id.to_owned() });
        } else if self.place.pipelines.contains_key(id) {
            let schedule = self.schedule();
            self.place.reschedule(id, schedule.clone(), self.now);
            self.oracle.reschedule(id, &given(schedule), self.now);
        }
        let delay = self.random.within(5 * MINUTE, 30 * MINUTE);
        self.plan(delay, Event::Edit);
    }
}

fn name(worker: usize) -> String {
    format!("w{worker}")
}
