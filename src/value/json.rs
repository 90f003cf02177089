//! Reads JSON text, strictly; [`Value::json`] writes it.
//!
//! RFC 8259 leaves open what a repeated key or half a surrogate pair means, and readers differ. Here a repeated key is
//! refused and half a pair is kept as [`Value::BrokenText`], so that the model can name its place. No reader in the
//! ecosystem does both, which is the reason for this one; the tests hold it against `serde_json`.

mod write;

pub(super) use write::write;

use super::decimal::decimal;
use super::{Field, MAX_WALK_DEPTH, Value};
use crate::index::Index;
use std::borrow::Cow;

/// Why a text is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// The bytes are not UTF-8.
    Utf8,
    /// Not JSON from the byte `at` on.
    Syntax {
        /// The offset in bytes.
        at: usize,
    },
    /// An object names the same key twice.
    DuplicateKey,
    /// Nested deeper than [`MAX_WALK_DEPTH`].
    Depth,
}

impl JsonFault {
    /// The sentence for people.
    #[must_use]
    pub fn message(self) -> String {
        match self {
            Self::Utf8 => "the body is not UTF-8".to_owned(),
            Self::Syntax { at } => ["the body is not JSON from byte ", &decimal(at as i64), " on"].concat(),
            Self::DuplicateKey => "the body names a key twice".to_owned(),
            Self::Depth => ["the body is nested deeper than ", &decimal(MAX_WALK_DEPTH as i64), " levels"].concat(),
        }
    }
}

/// Reads one JSON value from `bytes`.
///
/// # Errors
/// A [`JsonFault`] when the bytes are not one JSON value with distinct keys.
pub fn read(bytes: &[u8]) -> Result<Value<'_>, JsonFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| JsonFault::Utf8)?;
    let mut reader = Reader { text, at: 0 };
    reader.skip_space();
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.at == text.len() { Ok(value) } else { Err(reader.fault()) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value<'a>, JsonFault> {
        match self.peek() {
            Some(b'"') => Ok(match self.string()? {
                (text, false) => Value::Text(text),
                (text, true) => Value::BrokenText(text),
            }),
            Some(b'{' | b'[') if depth == MAX_WALK_DEPTH => Err(JsonFault::Depth),
            Some(b'{') => self.record(depth + 1),
            Some(b'[') => self.list(depth + 1),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, JsonFault> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_space();
        if !self.eat(b']') {
            loop {
                self.skip_space();
                items.push(self.value(depth)?);
                self.skip_space();
                if self.eat(b']') {
                    break;
                }
                self.require(b',')?;
            }
        }
        Ok(Value::List(items))
    }

    fn record(&mut self, depth: usize) -> Result<Value<'a>, JsonFault> {
        let mut fields = Vec::new();
        self.at += 1;
        self.skip_space();
        if !self.eat(b'}') {
            loop {
                self.skip_space();
                let (key, broken) = self.string()?;
                self.skip_space();
                self.require(b':')?;
                self.skip_space();
                fields.push(Field { key, broken, value: self.value(depth)? });
                self.skip_space();
                if self.eat(b'}') {
                    break;
                }
                self.require(b',')?;
            }
        }
        if has_duplicate(&fields) { Err(JsonFault::DuplicateKey) } else { Ok(Value::Record(fields)) }
    }

    /// The text and whether half a surrogate pair was in it.
    fn string(&mut self) -> Result<(Cow<'a, str>, bool), JsonFault> {
        self.require(b'"')?;
        let mut text = Cow::Borrowed("");
        let mut broken = false;
        loop {
            let plain = self.rest().bytes().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count();
            let part = self.rest().get(..plain).ok_or_else(|| self.fault())?;
            if text.is_empty() {
                text = Cow::Borrowed(part)
            } else {
                text.to_mut().push_str(part)
            }
            self.at += plain;
            if self.eat(b'"') {
                return Ok((text, broken));
            }
            self.require(b'\\')?;
            let character = self.escape()?;
            broken |= character.is_none();
            text.to_mut().push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    /// What stands behind a backslash; `None` for half a surrogate pair.
    fn escape(&mut self) -> Result<Option<char>, JsonFault> {
        let fault = self.fault();
        let letter = self.peek().ok_or(fault)?;
        self.at += 1;
        Ok(Some(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unit_escape(),
            _ => return Err(fault),
        }))
    }

    fn unit_escape(&mut self) -> Result<Option<char>, JsonFault> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return Ok(char::from_u32(first.into()));
        }
        let behind_first = self.at;
        if self.rest().starts_with("\\u") {
            self.at += 2;
            let second = self.unit()?;
            if let Some(Ok(pair)) = char::decode_utf16([first, second]).next() {
                return Ok(Some(pair));
            }
            self.at = behind_first;
        }
        Ok(None)
    }

    fn unit(&mut self) -> Result<u16, JsonFault> {
        let digits = self.rest().get(..4).ok_or_else(|| self.fault())?;
        let add = |sum: u16, digit: char| Some(sum << 4 | u16::try_from(digit.to_digit(16)?).ok()?);
        let unit = digits.chars().try_fold(0, add).ok_or_else(|| self.fault())?;
        self.at += 4;
        Ok(unit)
    }

    fn number(&mut self) -> Result<Value<'a>, JsonFault> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        let text = self.text.get(start..self.at).ok_or(JsonFault::Syntax { at: start })?;
        Ok(Value::of_number(Cow::Borrowed(text)))
    }

    fn digits(&mut self) -> Result<(), JsonFault> {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        if count == 0 { Err(self.fault()) } else { Ok(()) }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, JsonFault> {
        if !self.rest().starts_with(word) {
            return Err(self.fault());
        }
        self.at += word.len();
        Ok(value)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn require(&mut self, byte: u8) -> Result<(), JsonFault> {
        if self.eat(byte) { Ok(()) } else { Err(self.fault()) }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fault(&self) -> JsonFault {
        JsonFault::Syntax { at: self.at }
    }
}

/// Compares each key with each where that is quicker than sorting them.
fn has_duplicate(fields: &[Field]) -> bool {
    if fields.len() > 32 {
        let keys = fields.iter().map(|field| (field.key.clone().into_owned(), 0));
        return Index::build(keys.collect()).has_duplicate();
    }
    fields.iter().enumerate().any(|(at, field)| fields.iter().take(at).any(|earlier| earlier.key == field.key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_repeated_key_however_it_is_spelt() {
        assert_eq!(read(br#"{"a":1,"\u0061":2}"#), Err(JsonFault::DuplicateKey));
    }

    #[test]
    fn keeps_half_a_surrogate_pair_as_a_finding() {
        assert_eq!(read(br#""a\ud800b""#), Ok(Value::BrokenText("a\u{fffd}b".into())));
        assert_eq!(read(br#""\ud83d\ude00""#), Ok(Value::Text("\u{1f600}".into())));
        assert_eq!(read(br#""\ude00\ud83d""#), Ok(Value::BrokenText("\u{fffd}\u{fffd}".into())));
        assert_eq!(read(br#""\ud800\ud83d\ude00""#), Ok(Value::BrokenText("\u{fffd}\u{1f600}".into())));
    }

    #[test]
    fn reads_64_levels_and_no_more() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(64).as_bytes()).is_ok());
        assert_eq!(read(nested(65).as_bytes()), Err(JsonFault::Depth));
        assert_eq!(read("[".repeat(1_000_000).as_bytes()), Err(JsonFault::Depth));
    }

    #[test]
    fn refuses_what_is_not_json() {
        for text in [
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "01",
            "1.",
            ".5",
            "+1",
            "nul",
            "'a'",
            "\"\n\"",
            "\"\\x\"",
            "1 2",
            "\u{feff}1",
            "\"\\ud8\"",
            "-",
            "1e",
            "{a:1}",
            "\"\\u+123\"",
        ] {
            assert!(matches!(read(text.as_bytes()), Err(JsonFault::Syntax { .. })), "{text:?}");
        }
        assert_eq!(read(b"\"\xff\""), Err(JsonFault::Utf8));
    }
}
