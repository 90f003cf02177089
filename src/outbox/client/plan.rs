//! What is sent now, and when to look again.

use super::Surroundings;
use super::queue::{Queue, Queues};
use super::remote::Remote;
use crate::value::{Value, record};

/// How many pipelines are sent side by side.
const SIDE_BY_SIDE: usize = 4;
/// How long an answer may take before another tab, or this one started anew, sends again: a request's deadline and a bit.
const LEASE_MS: i64 = 20_000;

/// What a sender knows beside the rows.
#[derive(Clone, Copy)]
pub struct Sender<'v> {
    /// The account whose session it has.
    pub account_id: Option<&'v str>,
    /// The ids of the operations that it is sending: a list of texts.
    pub sending: &'v Value<'v>,
    /// Whether a person or the network asks to send now what waits for its time.
    pub at_once: bool,
}

/// Decides what to send, on all rows of an account.
///
/// The result is `{ send: [{ operation, args }], wakeAt?, changes, damaged? }`. What is to be sent is noted as tried in
/// `changes`, which must be durable before anything goes out: from then on it is never changed. `args` are the arguments
/// of the call `operation`, with the `op` that [`super::judge::judge`] wants back. `wakeAt`, in milliseconds since 1970,
/// is when to plan again, if neither an answer nor a new change comes first. `damaged` are the pipelines of rows that
/// cannot be read.
#[must_use]
pub fn plan(rows: &Value, remote: &Remote, sender: Sender, around: &Surroundings) -> Value<'static> {
    let now = around.now.milliseconds();
    let Queues { mut queues, damaged } = Queues::read(rows, sender.account_id);
    let sending = if let Value::List(ids) = sender.sending { ids.as_slice() } else { &[] };
    let is_sending = |id: &str| sending.iter().any(|sent| sent.text() == Some(id));
    queues.retain(|queue| queue.head().is_some_and(|head| !is_sending(head.id())));
    let side_by_side = if remote.is_well() { SIDE_BY_SIDE } else { 1 };
    let (mut send, mut changes) = (Vec::new(), Vec::new());
    // Without room the next answer is waited for, and else the next moment.
    let mut wake_at = Value::Absent;
    while sending.len() + send.len() < side_by_side {
        let place = |queue: &Queue| queue.head().map(|head| [head.number("nextAt"), head.number("createdAt")]);
        let Some((at, first)) = queues.iter().enumerate().min_by_key(|(_, queue)| place(queue)) else { break };
        let due = first.head().map_or(now, |head| head.number("nextAt").max(remote.next_at()));
        if due > now && !sender.at_once {
            wake_at = Value::Whole(due);
            break;
        }
        let mut queue = queues.swap_remove(at);
        let Some(head) = queue.waiting.first_mut() else { break };
        head.set("attempts", Value::Whole(head.number("attempts") + 1));
        head.set("nextAt", Value::Whole(now + LEASE_MS));
        send.push(request(&queue));
        let mut result = queue.result(rows, None);
        if let Value::List(noted) = result.take("changes") {
            changes.extend(noted);
        }
    }
    let damaged = (!damaged.is_empty()).then_some(damaged);
    record! { "send": send, "wakeAt": wake_at, "changes": changes, "damaged": damaged }
}

/// The call that sends the first operation of a queue.
fn request(queue: &Queue) -> Value<'static> {
    let Some(head) = queue.waiting.first() else { return Value::Absent };
    let mut args = head.get("arguments").clone();
    let mut op = record! { "clientId": queue.row.get("clientId").clone(), "opId": head.get("id").clone() };
    for name in ["seq", "bodyHash", "old"] {
        op.set(name, head.get(name).clone());
    }
    args.set("op", op);
    record! { "operation": head.kind().name(), "args": args }
}
