//! One operation that waits for a verdict, or for a person.

use crate::error::Error;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::stamp::body_hash;
use crate::http::verdict::Verdict;
use crate::model::change::Entropy;
use crate::model::row::{Planned, Row};
use crate::model::secret::SecretStorage;
use crate::model::timestamp::Timestamp;
use crate::value::{Field, Value};

/// An operation of a queue, as its row:
/// `{ id, pipelineId, accountId?, seq, kind, arguments, old?, bodyHash, createdAt, changedAt, attempts, nextAt, merged?, verdict?, issues?, mine?, theirs? }`.
///
/// `id` is what a verdict must echo, and `seq` its place among what the queue's client sends. `arguments` are those of the
/// call `kind`, with secrets as digests; `old` has what stood in each field that an update touches, `null` for nothing.
/// The hash is that of the arguments as they were when the operation was made: another version of the core may write them
/// otherwise. `createdAt`, `changedAt` (what its caller was told as the
/// pipeline's `updatedAt`) and `nextAt` are milliseconds since 1970. `merged` says that it holds the changes of several
/// calls. A `verdict` is there for one that waits for a person, who sees the pipeline as this operation wants it (`mine`)
/// and as the server has it (`theirs`).
#[derive(Clone, Debug)]
pub struct Waiting(pub(super) Value<'static>);

impl Waiting {
    /// Reads a row; `None` where it is none.
    #[must_use]
    pub fn read(row: &Value) -> Option<Self> {
        let kind = Operation::parse(row.text_of("kind")?)?;
        let is_written =
            matches!(kind, Operation::Create | Operation::Update | Operation::Delete | Operation::RecordRun);
        let is_record = is_written && matches!(row.get("arguments"), Value::Record(_));
        let is_numbered = ["seq", "attempts"].iter().all(|name| row.get(name).whole().is_some());
        let is_dated = ["createdAt", "changedAt", "nextAt"].iter().all(|name| matches!(row.get(name), Value::Whole(_)));
        let is_readable = is_record && is_numbered && is_dated;
        let verdict = row.get("verdict");
        let is_known = verdict.is_absent() || verdict.text().and_then(Verdict::parse).is_some();
        let _ = (row.text_of("id")?, row.text_of("bodyHash")?);
        (is_readable && is_known).then(|| Self(row.clone().into_owned()))
    }

    /// What a verdict must echo.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.text_of("id").unwrap_or_default()
    }

    /// The number in a field.
    #[must_use]
    pub fn number(&self, name: &str) -> i64 {
        if let Value::Whole(number) = self.0.get(name) { *number } else { 0 }
    }

    /// Which call it is.
    #[must_use]
    pub fn kind(&self) -> Operation {
        self.0.text_of("kind").and_then(Operation::parse).unwrap_or(Operation::List)
    }

    /// Why it waits for a person; none where it waits for the server.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        self.0.text_of("verdict").and_then(Verdict::parse)
    }

    /// What stands in a field.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value<'static> {
        self.0.get(name)
    }

    pub(super) fn set(&mut self, name: &'static str, value: Value<'static>) {
        self.0.set(name, value);
    }

    pub(super) fn is_merged(&self) -> bool {
        !self.get("merged").is_absent()
    }

    /// Whether it stands in its pipeline's order: a conflict is waited for, what is dead is not. What could not be made has
    /// nothing behind it.
    #[must_use]
    pub fn is_in_order(&self) -> bool {
        match self.verdict() {
            None => true,
            Some(verdict) => verdict == Verdict::Conflict && self.kind() != Operation::Create,
        }
    }

    /// Whether there is no pipeline that it could change: it was never made, or is gone.
    #[must_use]
    pub fn is_without_pipeline(&self) -> bool {
        self.kind() == Operation::Create || self.verdict() == Some(Verdict::Gone)
    }

    /// What stands in the fields that it touches where it is not applied: what the server has, as far as that is known, and
    /// else what was there before.
    pub(super) fn undone(&self) -> Value<'static> {
        let (old, theirs) = (self.get("old"), self.get("theirs"));
        if matches!(theirs, Value::Record(_)) { values_in(theirs, old) } else { old.clone() }
    }

    /// The stored pipeline after this operation: none after a deletion.
    #[must_use]
    pub fn apply(&self, row: Option<Row<'static>>, storage: SecretStorage) -> Option<Row<'static>> {
        let now = Timestamp::from_milliseconds(self.number("changedAt")).unwrap_or(Timestamp::MIN);
        let planned = planned(self.kind(), self.get("arguments").clone(), row, now, storage);
        Some(planned.ok()??.row)
    }

    /// Takes in a later update: what that says counts, what stood there before stays what was there before both.
    pub(super) fn fold(&mut self, later: &Self) {
        let is_update = self.kind() == Operation::Update;
        let (mut arguments, mut old) = (self.0.take("arguments"), self.0.take("old"));
        let mut input = arguments.take("input");
        for field in later.get("arguments").get("input").fields() {
            // A creation has nothing to clear, and no other secret than its last.
            if is_update || field.value != Value::Null && field.key != "rotateSecret" {
                input.put(field.clone());
            } else {
                input.take(&field.key);
            }
        }
        for field in later.get("arguments").fields() {
            if field.key != "input" {
                arguments.put(field.clone());
            }
        }
        for field in later.get("old").fields() {
            if old.get(&field.key).is_absent() {
                old.put(field.clone());
            }
        }
        arguments.set("input", input);
        self.set("old", old);
        self.set("bodyHash", body_hash(&arguments).into());
        self.set("arguments", arguments);
        self.set("changedAt", later.get("changedAt").clone());
        self.set("merged", true.into());
    }
}

/// What a call makes of a stored pipeline; nothing of none. A secret that the arguments do not bring is nobody's.
pub(super) fn planned(
    kind: Operation,
    arguments: Value<'static>,
    row: Option<Row<'static>>,
    now: Timestamp,
    storage: SecretStorage,
) -> Result<Option<Planned<'static>>, Error> {
    let call = Call::checked(arguments);
    let entropy = Entropy::new(&[0; 32]).ok_or_else(Error::internal)?;
    Ok(match (kind, row) {
        (Operation::Create, _) => Some(Row::create(call.into_creation(entropy), now, storage)),
        (Operation::Update, row) => {
            Some(row.ok_or_else(Error::not_found)?.update(call.into_update(entropy), now, storage)?)
        }
        (Operation::RecordRun, Some(row)) => Some(row.record_run(call.completed_at()?, storage)),
        _ => None,
    })
}

/// What a document has in each of these fields, `null` for nothing, as patches write it. A rotation is no field.
pub(super) fn values_in(document: &Value<'static>, fields: &Value<'static>) -> Value<'static> {
    let mut values = Vec::new();
    for field in fields.fields().iter().filter(|field| field.key != "rotateSecret") {
        let value = match document.get(&field.key) {
            Value::Absent => Value::Null,
            value => value.clone(),
        };
        values.push(Field { value, ..field.clone() });
    }
    Value::Record(values)
}
