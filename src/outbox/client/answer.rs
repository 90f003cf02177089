//! What came back for an operation that was sent. Only an answer that echoes it says what became of it.

use super::remote::Found;
use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::http::operation::Operation;
use crate::http::response::read_answer;
use crate::issue::Segment;
use crate::value::{Value, record};

/// The server's word on the operation `op`, `{ data?, op: { verdict, issues?, current? } }`, or why there is none, from
/// `{ status, headers?, body }` or, where no answer came, `{ code, message }`.
pub(super) fn read(kind: Operation, op: &Value, answer: &Value, host: &dyn Host) -> Result<Value<'static>, NoWord> {
    let Some(status) = answer.get("status").whole() else {
        let last_error = record! { "code": answer.get("code").clone(), "message": answer.get("message").clone() };
        return Err(NoWord { found: Found::Away, last_error: last_error.into_owned() });
    };
    let error = match read_answer(kind, answer, host) {
        Ok(read) if ["opId", "seq"].iter().all(|name| read.get("op").get(name) == op.get(name)) => return Ok(read),
        Ok(_) => Error::protocol(status),
        Err(error) => error,
    };
    let refuses_op = |error: &Error| error.issues.iter().any(|issue| issue.path.first() == Some(&Segment::from("op")));
    let found = match status {
        401 | 403 => Found::Refused,
        404 | 405 | 415 => Found::Blocked,
        422 if refuses_op(&error) => Found::Blocked,
        _ => Found::Away,
    };
    let is_ours = found != Found::Refused || error.code == ErrorCode::Unauthorized;
    let code = if is_ours { error.code } else { ErrorCode::Unauthorized };
    Err(NoWord { found, last_error: record! { "code": code.name(), "message": error.message.clone() } })
}

/// Nobody knows what became of an operation.
pub(super) struct NoWord {
    /// What this says of the server.
    pub found: Found,
    /// Why it is not known: `{ code, message }`.
    pub last_error: Value<'static>,
}
