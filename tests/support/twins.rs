//! A store and its naive twin, side by side: both are asked the same, and must say and keep the same.

mod generators;

use self::generators::{SECRETS, id, uuid_of};
use super::NativeHost;
use super::naive_store::{NaiveStore, Planned, digest, stamp, stored};
use super::packed::packed;
use super::random::Random;
use super::written::{given, moment, text, written};
use convex_pipelines::error::Error;
use convex_pipelines::store::{Plan, Store};
use convex_pipelines::value;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A store, its naive twin, and everything that was ever presented.
pub struct Twins {
    random: Random,
    store: Store,
    naive: NaiveStore,
    clock: i64,
    made: u64,
    secrets: Vec<String>,
    /// How often what happened, so that a quiet simulation is noticed.
    pub tally: BTreeMap<&'static str, usize>,
}

impl Twins {
    pub fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let account = random.one_in(2).then(|| "u1".to_owned());
        let is_hashed = !random.one_in(3);
        let mut options = json!({ "secretStorage": if is_hashed { "hashed" } else { "plaintext" } });
        if let Some(account) = &account {
            options["accountId"] = account.as_str().into();
        }
        let naive = NaiveStore { account, is_hashed, rows: Vec::new() };
        let store = Store::open(&given(options), &NativeHost).unwrap();
        let secrets = SECRETS.iter().map(|&secret| secret.to_owned()).collect();
        let mut twins =
            Self { random, store, naive, clock: 1_795_000_000_000, made: 0, secrets, tally: BTreeMap::new() };
        for number in 0..twins.random.within(0, 6) {
            let row = twins.older_row(number);
            twins.naive.rows.push(row);
        }
        twins.load();
        twins
    }

    pub fn step(&mut self, seed: u64) {
        let before = self.seen();
        match self.random.within(0, 10) {
            0..=2 => self.create(seed),
            3..=5 => self.update(seed),
            6 => {
                let (id, run) = (self.some_id(), stamp(self.clock + self.random.within(-9_000, 9_000)));
                let plan = self.store.record_run(&given(json!({ "id": id, "completedAt": run })), &NativeHost);
                let expected = self.naive.record_run(&id, &run);
                self.settle(plan, expected, &before, seed);
            }
            7 => {
                let id = self.some_id();
                let plan = self.store.delete(&id);
                let expected = self.naive.delete(&id);
                self.settle(Ok(plan), expected, &before, seed);
            }
            8 => {
                let number = self.random.within(0, 7);
                let pipeline = self.pipeline(number);
                let plan = self.store.adopt(&given(pipeline.clone()), &value::Value::Null, moment());
                let expected = self.naive.adopt(&pipeline);
                self.settle(plan, expected, &before, seed);
            }
            9 => {
                let id = self.some_id();
                let plan = self.store.drop_copies(&given(json!([id])));
                let expected = self.naive.drop_copy(&id);
                self.settle(Ok(plan), expected, &before, seed);
            }
            _ => self.load(),
        }
        self.compare(seed, 4);
    }

    fn create(&mut self, seed: u64) {
        let before = self.seen();
        let definition = self.definition();
        // A scope that the caller claims does not count.
        let mut arguments = json!({ "input": self.typed(&definition), "accountId": "u2" });
        let (bytes, secret) = self.bring_secret(&mut arguments);
        let id = if self.random.one_in(2) { id(self.random.within(0, 7)) } else { uuid_of(&bytes[..16]) };
        if id.starts_with("00000000") {
            arguments["id"] = id.as_str().into();
        }
        let now = self.tick();
        let plan = self.store.create(&given(arguments), self.around(&bytes));
        let expected = self.naive.create(&id, &definition, secret, &stamp(now));
        self.settle(plan, expected, &before, seed);
    }

    fn update(&mut self, seed: u64) {
        let before = self.seen();
        let id = self.some_id();
        let mut changes = self.definition();
        for field in ["name", "steps", "description", "schedule", "defaultSource"] {
            match self.random.within(0, 3) {
                0 if !matches!(field, "name" | "steps") => changes[field] = Value::Null,
                1 | 2 => drop(changes.as_object_mut().unwrap().remove(field)),
                _ => {}
            }
        }
        if self.random.one_in(3) {
            changes["rotateSecret"] = self.random.one_in(3).into();
        }
        let mut arguments = json!({ "id": id, "input": self.typed(&changes) });
        let shown = self.naive.get(&id)["updatedAt"].as_str().map(str::to_owned);
        let expected = match self.random.within(0, 3) {
            0 => shown.clone(),
            1 => Some(stamp(self.clock - 1)),
            _ => None,
        };
        if let Some(expected) = &expected {
            arguments["expectedUpdatedAt"] = expected.as_str().into();
        }
        let (bytes, secret) = self.bring_secret(&mut arguments);
        let now = self.tick();
        let plan = self.store.update(&given(arguments), self.around(&bytes));
        if let (Ok(plan), Some(shown)) = (&plan, shown) {
            let updated_at = written(&plan.reply)["updatedAt"].as_str().unwrap().to_owned();
            assert!(updated_at > shown, "seed {seed}: updatedAt went from {shown} to {updated_at}");
        }
        let expected = self.naive.update(&id, &changes, expected.as_deref(), secret, &stamp(now));
        self.settle(plan, expected, &before, seed);
    }

    /// Compares a plan with what was expected, then carries it out or drops it.
    fn settle(&mut self, plan: Result<Plan, Error>, expected: Planned, before: &str, seed: u64) {
        let (plan, (reply, change)) = match (plan, expected) {
            (Ok(plan), Ok(expected)) => (plan, expected),
            (Err(error), Err(code)) => {
                *self.tally.entry(code).or_default() += 1;
                assert_eq!(written(&&error)["code"], code, "seed {seed}: {error:?}");
                return assert_eq!(self.seen(), before, "seed {seed}: a refusal left a trace");
            }
            (Ok(plan), Err(code)) => panic!("seed {seed}: expected {code}, got {}", written(&plan.reply)),
            (Err(error), Ok((reply, _))) => panic!("seed {seed}: expected {reply}, got {error:?}"),
        };
        assert_eq!(written(&plan.reply), reply, "seed {seed}: the reply");
        assert_eq!(written(&plan.changes), self.naive.changes(change.as_ref()), "seed {seed}: the changes");
        if self.naive.is_hashed {
            let changes = text(&plan.changes);
            let leak = self.secrets.iter().find(|secret| changes.contains(secret.as_str()));
            assert_eq!(leak, None, "seed {seed}: a plain secret is to be written");
        }
        assert_eq!(self.seen(), before, "seed {seed}: a plan is seen before it is durable");
        *self.tally.entry(if change.is_some() { "reply" } else { "nothing to do" }).or_default() += 1;
        let rolls_back = self.random.one_in(5);
        *self.tally.entry(if rolls_back { "rolled back" } else { "committed" }).or_default() += 1;
        if rolls_back {
            self.store.rollback();
            assert_eq!(self.seen(), before, "seed {seed}: a rollback left a trace");
            // What was rolled back is gone for good.
            self.store.commit();
            assert_eq!(self.seen(), before, "seed {seed}: a rollback was undone");
        } else {
            self.store.commit();
            self.naive.commit(change);
        }
    }

    /// Takes the rows again from their place, in another order.
    fn load(&mut self) {
        let turn = self.random.bits() as usize % (self.naive.rows.len() + 1);
        self.naive.rows.rotate_left(turn);
        let rows = stored(&self.naive.rows);
        self.store.load(&packed(&value::json::read(rows.as_bytes()).unwrap()), 0, &NativeHost).unwrap();
    }

    /// All that can be asked.
    fn seen(&self) -> String {
        let documents: Vec<_> = self.naive.rows.iter().map(|row| self.store.get(&row.id, &NativeHost)).collect();
        [text(&self.store.list()), text(&self.store.unsent()), text(&documents)].concat()
    }

    /// Compares all that can be asked; `presented` is how many of the secrets are presented.
    pub fn compare(&mut self, seed: u64, presented: usize) {
        assert_eq!(written(&self.store.list()), self.naive.list(), "seed {seed}: the list");
        assert_eq!(written(&self.store.unsent()), self.naive.unsent(), "seed {seed}: what is unsent");
        let ids = self.naive.rows.iter().map(|row| row.id.clone()).chain((0..8).map(id));
        for id in ids {
            let found = written(&self.store.get(&id, &NativeHost));
            assert_eq!(found, self.naive.get(&id), "seed {seed}: {id}");
            assert!(
                !self.naive.is_hashed || found.get("webhookSecret").is_none(),
                "seed {seed}: {found} shows its secret"
            );
        }
        let turn = self.random.bits() as usize % self.secrets.len();
        self.secrets.rotate_left(turn);
        for secret in self.secrets.iter().take(presented) {
            let found = written(&self.store.find_by_webhook_secret(secret, &NativeHost));
            assert_eq!(found, self.naive.find(secret), "seed {seed}: {secret}");
            *self.tally.entry("found by secret").or_default() += usize::from(!found.is_null());
            let leaked = format!("s1:{}", digest(secret));
            assert!(
                self.store.find_by_webhook_secret(&leaked, &NativeHost).is_none(),
                "seed {seed}: a stored value opens something"
            );
        }
    }
}
