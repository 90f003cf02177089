//! What waits for one pipeline, in order, and what the server was last known to have of it.

use super::row::Waiting;
use crate::error::Error;
use crate::http::operation::Operation;
use crate::index::Index;
use crate::model::row::Row;
use crate::model::secret::SecretStorage;
use crate::value::{Value, record};

/// The queue of one pipeline.
#[derive(Clone, Debug)]
pub struct Queue {
    /// `{ id, accountId?, clientId, seq, base? }`: the pipeline; whose session its operations may travel with; who sends
    /// them, to the server; the last number that was given to one; and the stored pipeline without what waits.
    ///
    /// The client is made with the queue and stands beside it: a database that is lost takes it along, so what a new one
    /// numbers from 1 on is never mistaken for what was numbered before.
    pub(super) row: Value<'static>,
    /// What waits, in order. Only the first can be a conflict, and only the first can have been sent.
    pub waiting: Vec<Waiting>,
    /// What is only there for a person.
    pub dead: Vec<Waiting>,
    /// Whether the pipeline is gone for good: then nothing will be numbered after what was.
    pub(super) has_ended: bool,
}

/// The rows that could be read, and the pipelines of which one could not: those stand still, for their order is not known.
#[derive(Debug, Default)]
pub struct Queues {
    /// The queues.
    pub queues: Vec<Queue>,
    /// The pipelines of rows that cannot be read.
    pub damaged: Vec<String>,
}

const QUEUES: &str = "queues";
const OPERATIONS: &str = "operations";

fn items<'v, 'a>(rows: &'v Value<'a>, store: &str) -> &'v [Value<'a>] {
    if let Value::List(items) = rows.get(store) { items } else { &[] }
}

impl Queues {
    /// Reads `{ queues, operations }`; what belongs to another account is not looked at.
    #[must_use]
    pub fn read(rows: &Value, account_id: Option<&str>) -> Self {
        let mut found = Self::default();
        let mut places = Vec::new();
        for row in items(rows, QUEUES) {
            let id = row.text_of("id").unwrap_or_default();
            if row.text_of("accountId") == account_id {
                places.push((id.to_owned(), places.len()));
                found.queues.push(Queue::of(row.clone().into_owned()));
            }
        }
        let places = Index::build(places);
        for row in items(rows, OPERATIONS) {
            if row.text_of("accountId") != account_id {
                continue;
            }
            let id = row.text_of("pipelineId").unwrap_or_default();
            let queue = places.get(id).and_then(|place| found.queues.get_mut(place));
            match queue.zip(Waiting::read(row)) {
                Some((queue, operation)) => queue.add(operation),
                // Without its queue an operation has no number that the server would know.
                None => found.damaged.push(id.to_owned()),
            }
        }
        let Self { queues, damaged } = &mut found;
        queues.retain(|queue| !damaged.iter().any(|id| id == queue.id()));
        found
    }

    /// Reads the rows of one pipeline: its queue, where there is one.
    ///
    /// # Errors
    /// `storage` where a row cannot be read: what stands there must be kept for somebody who can.
    pub fn one(rows: &Value, account_id: Option<&str>) -> Result<Option<Queue>, Error> {
        let mut found = Self::read(rows, account_id);
        if found.damaged.is_empty() { Ok(found.queues.pop()) } else { Err(Error::unreadable_operation()) }
    }
}

impl Queue {
    fn of(row: Value<'static>) -> Self {
        Self { row, waiting: Vec::new(), dead: Vec::new(), has_ended: false }
    }

    /// An empty queue.
    #[must_use]
    pub fn new(id: &str, account_id: Option<&str>, client_id: String) -> Self {
        let (id, account_id) = (id.to_owned(), account_id.map(str::to_owned));
        Self::of(record! { "id": id, "accountId": account_id, "clientId": client_id, "seq": 0_usize })
    }

    /// The pipeline.
    #[must_use]
    pub fn id(&self) -> &str {
        self.row.text_of("id").unwrap_or_default()
    }

    /// Keeps an operation in its place.
    pub(super) fn add(&mut self, operation: Waiting) {
        if operation.is_in_order() {
            let seq = operation.number("seq");
            let at = self.waiting.iter().position(|other| other.number("seq") > seq).unwrap_or(self.waiting.len());
            self.waiting.insert(at, operation);
        } else {
            self.dead.push(operation);
        }
    }

    /// What may be sent next: nothing while a person has to choose.
    #[must_use]
    pub fn head(&self) -> Option<&Waiting> {
        self.waiting.first().filter(|operation| operation.verdict().is_none())
    }

    /// The number of the first operation that the server has not answered.
    #[must_use]
    pub fn next_seq(&self) -> i64 {
        match self.waiting.first() {
            Some(first) => first.number("seq") + i64::from(first.verdict().is_some()),
            None => self.row.get("seq").whole().and_then(|seq| i64::try_from(seq).ok()).unwrap_or_default() + 1,
        }
    }

    /// Numbers what waits from `next` on. A conflict has been answered and keeps its number.
    pub fn number(&mut self, mut next: i64) {
        for operation in self.waiting.iter_mut().filter(|operation| operation.verdict().is_none()) {
            operation.set("seq", Value::Whole(next));
            next += 1;
        }
        self.row.set("seq", Value::Whole(next - 1));
    }

    /// Takes the operation with this id out, and says whether it stood in the order, and where.
    pub(super) fn remove(&mut self, op_id: &str) -> Option<(Waiting, Option<usize>)> {
        let place = |operations: &[Waiting]| operations.iter().position(|operation| operation.id() == op_id);
        if let Some(at) = place(&self.waiting) {
            return Some((self.waiting.remove(at), Some(at)));
        }
        let at = place(&self.dead)?;
        Some((self.dead.remove(at), None))
    }

    /// Updates from the place `from` on were made on top of what turned out otherwise: the first to touch one of these
    /// fields now stands on the value that it has here.
    pub(super) fn rebase(&mut self, from: usize, fields: &Value<'static>) {
        for field in fields.fields() {
            let mut later = self.waiting.iter_mut().skip(from);
            let Some(later) = later.find(|operation| !operation.get("old").get(&field.key).is_absent()) else {
                continue;
            };
            let mut old = later.0.take("old");
            old.put(field.clone());
            later.set("old", old);
        }
    }

    /// What waits behind an operation without which it cannot be: updates go into it, and it is gone itself where a deletion
    /// was to follow. Says whether it is there for a person.
    pub(super) fn absorb(&mut self, operation: &mut Waiting) -> bool {
        let mut is_wanted = true;
        for later in std::mem::take(&mut self.waiting) {
            match later.kind() {
                Operation::Delete => is_wanted = false,
                Operation::Update => operation.fold(&later),
                _ => {}
            }
        }
        self.row.set("seq", operation.get("seq").clone());
        is_wanted
    }

    /// The stored pipeline as this device shows it: as the server has it, with all that waits.
    #[must_use]
    pub fn view(&self, storage: SecretStorage) -> Option<Row<'static>> {
        let mut row = self.base();
        for operation in &self.waiting {
            row = operation.apply(row, storage);
        }
        row
    }

    /// The stored pipeline as the server has it, as far as this device knows.
    #[must_use]
    pub fn base(&self) -> Option<Row<'static>> {
        let base = self.row.get("base");
        matches!(base, Value::Record(_)).then(|| Row::checked(base.clone()))
    }

    /// Notes what the server has; no record where it has none.
    pub(super) fn rest_on(&mut self, base: Value<'static>) {
        self.has_ended = !matches!(base, Value::Record(_));
        self.row.set("base", base);
    }

    /// `{ changes, documents }`: the rows that differ from those that it was read from and, with a `storage`, what this
    /// device shows from now on.
    #[must_use]
    pub fn result(mut self, read: &Value, storage: Option<SecretStorage>) -> Value<'static> {
        let mut documents = Vec::new();
        if let Some(storage) = storage {
            let document = self.view(storage).map_or(Value::Null, Value::from);
            let id = self.id().to_owned();
            documents.push(record! { "id": id, "document": document, "unsent": !self.waiting.is_empty() });
        }
        let account_id = self.row.get("accountId").clone();
        if self.waiting.is_empty() {
            self.row.take("base");
        }
        let mut changes = Vec::new();
        let is_empty = self.waiting.is_empty() && self.dead.is_empty();
        let id = self.id().to_owned();
        // An idle queue stays for its numbers.
        let queue = if is_empty && self.has_ended { Vec::new() } else { vec![self.row] };
        let mut operations = Vec::new();
        for operation in self.waiting.into_iter().chain(self.dead) {
            operations.push(operation.0);
        }
        for (store, key, new) in [(QUEUES, "id", queue), (OPERATIONS, "pipelineId", operations)] {
            let old = items(read, store);
            for row in old {
                let is_own = row.text_of(key) == Some(&id) && *row.get("accountId") == account_id;
                let is_id = |new: &Value| new.get("id") == row.get("id");
                if is_own && !new.iter().any(is_id) {
                    let id = row.get("id").clone().into_owned();
                    changes.push(record! { "store": store, "id": id, "row": Value::Null });
                }
            }
            for row in new {
                if !old.contains(&row) {
                    changes.push(record! { "store": store, "id": row.get("id").clone(), "row": row });
                }
            }
        }
        record! { "changes": changes, "documents": documents }
    }
}
