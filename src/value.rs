//! A value as it arrives, before any rule has looked at it.
//!
//! Two readers make values: [`packed`] from what JavaScript holds, [`json`] from text. Both keep what a rule must be
//! able to refuse (lone surrogates, functions, cycles) as data instead of failing.

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::borrow::Cow;

pub mod json;
pub mod number;
pub mod packed;

/// The deepest nesting that either reader follows. What may be stored is decided by the model, at less.
pub const MAX_WALK_DEPTH: usize = 64;

/// Where a walk through a JavaScript value gives up, in packed bytes: an array of a billion holes must end somewhere.
pub const MAX_WALK_BYTES: usize = 16 * 1024 * 1024;

/// Something that was given: of any type, possibly not storable at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `undefined` or a hole in an array.
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that JavaScript holds exactly.
    Whole(i64),
    /// Any other finite number, as it was written.
    Decimal(Cow<'a, str>),
    /// Well-formed text.
    Text(Cow<'a, str>),
    /// Text with lone surrogates, which stand here as U+FFFD.
    BrokenText(Cow<'a, str>),
    /// An array.
    List(Vec<Value<'a>>),
    /// An object's own fields, in their order.
    Record(Vec<Field<'a>>),
    /// What JSON has no word for: a function, a date, NaN, a getter that threw.
    Foreign,
    /// An array or object below [`MAX_WALK_DEPTH`], such as one that holds itself.
    TooDeep,
    /// Where the walk stopped because the whole was larger than its limit.
    TooLarge,
}

/// One field of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<'a> {
    /// The key, with U+FFFD for lone surrogates.
    pub key: Cow<'a, str>,
    /// Whether the key had lone surrogates.
    pub broken: bool,
    /// What stands under the key.
    pub value: Value<'a>,
}

impl Value<'_> {
    /// The field `key` of an object, where it is there and not `undefined`.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Self> {
        let Self::Record(fields) = self else { return None };
        let field = fields.iter().find(|field| field.key == key && !field.broken)?;
        (field.value != Value::Absent).then_some(&field.value)
    }

    /// The text of a text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A copy that outlives what the value was read from.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Absent => Value::Absent,
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Whole(number) => Value::Whole(number),
            Self::Decimal(text) => Value::Decimal(Cow::Owned(text.into_owned())),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::BrokenText(text) => Value::BrokenText(Cow::Owned(text.into_owned())),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Record(fields) => Value::Record(fields.into_iter().map(Field::into_owned).collect()),
            Self::Foreign => Value::Foreign,
            Self::TooDeep => Value::TooDeep,
            Self::TooLarge => Value::TooLarge,
        }
    }
}

impl Field<'_> {
    pub(crate) fn into_owned(self) -> Field<'static> {
        Field { key: Cow::Owned(self.key.into_owned()), broken: self.broken, value: self.value.into_owned() }
    }
}

/// The name by which `serde_json` knows a number that is to be written as it stands (its `arbitrary_precision`).
const DECIMAL: &str = "$serde_json::private::Number";

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Decimal(text) => {
                let mut number = serializer.serialize_struct(DECIMAL, 1)?;
                number.serialize_field(DECIMAL, text)?;
                number.end()
            }
            Self::Text(text) | Self::BrokenText(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Record(fields) => {
                let mut map = serializer.serialize_map(None)?;
                for field in fields.iter().filter(|field| field.value != Value::Absent) {
                    map.serialize_entry(&field.key, &field.value)?;
                }
                map.end()
            }
            Self::Absent | Self::Null | Self::Foreign | Self::TooDeep | Self::TooLarge => serializer.serialize_unit(),
        }
    }
}
