//! The local stores, by number: what lives in one instance of the module is given back by hand, because Convex and old
//! browsers run no finalizers.

use super::given::Given;
use super::host::JsHost;
use crate::error::Error;
use crate::store::{Store, Surroundings};
use crate::value::Value;
use std::cell::{Cell, RefCell};

thread_local! {
    static STORES: RefCell<Vec<(usize, Store)>> = const { RefCell::new(Vec::new()) };
    /// No number is given twice: a call that comes too late must not reach another store.
    static OPENED: Cell<usize> = const { Cell::new(0) };
}

/// Opens a store and answers with its number.
pub fn open(options: &Value) -> Result<Value<'static>, Error> {
    let store = Store::open(options, &JsHost)?;
    let number = OPENED.replace(OPENED.get() + 1);
    STORES.with_borrow_mut(|stores| stores.push((number, store)));
    Ok(number.into())
}

/// Answers a call to the store whose number comes first.
pub fn answer(name: &str, given: &Given) -> Result<Value<'static>, Error> {
    let number = given.value(0).whole();
    STORES.with_borrow_mut(|stores| {
        let at = stores.iter().position(|(known, _)| Some(*known) == number).ok_or_else(Error::internal)?;
        if name == "store.close" {
            stores.remove(at);
            return Ok(Value::Null);
        }
        let (_, store) = stores.get_mut(at).ok_or_else(Error::internal)?;
        ask(store, name, given)
    })
}

fn ask(store: &mut Store, name: &str, given: &Given) -> Result<Value<'static>, Error> {
    let (second, unsent) = (given.value(1), given.flag(2));
    let around = || Ok::<_, Error>(Surroundings { clock: given.clock, entropy: given.entropy()?, host: &JsHost });
    Ok(match name {
        "store.load" => {
            Value::list(&store.load(given.bytes, second.whole().unwrap_or_default(), &JsHost)?).into_owned()
        }
        "store.list" => store.list(),
        "store.get" => store.get(given.text(1), &JsHost).into(),
        "store.findByWebhookSecret" => store.find_by_webhook_secret(given.text(1), &JsHost).into(),
        "store.create" => store.create(second, around()?, unsent)?.into(),
        "store.update" => store.update(second, around()?, unsent)?.into(),
        "store.delete" => store.delete(given.text(1), unsent).into(),
        "store.recordRun" => store.record_run(second, &JsHost, unsent)?.into(),
        "store.settle" => store.settle(given.operation(1)?, given.value(2), given.value(3), around()?)?.into(),
        "store.adopt" => store.adopt(second, &JsHost)?.into(),
        "store.dropCopies" => store.drop_copies(second).into(),
        "store.unsent" => store.unsent().into(),
        "store.group" => {
            store.group();
            Value::Null
        }
        "store.commit" => store.commit(),
        "store.rollback" => {
            store.rollback();
            Value::Null
        }
        _ => return Err(Error::internal()),
    })
}
