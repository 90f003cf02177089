//! What the outbox of a device decides, planned together with the documents that change with it.
//!
//! `rows` are what stands in the outbox for the pipeline of a call, `{ queues, operations }`. The reply of each plan has
//! `outbox`, the changes of these rows, beside what the outbox has to say; a place keeps both kinds of changes, or neither.

use super::{Plan, Store};
use crate::error::Error;
use crate::host::Host;
use crate::http::operation::Operation;
use crate::model::id::fold_id;
use crate::model::row::Row;
use crate::model::timestamp::Timestamp;
use crate::outbox::client::enqueue::enqueue;
use crate::outbox::client::judge::{Sent, judge};
use crate::outbox::client::person::{Asked, adopt, discard, resolve, restore};
use crate::outbox::client::remote::Remote;
use crate::outbox::client::{Chance, Surroundings};
use crate::value::Value;

/// A moment of an outbox: its clock, 64 random bytes, and the host.
#[derive(Clone, Copy)]
pub struct Moment<'h> {
    /// Milliseconds since 1970 in UTC.
    pub clock: f64,
    /// Ids, secrets and pauses are made of them.
    pub bytes: &'h [u8],
    /// For zones and URLs.
    pub host: &'h dyn Host,
}

impl Store {
    /// Plans a change that waits for the server from now on. The reply has the id of its `operation`, where there is one,
    /// and what its caller is told meanwhile as `reply`.
    ///
    /// # Errors
    /// As [`enqueue`] says.
    pub fn enqueue(&mut self, kind: Operation, arguments: &Value, rows: &Value, moment: Moment) -> Result<Plan, Error> {
        let mut arguments = arguments.clone();
        arguments.set("accountId", self.settings.account_id.as_deref().into());
        let id = arguments.text_of("id").unwrap_or_default();
        if kind == Operation::Create && self.is_damaged(&fold_id(id)) {
            return Err(Error::id_taken());
        }
        let document = self.document_of(id, moment.host);
        let decided = enqueue(kind, rows, &document, &arguments, &self.surroundings(moment)?)?;
        Ok(self.hold_decided(decided))
    }

    /// Plans what an answer means. The reply has `remote`, and the `outcome` for a caller who waits.
    ///
    /// # Errors
    /// As [`judge`] says.
    pub fn judge(&mut self, remote: &Value, sent: Sent, rows: &Value, moment: Moment) -> Result<Plan, Error> {
        let around = self.surroundings(moment)?;
        let account_id = self.settings.account_id.as_deref();
        let decided = judge(rows, Remote::read(remote, &around), Sent { account_id, ..sent }, &around)?;
        Ok(self.hold_decided(decided))
    }

    /// Plans what a person decides about the operation `op_id`. The reply is as that of [`Store::enqueue`].
    ///
    /// # Errors
    /// As [`resolve`] says.
    pub fn resolve(&mut self, op_id: &str, choice: &Value, rows: &Value, moment: Moment) -> Result<Plan, Error> {
        let id = match rows.get("queues") {
            Value::List(queues) => queues.first().and_then(|queue| queue.text_of("id")).unwrap_or_default(),
            _ => "",
        };
        let document = self.document_of(id, moment.host);
        let asked = Asked { account_id: self.settings.account_id.as_deref(), op_id, choice };
        let decided = resolve(rows, &document, asked, &self.surroundings(moment)?)?;
        Ok(self.hold_decided(decided))
    }

    /// Plans to give an operation up.
    ///
    /// # Errors
    /// As [`discard`] says.
    pub fn discard(&mut self, op_id: &str, rows: &Value, moment: Moment) -> Result<Plan, Error> {
        let decided = discard(rows, self.settings.account_id.as_deref(), op_id, &self.surroundings(moment)?)?;
        Ok(self.hold_decided(decided))
    }

    /// Plans to keep a copy of what the server answered to a read: waiting changes now stand on it.
    ///
    /// # Errors
    /// As [`adopt`] says.
    pub fn adopt(&mut self, pipeline: &Value, rows: &Value, moment: Moment) -> Result<Plan, Error> {
        let decided = adopt(rows, self.settings.account_id.as_deref(), pipeline, &self.surroundings(moment)?)?;
        Ok(self.hold_decided(decided))
    }

    /// Plans to put back what waited for a pipeline, from the `copy` of rows that have got lost.
    ///
    /// # Errors
    /// As [`restore`] says.
    pub fn restore(&mut self, copy: &Value, rows: &Value, moment: Moment) -> Result<Plan, Error> {
        let decided = restore(rows, self.settings.account_id.as_deref(), copy, &self.surroundings(moment)?)?;
        Ok(self.hold_decided(decided))
    }

    fn surroundings<'h>(&self, moment: Moment<'h>) -> Result<Surroundings<'h>, Error> {
        Ok(Surroundings {
            now: Timestamp::of_clock(moment.clock)?,
            chance: Chance::new(moment.bytes).ok_or_else(Error::internal)?,
            storage: self.settings.storage,
            host: moment.host,
        })
    }

    fn document_of(&self, id: &str, host: &dyn Host) -> Value<'static> {
        self.planned_document(id, host).map_or(Value::Null, Value::from)
    }

    /// A server does not tell what secret it has: one that was made here, and that is still the same, stays known here.
    fn keep_secret(&self, stored: &mut Value<'static>, id: &str) {
        let Some(known) = self.planned(id) else { return };
        let known_document = known.document();
        let is_same = |name| {
            let here = known_document.text_of(name);
            here.is_some() && here == stored.text_of(name)
        };
        let is_kept = is_same("secretLastFour") && (known.marks.unsent || is_same("secretChangedAt"));
        if let Some(secret) =
            known_document.text_of("webhookSecret").filter(|_| is_kept && stored.get("webhookSecret").is_absent())
        {
            stored.set("webhookSecret", secret.to_owned().into());
        }
    }

    fn hold_decided(&mut self, mut decided: Value<'static>) -> Plan {
        let mut changes = Vec::new();
        if let Value::List(documents) = decided.take("documents") {
            for mut document in documents {
                let id = fold_id(document.text_of("id").unwrap_or_default()).into_owned();
                let unsent = matches!(document.get("unsent"), Value::Bool(true));
                let mut stored = document.take("document");
                self.keep_secret(&mut stored, &id);
                let row = matches!(stored, Value::Record(_)).then(|| Row::checked(stored));
                if !self.is_damaged(&id) && (row.is_some() || unsent || self.planned(&id).is_some()) {
                    changes.push(self.change(&id, unsent, !unsent, row));
                }
            }
        }
        let outbox = decided.take("changes");
        decided.set("outbox", outbox);
        self.hold_changes(decided, changes)
    }
}
