//! A value as it arrives, before any rule has looked at it, and as it leaves.
//!
//! Two readers make values: [`packed`] from what JavaScript holds, [`json`] from text. Both keep what a rule must be
//! able to refuse (lone surrogates, functions, cycles) as data instead of failing. What has been checked is a value too,
//! within a type of its own (a pipeline, an input): it borrows from what was given, and nothing is copied to be read.

use std::borrow::Cow;
use std::mem;

pub mod decimal;
pub mod json;
pub mod packed;

/// The deepest nesting that is read of JSON text and of a repository's own rows. What may be stored is decided by the
/// model, at less.
pub const MAX_WALK_DEPTH: usize = 64;

/// Where a walk through a JavaScript value gives up, in bytes of its JSON text: an array of a billion holes, or an object
/// that holds itself, must end somewhere. As much as a document may have, so that every document comes through.
pub const MAX_WALK_BYTES: usize = 1024 * 1024;

/// Beyond this, in either direction, JavaScript's numbers are no longer exact.
const LARGEST_EXACT: i64 = (1 << 53) - 1;

/// Something that was given: of any type, possibly not storable at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value<'a> {
    /// `undefined` or a hole in an array.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that JavaScript holds exactly, written in digits alone.
    Whole(i64),
    /// Any other number, as it was written: what no rule describes is passed on and loses no digit.
    Decimal(Cow<'a, str>),
    /// JSON text that was written here, and goes out as it stands.
    Written(Cow<'a, str>),
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
    /// An array or object below the deepest that is read, such as one that holds itself.
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

impl<'a> Value<'a> {
    /// The number that is written as `text`, by JSON's grammar.
    #[must_use]
    pub fn of_number(text: Cow<'a, str>) -> Self {
        match text.parse::<i64>() {
            Ok(number) if (-LARGEST_EXACT..=LARGEST_EXACT).contains(&number) && text != "-0" => Self::Whole(number),
            _ => Self::Decimal(text),
        }
    }

    /// A list of what `items` become.
    pub fn list<T>(items: &'a [T]) -> Self
    where
        Self: From<&'a T>,
    {
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            list.push(item.into());
        }
        Self::List(list)
    }

    /// A record of these fields. Keys are data of the module, and values are taken out of a slice, so that this is one
    /// function for any number.
    pub(crate) fn record(keys: &[&'static str], values: &mut [Self]) -> Self {
        let mut record = Vec::with_capacity(keys.len());
        for (key, value) in keys.iter().zip(values) {
            record.push(Field::new(key, mem::replace(value, Self::Absent)));
        }
        Self::Record(record)
    }

    /// What stands in the field `key` of a record; [`Value::Absent`] where there is none.
    #[must_use]
    #[cfg_attr(module, optimize(speed))]
    pub fn get(&self, key: &str) -> &Self {
        let fields = if let Self::Record(fields) = self { fields.as_slice() } else { &[] };
        fields.iter().find(|field| field.key == key).map_or(&Value::Absent, |field| &field.value)
    }

    /// The text in the field `key` of a record.
    #[must_use]
    #[cfg_attr(module, optimize(speed))]
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).text()
    }

    /// Takes the field `key` out of a record.
    pub fn take(&mut self, key: &str) -> Self {
        let Self::Record(fields) = self else { return Self::Absent };
        match fields.iter().position(|field| field.key == key) {
            Some(at) => fields.remove(at).value,
            None => Self::Absent,
        }
    }

    /// Puts a field behind the others of a record.
    pub fn push(&mut self, key: &'static str, value: Self) {
        if let Self::Record(fields) = self {
            fields.push(Field::new(key, value));
        }
    }

    /// Puts a value into a field of a record, in its place or behind the others; what is absent goes.
    pub fn set(&mut self, key: &'static str, value: Self) {
        self.put(Field::new(key, value));
    }

    /// [`Self::set`] with a field that is there.
    pub fn put(&mut self, field: Field<'a>) {
        let Self::Record(fields) = self else { return };
        match fields.iter().position(|known| known.key == field.key) {
            Some(at) if field.value.is_absent() => drop(fields.remove(at)),
            Some(at) => fields.get_mut(at).into_iter().for_each(|known| known.clone_from(&field)),
            None if field.value.is_absent() => {}
            None => fields.push(field),
        }
    }

    /// The fields of a record.
    #[must_use]
    pub fn fields(&self) -> &[Field<'a>] {
        if let Self::Record(fields) = self { fields } else { &[] }
    }

    /// The text of a text.
    #[must_use]
    #[cfg_attr(module, optimize(speed))]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number of one, where it is not negative.
    #[must_use]
    pub fn whole(&self) -> Option<usize> {
        match self {
            Self::Whole(number) => usize::try_from(*number).ok(),
            _ => None,
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The JSON text. What is absent is left out of records and `null` elsewhere.
    #[must_use]
    pub fn json(&self) -> String {
        let mut text = String::with_capacity(256); // most texts are longer, and growing takes longer than writing
        json::write(self, &mut text);
        text
    }

    /// A copy that outlives what the value was read from.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Absent => Value::Absent,
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Whole(number) => Value::Whole(number),
            Self::Decimal(text) => Value::Decimal(owned(text)),
            Self::Written(text) => Value::Written(owned(text)),
            Self::Text(text) => Value::Text(owned(text)),
            Self::BrokenText(text) => Value::BrokenText(owned(text)),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Record(fields) => {
                let own = |field: Field| Field { key: owned(field.key), value: field.value.into_owned(), ..field };
                Value::Record(fields.into_iter().map(own).collect())
            }
            Self::Foreign => Value::Foreign,
            Self::TooDeep => Value::TooDeep,
            Self::TooLarge => Value::TooLarge,
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

impl<'a> Field<'a> {
    /// A field of a record that is made here.
    pub fn new(key: &'a str, value: Value<'a>) -> Self {
        Self { key: Cow::Borrowed(key), broken: false, value }
    }
}

/// Makes a [`Value::Record`] of keys and whatever values are made of; what is absent will not be written.
macro_rules! record {
    ($($key:literal: $value:expr),* $(,)?) => {
        $crate::value::Value::record(&[$($key),*], &mut [$($value.into()),*])
    };
}
pub(crate) use record;

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Whole(number.into())
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Whole(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl<'a, T: Into<Value<'a>>> From<Vec<T>> for Value<'a> {
    fn from(items: Vec<T>) -> Self {
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            list.push(item.into());
        }
        Self::List(list)
    }
}
