//! What a page can show without guessing.

use super::Surroundings;
use super::queue::Queues;
use super::remote::Remote;
use crate::index::Index;
use crate::value::{Value, record};

/// When an operation counts as stuck: this long after its change was made, in milliseconds.
const STUCK_MS: i64 = 24 * 60 * 60 * 1_000;
/// Or after this many tries.
const STUCK_ATTEMPTS: i64 = 50;

/// What a person is told of an operation, and in which of its fields that stands.
const NEEDED: &[(&str, &str)] =
    &[("operation", "id"), ("why", "verdict"), ("issues", "issues"), ("mine", "mine"), ("theirs", "theirs")];

/// The status of an account's rows:
/// `{ remote, since, lastError?, pending, stuck, needsYou: [{ operation, why, issues?, mine, theirs? }], unsent, durable }`.
///
/// `pending` and `stuck` count operations, `unsent` has the ids of their pipelines in order. `mine` and `theirs` are
/// pipelines, `mine` is `null` for a deletion.
#[must_use]
pub fn status(
    rows: &Value,
    account_id: Option<&str>,
    remote: &Remote,
    durable: bool,
    around: &Surroundings,
) -> Value<'static> {
    let Queues { queues, .. } = Queues::read(rows, account_id);
    let (mut pending, mut stuck) = (0_usize, 0_usize);
    let (mut unsent, mut needs_you) = (Vec::new(), Vec::new());
    let old = around.now.milliseconds() - STUCK_MS;
    for (place, queue) in queues.iter().enumerate() {
        if !queue.waiting.is_empty() {
            unsent.push((queue.id().to_owned(), place));
        }
        for operation in queue.waiting.iter().chain(&queue.dead) {
            if operation.verdict().is_none() {
                let is_stuck = operation.number("createdAt") <= old || operation.number("attempts") >= STUCK_ATTEMPTS;
                (pending, stuck) = (pending + 1, stuck + usize::from(is_stuck));
                continue;
            }
            let mut need = Value::Record(Vec::new());
            for (name, field) in NEEDED {
                need.set(name, operation.get(field).clone());
            }
            needs_you.push(need);
        }
    }
    let mut ids = Vec::new();
    for place in Index::build(unsent).slots() {
        ids.extend(queues.get(place).map(|queue| Value::from(queue.id().to_owned())));
    }
    let mut status = remote.0.clone();
    for name in &["failures", "nextAt"] {
        status.take(name);
    }
    let waiting = record! {
        "pending": pending, "stuck": stuck, "needsYou": needs_you, "unsent": Value::List(ids), "durable": durable
    };
    for field in waiting.fields() {
        status.put(field.clone());
    }
    status
}
