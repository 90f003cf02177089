//! A change is made: what the device shows from now on, and what waits to be sent for it.

use super::Surroundings;
use super::queue::{Queue, Queues};
use super::row::{Waiting, planned, values_in};
use crate::error::Error;
use crate::http::call::{Call, Origin};
use crate::http::operation::Operation;
use crate::http::stamp::body_hash;
use crate::model::id::STORED_ID;
use crate::model::row::Row;
use crate::model::secret::WebhookSecret;
use crate::model::timestamp::Timestamp;
use crate::value::{Value, record};

/// Makes an operation of a call.
///
/// `rows` are those of its pipeline, `document` its stored row as this device has it (`null` for none), `arguments` what
/// a caller gives, `{ id?, input?, expectedUpdatedAt?, webhookSecret?, completedAt?, accountId? }`. The result is
/// `{ operation?, reply, changes, documents }`: the id of the operation that the change travels with, none where there is
/// nothing to do; and what the caller is told where no verdict comes in time, with a secret that is shown once.
///
/// # Errors
/// `invalid` with every issue, `not_found`, `conflict` where the id is taken or the version is not the one that was
/// expected, and `storage` where a row cannot be read.
pub fn enqueue(
    kind: Operation,
    rows: &Value,
    document: &Value,
    arguments: &Value,
    around: &Surroundings,
) -> Result<Value<'static>, Error> {
    let mut call = Value::from(Call::parse(kind, Origin::Process, arguments, around.host)?).into_owned();
    if call.get("id").is_absent() {
        call.set("id", around.chance.identity.id().into());
    }
    let (id, account_id) = (call.text_of("id").unwrap_or_default(), call.text_of("accountId"));
    let queue = Queues::one(rows, account_id)?;
    let mut queue = queue.unwrap_or_else(|| Queue::new(id, account_id, around.chance.client_id()));
    let made = queue.make(kind, document, call, around)?;
    Ok(made.shown(queue, rows, around))
}

/// What a change makes.
pub(super) struct Made {
    /// The operation that it travels with, where there is anything to do.
    pub operation: Option<String>,
    /// What the caller is told.
    pub reply: Value<'static>,
}

impl Made {
    /// `{ changes, documents, operation?, reply }`.
    pub fn shown(self, queue: Queue, rows: &Value, around: &Surroundings) -> Value<'static> {
        let mut result = queue.result(rows, self.operation.as_ref().map(|_| around.storage));
        result.set("operation", self.operation.into());
        result.set("reply", self.reply);
        result
    }
}

impl Queue {
    /// Puts the operation of a call behind what waits. `arguments` have been checked.
    pub(super) fn make(
        &mut self,
        kind: Operation,
        document: &Value,
        mut arguments: Value<'static>,
        around: &Surroundings,
    ) -> Result<Made, Error> {
        let is_deleted = self.waiting.last().is_some_and(|last| last.kind() == Operation::Delete);
        let mut row = None;
        if matches!(document, Value::Record(_)) && !is_deleted {
            row = Some(Row::parse(document, around.host)?.into_owned());
        }
        let row = row.filter(|row| row.belongs_to(self.row.text_of("accountId")));
        let is_there = row.is_some();
        let is_known = is_there || !self.waiting.is_empty() || !self.dead.is_empty();
        if kind == Operation::Create && is_known {
            return Err(Error::id_taken());
        }
        // A run of nothing is no run, nobody deletes twice, and what has no id of ours is nowhere.
        let is_nowhere = !is_there && STORED_ID.parse(self.row.get("id"), around.host).is_err();
        if kind == Operation::RecordRun && !is_there {
            return Ok(Made { operation: None, reply: Value::Null });
        } else if kind == Operation::Delete && (is_deleted || is_nowhere) {
            return Ok(Made { operation: None, reply: false.into() });
        }
        let before = row.clone().map_or(Value::Null, Value::from);
        let input = arguments.get("input");
        let is_rotation = matches!(input.get("rotateSecret"), Value::Bool(true));
        let mut secret = None;
        let given = arguments.take("webhookSecret");
        if (kind == Operation::Create || is_rotation) && arguments.get("secretDigest").is_absent() {
            let new = given.text().map_or_else(|| around.chance.identity.secret(), WebhookSecret::checked);
            arguments.push("secretDigest", new.digest().as_str().to_owned().into());
            arguments.push("secretLastFour", new.last_four().into());
            secret = Some(new.reveal().to_owned());
        }
        let planned = planned(kind, arguments.clone(), row, around.now, around.storage)?;
        arguments.take("expectedUpdatedAt");
        let mut reply = planned.map_or(is_there.into(), |planned| Value::from(planned.reply));
        let changed_at = reply.text_of("updatedAt").and_then(|text| Timestamp::parse(text).ok()).unwrap_or(around.now);
        reply.set("webhookSecret", secret.into());
        if self.waiting.is_empty() {
            self.rest_on(before.clone());
        }
        let old = if kind == Operation::Update { values_in(&before, arguments.get("input")) } else { Value::Absent };
        let operation = self.push(kind, arguments, old, changed_at, around);
        Ok(Made { operation: Some(operation), reply })
    }

    /// Puts an operation behind what waits, or folds it into what has never been sent; gives the id it travels with.
    fn push(
        &mut self,
        kind: Operation,
        arguments: Value<'static>,
        old: Value<'static>,
        changed_at: Timestamp,
        around: &Surroundings,
    ) -> String {
        let now = Value::Whole(around.now.milliseconds());
        let operation = Waiting(record! {
            "id": around.chance.operation_id(),
            "pipelineId": self.row.get("id").clone(),
            "accountId": self.row.get("accountId").clone(),
            "seq": 0_usize,
            "kind": kind.name(),
            "bodyHash": body_hash(&arguments),
            "arguments": arguments,
            "old": old,
            "createdAt": now.clone(),
            "changedAt": Value::Whole(changed_at.milliseconds()),
            "attempts": 0_usize,
            "nextAt": now,
        });
        if let Some(last) = self.waiting.last_mut().filter(|last| last.can_take(&operation)) {
            last.fold(&operation);
            return last.id().to_owned();
        }
        let (id, next) = (operation.id().to_owned(), self.next_seq());
        self.waiting.push(operation);
        self.number(next);
        id
    }
}

impl Waiting {
    /// Whether a later operation may be folded into this one. A rotation is an event of its own.
    fn can_take(&self, later: &Self) -> bool {
        let is_plain = |operation: &Self| {
            operation.kind() == Operation::Update && operation.get("arguments").get("secretDigest").is_absent()
        };
        self.number("attempts") == 0 && self.verdict().is_none() && is_plain(self) && is_plain(later)
    }
}
