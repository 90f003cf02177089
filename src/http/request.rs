//! Builds what a client sends.

use super::call::{Call, Origin};
use super::endpoint::Endpoint;
use super::operation::Operation;
use crate::error::Error;
use crate::host::Host;
use crate::value::Value;
use serde::{Serialize, Serializer};

/// A request that is ready to be sent.
#[derive(Clone, Serialize)]
pub struct Request {
    /// Always `POST`.
    pub method: &'static str,
    /// Absolute.
    pub url: String,
    /// With the credentials, so it does not implement `Debug`.
    pub headers: Headers,
    /// JSON text.
    pub body: String,
}

/// Names and values of headers; each name once.
#[derive(Clone, Debug, PartialEq)]
pub struct Headers(pub(super) Vec<(&'static str, String)>);

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Builds the request for `operation`.
///
/// # Errors
/// `invalid` with every issue of the arguments, `config` with every issue of the endpoint.
pub fn build(operation: Operation, arguments: &Value, endpoint: &Value, host: &dyn Host) -> Result<Request, Error> {
    let Endpoint { base_url, authorization } = Endpoint::parse(endpoint, host)?;
    let call = Call::parse(operation, Origin::Wire, arguments, host)?;
    let mut headers = vec![("Accept", JSON.to_owned()), ("Content-Type", JSON.to_owned())];
    headers.extend(authorization.map(|authorization| ("Authorization", authorization)));
    Ok(Request {
        method: "POST",
        url: [&base_url, "/pipelines/", operation.name()].concat(),
        headers: Headers(headers),
        body: serde_json::to_string(&call).map_err(|_| Error::internal())?,
    })
}

const JSON: &str = "application/json";
