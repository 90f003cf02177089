//! The runs of pipelines in a store: what they decide about its rows. Runs themselves are kept elsewhere.

use super::{Plan, Store, Surroundings};
use crate::error::Error;
use crate::host::Host;
use crate::model::id::fold_id;
use crate::model::row::Row;
use crate::model::timestamp::Timestamp;
use crate::outbox::server::Around;
use crate::run::{self, Before, Decided, Decision};
use crate::value::Value;

impl Store {
    /// A row as it is stored, for decisions about its runs.
    #[must_use]
    pub fn row(&self, id: &str, host: &dyn Host) -> Option<Row<'static>> {
        self.planned_document(id, host)
    }

    /// The ids of the pipelines whose schedules have something to do.
    #[must_use]
    pub fn due(&self, now: Timestamp, host: &dyn Host) -> Vec<String> {
        let mut due = Vec::new();
        for row in self.slots.iter().flatten().filter(|row| row.is_shown && row.has_schedule()) {
            if row.row(host).is_some_and(|row| run::is_due(&row, now, host)) {
                due.push(row.id.clone());
            }
        }
        due
    }

    /// Plans what a decision that has been made changes of the pipeline of this id; the reply is the decision's. Made again
    /// here it may want a run to be written, which must come first: then nothing changes.
    ///
    /// # Errors
    /// Those of [`run::decide`].
    pub fn run(
        &mut self,
        decision: Decision,
        id: &str,
        arguments: &Value,
        before: &Value,
        around: Surroundings,
    ) -> Result<Plan, Error> {
        let id = fold_id(id);
        let row = self.planned_document(&id, around.host);
        let before =
            Before { is_there: self.planned(&id).is_some(), row, ..Before::of(decision, before, around.host)? };
        let taken =
            Around { now: Timestamp::of_clock(around.clock)?, storage: self.settings.storage, host: around.host };
        let Decided { run, row, reply } = run::decide(decision, arguments, before, taken, around.entropy)?;
        let row = row.filter(|_| run.is_absent());
        let reply = reply.into_owned();
        let is_unsent = self.planned(&id).is_some_and(|row| row.marks.unsent);
        let change = row.map(|row| self.change(&id, is_unsent, false, Some(row.into_owned())));
        Ok(self.hold_change(reply, change))
    }
}
