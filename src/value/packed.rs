//! Reads the bytes that the JavaScript side packs a value into.
//!
//! One walk in JavaScript and one call is several times faster than asking for each property across the boundary.
//! All numbers are little endian. The tags are the constants below; text (and a number that is
//! not whole) is its length in bytes (one byte, or `LONG` and a `u32`) and UTF-8, a
//! list its count (`u32`) and items, a record keys and values up to `END`, and a kept value its length and bytes.
//!
//! Devices keep documents in this form: a tag never changes its meaning.

pub mod outline;

use super::{Field, MAX_WALK_DEPTH, Value};
use std::borrow::Cow;

const ABSENT: u8 = 0;
const NULL: u8 = 1;
const TRUE: u8 = 2;
const FALSE: u8 = 3;
const WHOLE: u8 = 4;
const TEXT: u8 = 5;
const LIST: u8 = 6;
/// Begins a record.
pub const RECORD: u8 = 7;
const FOREIGN: u8 = 8;
const BROKEN_TEXT: u8 = 9;
const TOO_DEEP: u8 = 10;
const TOO_LARGE: u8 = 11;
const DECIMAL: u8 = 12;
/// A value that was packed earlier: what has become of its bytes meanwhile says nothing of what stands around them.
const KEPT: u8 = 13;
/// Ends it.
pub const END: u8 = 0xff;
/// Stands before a length that no byte can say.
const LONG: u8 = 0xff;
/// What the shell wraps around a value (arguments, rows) comes on top of the value's own depth.
const MAX_DEPTH: usize = MAX_WALK_DEPTH + 8;

/// Reads packed values, one behind the other; `None` when the bytes are not of this form, which only a fault of the
/// packer explains.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Vec<Value<'_>>> {
    let mut reader = Reader { rest: bytes };
    let mut values = Vec::new();
    while !reader.rest.is_empty() {
        let tag = reader.byte()?;
        values.push(reader.value(tag, 0)?);
    }
    Some(values)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    #[cfg_attr(module, optimize(speed))]
    fn value(&mut self, tag: u8, depth: usize) -> Option<Value<'a>> {
        Some(match tag {
            ABSENT => Value::Absent,
            NULL => Value::Null,
            TRUE => Value::Bool(true),
            FALSE => Value::Bool(false),
            WHOLE => Value::Whole(whole(f64::from_le_bytes(*self.take_array()?))),
            DECIMAL => Value::Decimal(self.text()?),
            TEXT => Value::Text(self.text()?),
            BROKEN_TEXT => Value::BrokenText(self.text()?),
            LIST if depth < MAX_DEPTH => self.list(depth + 1)?,
            RECORD if depth < MAX_DEPTH => self.record(depth + 1)?,
            KEPT if depth < MAX_DEPTH => kept(self.bytes()?, depth + 1),
            FOREIGN => Value::Foreign,
            TOO_DEEP => Value::TooDeep,
            TOO_LARGE => Value::TooLarge,
            _ => return None,
        })
    }

    #[cfg_attr(module, optimize(speed))]
    fn list(&mut self, depth: usize) -> Option<Value<'a>> {
        let count = self.count()?;
        // Every item takes at least its tag, so a count beyond the rest cannot be true.
        let mut items = Vec::with_capacity(count.min(self.rest.len()));
        for _ in 0..count {
            let tag = self.byte()?;
            items.push(self.value(tag, depth)?);
        }
        Some(Value::List(items))
    }

    #[cfg_attr(module, optimize(speed))]
    fn record(&mut self, depth: usize) -> Option<Value<'a>> {
        let mut fields = Vec::new(); // a bomb of empty records must not take memory for their fields
        loop {
            let broken = match self.byte()? {
                END => return Some(Value::Record(fields)),
                TEXT => false,
                BROKEN_TEXT => true,
                _ => return None,
            };
            let key = self.text()?;
            let tag = self.byte()?;
            fields.push(Field { key, broken, value: self.value(tag, depth)? });
        }
    }

    #[cfg_attr(module, optimize(speed))]
    fn text(&mut self) -> Option<Cow<'a, str>> {
        std::str::from_utf8(self.bytes()?).ok().map(Cow::Borrowed)
    }

    #[cfg_attr(module, optimize(speed))]
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = match self.byte()? {
            LONG => self.count()?,
            length => length.into(),
        };
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    #[cfg_attr(module, optimize(speed))]
    fn count(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(*self.take_array()?)).ok()
    }

    #[cfg_attr(module, optimize(speed))]
    fn byte(&mut self) -> Option<u8> {
        let [byte] = *self.take_array()?;
        Some(byte)
    }

    #[cfg_attr(module, optimize(speed))]
    fn take_array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (array, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(array)
    }
}

/// The one value that the bytes are, or what is none.
fn kept(bytes: &[u8], depth: usize) -> Value<'_> {
    let mut reader = Reader { rest: bytes };
    let value = reader.byte().and_then(|tag| reader.value(tag, depth));
    value.filter(|_| reader.rest.is_empty()).unwrap_or(Value::Foreign)
}

/// The packer writes whole numbers of 53 bits this way, because JavaScript has no other.
#[expect(clippy::cast_possible_truncation, reason = "53 bits; the cast saturates")]
fn whole(number: f64) -> i64 {
    number as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_record_with_a_list() {
        let bytes = [&[RECORD, TEXT, 1, b'a', LIST, 2, 0, 0, 0, ABSENT, TRUE, END][..]].concat();
        let expected = Value::Record(vec![Field {
            key: "a".into(),
            broken: false,
            value: Value::List(vec![Value::Absent, Value::Bool(true)]),
        }]);
        assert_eq!(read(&bytes), Some(vec![expected.clone()]));
        assert_eq!(read(&[&bytes[..], &bytes].concat()), Some(vec![expected.clone(), expected]));
        assert_eq!(read(&[]), Some(Vec::new()));
    }

    #[test]
    fn what_was_kept_is_one_value_or_none() {
        for (bytes, expected) in [
            (&[TRUE][..], Value::Bool(true)),
            (&[KEPT, 1, TRUE], Value::Bool(true)),
            (&[], Value::Foreign),
            (&[TRUE, TRUE], Value::Foreign),
            (&[TEXT, 1, 0x80], Value::Foreign),
            (&[RECORD], Value::Foreign),
            (&[77], Value::Foreign),
        ] {
            let kept = [&[KEPT, u8::try_from(bytes.len()).unwrap_or_default()], bytes, &[NULL]].concat();
            assert_eq!(read(&kept), Some(vec![expected, Value::Null]), "{bytes:?}");
        }
        let deep = (0..100).fold(vec![TRUE], |inner, _| {
            let length = u32::try_from(inner.len()).unwrap_or_default().to_le_bytes();
            [&[KEPT, LONG], &length[..], &inner].concat()
        });
        assert_eq!(read(&deep), Some(vec![Value::Foreign]));
    }

    #[test]
    fn refuses_what_the_packer_never_writes() {
        for bytes in [&[TEXT, 9, b'a'][..], &[TEXT, LONG, 1], &[LIST, 255, 255, 255, 255], &[77], &[RECORD]] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
