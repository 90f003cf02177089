//! Changes that are planned and not yet durable: plans go on from them, readers do not see them.

use super::row::{Marks, RowChange, StoreRow};
use super::{Plan, Store};
use crate::error::Error;
use crate::host::Host;
use crate::model::id::fold_id;
use crate::model::row::{Planned, Row};
use crate::value::Value;
use std::mem::take;

/// A change, and as a place is told of it.
type Change = (RowChange, Value<'static>);

impl Store {
    /// The held changes are written together with what is planned next: plans go on from them, readers do not see them yet.
    pub fn group(&mut self) {
        self.grouped.append(&mut self.held);
    }

    /// The held changes and those grouped with them have become durable. Gives what that does to a list, step by step: the
    /// place that an item leaves, the place that one takes then, and that item; `null` for what there is not.
    pub fn commit(&mut self) -> Value<'static> {
        self.group();
        let mut steps = Vec::new();
        for change in take(&mut self.grouped) {
            let left = self.by_id.get(&change.id).and_then(|slot| self.remove_at(slot)?.1);
            let item = change.row.as_ref().map(|row| Value::Written(row.list_item().to_owned().into()));
            let taken = change.row.and_then(|row| self.insert(row));
            steps.push(Value::List(vec![left.into(), taken.into(), item.filter(|_| taken.is_some()).into()]));
        }
        Value::List(steps)
    }

    /// The held changes and those grouped with them will not become durable.
    pub fn rollback(&mut self) {
        self.held.clear();
        self.grouped.clear();
    }

    /// The row as the grouped changes leave it.
    pub(super) fn planned(&self, id: &str) -> Option<&StoreRow> {
        match self.grouped.iter().rev().find(|change| change.id == id) {
            Some(change) => change.row.as_ref(),
            None => self.slots.get(self.by_id.get(id)?)?.as_ref(),
        }
    }

    pub(super) fn planned_document(&self, id: &str, host: &dyn Host) -> Option<Row<'static>> {
        self.planned(&fold_id(id)).filter(|row| row.is_shown)?.row(host)
    }

    /// Whether a row has the secret as the grouped changes leave it.
    fn is_taken(&self, secret: &str) -> bool {
        let has_it = |id| self.planned(id).is_some_and(|row| row.keys().secret.as_deref() == Some(secret));
        let stored = self.by_secret.get(secret).and_then(|slot| self.slots.get(slot)?.as_ref());
        stored.is_some_and(|row| has_it(&row.id)) || self.grouped.iter().any(|change| has_it(&change.id))
    }

    /// Whether a row would get a secret that another has.
    pub(super) fn takes_secret(&self, row: &Row) -> bool {
        let secret = row.sealed_secret();
        let known = self.planned(row.id()).and_then(|row| row.keys().secret);
        let is_new = known.as_deref() != secret.as_deref();
        is_new && secret.is_some_and(|secret| self.is_taken(&secret))
    }

    pub(super) fn hold(&mut self, planned: Planned) -> Result<Plan, Error> {
        let (row, reply) = (planned.row.into_owned(), Value::from(planned.reply).into_owned());
        if self.takes_secret(&row) {
            return Err(Error::secret_taken());
        }
        let id = row.id().to_owned();
        let unsent = self.planned(&id).is_some_and(|row| row.marks.unsent);
        let change = self.change(&id, unsent, false, Some(row));
        Ok(self.hold_change(reply, Some(change)))
    }

    pub(super) fn hold_change(&mut self, reply: Value<'static>, change: Option<Change>) -> Plan {
        self.hold_changes(reply, change.into_iter().collect())
    }

    pub(super) fn hold_changes(&mut self, reply: Value<'static>, changes: Vec<Change>) -> Plan {
        let written;
        (self.held, written) = changes.into_iter().unzip();
        Plan { reply, changes: Value::List(written) }
    }

    pub(super) fn change(&self, id: &str, unsent: bool, is_copy: bool, document: Option<Row<'static>>) -> Change {
        let (expected, was_copy) = self.planned(id).map_or((0, false), |row| (row.marks.version, row.marks.copy));
        let marks = Marks { version: expected.saturating_add(1), unsent, copy: is_copy || was_copy };
        let row = match &document {
            Some(document) => Some(StoreRow::of(document, marks, self.settings.account_id.as_deref())),
            None => unsent.then(|| StoreRow::without_document(id, marks)),
        };
        let change = RowChange { id: id.into(), row };
        let written = change.written(expected, document, self.settings.as_text);
        (change, written)
    }

    /// Gives the place in a list.
    fn insert(&mut self, row: StoreRow) -> Option<usize> {
        let slot = self.vacant.pop().unwrap_or(self.slots.len());
        let keys = row.keys();
        self.by_id.insert(row.id.clone(), slot);
        if let Some(secret) = keys.secret {
            self.by_secret.insert(secret, slot);
        }
        match self.slots.get_mut(slot) {
            Some(vacant) => *vacant = Some(row),
            None => self.slots.push(Some(row)),
        }
        keys.place.map(|place| self.by_place.insert(place, slot))
    }

    /// Gives what stood there, and its place in a list.
    pub(super) fn remove_at(&mut self, slot: usize) -> Option<(StoreRow, Option<usize>)> {
        let row = self.slots.get_mut(slot).and_then(Option::take)?;
        self.vacant.push(slot);
        self.by_id.remove(&row.id, slot);
        let keys = row.keys();
        if let Some(secret) = keys.secret {
            self.by_secret.remove(&secret, slot);
        }
        let place = keys.place.and_then(|place| self.by_place.remove(&place, slot));
        Some((row, place))
    }
}
