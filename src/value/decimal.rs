//! Whole numbers in digits. What the standard library has for this brings its formatting along, 2 kB of the module.

/// A number in digits.
#[must_use]
pub fn decimal(number: i64) -> String {
    let mut digits = String::new();
    push_decimal(&mut digits, number);
    digits
}

/// Writes a number in digits behind `text`.
pub fn push_decimal(text: &mut String, number: i64) {
    let (rest, digit) = (number / 10, number % 10);
    if rest != 0 {
        push_decimal(text, rest);
    } else if number < 0 {
        text.push('-');
    }
    text.extend(u32::try_from(digit.unsigned_abs()).ok().and_then(|digit| char::from_digit(digit, 10)));
}

/// The number that is written in digits alone; nothing where there are too many.
#[must_use]
pub fn of_digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_the_standard_library_writes_and_reads_digits_alone() {
        assert_eq!(of_digits("007"), Some(7));
        assert_eq!(["", "+7", "-7", "7 ", "9223372036854775808"].map(of_digits), [None; 5]);
        for number in [0, 7, 10, 59, 100, 9_007_199_254_740_991, i64::MAX, -1, -10, -5_040, i64::MIN] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
