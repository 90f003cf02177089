//! The local repository: all pipelines of one place in memory, and the changes that the place must write.
//!
//! A change is planned, written by the caller, and only then committed here: what is not yet durable is not yet seen.
//! The store is a working copy. It can be built again from its place at any moment.

mod held;
pub mod load;
pub mod outbox;
pub mod row;
mod runs;

use crate::error::Error;
use crate::host::Host;
use crate::http::call::{Call, Origin};
use crate::http::operation::Operation;
use crate::index::Index;
use crate::issue::{Issue, IssueCode};
use crate::model::change::Entropy;
use crate::model::id::fold_id;
use crate::model::pipeline::Pipeline;
use crate::model::row::{Creation, Row};
use crate::model::secret::candidates;
use crate::model::settings::Settings;
use crate::model::timestamp::Timestamp;
use crate::outbox::server::{Around, Before, apply, settle};
use crate::value::{Value, record};
use load::Damaged;
use row::{RowChange, StoreRow};
use std::fmt::{Debug, Formatter};
use std::hint::black_box;
use std::mem::take;

/// Pipelines by id, by stored secret and in the order of lists.
#[derive(Debug, Default)]
pub struct Store {
    settings: Settings,
    slots: Vec<Option<StoreRow>>,
    vacant: Vec<usize>,
    by_id: Index,
    by_secret: Index,
    by_place: Index,
    /// Ids of rows that cannot be read: nothing may take their place.
    damaged: Index,
    /// Whether further rows of the place are to come.
    is_loading: bool,
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
    /// An empty store with the options of [`Settings`].
    ///
    /// # Errors
    /// `config` with every issue of the options.
    pub fn open(options: &Value, host: &dyn Host) -> Result<Self, Error> {
        Ok(Self { settings: Settings::parse(options, host)?, ..Self::default() })
    }

    /// Takes the place's rows instead of what was here, batch by batch, each a packed list. `to_come` is
    /// about how many bytes further batches have, 0 for none. Gives those of a batch that cannot be read: they are as if they were not there, but their ids stay taken. With the last
    /// batch come, of rows with one id, all but the first.
    ///
    /// # Errors
    /// `internal` where `rows` is none.
    pub fn load(&mut self, rows: &[u8], to_come: usize, host: &dyn Host) -> Result<Vec<Damaged>, Error> {
        if !self.is_loading {
            reserve(to_come / 3 * 4); // with what is found in a row when it is read
            *self = Self { settings: take(&mut self.settings), ..Self::default() };
        }
        self.is_loading = to_come > 0;
        let account_id = self.settings.account_id.clone();
        let mut damaged = Vec::new();
        let read = load::read(rows, account_id.as_deref(), host, |outcome| {
            let slot = self.slots.len();
            let row = match outcome {
                Ok((row, keys)) => {
                    self.by_id.push(row.id.clone(), slot);
                    keys.secret.into_iter().for_each(|secret| self.by_secret.push(secret, slot));
                    keys.place.into_iter().for_each(|place| self.by_place.push(place, slot));
                    Some(row)
                }
                Err(row) => {
                    self.set_aside(&row.ids);
                    self.vacant.push(slot);
                    damaged.push(Damaged { index: slot, ..row });
                    None
                }
            };
            self.slots.push(row);
        });
        read.ok_or_else(Error::internal)?;
        if !self.is_loading {
            for index in [&mut self.by_id, &mut self.by_secret, &mut self.by_place] {
                index.sort();
            }
            for (slot, first) in self.by_id.duplicates() {
                let Some((row, _)) = self.remove_at(slot) else { continue };
                let issue = Issue::from(IssueCode::DuplicateId { first }).within("id");
                let row = Damaged { index: slot, ids: vec![row.id], issues: vec![issue] };
                self.set_aside(&row.ids);
                damaged.push(row);
            }
        }
        Ok(damaged)
    }

    /// All pipelines in order.
    #[must_use]
    pub fn list(&self) -> Value<'static> {
        let mut list = String::from("[");
        for slot in self.by_place.slots() {
            let Some(Some(row)) = self.slots.get(slot) else { continue };
            if list.len() > 1 {
                list.push(',');
            }
            list.push_str(row.list_item());
        }
        list.push(']');
        Value::Written(list.into())
    }

    /// One pipeline.
    #[must_use]
    pub fn get(&self, id: &str, host: &dyn Host) -> Option<Pipeline<'static>> {
        let row = self.slots.get(self.by_id.get(&fold_id(id))?)?.as_ref();
        self.show(row?, host)
    }

    /// The pipeline that a presented secret belongs to.
    #[must_use]
    pub fn find_by_webhook_secret(&self, presented: &str, host: &dyn Host) -> Option<Pipeline<'static>> {
        let slot = self.by_secret.get(candidates(presented).first()?)?;
        self.show(self.slots.get(slot)?.as_ref()?, host)
    }

    /// Plans a new pipeline from `{ input, id?, webhookSecret? }`.
    ///
    /// # Errors
    /// `invalid` with every issue; `conflict` where the id or the secret is taken.
    pub fn create(&mut self, arguments: &Value, around: Surroundings) -> Result<Plan, Error> {
        let call = Call::parse(Operation::Create, Origin::Process, arguments, around.host)?;
        let now = Timestamp::of_clock(around.clock)?;
        let creation = Creation { account_id: self.settings.account_id.clone(), ..call.into_creation(around.entropy) };
        if self.planned(&creation.id).is_some() || self.is_damaged(&creation.id) {
            return Err(Error::id_taken());
        }
        self.hold(Row::create(creation, now, self.settings.storage).timed(now, around.host))
    }

    /// Plans an update from `{ id, input, expectedUpdatedAt?, webhookSecret? }`.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or `conflict` where the pipeline has changed since or the new secret is taken.
    pub fn update(&mut self, arguments: &Value, around: Surroundings) -> Result<Plan, Error> {
        let call = Call::parse(Operation::Update, Origin::Process, arguments, around.host)?;
        let now = Timestamp::of_clock(around.clock)?;
        let row = self.planned_document(call.id(), around.host).ok_or_else(Error::not_found)?;
        let planned = row.update(call.into_update(around.entropy), now, self.settings.storage)?;
        self.hold(planned.timed(now, around.host))
    }

    /// Plans a run from `{ id, completedAt }`; answers nothing for an unknown id.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn record_run(&mut self, arguments: &Value, host: &dyn Host) -> Result<Plan, Error> {
        let call = Call::parse(Operation::RecordRun, Origin::Process, arguments, host)?;
        let completed_at = call.completed_at()?;
        let Some(row) = self.planned_document(call.id(), host) else {
            return Ok(self.hold_change(Value::Null, None));
        };
        self.hold(row.record_run(completed_at, self.settings.storage))
    }

    /// Plans a deletion; answers whether there was anything to delete.
    pub fn delete(&mut self, id: &str) -> Plan {
        let id = &fold_id(id);
        let is_there = self.planned(id).is_some_and(|row| row.is_shown);
        let change = is_there.then(|| self.change(id, false, false, None));
        self.hold_change(is_there.into(), change)
    }

    /// Plans what an outbox has sent: the operation of a call with `op`, on the `cursor` row of its client, `null` for none.
    /// The reply is `{ answer, cursor?, forget }`: what is answered, the row to write together with the changes, and since
    /// when a client must have been silent to be forgotten once its pipeline is gone.
    ///
    /// # Errors
    /// `invalid` where `id` or `op` are not what they must be, `storage` for a cursor that cannot be read.
    pub fn settle(
        &mut self,
        operation: Operation,
        arguments: &Value,
        cursor: &Value,
        around: Surroundings,
    ) -> Result<Plan, Error> {
        let mut arguments = arguments.clone();
        arguments.take("accountId");
        arguments.push("accountId", self.settings.account_id.as_deref().into());
        let id = fold_id(arguments.text_of("id").unwrap_or_default()).into_owned();
        let row = self.planned_document(&id, around.host);
        let is_there = row.is_some();
        let is_taken =
            operation == Operation::Create && !is_there && (self.planned(&id).is_some() || self.is_damaged(&id));
        let mut before = Before { cursor, row, is_there, is_taken, issues: &Value::Absent };
        let around =
            Around { now: Timestamp::of_clock(around.clock)?, storage: self.settings.storage, host: around.host };
        let mut settled = loop {
            let settled = settle(operation, &arguments, &before, around)?;
            match &settled.change {
                apply::Change::Put(row) if !before.is_taken && self.takes_secret(row) => before.is_taken = true,
                _ => break settled,
            }
        };
        let change = match std::mem::replace(&mut settled.change, apply::Change::None) {
            apply::Change::None => None,
            apply::Change::Remove => Some(self.change(&id, false, false, None)),
            apply::Change::Put(row) => Some(self.change(&id, false, false, Some(row))),
        };
        Ok(self.hold_change(settled.into(), change))
    }

    /// Plans to drop what another place no longer has, from a list of ids. What that place never answered with stays, and
    /// so does what has changes that it has yet to hear of.
    pub fn drop_copies(&mut self, ids: &Value) -> Plan {
        let ids = if let Value::List(ids) = ids { ids.as_slice() } else { &[] };
        let mut changes = Vec::new();
        for id in ids {
            let Some(row) = id.text().and_then(|id| self.planned(&fold_id(id))) else { continue };
            if row.marks.copy && !row.marks.unsent {
                changes.push(self.change(&row.id, false, false, None));
            }
        }
        self.hold_changes(Value::Null, changes)
    }

    /// What the other place has yet to hear of, by id.
    #[must_use]
    pub fn unsent(&self) -> Vec<Unsent> {
        let mut unsent = Vec::new();
        for slot in self.by_id.slots() {
            let Some(Some(row)) = self.slots.get(slot) else { continue };
            if row.marks.unsent {
                unsent.push(Unsent { id: row.id.clone(), deleted: row.is_deleted() });
            }
        }
        unsent
    }

    fn is_damaged(&self, id: &str) -> bool {
        self.damaged.get(id).is_some()
    }

    fn set_aside(&mut self, ids: &[String]) {
        for id in ids {
            self.damaged.insert(id.as_str().into(), 0);
        }
    }

    fn show(&self, row: &StoreRow, host: &dyn Host) -> Option<Pipeline<'static>> {
        let shown = row.is_shown.then(|| row.row(host));
        shown?.map(|row| row.show(self.settings.storage))
    }
}

/// Makes the memory grow once, to what will be needed: step by step takes longer than all the reading.
fn reserve(bytes: usize) {
    drop(black_box(Vec::<u8>::with_capacity(bytes)));
}
