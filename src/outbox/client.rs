//! The outbox of one device, as a machine: rows come in, and rows, requests and moments go out.
//!
//! Whoever keeps the rows runs each function inside the transaction that reads them and writes its `changes`, and does
//! nothing outside (sending, telling a caller) before that transaction is durable. So several tabs may run the machine
//! at once: each decision is made on what the others have left.
//!
//! Rows are `{ queues, operations }`, lists of what the stores of these names hold: all of an account for [`plan`] and
//! [`status`], those of one pipeline otherwise. Changes are `[{ store, id, row }]`, where the row `null` goes; documents are
//! `[{ id, document, unsent }]`, what a device shows from now on, `null` for nothing. Both belong in one transaction. Where a
//! place has no room left, the rows that a verdict of `ok` puts may be left out and only its deletions be written: what it
//! puts are copies of what the server has.
//!
//! A pipeline's operations are sent one by one, so only the first can have been tried. It goes when the server has answered
//! with its `opId`, or when a person has decided, and for no other reason.

mod answer;
pub mod enqueue;
pub mod judge;
pub mod person;
pub mod plan;
pub mod queue;
pub mod remote;
pub mod row;
pub mod status;

use crate::host::Host;
use crate::model::change::Entropy;
use crate::model::id::new_uuid;
use crate::model::secret::SecretStorage;
use crate::model::timestamp::Timestamp;

/// What a decision takes from its surroundings.
#[derive(Clone, Copy)]
pub struct Surroundings<'h> {
    /// The device's clock.
    pub now: Timestamp,
    /// Random bytes, for this decision alone.
    pub chance: Chance,
    /// How the local repository stores secrets.
    pub storage: SecretStorage,
    /// For zones and URLs.
    pub host: &'h dyn Host,
}

/// 64 random bytes: for a pipeline and its secret, an operation, and the client of a queue.
#[derive(Clone, Copy)]
pub struct Chance {
    /// For what is created.
    pub identity: Entropy,
    operation: [u8; 16],
    client: [u8; 16],
}

impl Chance {
    /// Takes the caller's random bytes; `None` unless there are 64.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let (identity, rest) = bytes.split_at_checked(32)?;
        let (operation, rest) = rest.split_first_chunk()?;
        let (client, rest) = rest.split_first_chunk()?;
        rest.is_empty().then_some(Self { identity: Entropy::new(identity)?, operation: *operation, client: *client })
    }

    fn operation_id(self) -> String {
        new_uuid(self.operation)
    }

    fn client_id(self) -> String {
        new_uuid(self.client)
    }

    /// A number from 0 to `most`, each as likely as the others.
    fn up_to(self, most: i64) -> i64 {
        let [a, b, c, d, ..] = self.operation;
        let share = i64::from(u32::from_le_bytes([a, b, c, d]));
        // 32 bits of chance and at most 32 of `most`.
        most.saturating_mul(share) >> 32
    }
}
