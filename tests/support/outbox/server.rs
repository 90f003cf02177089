//! The real server half, behind the door of HTTP, with rows and cursors in maps.

use super::network::Http;
use crate::support::NativeHost;
use convex_pipelines::http::call::Call;
use convex_pipelines::http::operation::Operation;
use convex_pipelines::http::reply::Reply;
use convex_pipelines::model::row::Row;
use convex_pipelines::model::secret::SecretStorage;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::outbox::server::apply::Change;
use convex_pipelines::outbox::server::{Around, Before, settle};
use convex_pipelines::value::{Field, Value, json};
use std::collections::{BTreeMap, HashMap};

/// What a planted fault makes of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerFaults {
    /// A known operation is answered `ok`, whatever was said of it first.
    pub forgets_verdicts: bool,
    /// Cursors go after so many milliseconds, and a client without one begins anywhere; 0 for never.
    pub cursors_expire: i64,
}

/// An operation that the server has answered, for the first time.
pub struct Processed {
    pub op_id: String,
    pub pipeline: String,
    pub verdict: &'static str,
    pub input: Value<'static>,
}

#[derive(Default)]
pub struct Server {
    faults: ServerFaults,
    /// By account, client and pipeline; each with the moment at which it was written.
    cursors: HashMap<(String, String, String), (i64, Value<'static>)>,
    pub pipelines: BTreeMap<String, Value<'static>>,
}

impl Server {
    pub fn new(faults: ServerFaults) -> Self {
        Self { faults, ..Self::default() }
    }

    /// Answers a call of a session, and says what it has answered for the first time.
    pub fn answer(&mut self, account: &str, operation: &str, body: &str, now: i64) -> (Http, Option<Processed>) {
        let kind = Operation::parse(operation).unwrap();
        let call = match Call::of_body(kind, body.as_bytes(), &NativeHost) {
            Ok(call) => Value::from(call),
            Err(error) => panic!("the server refuses what its client has made: {error:?}\n{body}"),
        };
        assert_eq!(call.text_of("accountId"), Some(account), "sent with another account's session");
        let op = call.get("op");
        let [client_id, op_id] = ["clientId", "opId"].map(|name| op.text_of(name).unwrap().to_owned());
        let id = call.text_of("id").unwrap().to_owned();
        let key = (account.to_owned(), client_id, id.clone());
        let cursor = self.cursor(&key, op, now);
        if self.faults.forgets_verdicts && cursor.get("opId") == op.get("opId") {
            let body =
                format!("{{\"op\":{{\"opId\":\"{op_id}\",\"seq\":{},\"verdict\":\"ok\"}}}}", op.get("seq").json());
            return (Http::new(200, &body), None);
        }
        let stored = self.pipelines.get(&id).cloned().unwrap_or(Value::Absent);
        let row = Row::parse(&stored, &NativeHost).ok().filter(|row| row.belongs_to(Some(account)));
        let before = Before { cursor: &cursor, is_there: row.is_some(), row, is_taken: false, issues: &issues(&call) };
        let (storage, host) = (SecretStorage::Hashed, &NativeHost);
        let around = Around { now: Timestamp::from_milliseconds(now).unwrap(), storage, host };
        let settled = settle(kind, &call, &before, around).unwrap();
        let Reply { status, body, .. } = settled.reply();
        let mut processed = None;
        if !settled.cursor.is_absent() {
            self.cursors.insert(key, (now, settled.cursor));
            let input = call.get("input").clone();
            processed = Some(Processed { op_id, pipeline: id.clone(), verdict: settled.verdict.word(), input });
        }
        match settled.change {
            Change::None => {}
            Change::Remove => drop(self.pipelines.remove(&id)),
            Change::Put(row) => drop(self.pipelines.insert(id, row.into())),
        }
        (Http::new(status, &body), processed)
    }

    fn cursor(&mut self, key: &(String, String, String), op: &Value<'static>, now: i64) -> Value<'static> {
        let expires = self.faults.cursors_expire;
        if expires > 0 {
            self.cursors.retain(|_, (at, _)| *at + expires > now);
        }
        match self.cursors.get(key) {
            Some((_, cursor)) => cursor.clone(),
            None if expires > 0 && op.get("seq").whole() > Some(1) => {
                let seq = op.get("seq").whole().unwrap() - 1;
                let text = format!("{{\"seq\":{seq},\"opId\":\"\",\"bodyHash\":\"\",\"verdict\":\"ok\"}}");
                json::read(text.as_bytes()).unwrap().into_owned()
            }
            None => Value::Absent,
        }
    }

    /// Somebody else changes a pipeline, or deletes it.
    pub fn meddle(&mut self, id: &str, field: &'static str, to: Option<&str>) {
        let Some(row) = self.pipelines.get_mut(id) else { return };
        match to {
            None => drop(self.pipelines.remove(id)),
            Some(text) => row.set(field, text.to_owned().into()),
        }
    }
}

/// This server knows a rule that its clients do not: no name begins with `bad`.
fn issues(call: &Value) -> Value<'static> {
    if !call.get("input").text_of("name").is_some_and(|name| name.starts_with("bad")) {
        return Value::Absent;
    }
    let path = Value::List(vec!["name".into()]);
    Value::List(vec![Value::Record(vec![
        Field::new("code", "one_of".into()),
        Field::new("path", path),
        Field::new("message", "must be a good one".into()),
    ])])
}
