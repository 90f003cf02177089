//! The device's database: what is committed stays, what is not was never there.

use convex_pipelines::value::{Field, Value};
use std::collections::BTreeMap;

type Rows = BTreeMap<String, Value<'static>>;

#[derive(Clone, Default)]
pub struct Disk {
    pub queues: Rows,
    pub operations: Rows,
    /// By pipeline, as the device shows it.
    pub documents: Rows,
}

impl Disk {
    /// All rows, of every account.
    pub fn all(&self) -> Value<'static> {
        rows(self.queues.values().cloned().collect(), self.operations.values().cloned().collect())
    }

    /// The rows of one pipeline.
    pub fn of(&self, pipeline: &str) -> Value<'static> {
        let operations = self.operations.values().filter(|row| row.text_of("pipelineId") == Some(pipeline));
        rows(self.queues.get(pipeline).cloned().into_iter().collect(), operations.cloned().collect())
    }

    pub fn document(&self, pipeline: &str) -> Value<'static> {
        self.documents.get(pipeline).cloned().unwrap_or(Value::Null)
    }

    /// Writes the `changes` and `documents` of a result, all of them.
    pub fn write(&mut self, result: &Value<'static>) {
        for change in list(result.get("changes")) {
            let rows = match change.text_of("store") {
                Some("queues") => &mut self.queues,
                Some("operations") => &mut self.operations,
                other => panic!("no such store: {other:?}"),
            };
            put(rows, change, "row");
        }
        for change in list(result.get("documents")) {
            put(&mut self.documents, change, "document");
        }
    }
}

fn put(rows: &mut Rows, change: &Value<'static>, what: &str) {
    let id = change.text_of("id").unwrap().to_owned();
    match change.get(what) {
        Value::Null => drop(rows.remove(&id)),
        row => drop(rows.insert(id, row.clone())),
    }
}

fn rows(queues: Vec<Value<'static>>, operations: Vec<Value<'static>>) -> Value<'static> {
    Value::Record(vec![Field::new("queues", Value::List(queues)), Field::new("operations", Value::List(operations))])
}

pub fn list<'v>(value: &'v Value<'static>) -> &'v [Value<'static>] {
    if let Value::List(items) = value { items } else { &[] }
}
