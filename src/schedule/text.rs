//! The text of an expression before anything in it is read: its fields, its macros, its canonical form.

use std::borrow::Cow;

/// The longest text that is read, in bytes.
pub(super) const MAX_BYTES: usize = 1_024;

/// The macros and what they stand for.
pub(super) const MACROS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// What a macro stands for.
pub(super) fn expand(whole: &str) -> Option<&'static str> {
    if !whole.starts_with('@') {
        return None;
    }
    MACROS.iter().find(|(name, _)| *name == whole).map(|(_, expanded)| *expanded)
}

/// The fields of a text, however many there are.
pub(super) fn fields(text: &str) -> impl Iterator<Item = &str> {
    let mut left = text;
    core::iter::from_fn(move || {
        let (field, after) = next_field(left)?;
        left = after;
        Some(field)
    })
}

/// The first field of a text, and what stands behind it. By bytes: a search for characters takes twice as long.
#[cfg_attr(module, optimize(speed))]
pub(super) fn next_field(text: &str) -> Option<(&str, &str)> {
    let is_blank = |byte: u8| byte == b' ' || byte == b'\t';
    let start = text.bytes().position(|byte| !is_blank(byte))?;
    let rest = text.get(start..)?;
    Some(rest.split_at(rest.bytes().position(is_blank).unwrap_or(rest.len())))
}

/// The canonical form of a text that reads well; all of it is ASCII.
pub(super) fn canonical(text: &str) -> Cow<'_, str> {
    if is_canonical(text) {
        return text.into();
    }
    if let Some(expanded) = expand(trimmed(text)) {
        return expanded.into();
    }
    let mut whole = String::with_capacity(text.len());
    for field in fields(text) {
        if !whole.is_empty() {
            whole.push(' ');
        }
        whole.push_str(field);
    }
    whole.make_ascii_uppercase();
    whole.into()
}

/// Whether a text that reads well is written as it is stored.
#[cfg_attr(module, optimize(speed))]
fn is_canonical(text: &str) -> bool {
    let mut is_behind_blank = true;
    for byte in text.bytes() {
        match byte {
            b' ' if is_behind_blank => return false,
            b'\t' | b'@' | b'a'..=b'z' => return false,
            _ => is_behind_blank = byte == b' ',
        }
    }
    !is_behind_blank
}

/// A text with all characters of a kind replaced. The standard library's `replace` is a function of its own for each kind.
pub(super) fn replaced(text: &str, is_replaced: fn(char) -> bool, by: &str) -> String {
    let mut left = String::with_capacity(text.len());
    for c in text.chars() {
        if is_replaced(c) {
            left.push_str(by);
        } else {
            left.push(c);
        }
    }
    left
}

/// Whether a character separates fields.
pub(super) fn separates(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// A text without what would separate fields at its ends.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(separates)
}

/// What a person sees as blank: what Unicode calls so.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
}

/// The marks without a width that come with pasted text. Nobody sees that they separate anything.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

/// Where a part of the text begins, in bytes. A part of anything else would begin nowhere: at the end.
pub(super) fn place(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len())
}
