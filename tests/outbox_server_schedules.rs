//! Operations that come twice, late and early, against a server that is told each of them once and in order.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::http::operation::Operation;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::random::{Random, cases};
use support::stamped::{CLIENT, ID, OTHER_CLIENT, OTHER_ID, START, Sent, Server, digest, uuid};

const FIELDS: [&str; 3] = ["name", "description", "defaultSource"];

/// What a sequential server makes of the same operations: fields in a map, and nothing of a cursor.
#[derive(Default)]
struct Sequential(BTreeMap<String, BTreeMap<&'static str, Value>>);

impl Sequential {
    fn tell(&mut self, sent: &Sent) -> &'static str {
        let id = sent.arguments["id"].as_str().unwrap();
        let (input, old) = (&sent.arguments["input"], sent.arguments["op"]["old"].as_object());
        if FIELDS.iter().any(|field| input[*field] == "") {
            return "rejected";
        }
        let row = self.0.get_mut(id);
        match (sent.kind, row) {
            (Operation::Create, None) => {
                let made = FIELDS.map(|field| (field, input[field].clone()));
                self.0.insert(id.to_owned(), made.into());
            }
            (Operation::Create, Some(_)) => return "conflict",
            (_, None) => return "gone",
            (Operation::Delete, Some(_)) => drop(self.0.remove(id)),
            (Operation::RecordRun, Some(row)) => {
                let latest = row.get("lastRunAt").cloned().unwrap_or_default();
                let completed = &sent.arguments["completedAt"];
                if latest.as_str() < completed.as_str() {
                    row.insert("lastRunAt", completed.clone());
                }
            }
            (_, Some(row)) => {
                let is_other = |(field, old): (&String, &Value)| {
                    let there = &row[field.as_str()];
                    there != old && *there != input[field]
                };
                if old.into_iter().flatten().any(is_other) {
                    return "conflict";
                }
                for field in FIELDS.into_iter().filter(|field| input.get(*field).is_some()) {
                    row.insert(field, input[field].clone());
                }
            }
        }
        "ok"
    }
}

/// What one client does with one pipeline.
struct Stream {
    client: &'static str,
    id: &'static str,
    /// All that was sent, with the answers.
    sent: Vec<(Sent, Value)>,
}

struct Schedule {
    random: Random,
    server: Server,
    sequential: Sequential,
    operations: u64,
}

impl Schedule {
    fn value(&mut self, field: &str) -> Value {
        let number = self.random.within(0, 2);
        match field {
            "name" if self.random.one_in(12) => json!(""),
            "name" => json!(format!("name {number}")),
            "defaultSource" if self.random.one_in(4) => json!(null),
            "defaultSource" => json!(format!("https://example.com/{number}")),
            _ if self.random.one_in(4) => json!(null),
            _ => json!(format!("text {number}")),
        }
    }

    fn make(&mut self, stream: &Stream, seq: u64) -> Sent {
        self.operations += 1;
        let (id, op_id) = (stream.id, uuid(self.operations));
        let kind = self.random.pick(&[
            Operation::Create,
            Operation::Update,
            Operation::Update,
            Operation::Update,
            Operation::RecordRun,
            Operation::Delete,
        ]);
        let is_create = kind == Operation::Create;
        let (mut input, mut old) = (json!({}), json!({}));
        for field in FIELDS {
            let (new, before) = (self.value(field), self.value(field));
            if is_create && !new.is_null() || !is_create && self.random.one_in(2) {
                input[field] = new;
                // What a client has seen may be long past.
                let there = self.server.rows.get(id).map(|row| row[field].clone());
                old[field] = there.filter(|_| !self.random.one_in(3)).unwrap_or(before);
            }
        }
        let arguments = match kind {
            Operation::Create => {
                input["steps"] = json!([{ "id": "a", "kind": "clean", "options": {} }]);
                json!({ "id": id, "input": input, "secretDigest": digest(self.operations) })
            }
            Operation::Update => json!({ "id": id, "input": input }),
            Operation::RecordRun => {
                let minute = self.random.within(10, 59);
                json!({ "id": id, "completedAt": format!("2026-11-22T20:{minute}:00.000Z") })
            }
            _ => json!({ "id": id }),
        };
        let old = if kind == Operation::Update { old } else { json!(null) };
        Sent::new(kind, stream.client, seq, &op_id, arguments, old)
    }

    /// The next operation of a stream, for the first time.
    fn advance(&mut self, stream: &mut Stream) {
        let seq = stream.sent.len() as u64 + 1;
        let sent = self.make(stream, seq);
        let expected = self.sequential.tell(&sent);
        let (body, status) = self.server.settle(&sent, START + self.operations.cast_signed()).unwrap();
        let echo = json!([200, sent.arguments["op"]["opId"], seq, expected]);
        assert_eq!(json!([status, body["op"]["opId"], body["op"]["seq"], body["op"]["verdict"]]), echo, "{sent:?}");
        assert_eq!(body["op"].get("issues").is_some(), expected == "rejected");
        stream.sent.push((sent, body));
    }

    /// What may come besides; none of it may change anything.
    fn disturb(&mut self, stream: &mut Stream) {
        let before = self.server.clone();
        let next = stream.sent.len() as u64 + 1;
        let last = stream.sent.last().cloned();
        let (sent, status, expected) = match (self.random.within(0, 3), last) {
            (0, _) => {
                let early = next + 1 + self.random.bits() % 3;
                (self.make(stream, early), 409, "out_of_order".to_owned())
            }
            (1, Some(_)) => (self.make(stream, next - 1), 409, "client_fork".to_owned()),
            (2, Some((sent, body))) => (sent, 200, body["op"]["verdict"].as_str().unwrap().to_owned()),
            (_, Some(_)) if stream.sent.len() > 1 => {
                let at = self.random.bits() as usize % (stream.sent.len() - 1);
                (stream.sent[at].0.clone(), 200, "superseded".to_owned())
            }
            _ => return,
        };
        let (body, was) = self.server.settle(&sent, START + self.operations.cast_signed()).unwrap();
        assert_eq!((was, &body["op"]["opId"]), (status, &sent.arguments["op"]["opId"]));
        assert_eq!(body["op"]["verdict"], expected, "{sent:?}");
        assert!(self.server == before, "{expected} changed something: {sent:?}");
    }
}

fn run(seed: u64) {
    let (server, sequential) = (Server::default(), Sequential::default());
    let mut schedule = Schedule { random: Random(seed), server, sequential, operations: 0 };
    let mut streams = [(CLIENT, ID), (CLIENT, OTHER_ID), (OTHER_CLIENT, ID)].map(|(client, id)| Stream {
        client,
        id,
        sent: Vec::new(),
    });
    for _ in 0..60 {
        let stream = &mut streams[schedule.random.within(0, 2) as usize];
        if schedule.random.one_in(2) {
            schedule.advance(stream);
        } else {
            schedule.disturb(stream);
        }
    }
    let fields = |row: &Value| FIELDS.map(|field| row[field].clone()).to_vec();
    let stored: Vec<_> = schedule.server.rows.iter().map(|(id, row)| (id.clone(), fields(row))).collect();
    let rows = schedule.sequential.0.iter();
    let expected: Vec<_> =
        rows.map(|(id, row)| (id.clone(), FIELDS.map(|field| row[field].clone()).to_vec())).collect();
    assert_eq!(stored, expected);
    for (id, row) in &schedule.sequential.0 {
        assert_eq!(schedule.server.rows[id].get("lastRunAt"), row.get("lastRunAt"));
    }
}

#[test]
fn each_operation_is_applied_once_and_in_order_however_often_it_comes() {
    for seed in 0..cases("OUTBOX_SERVER_SCHEDULES", 60) {
        let outcome = std::panic::catch_unwind(|| run(seed));
        assert!(outcome.is_ok(), "seed {seed}");
    }
}
