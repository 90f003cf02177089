//! How long a server asks to be left alone.

use crate::model::timestamp::Timestamp;
use crate::value::Value;

/// The longest that it may ask for, in milliseconds.
const MOST_ASKED_MS: i64 = 3_600_000;

/// In how many milliseconds the server wants to be asked again, by the `Retry-After` of an answer's `headers`: seconds, or
/// a date as HTTP writes it. At most an hour; `None` where nothing is said, or nothing that can be read.
#[must_use]
pub fn retry_after(headers: &Value, now: i64) -> Option<i64> {
    let Value::Record(headers) = headers else { return None };
    let header = headers.iter().find(|header| header.key.eq_ignore_ascii_case("retry-after"))?;
    let text = header.value.text()?.trim();
    let pause = if text.starts_with(|first: char| first.is_ascii_digit()) {
        seconds(text)?.saturating_mul(1_000)
    } else {
        http_date(text)?.saturating_sub(now)
    };
    Some(pause.clamp(0, MOST_ASKED_MS))
}

/// Of any length: more than can be counted is more than is waited for.
fn seconds(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().unwrap_or(i64::MAX))
}

/// The one form of RFC 9110 that may be written: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let text = text.strip_suffix(" GMT")?.as_bytes();
    let month = MONTHS.chunks_exact(3).position(|month| text.get(8..11) == Some(month))? + 1;
    let digits = [month / 10, month % 10].map(|digit| b"0123456789".get(digit).copied().unwrap_or_default());
    let (day, year, time) = (text.get(5..7)?, text.get(12..16)?, text.get(17..)?);
    let moment = [year, b"-", &digits, b"-", day, b"T", time, b"Z"].concat();
    Some(Timestamp::parse(std::str::from_utf8(&moment).ok()?).ok()?.milliseconds())
}
