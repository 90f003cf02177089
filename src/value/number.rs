//! Numbers, without floating point.
//!
//! Every number that the contract knows is whole. Others occur in unknown fields alone and are passed on as they were
//! written: reading and writing them as floating point would cost tables of 20 kB and could only lose digits.

use super::Value;
use std::borrow::Cow;

/// Beyond this, in either direction, JavaScript's numbers are no longer exact.
const LARGEST_EXACT: i64 = (1 << 53) - 1;

/// The number that `text`, of JSON's grammar, stands for; [`Value::Foreign`] where JavaScript would read infinity.
#[must_use]
pub fn read<'a>(text: Cow<'a, str>) -> Value<'a> {
    let Some((digits, scale)) = parts(&text) else { return Value::Foreign };
    if digits.is_empty() {
        return Value::Whole(0);
    }
    let size = i64::try_from(digits.len()).unwrap_or(i64::MAX).saturating_add(scale);
    if size > 309 {
        return Value::Foreign;
    }
    if scale >= 0 && size <= 16 {
        let zeros = "0".repeat(usize::try_from(scale).unwrap_or_default());
        let sign = if text.starts_with('-') { "-" } else { "" };
        let whole = [sign, &digits, &zeros].concat().parse().ok().filter(|whole: &i64| whole.abs() <= LARGEST_EXACT);
        if let Some(whole) = whole {
            return Value::Whole(whole);
        }
    }
    Value::Decimal(text)
}

/// Whether a number that is not exact in JavaScript is at least whole.
#[must_use]
pub fn is_whole(text: &str) -> bool {
    parts(text).is_some_and(|(_, scale)| scale >= 0)
}

/// The number rounded down; `None` beyond 64 bits.
#[must_use]
pub fn floor(text: &str) -> Option<i64> {
    let (whole, _) = text.split_once('.').filter(|_| !text.contains(['e', 'E']))?;
    let whole: i64 = whole.parse().ok()?;
    Some(if text.starts_with('-') { whole - 1 } else { whole })
}

/// The digits without zeros at either end, and the power of ten to multiply them by.
fn parts(text: &str) -> Option<(String, i64)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent_of(exponent)?;
    let all = [whole, fraction].concat();
    let significant = all.trim_end_matches('0');
    let dropped = all.len() - significant.len();
    let scale =
        exponent.saturating_add(i64::try_from(dropped).ok()?).saturating_sub(i64::try_from(fraction.len()).ok()?);
    Some((significant.trim_start_matches('0').to_owned(), scale))
}

/// An exponent beyond 64 bits makes zero or infinity, which either end of 64 bits does as well.
fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.trim_start_matches(['+', '-']);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if text.starts_with('-') { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_whole_number_however_it_is_written() {
        for (text, whole) in [
            ("0", 0),
            ("-0.0", 0),
            ("3.0", 3),
            ("30e-1", 3),
            ("1e2", 100),
            ("-1.50E+1", -15),
            ("9007199254740991", LARGEST_EXACT),
            ("0e999999999999999999999", 0),
        ] {
            assert_eq!(read(text.into()), Value::Whole(whole), "{text}");
        }
    }

    #[test]
    fn passes_on_what_is_not_whole_or_not_exact() {
        for (text, whole) in [
            ("0.5", false),
            ("9007199254740992", true),
            ("1e300", true),
            ("1e-300", false),
            ("1.5e1000000000000000000000", true),
        ] {
            let number = read(text.into());
            assert!(matches!(number, Value::Decimal(_)) || number == Value::Foreign, "{text}");
            assert_eq!(is_whole(text), whole, "{text}");
        }
        assert_eq!(read("1e400".into()), Value::Foreign);
        assert_eq!(read("1e-400".into()), Value::Decimal("1e-400".into()));
    }

    #[test]
    fn rounds_moments_down() {
        assert_eq!(floor("1763862000000.9"), Some(1_763_862_000_000));
        assert_eq!(floor("-0.5"), Some(-1));
        assert_eq!(floor("1e300"), None);
    }
}
