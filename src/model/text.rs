//! Text that people type: trimmed, and measured as a form measures it.

use super::read::{Report, text};
use crate::issue::IssueCode;
use crate::value::Value;

/// Without what either language calls blank at both ends: Rust trims U+0085 and JavaScript trims U+FEFF, not both.
#[must_use]
pub fn trim(raw: &str) -> &str {
    raw.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
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
pub fn within(text: &str, max: usize) -> Result<&str, IssueCode> {
    if text.is_empty() {
        Err(IssueCode::Empty)
    } else if text.len() > max && units(text) > max {
        Err(IssueCode::TooLong { max })
    } else {
        Ok(text)
    }
}

/// Reads a text as it is, to keep.
pub fn owned_text(value: &Value, report: &mut Report) -> Option<String> {
    text(value, report).map(str::to_owned)
}

/// Reads a text that must hold 1 to `max` units after trimming.
pub fn trimmed(value: &Value, max: usize, report: &mut Report) -> Option<String> {
    let text = text(value, report)?;
    report.accept(within(trim(text), max)).map(str::to_owned)
}

/// Reads a text of at most `max` units after trimming; `Some(None)` where nothing is left.
pub fn trimmed_or_empty(value: &Value, max: usize, report: &mut Report) -> Option<Option<String>> {
    let text = trim(text(value, report)?);
    if text.is_empty() {
        return Some(None);
    }
    report.accept(within(text, max)).map(|text| Some(text.to_owned()))
}

/// Reads a text of 1 to `max` units that is kept as it is and is not blank.
pub fn untrimmed(value: &Value, max: usize, report: &mut Report) -> Option<String> {
    let text = text(value, report)?;
    let outcome = if trim(text).is_empty() { Err(IssueCode::Empty) } else { within(text, max) };
    report.accept(outcome).map(str::to_owned)
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
