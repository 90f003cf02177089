//! Stored rows: Convex's functions read and write them, and decide nothing.

use super::boundary::{answer, entropy, value};
use super::host::JsHost;
use crate::error::Error;
use crate::http::call::{Call, Origin};
use crate::http::operation::Operation;
use crate::model::row::Row;
use crate::model::secret::{SecretArguments, SecretStorage, WebhookSecret, candidates};
use crate::model::timestamp::Timestamp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_name = planCreate)]
pub fn plan_create(arguments: &[u8], storage: &str, clock: f64, random: &[u8]) -> Result<String, JsValue> {
    let plan = || {
        let call = read_call(Operation::Create, arguments)?;
        let creation = call.into_creation(entropy(random)?)?;
        Ok(Row::create(creation, Timestamp::of_clock(clock)?, read_storage(storage)?))
    };
    answer(plan())
}

#[wasm_bindgen(js_name = planUpdate)]
pub fn plan_update(row: &[u8], arguments: &[u8], storage: &str, clock: f64, random: &[u8]) -> Result<String, JsValue> {
    let plan = || {
        let update = read_call(Operation::Update, arguments)?.into_update(entropy(random)?)?;
        read_row(row)?.update(update, Timestamp::of_clock(clock)?, read_storage(storage)?)
    };
    answer(plan())
}

#[wasm_bindgen(js_name = planRecordRun)]
pub fn plan_record_run(row: &[u8], arguments: &[u8], storage: &str) -> Result<String, JsValue> {
    let plan = || {
        let completed_at = read_call(Operation::RecordRun, arguments)?.completed_at.ok_or_else(Error::internal)?;
        Ok(read_row(row)?.record_run(completed_at, read_storage(storage)?))
    };
    answer(plan())
}

#[wasm_bindgen(js_name = showRow)]
pub fn show_row(row: &[u8], storage: &str) -> Result<String, JsValue> {
    answer(read_row(row).and_then(|row| Ok(row.show(read_storage(storage)?))))
}

#[wasm_bindgen(js_name = rowListItem)]
pub fn row_list_item(row: &[u8]) -> Result<String, JsValue> {
    answer(read_row(row).map(|row| row.list_item()))
}

#[wasm_bindgen(js_name = secretCandidates)]
pub fn secret_candidates(presented: &[u8]) -> Result<String, JsValue> {
    answer(value(presented).map(|presented| presented.text().map(candidates).unwrap_or_default()))
}

#[wasm_bindgen(js_name = secretArguments)]
pub fn secret_arguments(secret: &str) -> Result<String, JsValue> {
    answer(WebhookSecret::parse(secret).map_err(|code| Error::invalid(vec![code.into()])).map(SecretArguments::from))
}

fn read_call(operation: Operation, arguments: &[u8]) -> Result<Call, Error> {
    Call::parse(operation, Origin::Process, &value(arguments)?, &JsHost)
}

fn read_row(row: &[u8]) -> Result<Row, Error> {
    Row::parse(&value(row)?, &JsHost)
}

fn read_storage(storage: &str) -> Result<SecretStorage, Error> {
    SecretStorage::parse(storage, &JsHost)
}
