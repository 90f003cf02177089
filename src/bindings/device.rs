//! What a device is asked for: its local stores, and the outbox of what waits on it.

mod store;

use super::given::Given;
use super::host::JsHost;
use crate::error::Error;
use crate::model::secret::SecretStorage;
use crate::outbox::client::plan::{Sender, plan};
use crate::outbox::client::remote::Remote;
use crate::outbox::client::status::status;
use crate::outbox::client::{Chance, Surroundings};
use crate::value::Value;

// A function of its own, because the build makes a part of the module of what only this calls.
#[inline(never)]
pub fn answer<'v>(name: &str, given: &'v Given<'v>) -> Result<Value<'v>, Error> {
    let first = given.value(0);
    Ok(match name {
        "outbox.plan" => {
            let sender = Sender { account_id: first.text(), sending: given.value(3), at_once: given.flag(4) };
            let around = surroundings(given)?;
            plan(given.value(1), &Remote::read(given.value(2), &around), sender, &around)
        }
        "outbox.heard" => {
            let around = surroundings(given)?;
            let mut remote = Remote::read(first, &around);
            remote.heard(given.value(1), &around);
            remote.into()
        }
        "outbox.status" => {
            let around = surroundings(given)?;
            let remote = Remote::read(given.value(2), &around);
            status(given.value(1), first.text(), &remote, given.flag(3), &around)
        }
        "store.open" => store::open(first)?,
        _ => store::answer(name, given)?,
    })
}

/// What the outbox decides with.
fn surroundings(given: &Given) -> Result<Surroundings<'static>, Error> {
    let chance = Chance::new(given.bytes).ok_or_else(Error::internal)?;
    Ok(Surroundings { now: given.now()?, chance, storage: SecretStorage::Hashed, host: &JsHost })
}
