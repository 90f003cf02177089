//! What the twins are given: rows of earlier releases, definitions as they are typed, secrets, times and ids.

use super::Twins;
use crate::support::NativeHost;
use crate::support::naive_store::{Brought, NaiveRow, digest, stamp};
use convex_pipelines::model::change::Entropy;
use convex_pipelines::store::Surroundings;
use serde_json::{Value, json};

/// Lower-case twins, what UTF-16 sorts elsewhere, what ends a part of a key, and a letter that grows in lower case.
const NAMES: &[&str] = &[
    "a",
    "A",
    "aa",
    "b",
    "B a",
    "a\0",
    "a\0b",
    "a\u{1}",
    "\u{e9}",
    "\u{c9}",
    "e\u{301}",
    "\u{ff5e}",
    "\u{1f600}",
    "\u{130}",
    "i",
    "\u{3a3}\u{3a3}",
    "\u{df}",
    "ss",
    "\u{10400}",
    "\u{10428}",
];
const BLANKS: &[&str] = &["", " ", "\u{feff}", "\u{85}\t", "\u{3000}\n"];
pub(super) const SECRETS: &[&str] = &["a-first-secret-of-mine", "another-secret-of-mine", "the-third-secret-of-mine"];

pub(super) fn id(number: i64) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

impl Twins {
    /// As an earlier release may have left it: a plain secret, no secret, a field of tomorrow, a deletion.
    pub(super) fn older_row(&mut self, number: i64) -> NaiveRow {
        let unsent = self.random.one_in(3);
        let version = self.random.pick(&[1, 2, 900]);
        let document = (!unsent || !self.random.one_in(3))
            .then(|| self.pipeline(number))
            .map(|document| document.as_object().unwrap().clone());
        NaiveRow { id: id(number), version, unsent, copy: self.random.one_in(2), document }
    }

    pub(super) fn pipeline(&mut self, number: i64) -> Value {
        let mut pipeline = self.definition();
        pipeline["id"] = id(number).into();
        pipeline["createdAt"] = stamp(self.clock).into();
        pipeline["updatedAt"] = stamp(self.clock + self.random.within(0, 3)).into();
        match self.random.within(0, 3) {
            0 => {}
            1 => pipeline["accountId"] = "u2".into(),
            _ => pipeline["accountId"] = "u1".into(),
        }
        if self.random.one_in(3) {
            pipeline["colour"] = json!({ "in": [1, null, "x"] });
        }
        if self.random.one_in(3) {
            let known = self.random.pick(SECRETS);
            let is_free = self.random.one_in(2) && !self.naive.holds(known);
            let secret = if is_free { known.to_owned() } else { format!("older-é-{number}-{}", self.fresh()) };
            self.secrets.push(secret.clone());
            pipeline["webhookSecret"] = secret.into();
        }
        pipeline
    }

    pub(super) fn definition(&mut self) -> Value {
        let mut definition = json!({
            "name": self.random.pick(NAMES),
            "steps": [{ "id": "a", "kind": "clean", "options": { "stripBullets": self.random.one_in(2) } }],
        });
        if self.random.one_in(2) {
            definition["description"] = "what it does".into();
        }
        if self.random.one_in(3) {
            definition["schedule"] = json!({ "cron": "0 7 * * 1-5", "enabled": self.random.one_in(2) });
        }
        if self.random.one_in(4) {
            definition["defaultSource"] = "https://example.org/".into();
        }
        definition
    }

    /// What a person would type for it.
    pub(super) fn typed(&mut self, definition: &Value) -> Value {
        let mut typed = definition.clone();
        for field in ["name", "description"] {
            if let Some(text) = definition.get(field).and_then(Value::as_str) {
                let (before, after) = (self.random.pick(BLANKS), self.random.pick(BLANKS));
                typed[field] = format!("{before}{text}{after}").into();
            }
        }
        if typed.get("description") == Some(&Value::Null) && self.random.one_in(2) {
            typed["description"] = self.random.pick(BLANKS).into();
        }
        typed
    }

    /// Adds what the caller brings of a secret to `arguments`; what it does not bring comes from the random bytes.
    pub(super) fn bring_secret(&mut self, arguments: &mut Value) -> ([u8; 32], Brought) {
        let mut bytes = [0; 32];
        bytes.iter_mut().for_each(|byte| *byte = self.random.bits().to_le_bytes()[0]);
        let brought = match self.random.within(0, 3) {
            0 => {
                let secret = self.random.pick(SECRETS);
                arguments["webhookSecret"] = secret.into();
                Brought::Plain(secret.to_owned())
            }
            1 => {
                let secret = format!("kept by the caller {}", self.random.within(0, 5));
                arguments["secretDigest"] = digest(&secret).into();
                self.secrets.push(secret.clone());
                Brought::Digest(digest(&secret))
            }
            _ => Brought::Plain(uuid_of(&bytes[16..])),
        };
        if let Brought::Plain(secret) = &brought {
            self.secrets.push(secret.clone());
        }
        (bytes, brought)
    }

    pub(super) fn tick(&mut self) -> i64 {
        self.clock += self.random.pick(&[-5_000, -1, 0, 0, 1, 1, 1_000, 60_000]);
        self.clock
    }

    pub(super) fn around(&self, bytes: &[u8; 32]) -> Surroundings<'static> {
        #[allow(clippy::cast_precision_loss, reason = "within 53 bits")]
        let clock = self.clock as f64 + 0.25;
        Surroundings { clock, entropy: Entropy::new(bytes).unwrap(), host: &NativeHost }
    }

    pub(super) fn some_id(&mut self) -> String {
        let made: Vec<_> = self.naive.rows.iter().map(|row| row.id.clone()).collect();
        if made.is_empty() || self.random.one_in(4) {
            return id(self.random.within(0, 7));
        }
        made[(self.random.bits() % made.len() as u64) as usize].clone()
    }

    fn fresh(&mut self) -> u64 {
        self.made += 1;
        self.made
    }
}

/// The UUID v4 of 16 random bytes.
pub(super) fn uuid_of(bytes: &[u8]) -> String {
    let hex: String = bytes
        .iter()
        .enumerate()
        .map(|(at, byte)| match at {
            6 => format!("{:02x}", byte & 0x0f | 0x40),
            8 => format!("{:02x}", byte & 0x3f | 0x80),
            _ => format!("{byte:02x}"),
        })
        .collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
