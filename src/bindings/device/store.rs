//! The local stores, by number: what lives in one instance of the module is given back by hand, because Convex and old
//! browsers run no finalizers.

use crate::bindings::given::Given;
use crate::bindings::host::JsHost;
use crate::error::Error;
use crate::outbox::client::judge::Sent;
use crate::run::Decision;
use crate::store::outbox::Moment;
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
    let second = given.value(1);
    let moment = Moment { clock: given.clock, bytes: given.bytes, host: &JsHost };
    let around = || Ok::<_, Error>(Surroundings { clock: given.clock, entropy: given.entropy()?, host: &JsHost });
    Ok(match name {
        "store.load" => {
            Value::list(&store.load(given.bytes, second.whole().unwrap_or_default(), &JsHost)?).into_owned()
        }
        "store.list" => store.list(),
        "store.get" => store.get(given.text(1), &JsHost).into(),
        "store.findByWebhookSecret" => store.find_by_webhook_secret(given.text(1), &JsHost).into(),
        "store.create" => store.create(second, around()?)?.into(),
        "store.update" => store.update(second, around()?)?.into(),
        "store.delete" => store.delete(given.text(1)).into(),
        "store.recordRun" => store.record_run(second, &JsHost)?.into(),
        "store.row" => store.row(given.text(1), &JsHost).map_or(Value::Null, Value::from),
        "store.due" => store.due(given.now()?, &JsHost).into(),
        "store.run" => {
            let decision = Decision::parse(given.text(1)).ok_or_else(Error::internal)?;
            store.run(decision, given.text(2), given.value(3), given.value(4), around()?)?.into()
        }
        "store.settle" => store.settle(given.operation(1)?, given.value(2), given.value(3), around()?)?.into(),
        "store.enqueue" => store.enqueue(given.operation(1)?, given.value(2), given.value(3), moment)?.into(),
        "store.judge" => {
            let (op, answer, attended) = (given.value(3), given.value(4), given.flag(5));
            let sent = Sent { account_id: None, kind: given.operation(2)?, op, answer, attended };
            store.judge(second, sent, given.value(6), moment)?.into()
        }
        "store.resolve" => store.resolve(given.text(1), given.value(2), given.value(3), moment)?.into(),
        "store.discard" => store.discard(given.text(1), given.value(2), moment)?.into(),
        "store.restore" => store.restore(second, given.value(2), moment)?.into(),
        "store.adopt" => store.adopt(second, given.value(2), moment)?.into(),
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
