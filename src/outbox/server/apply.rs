//! What an operation does whose turn it is.

use super::{Around, Before};
use crate::host::Host;
use crate::http::call::{Call, Origin};
use crate::http::operation::Operation;
use crate::http::verdict::Verdict;
use crate::model::change::Entropy;
use crate::model::row::Row;
use crate::value::Value;

/// The most that is stored, and answered, of what is wrong with a rejected operation, in bytes of JSON text.
const MOST_ISSUES: usize = 16 * 1024;

/// A verdict with what comes with it.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The word.
    pub verdict: Verdict,
    /// What is told with it: of an applied operation the result, of a rejected one the issues, of a conflict the pipeline
    /// that stands in the way, where the account sees it, and of one that comes too early the number that is expected.
    pub detail: Value<'static>,
    /// What is written.
    pub change: Change,
}

/// What is written of a pipeline.
#[derive(Clone, Debug)]
pub enum Change {
    /// Nothing.
    None,
    /// It goes.
    Remove,
    /// This row takes its place.
    Put(Row<'static>),
}

impl Judgement {
    pub(super) fn of(verdict: Verdict, detail: Value<'static>) -> Self {
        Self { verdict, detail, change: Change::None }
    }
}

/// As many of the issues as are kept.
fn few(issues: Value) -> Value<'static> {
    let Value::List(issues) = issues.into_owned() else { return Value::Absent };
    let mut size = 0;
    let is_kept = |issue: &Value| {
        size += issue.json().len();
        size <= MOST_ISSUES
    };
    Value::List(issues.into_iter().take_while(is_kept).collect())
}

/// Decides on an operation, and does it.
pub(super) fn judge(operation: Operation, arguments: &Value, before: &Before, around: Around) -> Judgement {
    let parsed = Call::parse(operation, Origin::Process, arguments, around.host);
    let call = match (before.issues, parsed) {
        (Value::Absent, Ok(call)) => call,
        (Value::Absent, Err(error)) => return Judgement::of(Verdict::Rejected, few(Value::list(&error.issues))),
        (issues, _) => return Judgement::of(Verdict::Rejected, few(issues.clone())),
    };
    match carry_out(operation, call, before, around) {
        Ok((detail, change)) => Judgement { change, ..Judgement::of(Verdict::Ok, detail) },
        Err(Verdict::Conflict) => Judgement::of(Verdict::Conflict, before.shown(around.storage)),
        Err(verdict) => Judgement::of(verdict, Value::Absent),
    }
}

/// What an operation is answered and what it writes, or the verdict on it.
fn carry_out(
    operation: Operation,
    call: Call,
    before: &Before,
    around: Around,
) -> Result<(Value<'static>, Change), Verdict> {
    if operation == Operation::Delete && before.is_there {
        return Ok((true.into(), Change::Remove));
    }
    if before.is_taken || operation == Operation::Create && before.is_there {
        return Err(Verdict::Conflict);
    }
    // A stamped call brings its id and the digest of its secret: nothing is made of this.
    let unused = Entropy::new(&[0; 32]).ok_or(Verdict::Gone)?;
    let planned = if operation == Operation::Create {
        Row::create(call.into_creation(unused), around.now, around.storage)
    } else {
        let row = before.row.clone().ok_or(Verdict::Gone)?;
        if operation == Operation::RecordRun {
            row.record_run(call.completed_at().map_err(|_| Verdict::Gone)?, around.storage)
        } else if stands(call.get("op").get("old"), call.get("input"), &Value::from(row.clone()), around.host) {
            row.update(call.into_update(unused), around.now, around.storage).map_err(|_| Verdict::Conflict)?
        } else {
            return Err(Verdict::Conflict);
        }
    };
    let planned = planned.timed(around.now, around.host);
    Ok((Value::from(planned.reply).into_owned(), Change::Put(planned.row.into_owned())))
}

/// Whether in each field of `old` there is still what was there when an update was made, or already what it puts there.
fn stands(old: &Value, input: &Value, current: &Value, host: &dyn Host) -> bool {
    let old = if let Value::Record(fields) = old { fields.as_slice() } else { &[] };
    old.iter().all(|field| {
        let there = current.get(&field.key);
        is_same(there, &field.value, host) || is_same(there, input.get(&field.key), host)
    })
}

/// Whether two values say the same: each place has its own order of fields, and its own way to write a number.
fn is_same(one: &Value, other: &Value, host: &dyn Host) -> bool {
    match (one, other) {
        (Value::Absent | Value::Null, Value::Absent | Value::Null) => true,
        (Value::List(ones), Value::List(others)) => {
            ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| is_same(one, other, host))
        }
        (Value::Record(ones), Value::Record(others)) => {
            ones.len() == others.len() && ones.iter().all(|field| is_same(&field.value, other.get(&field.key), host))
        }
        (Value::Whole(_) | Value::Decimal(_), Value::Whole(_) | Value::Decimal(_)) => {
            host.number(&one.json()) - host.number(&other.json()) == 0.0
        }
        _ => one == other,
    }
}
