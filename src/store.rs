//! The local repository: all pipelines of one place in memory, and the changes that the place must write.
//!
//! A change is planned, written by the caller, and only then committed here: what is not yet durable is not yet seen.
//! The store is a working copy. It can be built again from its place at any moment.

pub mod row;

use crate::error::Error;
use crate::host::Host;
use crate::http::call::{Call, Origin};
use crate::http::operation::Operation;
use crate::index::Index;
use crate::model::change::Entropy;
use crate::model::id::fold_id;
use crate::model::pipeline::{ACCOUNT_ID, Pipeline};
use crate::model::row::{Creation, Planned, Row};
use crate::model::secret::{SecretStorage, candidates};
use crate::model::timestamp::Timestamp;
use crate::schema::report::{Report, Unknown};
use crate::schema::table::{Rule, Schema, optional};
use crate::value::{Value, record};
use row::{Damaged, RowChange, StoreRow};
use std::fmt::{Debug, Formatter};
use std::mem::take;

/// Pipelines by id, by stored secret and in the order of lists.
#[derive(Debug, Default)]
pub struct Store {
    account_id: Option<String>,
    storage: SecretStorage,
    slots: Vec<Option<StoreRow>>,
    vacant: Vec<usize>,
    by_id: Index,
    by_secret: Index,
    by_place: Index,
    /// Ids of rows that cannot be read: nothing may take their place.
    damaged: Index,
    /// Whether documents come and go as JSON text.
    as_text: bool,
    /// Changes that are written together with the held ones: plans see them, readers do not yet.
    grouped: Vec<RowChange>,
    held: Vec<RowChange>,
}

/// What a planned change answers, and what must become durable for it.
#[derive(Clone)]
pub struct Plan {
    /// The answer, to be given once the changes are durable; `null` where there is none.
    pub reply: Value<'static>,
    /// A list of all of them; a place keeps all or none.
    pub changes: Value<'static>,
}

/// What a change takes from its surroundings.
#[derive(Clone, Copy)]
pub struct Surroundings<'h> {
    /// Milliseconds since 1970 in UTC.
    pub clock: f64,
    /// For a new id and a new secret.
    pub entropy: Entropy,
    /// For zones and URLs.
    pub host: &'h dyn Host,
}

/// A row whose change another place has yet to hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// The pipeline.
    pub id: String,
    /// Whether it was deleted here.
    pub deleted: bool,
}

static OPTIONS: Schema = Schema(&[
    optional("accountId", ACCOUNT_ID),
    optional("secretStorage", Rule::Choice(SecretStorage::WORDS)),
    optional("documentText", Rule::Flag),
]);

/// The reply may reveal a secret.
impl Debug for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Plan(redacted)")
    }
}

impl From<Plan> for Value<'_> {
    fn from(Plan { reply, changes }: Plan) -> Self {
        record! { "reply": reply, "changes": changes }
    }
}

impl From<Unsent> for Value<'_> {
    fn from(Unsent { id, deleted }: Unsent) -> Self {
        record! { "id": id, "deleted": deleted }
    }
}

impl Store {
    /// An empty store with the options `{ accountId?, secretStorage?, documentText? }`. With `documentText` the documents
    /// of rows come and go as JSON text, in which a number keeps its digits.
    ///
    /// # Errors
    /// `config` with every issue of the options.
    pub fn open(options: &Value, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let options = OPTIONS.read(options, &mut report);
        let options = report.finish(options).map_err(Error::config)?;
        Ok(Self {
            account_id: options.text_of("accountId").map(str::to_owned),
            storage: SecretStorage::parse(options.text_of("secretStorage"))?,
            as_text: matches!(options.get("documentText"), Value::Bool(true)),
            ..Self::default()
        })
    }

    /// Takes the place's rows instead of what was here, and gives those that cannot be read: they are as if they were not
    /// there, but their ids stay taken.
    ///
    /// # Errors
    /// `invalid` where `rows` is no list; the store then stays as it was.
    pub fn load(&mut self, rows: &Value, host: &dyn Host) -> Result<Vec<Damaged>, Error> {
        let (rows, damaged) = StoreRow::parse_all(rows, host)?;
        let taken = damaged.iter().flat_map(|row| &row.ids).map(|id| (id.clone(), 0));
        self.damaged = Index::build(taken.collect());
        let keys = |key: fn(&StoreRow) -> Option<String>| {
            let keys = rows.iter().enumerate();
            Index::build(keys.filter_map(|(slot, row)| Some((key(row)?, slot))).collect())
        };
        self.by_id = keys(|row| Some(row.id.clone()));
        self.by_secret = keys(StoreRow::secret);
        self.by_place = keys(StoreRow::place_key);
        self.slots = rows.into_iter().map(Some).collect();
        self.vacant.clear();
        self.rollback();
        Ok(damaged)
    }

    /// All pipelines in order.
    #[must_use]
    pub fn list(&self) -> Vec<Value<'_>> {
        self.by_place.slots().filter_map(|slot| self.visible_at(slot)).map(Row::list_item).collect()
    }

    /// One pipeline.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Pipeline<'static>> {
        self.visible(id).map(|row| row.show(self.storage))
    }

    /// The pipeline that a presented secret belongs to.
    #[must_use]
    pub fn find_by_webhook_secret(&self, presented: &str) -> Option<Pipeline<'static>> {
        let slot = self.by_secret.get(candidates(presented).first()?)?;
        self.visible_at(slot).map(|row| row.show(self.storage))
    }

    /// Plans a new pipeline from `{ input, id?, webhookSecret? }`.
    ///
    /// # Errors
    /// `invalid` with every issue; `conflict` where the id or the secret is taken.
    pub fn create(&mut self, arguments: &Value, around: Surroundings, unsent: bool) -> Result<Plan, Error> {
        let call = Call::parse(Operation::Create, Origin::Process, arguments, around.host)?;
        let now = Timestamp::of_clock(around.clock)?;
        let creation = Creation { account_id: self.account_id.clone(), ..call.into_creation(around.entropy) };
        if self.planned(&creation.id).is_some() || self.is_damaged(&creation.id) {
            return Err(Error::id_taken());
        }
        self.hold(Row::create(creation, now, self.storage), unsent)
    }

    /// Plans an update from `{ id, input, expectedUpdatedAt?, webhookSecret? }`.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or `conflict` where the pipeline has changed since or the new secret is taken.
    pub fn update(&mut self, arguments: &Value, around: Surroundings, unsent: bool) -> Result<Plan, Error> {
        let call = Call::parse(Operation::Update, Origin::Process, arguments, around.host)?;
        let now = Timestamp::of_clock(around.clock)?;
        let row = self.planned_document(call.id()).cloned().ok_or_else(Error::not_found)?;
        let planned = row.update(call.into_update(around.entropy), now, self.storage)?;
        self.hold(planned, unsent)
    }

    /// Plans a run from `{ id, completedAt }`; answers nothing for an unknown id.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn record_run(&mut self, arguments: &Value, host: &dyn Host, unsent: bool) -> Result<Plan, Error> {
        let call = Call::parse(Operation::RecordRun, Origin::Process, arguments, host)?;
        let completed_at = call.completed_at()?;
        let Some(row) = self.planned_document(call.id()).cloned() else {
            return Ok(self.hold_change(Value::Null, None));
        };
        self.hold(row.record_run(completed_at, self.storage), unsent)
    }

    /// Plans a deletion; answers whether there was anything to delete. One that is unsent leaves a row without a
    /// document, also for a pipeline that only the other side holds.
    pub fn delete(&mut self, id: &str, unsent: bool) -> Plan {
        let id = &fold_id(id);
        let is_there = self.planned_document(id).is_some();
        let is_change = is_there || unsent && self.planned(id).is_none() && !self.is_damaged(id);
        let change = is_change.then(|| self.change(id, unsent, None));
        self.hold_change(is_there.into(), change)
    }

    /// Plans to keep a copy of what another place answered, unless a change of its own waits here.
    ///
    /// # Errors
    /// `invalid` where the pipeline is none.
    pub fn adopt(&mut self, pipeline: &Value, host: &dyn Host) -> Result<Plan, Error> {
        let row = Row::copy_of(Pipeline::parse(pipeline, host)?, self.storage).into_owned();
        let waits = self.planned(row.id()).is_some_and(|row| row.unsent);
        let id = row.id().to_owned();
        let keeps = !waits && !self.is_damaged(&id);
        let mut change = keeps.then(|| self.change(&id, false, Some(row)));
        if let Some(row) = change.as_mut().and_then(|change| change.row.as_mut()) {
            row.copy = true;
        }
        Ok(self.hold_change(Value::Null, change))
    }

    /// Plans to drop what another place no longer has, from a list of ids. What that place never answered with stays, and
    /// so does what has changes that it has yet to hear of.
    pub fn drop_copies(&mut self, ids: &Value) -> Plan {
        let ids = if let Value::List(ids) = ids { ids.as_slice() } else { &[] };
        let rows = ids.iter().filter_map(|id| self.planned(&fold_id(id.text()?)));
        let gone = rows.filter(|row| row.copy && !row.unsent);
        let changes = gone.map(|row| self.change(&row.id, false, None)).collect();
        self.hold_changes(Value::Null, changes)
    }

    /// What the other place has yet to hear of, by id.
    #[must_use]
    pub fn unsent(&self) -> Vec<Unsent> {
        let rows = self.by_id.slots().filter_map(|slot| self.slots.get(slot)?.as_ref());
        let unsent = rows.filter(|row| row.unsent);
        unsent.map(|row| Unsent { id: row.id.clone(), deleted: row.document.is_none() }).collect()
    }

    /// The held changes are written together with what is planned next: plans go on from them, readers do not see them yet.
    pub fn group(&mut self) {
        self.grouped.append(&mut self.held);
    }

    /// The held changes and those grouped with them have become durable.
    pub fn commit(&mut self) {
        self.group();
        for change in take(&mut self.grouped) {
            self.remove(&change.id);
            if let Some(row) = change.row {
                self.insert(row);
            }
        }
    }

    /// The held changes and those grouped with them will not become durable.
    pub fn rollback(&mut self) {
        self.held.clear();
        self.grouped.clear();
    }

    fn visible(&self, id: &str) -> Option<&Row<'static>> {
        self.visible_at(self.by_id.get(&fold_id(id))?)
    }

    fn is_damaged(&self, id: &str) -> bool {
        self.damaged.get(id).is_some()
    }

    fn visible_at(&self, slot: usize) -> Option<&Row<'static>> {
        self.shown(self.slots.get(slot)?.as_ref()?)
    }

    fn shown<'s>(&self, row: &'s StoreRow) -> Option<&'s Row<'static>> {
        let document = row.document.as_ref()?;
        document.belongs_to(self.account_id.as_deref()).then_some(document)
    }

    /// The row as the grouped changes leave it.
    fn planned(&self, id: &str) -> Option<&StoreRow> {
        match self.grouped.iter().rev().find(|change| change.id == id) {
            Some(change) => change.row.as_ref(),
            None => self.slots.get(self.by_id.get(id)?)?.as_ref(),
        }
    }

    fn planned_document(&self, id: &str) -> Option<&Row<'static>> {
        self.shown(self.planned(&fold_id(id))?)
    }

    /// Whether a row has the secret as the grouped changes leave it.
    fn is_taken(&self, secret: &str) -> bool {
        let stored = self.by_secret.get(secret).and_then(|slot| self.slots.get(slot)?.as_ref());
        let ids = stored.iter().map(|row| &row.id).chain(self.grouped.iter().map(|change| &change.id));
        ids.filter_map(|id| self.planned(id)).any(|row| row.secret().as_deref() == Some(secret))
    }

    fn hold(&mut self, planned: Planned, unsent: bool) -> Result<Plan, Error> {
        let (row, reply) = (planned.row.into_owned(), Value::from(planned.reply).into_owned());
        let secret = row.sealed_secret();
        let is_new = self.planned(row.id()).and_then(StoreRow::secret) != secret;
        if is_new && secret.is_some_and(|secret| self.is_taken(&secret)) {
            return Err(Error::secret_taken());
        }
        let id = row.id().to_owned();
        let change = self.change(&id, unsent, Some(row));
        Ok(self.hold_change(reply, Some(change)))
    }

    fn hold_change(&mut self, reply: Value<'static>, change: Option<RowChange>) -> Plan {
        self.hold_changes(reply, change.into_iter().collect())
    }

    fn hold_changes(&mut self, reply: Value<'static>, changes: Vec<RowChange>) -> Plan {
        let written = changes.iter().map(|change| change.to_value(self.as_text)).collect();
        self.held = changes;
        Plan { reply, changes: Value::List(written) }
    }

    fn change(&self, id: &str, unsent: bool, document: Option<Row<'static>>) -> RowChange {
        let (expected, copy) = self.planned(id).map_or((0, false), |row| (row.version, row.copy));
        let keeps_row = unsent || document.is_some();
        let row = StoreRow { id: id.to_owned(), version: expected.saturating_add(1), unsent, copy, document };
        RowChange { id: id.to_owned(), expected, row: keeps_row.then_some(row) }
    }

    fn insert(&mut self, row: StoreRow) {
        let slot = self.vacant.pop().unwrap_or(self.slots.len());
        self.by_id.insert(row.id.clone(), slot);
        if let Some(secret) = row.secret() {
            self.by_secret.insert(secret, slot);
        }
        if let Some(key) = row.place_key() {
            self.by_place.insert(key, slot);
        }
        match self.slots.get_mut(slot) {
            Some(vacant) => *vacant = Some(row),
            None => self.slots.push(Some(row)),
        }
    }

    fn remove(&mut self, id: &str) {
        let Some(slot) = self.by_id.get(id) else { return };
        let Some(row) = self.slots.get_mut(slot).and_then(Option::take) else { return };
        self.vacant.push(slot);
        self.by_id.remove(id, slot);
        if let Some(secret) = row.secret() {
            self.by_secret.remove(&secret, slot);
        }
        if let Some(key) = row.place_key() {
            self.by_place.remove(&key, slot);
        }
    }
}
