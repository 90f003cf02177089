//! What a person decides about an operation that waits for one, and what the server says on its own.

use super::Surroundings;
use super::enqueue::enqueue;
use super::judge::copy;
use super::queue::Queues;
use super::row::Waiting;
use crate::error::{Error, ErrorCode};
use crate::http::call::{Call, Origin};
use crate::http::operation::Operation;
use crate::model::input::CREATE_INPUT;
use crate::model::pipeline::Pipeline;
use crate::value::{Value, record};

/// What a person decides.
#[derive(Clone, Copy)]
pub struct Asked<'v> {
    /// The account whose operation it is.
    pub account_id: Option<&'v str>,
    /// The operation.
    pub op_id: &'v str,
    /// The decision.
    pub choice: &'v Value<'v>,
}

/// Settles what a person was asked: `choice` is `"mine"`, `"theirs"`, or the input of an edited change.
///
/// `rows` are those of the operation's pipeline, `document` its stored row as this device has it. The result is
/// `{ operation?, reply?, changes, documents }`: the operation that now waits instead, and what it makes of the pipeline. One
/// that is made anew has an id and a secret of its own, which the reply shows.
///
/// # Errors
/// `not_found` where no operation of this id waits for a person, `invalid` with every issue of an input, `storage` where a
/// row cannot be read.
pub fn resolve(rows: &Value, document: &Value, asked: Asked, around: &Surroundings) -> Result<Value<'static>, Error> {
    let mut queue = Queues::one(rows, asked.account_id)?.ok_or_else(unknown_operation)?;
    let next = queue.next_seq();
    let (old, place) = queue.remove(asked.op_id).ok_or_else(unknown_operation)?;
    if old.verdict().is_none() {
        return Err(unknown_operation());
    }
    let is_first = place.is_some();
    let word = asked.choice.text();
    if word == Some("theirs") {
        return discard(rows, asked.account_id, asked.op_id, around);
    }
    let is_mine = word == Some("mine");
    if old.is_without_pipeline() {
        let mut made = anew(&old, asked, is_mine, around)?;
        queue.has_ended = true;
        let mut result = queue.result(rows, None);
        if let (Value::List(mut changes), Value::List(more)) = (made.take("changes"), result.take("changes")) {
            changes.extend(more);
            made.push("changes", Value::List(changes));
        }
        return Ok(made);
    }
    let mut arguments = old.get("arguments").clone();
    if !is_mine && old.kind() == Operation::Update {
        for name in ["secretDigest", "secretLastFour"] {
            arguments.take(name);
        }
        arguments.set("input", asked.choice.clone().into_owned());
    }
    let call = Value::from(Call::parse(old.kind(), Origin::Process, &arguments, around.host)?).into_owned();
    if !is_first {
        let made = queue.make(old.kind(), document, call, around)?;
        return Ok(made.shown(queue, rows, around));
    }
    // It takes the place of the conflict, before all that waits behind it.
    queue.rebase(0, &old.undone());
    queue.rebase(0, call.get("input"));
    let later = std::mem::take(&mut queue.waiting);
    let base = queue.row.get("base").clone();
    let made = queue.make(old.kind(), &base, call, around)?;
    queue.waiting.extend(later);
    queue.number(next);
    Ok(made.shown(queue, rows, around))
}

/// Gives up an operation, whatever it waits for. Where it was sent without an answer, nobody knows whether it was applied.
///
/// The result is `{ changes, documents }`; nothing where there is no such operation.
///
/// # Errors
/// `storage` where a row cannot be read.
pub fn discard(
    rows: &Value,
    account_id: Option<&str>,
    op_id: &str,
    around: &Surroundings,
) -> Result<Value<'static>, Error> {
    let Some(mut queue) = Queues::one(rows, account_id)? else { return Ok(nothing()) };
    let next = queue.next_seq();
    let Some((dropped, place)) = queue.remove(op_id) else { return Ok(nothing()) };
    let was_sent = dropped.number("attempts") > 0;
    queue.has_ended = dropped.is_without_pipeline() && (place.is_none() || !was_sent);
    if let Some(at) = place {
        queue.rebase(at, &dropped.undone());
        if dropped.kind() == Operation::Create {
            queue.waiting.clear(); // what is not made cannot be changed
        }
        // Its number goes to the next operation: of the two the server takes the one that comes first, and never the other.
        // So what was given up cannot arrive late, on top of what was made since.
        queue.number(next);
    }
    Ok(queue.result(rows, place.map(|_| around.storage)))
}

/// Takes what the server answered to a read: it is what waiting changes now stand on.
///
/// The result is `{ changes, documents }`.
///
/// # Errors
/// `invalid` where the pipeline is none, `storage` where a row cannot be read.
pub fn adopt(
    rows: &Value,
    account_id: Option<&str>,
    pipeline: &Value,
    around: &Surroundings,
) -> Result<Value<'static>, Error> {
    let base = copy(&Value::from(Pipeline::parse(pipeline, around.host)?).into_owned(), around.storage);
    if let Some(mut queue) = Queues::one(rows, account_id)?
        && !queue.waiting.is_empty()
    {
        queue.rest_on(base);
        return Ok(queue.result(rows, Some(around.storage)));
    }
    let document = record! { "id": base.get("id").clone(), "document": base, "unsent": false };
    let mut result = nothing();
    result.set("documents", Value::List(vec![document]));
    Ok(result)
}

/// Puts back what waited for a pipeline, from a `copy` of rows that have got lost, unless something waits there again.
///
/// The server knows the operations by their numbers: what it has applied already is not applied twice.
///
/// The result is `{ changes, documents }`.
///
/// # Errors
/// `storage` where a row cannot be read.
pub fn restore(
    rows: &Value,
    account_id: Option<&str>,
    copy: &Value,
    around: &Surroundings,
) -> Result<Value<'static>, Error> {
    let standing = Queues::one(rows, account_id)?;
    if standing.is_some_and(|queue| !queue.waiting.is_empty() || !queue.dead.is_empty()) {
        return Ok(nothing());
    }
    let Some(queue) = Queues::one(copy, account_id)? else { return Ok(nothing()) };
    let is_shown = !queue.waiting.is_empty();
    Ok(queue.result(rows, is_shown.then_some(around.storage)))
}

/// A pipeline that cannot be changed any more, or was never made, under a new id.
fn anew(asked: &Waiting, given: Asked, is_mine: bool, around: &Surroundings) -> Result<Value<'static>, Error> {
    let mut input = given.choice.clone().into_owned();
    if is_mine {
        input = Value::Record(Vec::new());
        for property in CREATE_INPUT.0 {
            input.set(property.name, asked.get("mine").get(property.name).clone());
        }
    }
    let arguments = record! { "accountId": asked.get("accountId").clone(), "input": input };
    enqueue(Operation::Create, &Value::Absent, &Value::Null, &arguments, around)
}

fn nothing() -> Value<'static> {
    record! { "changes": Value::List(Vec::new()), "documents": Value::List(Vec::new()) }
}

fn unknown_operation() -> Error {
    Error::new(ErrorCode::NotFound, "no such change waits for a decision")
}
