//! Writes what a server answers.

use super::request::Headers;
use super::response::read_reported;
use crate::error::{Error, ErrorCode};
use crate::value::Value;
use serde::Serialize;

/// An answer that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// All headers that the answer needs.
    pub headers: Headers,
    /// JSON text.
    pub body: String,
}

impl Reply {
    /// 200 with a result, given as JSON text, and where the next page begins.
    #[must_use]
    pub fn success(result: &str, cursor: Option<&str>) -> Self {
        let cursor = cursor.and_then(|cursor| serde_json::to_string(cursor).ok());
        let cursor = cursor.map_or_else(String::new, |cursor| [",\"cursor\":", &cursor].concat());
        Self::new(200, ["{\"result\":", result, &cursor, "}"].concat())
    }

    /// The answer to what went wrong, with the status of its code.
    #[must_use]
    pub fn refusal(error: &Error) -> Self {
        let reply = Self::error(status_of(error.code), error);
        match error.code {
            // A caller learns nothing from a reason, and the same bytes for each reason tell an attacker nothing.
            ErrorCode::Unauthorized => reply.with("WWW-Authenticate", "Bearer realm=\"pipelines\""),
            ErrorCode::RateLimited | ErrorCode::Unavailable => reply.with("Retry-After", "5"),
            _ => reply,
        }
    }

    /// The answer to an error as a shell has it, `{ code, message, issues?, id? }`: a known code is said with its status,
    /// anything else is a fault of our own.
    #[must_use]
    pub fn to_reported(error: &Value) -> Self {
        let id = error.field("id").and_then(Value::text).unwrap_or_default();
        match read_reported(error) {
            Some(error) if status_of(error.code) != 500 => Self::refusal(&error),
            _ => Self::fault(id),
        }
    }

    /// 500 for a fault of our own: the id finds it in the log, and nothing else is said.
    #[must_use]
    pub fn fault(id: &str) -> Self {
        let id = serde_json::to_string(id).unwrap_or_default();
        Self::new(
            500,
            ["{\"error\":{\"code\":\"internal\",\"message\":\"something went wrong inside\",\"id\":", &id, "}}"]
                .concat(),
        )
    }

    /// 405: only `POST` is spoken here.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::protocol(405, "only POST is answered here").with("Allow", "POST")
    }

    /// 415: only JSON is read here.
    #[must_use]
    pub fn unsupported_media_type() -> Self {
        Self::protocol(415, "the body must be application/json")
    }

    /// 413: the body is larger than [`super::guard::MAX_BODY_BYTES`].
    #[must_use]
    pub fn payload_too_large() -> Self {
        Self::protocol(413, "the body is larger than 1 MiB")
    }

    fn protocol(status: u16, message: &str) -> Self {
        Self::error(status, &Error::new(ErrorCode::Protocol, message))
    }

    fn error(status: u16, error: &Error) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            error: Reported<'a>,
        }
        #[derive(Serialize)]
        struct Reported<'a> {
            code: ErrorCode,
            message: &'a str,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            issues: &'a [crate::issue::Issue],
        }
        let Error { code, message, issues, .. } = error;
        let body = Body { error: Reported { code: *code, message, issues } };
        Self::new(status, serde_json::to_string(&body).unwrap_or_default())
    }

    fn new(status: u16, body: String) -> Self {
        let headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")];
        Self { status, headers: Headers(headers.map(|(name, value)| (name, value.to_owned())).into()), body }
    }

    fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.0.push((header, value.to_owned()));
        self
    }
}

fn status_of(code: ErrorCode) -> u16 {
    match code {
        ErrorCode::Protocol => 400,
        ErrorCode::Unauthorized => 401,
        ErrorCode::NotFound => 404,
        ErrorCode::Conflict => 409,
        ErrorCode::Invalid => 422,
        ErrorCode::RateLimited => 429,
        ErrorCode::Unavailable => 503,
        ErrorCode::Storage | ErrorCode::Config | ErrorCode::Internal => 500,
    }
}
