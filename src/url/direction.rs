//! The direction of labels: where a name has Arabic or Hebrew letters, what order its characters are shown in must be
//! clear (RFC 5893). Chromium and Convex refuse a name where it is not; Node 20 does not look.
//!
//! The rule here is narrower than the RFC's, which needs the directions of all characters: a label of such a name is
//! written from right to left, or is ASCII.

/// Whether the order in which the characters of `name` are shown is clear.
pub fn is_well_directed(name: &str) -> bool {
    !name.contains(is_right_to_left)
        || name.split('.').all(|label| is_ascii_label(label) || is_right_to_left_label(label))
}

/// Hebrew, Arabic, Syriac, Thaana and N'Ko.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{7ff}')
}

/// A letter, then letters and digits, and between them `-` and `_`.
fn is_ascii_label(label: &str) -> bool {
    match label.as_bytes() {
        [] => true,
        [first, ..] if !first.is_ascii_alphabetic() => false,
        [.., last] => label.is_ascii() && last.is_ascii_alphanumeric(),
    }
}

/// A letter, then letters, digits of one kind and marks, and between them `-` and `_`.
fn is_right_to_left_label(label: &str) -> bool {
    let (mut before, mut has_arabic_digit, mut has_european_digit) = (Kind::Start, false, false);
    for c in label.chars() {
        let kind = Kind::of(c);
        match (before, kind) {
            (_, Kind::Foreign) | (Kind::Start, Kind::Mark | Kind::Joint | Kind::ArabicDigit | Kind::EuropeanDigit) => {
                return false;
            }
            (Kind::Joint, Kind::Mark) => return false,
            (_, Kind::ArabicDigit) => has_arabic_digit = true,
            (_, Kind::EuropeanDigit) => has_european_digit = true,
            _ => {}
        }
        before = kind;
    }
    let mixes_digits = has_arabic_digit && has_european_digit;
    !(mixes_digits || matches!(before, Kind::Joint))
}

#[derive(Clone, Copy)]
enum Kind {
    /// No character: the beginning of the label.
    Start,
    Letter,
    Mark,
    ArabicDigit,
    EuropeanDigit,
    Joint,
    Foreign,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            '-' | '_' => Self::Joint,
            '0'..='9' | '\u{6f0}'..='\u{6f9}' => Self::EuropeanDigit,
            '\u{660}'..='\u{669}' => Self::ArabicDigit,
            _ if is_mark(c) => Self::Mark,
            _ if is_right_to_left(c) => Self::Letter,
            _ => Self::Foreign,
        }
    }
}

/// What is written on or under another letter.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{591}'..='\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6e4}'
            | '\u{6e7}'..='\u{6ed}'
            | '\u{711}'
            | '\u{730}'..='\u{74a}'
            | '\u{7a6}'..='\u{7b0}'
            | '\u{7eb}'..='\u{7f3}'
    )
}
