//! Builds what a client sends.

use super::call::{Call, Origin};
use super::endpoint::Endpoint;
use super::operation::Operation;
use crate::error::Error;
use crate::host::Host;
use crate::value::Value;
use serde::Serialize;
use std::collections::BTreeMap;

/// A request that is ready to be sent.
#[derive(Clone, Serialize)]
pub struct Request {
    /// Always `POST`.
    pub method: &'static str,
    /// Absolute.
    pub url: String,
    /// With the credentials, so it does not implement `Debug`.
    pub headers: BTreeMap<&'static str, String>,
    /// JSON text.
    pub body: String,
}

/// Builds the request for `operation`.
///
/// # Errors
/// `invalid` with every issue of the arguments, `config` with every issue of the endpoint.
pub fn build(operation: Operation, arguments: &Value, endpoint: &Value, host: &dyn Host) -> Result<Request, Error> {
    let Endpoint { base_url, authorization } = Endpoint::parse(endpoint, host)?;
    let call = Call::parse(operation, Origin::Wire, arguments, host)?;
    let mut headers = BTreeMap::from([("Accept", JSON.to_owned()), ("Content-Type", JSON.to_owned())]);
    headers.extend(authorization.map(|authorization| ("Authorization", authorization)));
    Ok(Request {
        method: "POST",
        url: [&base_url, "/pipelines/", operation.name()].concat(),
        headers,
        body: serde_json::to_string(&call).map_err(|_| Error::internal())?,
    })
}

const JSON: &str = "application/json";
