//! What an answer means for the rows, and for whoever waits for it.

use super::Surroundings;
use super::answer::{self, NoWord};
use super::queue::{Queue, Queues};
use super::remote::{Found, Remote, backoff};
use super::row::Waiting;
use crate::error::Error;
use crate::http::operation::Operation;
use crate::http::response::refusal;
use crate::http::retry_after::retry_after;
use crate::http::verdict::Verdict;
use crate::model::id::fold_id;
use crate::model::pipeline::Pipeline;
use crate::model::row::Row;
use crate::model::secret::SecretStorage;
use crate::value::{Value, record};

/// What was sent, and what came of it.
#[derive(Clone, Copy)]
pub struct Sent<'v> {
    /// The account that it was sent for.
    pub account_id: Option<&'v str>,
    /// The call.
    pub kind: Operation,
    /// The `op` of the request.
    pub op: &'v Value<'v>,
    /// `{ status, headers?, body }`, or `{ code, message }` of what went wrong instead.
    pub answer: &'v Value<'v>,
    /// Whether the caller who made the change still waits for its verdict. A refusal is then told, and not kept.
    pub attended: bool,
}

/// Judges an answer, on the rows of its pipeline as they are now.
///
/// The result is `{ remote, changes, documents, outcome? }`. The outcome is for a caller who still waits, once the changes
/// are durable: `{ data? }`, with the server's pipeline where the answer has it, or `{ error }`. Without one nothing is
/// known, and the operation stays.
///
/// # Errors
/// `storage` where a row cannot be read.
pub fn judge(rows: &Value, mut remote: Remote, sent: Sent, around: &Surroundings) -> Result<Value<'static>, Error> {
    let mut queue = Queues::one(rows, sent.account_id)?.unwrap_or_else(|| {
        // All of it was settled long ago.
        let mut queue = Queue::new("", None, String::new());
        queue.has_ended = true;
        queue
    });
    let (now, op_id) = (around.now.milliseconds(), sent.op.text_of("opId").unwrap_or_default());
    let mut outcome = Value::Absent;
    let mut is_changed = false;
    match answer::read(sent.kind, sent.op, sent.answer, around.host) {
        Err(NoWord { found, last_error }) => {
            let asked_for = retry_after(sent.answer.get("headers"), now);
            remote.turn(found, last_error, asked_for, around);
            if let Some(operation) = queue.waiting.iter_mut().find(|operation| operation.id() == op_id) {
                operation.postpone(asked_for, around);
            }
        }
        Ok(mut word) => {
            remote.turn(Found::Reached, Value::Absent, None, around);
            let verdict = word.get("op").text_of("verdict").and_then(Verdict::parse).unwrap_or(Verdict::OutOfOrder);
            if matches!(verdict, Verdict::Superseded | Verdict::ClientFork | Verdict::OutOfOrder) {
                queue.begin_anew(sent.op, around);
            } else {
                let refusal = refusal(verdict, sent.kind, word.get("op").get("issues"));
                // Whatever another tab has made of it, this answer is true.
                if let Some((operation, place)) = queue.remove(op_id) {
                    is_changed = place.is_some();
                    match &refusal {
                        None => queue.settle(&operation, word.get("data"), around.storage),
                        Some(_) => queue.refuse(operation, (verdict, &word), sent.attended, around.storage),
                    }
                }
                outcome = match refusal {
                    None => record! { "data": word.take("data") },
                    Some(error) => record! { "error": Value::from(&error).into_owned() },
                };
            }
        }
    }
    let made_elsewhere = outcome.get("data").clone();
    let is_elsewhere = made_elsewhere.text_of("id").is_some_and(|id| is_changed && fold_id(id) != queue.id());
    if is_elsewhere {
        queue.rest_on(Value::Absent);
    }
    let mut result = queue.result(rows, is_changed.then_some(around.storage));
    if is_elsewhere && let Value::List(mut documents) = result.take("documents") {
        // A server that takes no ids from its callers has made it under its own.
        let id = made_elsewhere.get("id").clone();
        let document = copy(&made_elsewhere, around.storage);
        documents.push(record! { "id": id, "document": document, "unsent": false });
        result.set("documents", Value::List(documents));
    }
    result.set("remote", remote.0);
    result.set("outcome", outcome);
    Ok(result)
}

impl Waiting {
    /// It is sent again, later.
    fn postpone(&mut self, asked_for: Option<i64>, around: &Surroundings) {
        let failures = u32::try_from(self.number("attempts") - 1).unwrap_or_default();
        let pause = asked_for.unwrap_or_else(|| backoff(failures, around.chance));
        self.set("nextAt", Value::Whole(around.now.milliseconds() + pause));
    }
}

impl Queue {
    /// It was applied, or there was no need to: what the server has now is known.
    fn settle(&mut self, operation: &Waiting, data: &Value<'static>, storage: SecretStorage) {
        self.rest_on(match (operation.kind(), data) {
            (_, Value::Record(_)) => copy(data, storage),
            (Operation::Create | Operation::Update, _) => {
                operation.apply(self.base(), storage).map_or(Value::Absent, Value::from)
            }
            // A deletion, or a run of what is not there.
            _ => Value::Absent,
        });
    }

    /// It was not applied: somebody is told, now or when they look.
    fn refuse(
        &mut self,
        mut operation: Waiting,
        word: (Verdict, &Value<'static>),
        attended: bool,
        storage: SecretStorage,
    ) {
        let (verdict, word) = word;
        let is_first = operation.verdict().is_none();
        let mut is_wanted = true;
        if is_first {
            let op = word.get("op");
            operation.set("verdict", verdict.word().into());
            operation.set("issues", op.get("issues").clone());
            operation.set("theirs", op.get("current").clone());
            let is_without = operation.is_without_pipeline();
            if matches!(op.get("current"), Value::Record(_)) && !is_without {
                self.rest_on(copy(op.get("current"), storage));
            }
            if is_without {
                is_wanted = self.absorb(&mut operation);
            }
            let mine = operation.apply(self.base(), storage).map(|row| Value::from(row.show(storage)));
            operation.set("mine", mine.unwrap_or(Value::Null));
            if is_without {
                self.rest_on(Value::Absent);
            }
        }
        let is_told = !is_wanted || attended && !operation.is_merged();
        // What waits behind it was made on top of it.
        if is_first && verdict == Verdict::Rejected || is_told && operation.is_in_order() {
            self.rebase(0, &operation.undone());
        }
        // Otherwise another tab has put it aside, and here somebody waits for it and is told.
        if !is_told {
            self.add(operation);
        }
    }

    /// The server does not count as this queue does: it was restored, it has forgotten, or the database was copied and both
    /// copies have gone on. The operation was not applied under this number. Under a new client it begins again with 1:
    /// what was sent under the old one can no longer be applied, nor take the place of another.
    fn begin_anew(&mut self, op: &Value, around: &Surroundings) {
        let is_current = self.row.get("clientId") == op.get("clientId");
        let Some(first) = self.waiting.first_mut().filter(|first| op.get("opId") == first.get("id")) else { return };
        // An answer to what was sent before says nothing of what is sent now.
        if is_current && op.get("seq") == first.get("seq") {
            first.postpone(None, around);
            self.row.set("clientId", around.chance.client_id().into());
            self.number(1);
        }
    }
}

/// What is kept of a server's pipeline.
pub(super) fn copy(pipeline: &Value<'static>, storage: SecretStorage) -> Value<'static> {
    Row::copy_of(Pipeline::checked(pipeline.clone()), storage).into()
}
