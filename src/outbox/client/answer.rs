//! What came back for an operation that was sent. Only an answer that echoes it says what became of it.

use super::remote::Found;
use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::http::operation::Operation;
use crate::http::response::read_answer;
use crate::issue::Segment;
use crate::model::timestamp::Timestamp;
use crate::value::{Value, record};

/// The longest that a server may ask to be left alone, in milliseconds.
const MOST_ASKED_MS: i64 = 3_600_000;

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

/// In how many milliseconds the server wants to be asked again: seconds, or a date as HTTP writes it.
pub(super) fn retry_after(answer: &Value, now: i64) -> Option<i64> {
    let header = answer.get("headers").fields().iter().find(|header| header.key.eq_ignore_ascii_case("retry-after"))?;
    let text = header.value.text()?.trim();
    let pause = match Value::of_number(text.into()) {
        Value::Whole(seconds) => seconds.saturating_mul(1_000),
        _ => http_date(text.as_bytes())? - now,
    };
    (!text.starts_with('-')).then_some(pause.clamp(0, MOST_ASKED_MS))
}

/// The one form of RFC 9110 that may be written: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &[u8]) -> Option<i64> {
    const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = MONTHS.chunks_exact(3).position(|month| text.get(8..11) == Some(month))? + 1;
    let digits = [month / 10, month % 10].map(|digit| b"0123456789".get(digit).copied().unwrap_or_default());
    let (day, year, time) = (text.get(5..7)?, text.get(12..16)?, text.get(17..25)?);
    let moment = [year, b"-", &digits, b"-", day, b"T", time, b"Z"].concat();
    Some(Timestamp::parse(std::str::from_utf8(&moment).ok()?).ok()?.milliseconds())
}
