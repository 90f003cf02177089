//! Moments, to the millisecond, as the contract writes them.

use crate::error::Error;
use crate::host::Host;
use crate::issue::IssueCode;
use crate::schema::report::Report;
use crate::schema::scalar::text;
use crate::schema::table::Rule;
use crate::value::Value;
use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use std::borrow::Cow;

/// A moment in the years 0001 to 9999, in milliseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0001-01-01T00:00:00.000Z.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The moment `milliseconds` after 1970 began in UTC.
    ///
    /// # Errors
    /// `timestamp` outside the years 0001 to 9999.
    pub fn from_milliseconds(milliseconds: i64) -> Result<Self, IssueCode> {
        let moment = Self(milliseconds);
        if (Self::MIN..=Self::MAX).contains(&moment) { Ok(moment) } else { Err(IssueCode::Timestamp) }
    }

    /// Milliseconds since 1970 in UTC.
    #[must_use]
    pub fn milliseconds(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 timestamp: an offset is required, digits beyond milliseconds are cut, and there is no leap
    /// second.
    ///
    /// # Errors
    /// `timestamp` for any other text.
    pub fn parse(text: &str) -> Result<Self, IssueCode> {
        milliseconds_of(text.as_bytes()).ok_or(IssueCode::Timestamp).and_then(Self::from_milliseconds)
    }

    /// The moment of a JavaScript clock.
    ///
    /// # Errors
    /// `timestamp` outside the years 0001 to 9999.
    pub fn from_number(number: f64) -> Result<Self, IssueCode> {
        if number.is_nan() {
            return Err(IssueCode::Timestamp);
        }
        // The cast saturates, and what it saturates to is out of range.
        #[expect(clippy::cast_possible_truncation, reason = "a fraction of a millisecond is cut")]
        Self::from_milliseconds(number.floor() as i64)
    }

    /// The moment of the host's clock.
    ///
    /// # Errors
    /// `internal` for a clock outside the years 0001 to 9999.
    pub fn of_clock(clock: f64) -> Result<Self, Error> {
        Self::from_number(clock).map_err(|_| Error::internal())
    }

    /// The moment that [`read_moment`] read.
    #[must_use]
    pub fn given(moment: &Value) -> Option<Self> {
        match moment {
            Value::Whole(milliseconds) => Some(Self(*milliseconds)),
            _ => None,
        }
    }

    /// The moment that [`read_moment`] read or, where there is none, that of the clock.
    ///
    /// # Errors
    /// `internal` for a clock outside the years 0001 to 9999.
    pub fn given_or(moment: &Value, clock: f64) -> Result<Self, Error> {
        Self::given(moment).map_or_else(|| Self::of_clock(clock), Ok)
    }

    /// The earliest moment after this one, as far as there is one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1).min(Self::MAX)
    }
}

/// A timestamp as documents have it, normalised to UTC milliseconds.
pub const MOMENT: Rule = Rule::Text(normalised);

/// A timestamp that is looked at and left as it is written.
pub const WRITTEN_MOMENT: Rule = Rule::Text(as_written);

fn as_written<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    Timestamp::parse(text).map(|_| text.into())
}

fn normalised<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    Ok(String::from(Timestamp::parse(text)?).into())
}

/// A moment as callers give it: see [`read_moment`].
pub const GIVEN_MOMENT: Rule = Rule::Any(read_moment);

/// Reads a timestamp or milliseconds since 1970 in UTC, as a context takes them; gives the milliseconds.
pub fn read_moment<'v>(value: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    let moment = match value {
        Value::Whole(milliseconds) => Timestamp::from_milliseconds(*milliseconds),
        Value::Decimal(text) => Timestamp::from_number(report.host.number(text)),
        value => {
            let Some(text) = text(value, report) else { return Value::Absent };
            Timestamp::parse(text)
        }
    };
    report.accept(moment).map_or(Value::Absent, |moment| Value::Whole(moment.0))
}

fn milliseconds_of(text: &[u8]) -> Option<i64> {
    let (date_time, rest) = text.split_at_checked(19)?;
    let [year, month, day, hour, minute, second] = numbers(date_time, b"0000-00-00T00:00:00")?;
    let time = NaiveDate::from_ymd_opt(year.cast_signed(), month, day)?.and_hms_opt(hour, minute, second)?;
    let (fraction, offset) = match rest {
        [b'.', digits @ ..] => {
            let count = digits.iter().take_while(|digit| digit.is_ascii_digit()).count();
            digits.split_at_checked(count).filter(|_| count > 0)?
        }
        offset => (&[][..], offset),
    };
    let millisecond = fraction
        .iter()
        .chain(b"000")
        .take(3)
        .try_fold(0, |sum, digit| Some(sum * 10 + char::from(*digit).to_digit(10)?))?;
    let offset_minutes = match offset {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), time @ ..] => {
            let [hours, minutes] = numbers(time, b"00:00")?;
            let size = i64::from(hours) * 60 + i64::from(minutes);
            (hours < 24 && minutes < 60).then_some(if *sign == b'-' { -size } else { size })?
        }
        _ => return None,
    };
    Some(time.and_utc().timestamp_millis() + i64::from(millisecond) - offset_minutes * 60_000)
}

/// The numbers in `text`, which has a digit for each 0 of `form` and otherwise its characters, in either case.
fn numbers<const N: usize>(text: &[u8], form: &[u8]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut left = numbers.iter_mut();
    let mut number = left.next()?;
    for (byte, expected) in text.iter().zip(form) {
        if *expected == b'0' {
            *number = *number * 10 + char::from(*byte).to_digit(10)?;
        } else if byte.eq_ignore_ascii_case(expected) {
            number = left.next()?;
        } else {
            return None;
        }
    }
    (text.len() == form.len()).then_some(numbers)
}

impl Timestamp {
    /// All of them in one text, of 24 characters each: a list of texts takes several times as long to pass on.
    #[must_use]
    pub fn joined(moments: &[Self]) -> String {
        let mut joined = String::with_capacity(moments.len() * 24);
        for moment in moments {
            joined.push_str(std::str::from_utf8(&moment.text()).unwrap_or_default());
        }
        joined
    }

    /// As the contract writes it: `2026-11-22T20:14:00.000Z`. Filled in place: lists of runs are mostly this.
    #[cfg_attr(module, optimize(speed))]
    fn text(self) -> [u8; 24] {
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let Some(moment) = DateTime::from_timestamp_millis(self.0) else { return text };
        let parts = [
            (0..4, moment.year().unsigned_abs()),
            (5..7, moment.month()),
            (8..10, moment.day()),
            (11..13, moment.hour()),
            (14..16, moment.minute()),
            (17..19, moment.second()),
            (20..23, moment.timestamp_subsec_millis()),
        ];
        for (place, mut number) in parts {
            for digit in text.get_mut(place).into_iter().flatten().rev() {
                *digit += u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
        }
        text
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).unwrap_or_default())
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> Self {
        std::str::from_utf8(&moment.text()).unwrap_or_default().to_owned()
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(moment: Timestamp) -> Self {
        String::from(moment).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_to_utc_milliseconds() {
        for (given, expected) in [
            ("2026-11-22T20:14:00Z", "2026-11-22T20:14:00.000Z"),
            ("2026-11-22t20:14:00.1239z", "2026-11-22T20:14:00.123Z"),
            ("2026-11-22T20:14:00.5+05:45", "2026-11-22T14:29:00.500Z"),
            ("2024-02-29T23:59:59.999-00:00", "2024-02-29T23:59:59.999Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp::parse(given).map(|moment| moment.to_string()), Ok(expected.to_owned()), "{given}");
        }
    }

    #[test]
    fn refuses_what_rfc_3339_or_the_contract_refuses() {
        for given in [
            "",
            "2026-11-22",
            "2026-11-22T20:14:00",
            "2026-11-22 20:14:00Z",
            "2026-11-22T20:14Z",
            "2026-11-22T20:14:60Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T20:14:00.Z",
            "2026-11-22T20:14:00+24:00",
            "2026-11-22T20:14:00+0100",
            "0000-12-31T00:00:00Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "+02026-11-22T20:14:00Z",
            "2026-11-22T20:14:00Z ",
            "٢٠٢٦-11-22T20:14:00Z",
        ] {
            assert_eq!(Timestamp::parse(given), Err(IssueCode::Timestamp), "{given}");
        }
    }

    #[test]
    fn takes_a_clock_that_is_off_as_an_issue() {
        for number in [f64::NAN, f64::INFINITY, 1e300, -1e300, 253_402_300_800_000.0] {
            let outcome = Timestamp::from_number(number);
            assert_eq!(outcome, Err(IssueCode::Timestamp), "{number}");
        }
        assert_eq!(Timestamp::from_number(1.9).map(Timestamp::milliseconds), Ok(1));
    }
}
