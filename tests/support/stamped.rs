//! Calls that carry `op`, and a server that keeps rows and cursors in maps.

use super::NativeHost;
use super::written::{given, written};
use convex_pipelines::error::Error;
use convex_pipelines::http::operation::Operation;
use convex_pipelines::http::stamp::body_hash;
use convex_pipelines::model::row::Row;
use convex_pipelines::model::secret::SecretStorage;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::outbox::server::apply::Change;
use convex_pipelines::outbox::server::{Around, Before, settle};
use convex_pipelines::value;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const CLIENT: &str = "11111111-1111-4111-8111-111111111111";
pub const OTHER_CLIENT: &str = "22222222-2222-4222-8222-222222222222";
pub const ID: &str = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
pub const OTHER_ID: &str = "4f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
/// 2026-11-22T20:14:00.000Z.
pub const START: i64 = 1_795_378_440_000;

/// A UUID of its own for each number.
pub fn uuid(number: u64) -> String {
    format!("{:08x}-0000-4000-8000-{:012x}", number >> 32, number & 0xffff_ffff)
}

/// Hex digits that no other number has.
pub fn digest(number: u64) -> String {
    format!("{number:064x}")
}

/// One operation of a client.
#[derive(Clone, Debug)]
pub struct Sent {
    pub kind: Operation,
    pub arguments: Value,
}

impl Sent {
    /// `arguments` with an `op`.
    pub fn new(kind: Operation, client: &str, seq: u64, op_id: &str, arguments: Value, old: Value) -> Self {
        let mut arguments = arguments;
        let hash = body_hash(&given(arguments.clone()));
        arguments["op"] = json!({ "clientId": client, "seq": seq, "opId": op_id, "bodyHash": hash });
        if !old.is_null() {
            arguments["op"]["old"] = old;
        }
        Self { kind, arguments }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Server {
    /// As they are stored, by id.
    pub rows: BTreeMap<String, Value>,
    /// By account, client and pipeline.
    pub cursors: BTreeMap<(String, String, String), Value>,
}

/// An answer and its status.
pub type Answered = Result<(Value, u64), Error>;

impl Server {
    pub fn settle(&mut self, sent: &Sent, now: i64) -> Answered {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let id = text(&sent.arguments["id"]);
        let account = sent.arguments["accountId"].as_str();
        let client = text(&sent.arguments["op"]["clientId"]);
        let key = (account.unwrap_or_default().to_owned(), client, id.clone());
        let cursor = self.cursors.get(&key).map_or(value::Value::Absent, |cursor| given(cursor.clone()));
        let stored = self.rows.get(&id).map_or(value::Value::Absent, |row| given(row.clone()));
        let row = Row::parse(&stored, &NativeHost).ok().filter(|row| row.belongs_to(account));
        let is_there = row.is_some();
        let secret = sent.arguments["secretDigest"].as_str().map(|digest| format!("s1:{digest}"));
        let has_secret = |row: &Value| secret.is_some() && row["webhookSecret"].as_str() == secret.as_deref();
        let is_taken = sent.kind == Operation::Create && !is_there && self.rows.contains_key(&id)
            || self.rows.iter().any(|(other, row)| *other != id && has_secret(row));
        let before = Before { cursor: &cursor, row, is_there, is_taken, issues: &value::Value::Absent };
        let now = Timestamp::from_milliseconds(now).unwrap();
        let around = Around { now, storage: SecretStorage::Hashed, host: &NativeHost };
        let settled = settle(sent.kind, &given(sent.arguments.clone()), &before, around)?;
        let reply = written(&settled.reply());
        if !settled.cursor.is_absent() {
            self.cursors.insert(key, written(&settled.cursor));
        }
        match settled.change {
            Change::None => {}
            Change::Remove => drop(self.rows.remove(&id)),
            Change::Put(row) => drop(self.rows.insert(id, written(&row))),
        }
        let (rows, forget) = (&self.rows, written(&value::Value::from(settled.forget)));
        let is_kept = |at: &Value| at.as_str() >= forget.as_str();
        self.cursors.retain(|(_, _, pipeline), cursor| rows.contains_key(pipeline) || is_kept(&cursor["at"]));
        let body = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
        Ok((body, reply["status"].as_u64().unwrap()))
    }
}
