//! The local store as one would write it without a thought for speed: one vector, searched from end to end.

use chrono::{DateTime, Datelike, Days, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Rows, and what the options say.
#[derive(Clone, Default)]
pub struct NaiveStore {
    pub account: Option<String>,
    pub is_hashed: bool,
    pub rows: Vec<NaiveRow>,
}

/// One row; its document is without `nameKey`.
#[derive(Clone, Debug)]
pub struct NaiveRow {
    pub id: String,
    pub version: u32,
    pub unsent: bool,
    pub copy: bool,
    pub document: Option<Map<String, Value>>,
}

/// A secret as a creation or rotation brings it.
pub enum Brought {
    Plain(String),
    Digest(String),
}

/// The code of a refusal, or the reply and the row that changes: its id and what becomes of it.
pub type Planned = Result<(Value, Option<(String, Option<NaiveRow>)>), &'static str>;

pub fn digest(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn last_four(secret: &str) -> String {
    let count = secret.chars().count();
    secret.chars().skip(count.saturating_sub(4)).collect()
}

/// What a document's secret is found under, however it is stored.
fn sealed(document: &Map<String, Value>) -> Option<String> {
    let stored = document.get("webhookSecret")?.as_str().unwrap();
    Some(if stored.starts_with("s1:") { stored.to_owned() } else { format!("s1:{}", digest(stored)) })
}

fn put(document: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    document.insert(key.to_owned(), value.into());
}

impl NaiveStore {
    fn row(&self, id: &str) -> Option<&NaiveRow> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// Whether some row has this secret.
    pub fn holds(&self, secret: &str) -> bool {
        let stored = Some(format!("s1:{}", digest(secret)));
        self.rows.iter().filter_map(|row| row.document.as_ref()).any(|document| sealed(document) == stored)
    }

    fn is_visible(&self, document: &Map<String, Value>) -> bool {
        self.account.is_none() || document.get("accountId").and_then(Value::as_str) == self.account.as_deref()
    }

    fn visible(&self, id: &str) -> Option<&Map<String, Value>> {
        self.row(id)?.document.as_ref().filter(|document| self.is_visible(document))
    }

    fn show(&self, document: &Map<String, Value>) -> Value {
        let mut shown = document.clone();
        let stored = shown.get("webhookSecret").and_then(Value::as_str).unwrap_or_default();
        if self.is_hashed || stored.starts_with("s1:") {
            shown.remove("webhookSecret");
        }
        shown.remove("nextRunAt");
        shown.into()
    }

    pub fn get(&self, id: &str) -> Value {
        self.visible(id).map_or(Value::Null, |document| self.show(document))
    }

    pub fn list(&self) -> Value {
        let documents = self.rows.iter().filter_map(|row| row.document.as_ref());
        let mut documents: Vec<_> = documents.filter(|document| self.is_visible(document)).collect();
        documents.sort_by_key(|document| {
            let name = document["name"].as_str().unwrap();
            let code_points = |text: &str| text.chars().map(u32::from).collect::<Vec<_>>();
            (code_points(&lower_case(name)), code_points(name), document["id"].as_str().unwrap().to_owned())
        });
        let shown = ["id", "name", "description", "schedule", "lastRunAt"];
        let item = |document: &Map<String, Value>| -> Value {
            let fields = document.iter().filter(|(key, _)| shown.contains(&key.as_str()));
            fields.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>().into()
        };
        documents.into_iter().map(item).collect()
    }

    pub fn find(&self, presented: &str) -> Value {
        if presented.is_empty() || presented.starts_with("s1:") || presented.starts_with("p1:") {
            return Value::Null;
        }
        let stored = Some(format!("s1:{}", digest(presented)));
        let found = self.rows.iter().filter_map(|row| row.document.as_ref()).find(|other| sealed(other) == stored);
        found.filter(|document| self.is_visible(document)).map_or(Value::Null, |document| self.show(document))
    }

    pub fn unsent(&self) -> Value {
        let mut rows: Vec<_> = self.rows.iter().filter(|row| row.unsent).collect();
        rows.sort_by_key(|row| row.id.clone());
        rows.iter().map(|row| json!({ "id": row.id, "deleted": row.document.is_none() })).collect()
    }

    /// `definition` is the input as it is stored.
    pub fn create(&self, id: &str, definition: &Value, secret: Brought, now: &str) -> Planned {
        if self.row(id).is_some() {
            return Err("conflict");
        }
        let mut document = definition.as_object().unwrap().clone();
        put(&mut document, "id", id);
        if let Some(account) = &self.account {
            put(&mut document, "accountId", account.as_str());
        }
        put(&mut document, "createdAt", now);
        put(&mut document, "updatedAt", now);
        time(&mut document, now);
        let revealed = self.take_secret(&mut document, secret, now);
        self.plan(document, revealed)
    }

    /// `changes` has what is stored, and null for what is cleared; `now` and the moment after the last update are texts.
    pub fn update(&self, id: &str, changes: &Value, expected: Option<&str>, secret: Brought, now: &str) -> Planned {
        let mut document = self.visible(id).ok_or("not_found")?.clone();
        let updated_at = document["updatedAt"].as_str().unwrap().to_owned();
        if expected.is_some_and(|expected| expected != updated_at) {
            return Err("conflict");
        }
        let mut rotates = false;
        let schedule = document.get("schedule").cloned();
        for (key, value) in changes.as_object().unwrap() {
            match value {
                Value::Bool(rotate) if key == "rotateSecret" => rotates = *rotate,
                Value::Null => drop(document.remove(key)),
                value => put(&mut document, key, value.clone()),
            }
        }
        if document.get("schedule") != schedule.as_ref() {
            document.remove("nextRunAt");
        }
        time(&mut document, now);
        let next = millisecond_after(&updated_at);
        put(&mut document, "updatedAt", if *now > *next { now } else { &next });
        let revealed = if rotates { self.take_secret(&mut document, secret, now) } else { self.seal(&mut document) };
        self.plan(document, revealed)
    }

    pub fn record_run(&self, id: &str, completed_at: &str) -> Planned {
        let Some(document) = self.visible(id) else { return Ok((Value::Null, None)) };
        let mut document = document.clone();
        let last = document.get("lastRunAt").and_then(Value::as_str).unwrap_or_default();
        let latest = last.max(completed_at).to_owned();
        put(&mut document, "lastRunAt", latest);
        let revealed = self.seal(&mut document);
        self.plan(document, revealed)
    }

    pub fn delete(&self, id: &str) -> Planned {
        let is_there = self.visible(id).is_some();
        Ok((is_there.into(), is_there.then(|| (id.to_owned(), None))))
    }

    /// Without an outbox: nothing waits, whatever the row says.
    pub fn adopt(&self, pipeline: &Value) -> Planned {
        let mut document = pipeline.as_object().unwrap().clone();
        self.seal(&mut document);
        let known = self.row(document["id"].as_str().unwrap());
        if let Some((row, old)) = known.and_then(|row| Some((row, row.document.as_ref()?))) {
            let is_same = |name: &str| old.contains_key(name) && old.get(name) == document.get(name);
            let is_kept = is_same("secretLastFour") && (row.unsent || is_same("secretChangedAt"));
            if let Some(secret) =
                old.get("webhookSecret").filter(|_| is_kept && !document.contains_key("webhookSecret"))
            {
                put(&mut document, "webhookSecret", secret.clone());
            }
        }
        let id = document["id"].as_str().unwrap().to_owned();
        let row = NaiveRow {
            id: id.clone(),
            version: self.next_version(&id),
            unsent: false,
            copy: true,
            document: Some(document),
        };
        Ok((json!({ "outbox": [] }), Some((id, Some(row)))))
    }

    pub fn drop_copy(&self, id: &str) -> Planned {
        let goes = self.row(id).is_some_and(|row| row.copy && !row.unsent);
        Ok((Value::Null, goes.then(|| (id.to_owned(), None))))
    }

    fn is_copy(&self, id: &str) -> bool {
        self.row(id).is_some_and(|row| row.copy)
    }

    /// Seals an older plain secret; nothing is revealed.
    fn seal(&self, document: &mut Map<String, Value>) -> Option<String> {
        let stored = document.get("webhookSecret").and_then(Value::as_str).map(str::to_owned);
        if let Some(plain) = stored.filter(|stored| self.is_hashed && !stored.starts_with("s1:")) {
            put(document, "secretLastFour", last_four(&plain));
            put(document, "webhookSecret", format!("s1:{}", digest(&plain)));
        }
        None
    }

    fn take_secret(&self, document: &mut Map<String, Value>, secret: Brought, now: &str) -> Option<String> {
        document.remove("secretLastFour");
        document.remove("secretChangedAt");
        if self.is_hashed || matches!(secret, Brought::Digest(_)) {
            put(document, "secretChangedAt", now);
        }
        match secret {
            Brought::Digest(digest) => {
                put(document, "webhookSecret", format!("s1:{digest}"));
                None
            }
            Brought::Plain(secret) => {
                put(document, "webhookSecret", secret.as_str());
                self.seal(document);
                Some(secret)
            }
        }
    }

    fn plan(&self, document: Map<String, Value>, revealed: Option<String>) -> Planned {
        let id = document["id"].as_str().unwrap().to_owned();
        let others = self.rows.iter().filter(|row| row.id != id).filter_map(|row| row.document.as_ref());
        let secret = sealed(&document);
        if secret.is_some() && others.into_iter().any(|other| sealed(other) == secret) {
            return Err("conflict");
        }
        let mut reply = self.show(&document);
        if let Some(secret) = revealed {
            reply["webhookSecret"] = secret.into();
        }
        let (version, copy) = (self.next_version(&id), self.is_copy(&id));
        let unsent = self.row(&id).is_some_and(|row| row.unsent);
        let row = NaiveRow { id: id.clone(), version, unsent, copy, document: Some(document) };
        Ok((reply, Some((id, Some(row)))))
    }

    fn next_version(&self, id: &str) -> u32 {
        self.row(id).map_or(1, |row| row.version + 1)
    }

    pub fn commit(&mut self, change: Option<(String, Option<NaiveRow>)>) {
        let Some((id, row)) = change else { return };
        self.rows.retain(|row| row.id != id);
        self.rows.extend(row);
    }

    /// What a place is asked to write.
    pub fn changes(&self, change: Option<&(String, Option<NaiveRow>)>) -> Value {
        let changes = change.into_iter().map(|(id, row)| {
            json!({ "id": id, "expected": self.next_version(id) - 1, "row": row.as_ref().map(NaiveRow::stored) })
        });
        changes.collect()
    }
}

impl NaiveRow {
    pub fn stored(&self) -> Value {
        let document = self.document.clone().map(|mut document| {
            let key = lower_case(document["name"].as_str().unwrap());
            put(&mut document, "nameKey", key);
            document
        });
        let mut row = json!({ "id": self.id, "version": self.version, "unsent": self.unsent, "document": document });
        if self.copy {
            row["copy"] = true.into();
        }
        row
    }
}

/// Code point by code point.
/// When the one schedule that the tests have, at seven on working days, fires next: unless it is known already.
fn time(document: &mut Map<String, Value>, now: &str) {
    let is_enabled = document.get("schedule").is_some_and(|schedule| schedule["enabled"] != false);
    if !is_enabled || document.contains_key("nextRunAt") {
        return;
    }
    let now: DateTime<Utc> = now.parse().unwrap();
    let days = (0..7).filter_map(|days| now.date_naive().checked_add_days(Days::new(days)));
    let mut times = days.filter_map(|day| Some(day.and_hms_opt(7, 0, 0)?.and_utc()));
    let next = times.find(|time| *time > now && time.weekday().number_from_monday() < 6).unwrap();
    put(document, "nextRunAt", stamp(next.timestamp_millis()));
}

fn lower_case(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Both as the contract writes them.
fn millisecond_after(moment: &str) -> String {
    let moment = chrono::DateTime::parse_from_rfc3339(moment).unwrap().timestamp_millis();
    stamp(moment + 1)
}

pub fn stamp(milliseconds: i64) -> String {
    let moment = chrono::DateTime::from_timestamp_millis(milliseconds).unwrap();
    moment.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// All rows as a place hands them over.
pub fn stored(rows: &[NaiveRow]) -> String {
    Value::from(rows.iter().map(NaiveRow::stored).collect::<Vec<_>>()).to_string()
}
