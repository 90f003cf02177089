//! Text that people type: trimmed, and measured as a form measures it.

use crate::host::Host;
use crate::issue::IssueCode;
use std::borrow::Cow;

/// Without what either language calls blank at both ends: Rust trims U+0085 and JavaScript trims U+FEFF, not both.
#[must_use]
#[cfg_attr(module, optimize(speed))]
pub fn trim(raw: &str) -> &str {
    match raw.as_bytes() {
        // Most texts have nothing to trim.
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => raw,
        _ => trim_blanks(raw),
    }
}

#[inline(never)]
fn trim_blanks(raw: &str) -> &str {
    raw.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Whether nothing is left of a text after trimming.
#[must_use]
#[cfg_attr(module, optimize(speed))]
pub fn is_blank(text: &str) -> bool {
    trim(text).is_empty()
}

/// The length in UTF-16 units, which an HTML `maxlength` and JavaScript's `length` count in.
#[must_use]
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Checks that `text` has 1 to `max` units.
///
/// # Errors
/// `empty` or `too_long`.
#[cfg_attr(module, optimize(speed))]
pub fn within(text: &str, max: usize) -> Result<Cow<'_, str>, IssueCode> {
    if text.is_empty() {
        Err(IssueCode::Empty)
    } else if text.len() > max && units(text) > max {
        Err(IssueCode::TooLong { max })
    } else {
        Ok(text.into())
    }
}

/// Checks that `text`, which is kept as it is, is not blank and has 1 to `max` units.
///
/// # Errors
/// `empty` or `too_long`.
#[cfg_attr(module, optimize(speed))]
pub fn verbatim(text: &str, max: usize) -> Result<Cow<'_, str>, IssueCode> {
    if is_blank(text) { Err(IssueCode::Empty) } else { within(text, max) }
}

/// Keeps any text as it is.
///
/// # Errors
/// None.
pub fn any<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_what_either_language_calls_blank() {
        assert_eq!(trim("\u{feff}\u{85}\u{a0}\u{3000} \t\n\u{2028}a b\u{feff}\u{85}"), "a b");
        assert_eq!(trim("\u{200b}a"), "\u{200b}a", "a zero-width space is no blank in either language");
    }

    #[test]
    fn measures_in_utf_16_units() {
        assert_eq!(units("e\u{301}\u{1f600}"), 4);
        assert!(within(&"\u{1f600}".repeat(100), 200).is_ok());
        assert_eq!(within(&"\u{1f600}".repeat(101), 201), Err(IssueCode::TooLong { max: 201 }));
        assert!(within(&"ä".repeat(200), 200).is_ok());
    }
}
