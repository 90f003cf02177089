//! Requests and answers, from both ends.

use super::boundary::{answer, thrown, value};
use super::host::JsHost;
use crate::error::{Error, ErrorCode};
use crate::http::call::{Call, MAX_LIMIT, Origin, unknown_operation};
use crate::http::endpoint::Endpoint;
use crate::http::operation::Operation;
use crate::http::reply::Reply;
use crate::http::{cursor, guard, request, response};
use crate::model::read::{Unknown, whole};
use crate::model::row::Row;
use crate::value::{Value, json};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_name = buildRequest)]
pub fn build_request(operation: &[u8], arguments: &[u8], endpoint: &[u8]) -> Result<String, JsValue> {
    let build = || request::build(read_operation(operation)?, &value(arguments)?, &value(endpoint)?, &JsHost);
    answer(build())
}

#[wasm_bindgen(js_name = checkEndpoint)]
pub fn check_endpoint(endpoint: &[u8]) -> Result<String, JsValue> {
    answer(value(endpoint).and_then(|endpoint| Endpoint::parse(&endpoint, &JsHost)))
}

#[wasm_bindgen(js_name = readResponse)]
pub fn read_response(operation: &[u8], given: &[u8]) -> Result<String, JsValue> {
    let read = || {
        let operation = read_operation(operation)?;
        let (status, body) = whole(&value(given)?, Unknown::Refused, &JsHost, response::read_given)?;
        response::read(operation, status, &body, &JsHost)
    };
    answer(read())
}

#[wasm_bindgen(js_name = guardRequest)]
pub fn guard_request(head: &[u8], environment: &[u8]) -> Result<String, JsValue> {
    answer(value(head).and_then(|head| Ok(guard::judge(&head, &value(environment)?))))
}

#[wasm_bindgen(js_name = readCall)]
pub fn read_call(operation: &str, body: &[u8]) -> Result<String, JsValue> {
    let read = || {
        let operation = Operation::parse(operation).ok_or_else(unknown_operation)?;
        let body = json::read(body).map_err(|fault| Error::new(ErrorCode::Protocol, fault.message()))?;
        let Value::Record(_) = body else {
            return Err(Error::new(ErrorCode::Protocol, "the body is not a JSON object"));
        };
        let call = Call::parse(operation, Origin::Wire, &body, &JsHost)?;
        call.cursor.as_deref().map(cursor::read).transpose()?;
        let limit = (operation == Operation::List).then(|| call.limit.unwrap_or(MAX_LIMIT));
        Ok(Call { limit, ..call })
    };
    answer(read())
}

#[wasm_bindgen(js_name = successReply)]
pub fn success_reply(result: &str, cursor: Option<String>) -> Result<String, JsValue> {
    answer(Ok(Reply::success(result, cursor.as_deref())))
}

#[wasm_bindgen(js_name = errorReply)]
pub fn error_reply(error: &[u8]) -> Result<String, JsValue> {
    answer(value(error).map(|error| Reply::to_reported(&error)))
}

#[wasm_bindgen(js_name = payloadTooLarge)]
pub fn payload_too_large() -> Result<String, JsValue> {
    answer(Ok(Reply::payload_too_large()))
}

#[wasm_bindgen(js_name = maxBodyBytes)]
pub fn max_body_bytes() -> usize {
    guard::MAX_BODY_BYTES
}

/// Throws the error of what only a database can know.
#[wasm_bindgen]
pub fn refuse(reason: &str) -> Result<(), JsValue> {
    Err(thrown(match reason {
        "unknown_id" => Error::not_found(),
        "id_taken" => Error::id_taken(),
        "secret_taken" => Error::secret_taken(),
        "contention" => Error::contention(),
        _ => Error::internal(),
    }))
}

#[wasm_bindgen(js_name = cursorAfter)]
pub fn cursor_after(row: &[u8]) -> Result<String, JsValue> {
    let row = value(row).and_then(|row| Row::parse(&row, &JsHost));
    row.map(|row| cursor::write(&row.place())).map_err(thrown)
}

#[wasm_bindgen(js_name = readCursor)]
pub fn read_cursor(text: &str) -> Result<String, JsValue> {
    answer(cursor::read(text))
}

fn read_operation(operation: &[u8]) -> Result<Operation, Error> {
    value(operation)?.text().and_then(Operation::parse).ok_or_else(unknown_operation)
}
