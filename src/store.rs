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
use crate::model::list_item::PipelineListItem;
use crate::model::pipeline::{Pipeline, read_account_id};
use crate::model::read::{Fields, Report, Unknown};
use crate::model::row::{Creation, Planned, Row};
use crate::model::secret::{SecretStorage, candidates};
use crate::model::timestamp::Timestamp;
use crate::value::Value;
use row::{RowChange, StoreRow};
use serde::Serialize;

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
    held: Vec<RowChange>,
}

/// What a planned change answers, and what must become durable for it.
#[derive(Clone, Debug, Serialize)]
pub struct Plan<T> {
    /// The answer, to be given once the changes are durable.
    pub reply: T,
    /// All of them or none.
    pub changes: Vec<RowChange>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unsent {
    /// The pipeline.
    pub id: String,
    /// Whether it was deleted here.
    pub deleted: bool,
}

impl Store {
    /// An empty store with the options `{ accountId?, secretStorage? }`.
    ///
    /// # Errors
    /// `config` with every issue of the options.
    pub fn open(options: &Value, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let store = Self::read_options(options, &mut report);
        report.finish(store).map_err(Error::config)
    }

    fn read_options(options: &Value, report: &mut Report) -> Option<Self> {
        let fields = Fields::open(options, &["accountId", "secretStorage"], report)?;
        let account_id = fields.optional("accountId", report, read_account_id);
        let storage = fields.read("secretStorage", report, SecretStorage::read);
        fields.close(report);
        Some(Self { account_id: account_id?, storage: storage?, ..Self::default() })
    }

    /// Takes the place's rows instead of what was here.
    ///
    /// # Errors
    /// `invalid` where a row is damaged, with its index in the path; the store then stays as it was.
    pub fn load(&mut self, rows: &Value, host: &dyn Host) -> Result<(), Error> {
        let rows = StoreRow::parse_all(rows, host)?;
        let keys = |key: fn(&StoreRow) -> Option<String>| {
            let keys = rows.iter().enumerate();
            Index::build(keys.filter_map(|(slot, row)| Some((key(row)?, slot))).collect())
        };
        self.by_id = keys(|row| Some(row.id.clone()));
        self.by_secret = keys(StoreRow::secret);
        self.by_place = keys(StoreRow::place_key);
        self.slots = rows.into_iter().map(Some).collect();
        self.vacant.clear();
        self.held.clear();
        Ok(())
    }

    /// All pipelines in order.
    #[must_use]
    pub fn list(&self) -> Vec<PipelineListItem> {
        self.by_place.slots().filter_map(|slot| self.visible_at(slot)).map(Row::list_item).collect()
    }

    /// One pipeline.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Pipeline> {
        self.visible(id).map(|row| row.show(self.storage))
    }

    /// The pipeline that a presented secret belongs to.
    #[must_use]
    pub fn find_by_webhook_secret(&self, presented: &str) -> Option<Pipeline> {
        let slot = self.by_secret.get(candidates(presented).first()?)?;
        self.visible_at(slot).map(|row| row.show(self.storage))
    }

    /// Plans a new pipeline from `{ input, id?, webhookSecret? }`.
    ///
    /// # Errors
    /// `invalid` with every issue; `conflict` where the id or the secret is taken.
    pub fn create(&mut self, arguments: &Value, around: Surroundings, unsent: bool) -> Result<Plan<Pipeline>, Error> {
        let call = Call::parse(Operation::Create, Origin::Process, arguments, around.host)?;
        let now = Timestamp::of_clock(around.clock)?;
        let creation = Creation { account_id: self.account_id.clone(), ..call.into_creation(around.entropy)? };
        if self.by_id.get(&creation.id).is_some() {
            return Err(Error::id_taken());
        }
        self.hold(Row::create(creation, now, self.storage), unsent)
    }

    /// Plans an update from `{ id, input, expectedUpdatedAt?, webhookSecret? }`.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or `conflict` where the pipeline has changed since or the new secret is taken.
    pub fn update(&mut self, arguments: &Value, around: Surroundings, unsent: bool) -> Result<Plan<Pipeline>, Error> {
        let call = Call::parse(Operation::Update, Origin::Process, arguments, around.host)?;
        let now = Timestamp::of_clock(around.clock)?;
        let row = call.id.as_deref().and_then(|id| self.visible(id).cloned()).ok_or_else(Error::not_found)?;
        let planned = row.update(call.into_update(around.entropy)?, now, self.storage)?;
        self.hold(planned, unsent)
    }

    /// Plans a run from `{ id, completedAt }`; answers nothing for an unknown id.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn record_run(
        &mut self,
        arguments: &Value,
        host: &dyn Host,
        unsent: bool,
    ) -> Result<Plan<Option<Pipeline>>, Error> {
        let call = Call::parse(Operation::RecordRun, Origin::Process, arguments, host)?;
        let completed_at = call.completed_at.ok_or_else(Error::internal)?;
        let Some(row) = call.id.and_then(|id| self.visible(&id).cloned()) else {
            return Ok(self.hold_changes(None, Vec::new()));
        };
        let Plan { reply, changes } = self.hold(row.record_run(completed_at, self.storage), unsent)?;
        Ok(Plan { reply: Some(reply), changes })
    }

    /// Plans a deletion; answers whether there was anything to delete. One that is unsent leaves a row without a
    /// document, also for a pipeline that only the other side holds.
    pub fn delete(&mut self, id: &str, unsent: bool) -> Plan<bool> {
        let is_there = self.visible(id).is_some();
        let changes = if is_there || unsent && self.by_id.get(id).is_none() {
            vec![self.change(id, unsent, None)]
        } else {
            Vec::new()
        };
        self.hold_changes(is_there, changes)
    }

    /// Plans to keep a copy of what another place answered, unless a change of its own waits here.
    ///
    /// # Errors
    /// `invalid` where the pipeline is none.
    pub fn adopt(&mut self, pipeline: &Value, host: &dyn Host) -> Result<Plan<()>, Error> {
        let row = Row::copy_of(Pipeline::parse(pipeline, host)?, self.storage);
        let waits = self.row(row.id()).is_some_and(|row| row.unsent);
        let id = row.id().to_owned();
        let changes = if waits { Vec::new() } else { vec![self.change(&id, false, Some(row))] };
        Ok(self.hold_changes((), changes))
    }

    /// What the other place has yet to hear of, by id.
    #[must_use]
    pub fn unsent(&self) -> Vec<Unsent> {
        let rows = self.by_id.slots().filter_map(|slot| self.slots.get(slot)?.as_ref());
        let unsent = rows.filter(|row| row.unsent);
        unsent.map(|row| Unsent { id: row.id.clone(), deleted: row.document.is_none() }).collect()
    }

    /// The held changes have become durable.
    pub fn commit(&mut self) {
        for change in std::mem::take(&mut self.held) {
            self.remove(&change.id);
            if let Some(row) = change.row {
                self.insert(row);
            }
        }
    }

    /// The held changes will not become durable.
    pub fn rollback(&mut self) {
        self.held.clear();
    }

    fn visible(&self, id: &str) -> Option<&Row> {
        self.visible_at(self.by_id.get(id)?)
    }

    fn visible_at(&self, slot: usize) -> Option<&Row> {
        let row = self.slots.get(slot)?.as_ref()?.document.as_ref()?;
        row.belongs_to(self.account_id.as_deref()).then_some(row)
    }

    fn row(&self, id: &str) -> Option<&StoreRow> {
        self.slots.get(self.by_id.get(id)?)?.as_ref()
    }

    fn hold(&mut self, planned: Planned, unsent: bool) -> Result<Plan<Pipeline>, Error> {
        let Planned { row, reply } = planned;
        let secret = row.sealed_secret();
        let is_new = self.row(row.id()).and_then(StoreRow::secret) != secret;
        if is_new && secret.is_some_and(|secret| self.by_secret.get(&secret).is_some()) {
            return Err(Error::secret_taken());
        }
        let id = row.id().to_owned();
        let change = self.change(&id, unsent, Some(row));
        Ok(self.hold_changes(reply, vec![change]))
    }

    fn hold_changes<T>(&mut self, reply: T, changes: Vec<RowChange>) -> Plan<T> {
        self.held.clone_from(&changes);
        Plan { reply, changes }
    }

    fn change(&self, id: &str, unsent: bool, document: Option<Row>) -> RowChange {
        let expected = self.row(id).map_or(0, |row| row.version);
        let keeps_row = unsent || document.is_some();
        let row = StoreRow { id: id.to_owned(), version: expected.saturating_add(1), unsent, document };
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
        self.by_id.remove(id);
        if let Some(secret) = row.secret() {
            self.by_secret.remove(&secret);
        }
        if let Some(key) = row.place_key() {
            self.by_place.remove(&key);
        }
    }
}
