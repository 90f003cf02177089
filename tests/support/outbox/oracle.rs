//! What must be true of every change that became durable: it is applied once and in order, or somebody is asked or told.

use super::server::Processed;
use convex_pipelines::value::{Field, Value};
use std::collections::{BTreeMap, HashMap};

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    Lost,
    Duplicated,
    Reordered,
    Stuck,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open,
    /// A person has decided, or the person who made it was told.
    Closed,
}

/// A change that a person made.
struct Intent {
    input: Value<'static>,
    fate: Fate,
    /// The tab and the moment up to which its caller waits for a verdict.
    caller: ((usize, u32), i64),
}

struct Known {
    pipeline: String,
    kind: &'static str,
    /// Where it belongs among the changes of its pipeline.
    order: u64,
    intents: Vec<Intent>,
    verdict: Option<&'static str>,
}

#[derive(Default)]
pub struct Oracle {
    operations: HashMap<String, Known>,
    /// The order of the last change of a pipeline that was applied.
    applied: HashMap<String, u64>,
    orders: u64,
    pub wrongs: BTreeMap<Wrong, String>,
    /// How often each thing happened that must happen for a count of schedules to say anything.
    pub met: BTreeMap<&'static str, u64>,
}

/// A durable change, and the operation that it travels with.
pub struct Change<'v> {
    pub op_id: &'v str,
    pub pipeline: &'v str,
    pub kind: &'static str,
    pub input: Value<'static>,
    /// The operation in whose place it stands.
    pub instead_of: Option<&'v str>,
    pub caller: ((usize, u32), i64),
}

impl Oracle {
    pub fn wrong(&mut self, wrong: Wrong, why: &str) {
        self.wrongs.entry(wrong).or_insert_with(|| why.to_owned());
    }

    pub fn meets(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }

    pub fn made(&mut self, change: Change) {
        self.orders += 1;
        let instead = change.instead_of.and_then(|op_id| self.operations.get(op_id));
        let order = instead.map_or(self.orders, |known| known.order);
        let known = self.operations.entry(change.op_id.to_owned()).or_insert_with(|| Known {
            pipeline: change.pipeline.to_owned(),
            kind: change.kind,
            order,
            intents: Vec::new(),
            verdict: None,
        });
        let is_folded = !known.intents.is_empty();
        known.intents.push(Intent { input: change.input, fate: Fate::Open, caller: change.caller });
        if let Some(verdict) = known.verdict {
            self.wrong(Wrong::Lost, &format!("{} was folded into what was answered {verdict}", change.op_id));
        }
        if is_folded {
            self.meets("folded");
        }
    }

    /// The server has answered an operation for the first time, or thinks so.
    pub fn processed(&mut self, processed: &Processed) {
        let Processed { op_id, pipeline, verdict, input } = processed;
        let Some(known) = self.operations.get_mut(op_id) else { return };
        if let Some(first) = known.verdict {
            return self.wrong(Wrong::Duplicated, &format!("{op_id} was answered {verdict} after {first}"));
        }
        known.verdict = Some(verdict);
        *self.met.entry(verdict).or_default() += 1;
        let expected = merged(known.intents.iter().map(|intent| &intent.input));
        if matches!(known.kind, "create" | "update") && sorted(input) != expected {
            let why = format!("{op_id} came as {input:?} and was made as {expected:?}");
            return self.wrong(Wrong::Lost, &why);
        }
        if *verdict == "ok" {
            let order = known.order;
            let last = self.applied.insert(pipeline.clone(), order).unwrap_or_default();
            if order <= last {
                self.wrong(Wrong::Reordered, &format!("{op_id} of {pipeline}, {order} after {last}"));
            }
        }
    }

    /// The callers of this tab who still wait are told what became of an operation, which then goes.
    pub fn told(&mut self, op_id: &str, tab: (usize, u32), now: i64) {
        self.meets("told");
        let intents = self.operations.get_mut(op_id).into_iter().flat_map(|known| &mut known.intents);
        for intent in intents.filter(|intent| intent.caller.0 == tab && now < intent.caller.1) {
            intent.fate = Fate::Closed;
        }
    }

    pub fn is_attended(&self, op_id: &str, tab: (usize, u32), now: i64) -> bool {
        let intents = self.operations.get(op_id).into_iter().flat_map(|known| &known.intents);
        intents.into_iter().any(|intent| intent.caller.0 == tab && now < intent.caller.1)
    }

    /// A person has decided about it, or its device was cleared.
    pub fn closed(&mut self, op_id: &str) {
        for intent in self.operations.get_mut(op_id).into_iter().flat_map(|known| &mut known.intents) {
            intent.fate = Fate::Closed;
        }
    }

    /// What waited behind an operation that came to nothing went along: into it, or nowhere where all was to be deleted.
    pub fn absorbed(&mut self, gone: &[String], into: &str, stands: bool) {
        let is_deletion = gone.iter().any(|op_id| self.operations[op_id].kind == "delete");
        for op_id in gone {
            *self.met.entry("absorbed").or_default() += 1;
            let Some(known) = self.operations.get_mut(op_id) else { continue };
            let (is_update, intents) = (known.kind == "update", std::mem::take(&mut known.intents));
            if !is_update || is_deletion {
                continue;
            }
            if !stands {
                return self.wrong(Wrong::Lost, &format!("{op_id} went with {into}"));
            }
            self.operations.get_mut(into).unwrap().intents.extend(intents);
        }
        if is_deletion {
            self.closed(into);
        }
    }

    /// Whether an operation may go from the disk.
    pub fn may_go(&mut self, op_id: &str) {
        let Some(known) = self.operations.get(op_id) else { return };
        let is_settled = match known.verdict {
            Some("ok") => true,
            Some("gone") => matches!(known.kind, "delete" | "recordRun"),
            _ => false,
        };
        if !is_settled && known.intents.iter().any(|intent| intent.fate == Fate::Open) {
            let why = format!("{} {op_id} of {} went after {:?}", known.kind, known.pipeline, known.verdict);
            self.wrong(Wrong::Lost, &why);
        }
    }

    /// At the end nothing stands anywhere any more.
    pub fn finish(&mut self) {
        let ids: Vec<_> = self.operations.keys().cloned().collect();
        ids.iter().for_each(|op_id| self.may_go(op_id));
    }

    pub fn kind(&self, op_id: &str) -> &'static str {
        self.operations[op_id].kind
    }
}

/// What several inputs say together, by field.
fn merged<'v>(inputs: impl Iterator<Item = &'v Value<'static>>) -> BTreeMap<String, Value<'static>> {
    inputs.fold(BTreeMap::new(), |mut all, input| {
        all.extend(sorted(input));
        all
    })
}

fn sorted(input: &Value<'static>) -> BTreeMap<String, Value<'static>> {
    let fields = if let Value::Record(fields) = input { fields.as_slice() } else { &[] };
    fields.iter().map(|Field { key, value, .. }| (key.clone().into_owned(), value.clone())).collect()
}
