//! Builds what a client sends.

use super::call::Call;
use super::endpoint::Endpoint;
use super::operation::Operation;
use crate::error::Error;
use crate::host::Host;
use crate::value::{Value, record};

/// A request that is ready to be sent.
#[derive(Clone)]
pub struct Request {
    /// Always `POST`.
    pub method: &'static str,
    /// Absolute.
    pub url: String,
    /// A text for each name, with the credentials: so it does not implement `Debug`.
    pub headers: Value<'static>,
    /// JSON text.
    pub body: String,
}

impl From<Request> for Value<'_> {
    fn from(Request { method, url, headers, body }: Request) -> Self {
        record! { "method": method, "url": url, "headers": headers, "body": body }
    }
}

/// Builds the request for `operation`.
///
/// # Errors
/// `invalid` with every issue of the arguments, `config` with every issue of the endpoint.
pub fn build(operation: Operation, arguments: &Value, endpoint: &Value, host: &dyn Host) -> Result<Request, Error> {
    let Endpoint { base_url, authorization } = Endpoint::parse(endpoint, host)?;
    let call = Call::passed_on(operation, arguments, host)?;
    Ok(Request {
        method: "POST",
        url: [&base_url, "/pipelines/", operation.name()].concat(),
        headers: record! { "Accept": JSON, "Content-Type": JSON, "Authorization": authorization },
        body: Value::from(call).json(),
    })
}

const JSON: &str = "application/json";
