//! Writes what a server answers.

use super::response::read_error;
use super::verdict::Verdict;
use crate::error::{Error, ErrorCode};
use crate::value::{Value, record};

/// An answer that is ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// A text for each header that the answer needs.
    pub headers: Value<'static>,
    /// JSON text.
    pub body: String,
}

impl Reply {
    /// 200 with a result, given as JSON text, and where the next page begins.
    #[must_use]
    pub fn success(result: &str, cursor: Option<&str>) -> Self {
        let cursor = cursor.map(|cursor| [",\"cursor\":", &Value::from(cursor).json()].concat()).unwrap_or_default();
        Self::new(200, ["{\"result\":", result, &cursor, "}"].concat())
    }

    /// The answer to a call with `op`, given as JSON text, `{ result?, op }`, with the status of its verdict.
    #[must_use]
    pub fn operation(answer: &str, verdict: Verdict) -> Self {
        match verdict.status() {
            200 => Self::new(200, answer.to_owned()),
            status => {
                let reply = Self::error(status, &Error::miscounted());
                let (error, op) = (reply.body.strip_suffix('}'), answer.get(1..));
                let body = [error.unwrap_or_default(), ",", op.unwrap_or_default()].concat();
                Self { body, ..reply }
            }
        }
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
        let id = error.text_of("id").unwrap_or_default();
        match read_error(error) {
            Some(error) if status_of(error.code) != 500 => Self::refusal(&error),
            _ => Self::fault(id),
        }
    }

    /// 500 for a fault of our own: the id finds it in the log, and nothing else is said.
    #[must_use]
    pub fn fault(id: &str) -> Self {
        let error = Error::internal();
        Self::body(500, record! { "code": error.code.name(), "message": error.message.as_str(), "id": id })
    }

    /// 405: only `POST` is spoken here.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::protocol(405, "only POST is answered here").with("Allow", "POST")
    }

    /// 408: the body did not come in time. The connection ends: what still comes on it would be taken for a request.
    #[must_use]
    pub fn request_timeout() -> Self {
        Self::protocol(408, "the body did not come in time").with("Connection", "close")
    }

    /// 400: the body broke off.
    #[must_use]
    pub fn incomplete_body() -> Self {
        Self::protocol(400, "the body is incomplete")
    }

    /// 415: only JSON is read here.
    #[must_use]
    pub fn unsupported_media_type() -> Self {
        Self::protocol(415, "the body must be application/json, in UTF-8")
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
        let mut error = Value::from(error);
        error.take("retryable");
        if matches!(error.get("issues"), Value::List(issues) if issues.is_empty()) {
            error.take("issues");
        }
        Self::body(status, error)
    }

    fn body(status: u16, error: Value) -> Self {
        Self::new(status, record! { "error": error }.json())
    }

    fn new(status: u16, body: String) -> Self {
        let headers = record! { "Content-Type": "application/json", "Cache-Control": "no-store" };
        Self { status, headers, body }
    }

    fn with(mut self, header: &'static str, value: &'static str) -> Self {
        self.headers.push(header, value.into());
        self
    }
}

impl From<Reply> for Value<'_> {
    fn from(Reply { status, headers, body }: Reply) -> Self {
        record! { "status": u32::from(status), "headers": headers, "body": body }
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
