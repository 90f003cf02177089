//! The five fields: their bounds, their names, the values that a text stands for.

use crate::issue::cron::CronField;

/// What a field accepts.
pub(super) struct Field {
    pub(super) name: CronField,
    pub(super) min: u8,
    pub(super) max: u8,
    /// Three letters a name; the first stands for [`Field::first_name`]. Empty where only numbers are read.
    pub(super) names: &'static str,
    pub(super) first_name: u8,
}

/// In the order of an expression.
pub(super) const FIELDS: [Field; 5] = [
    Field { name: CronField::Minute, min: 0, max: 59, names: "", first_name: 0 },
    Field { name: CronField::Hour, min: 0, max: 23, names: "", first_name: 0 },
    Field { name: CronField::DayOfMonth, min: 1, max: 31, names: "", first_name: 0 },
    Field { name: CronField::Month, min: 1, max: 12, names: "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", first_name: 1 },
    Field { name: CronField::DayOfWeek, min: 0, max: 7, names: "SUNMONTUEWEDTHUFRISAT", first_name: 0 },
];

impl Field {
    /// The value of a three-letter name, in any case.
    pub(super) fn named(&self, word: &str) -> Option<u8> {
        let names = self.names.as_bytes().chunks_exact(3);
        (self.first_name..)
            .zip(names)
            .find(|(_, name)| name.eq_ignore_ascii_case(word.as_bytes()))
            .map(|(value, _)| value)
    }

    /// The name of a value.
    pub(super) fn name_of(&self, value: u8) -> Option<&'static str> {
        let start = usize::from(value.checked_sub(self.first_name)?) * 3;
        self.names.get(start..start + 3)
    }

    /// The greatest value of its own: weekday 7 is 0 again.
    pub(super) fn last(&self) -> u8 {
        if self.name == CronField::DayOfWeek { 6 } else { self.max }
    }

    /// How many values there are before they begin again; for days of the month, in the longest month.
    pub(super) fn size(&self) -> u8 {
        self.last() - self.min + 1
    }
}

/// A set of values from 0 to 63.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Values(pub(super) u64);

impl Values {
    /// `low`, `low + step` and so on, not beyond `high`, which is less than 64.
    pub(super) fn stepped(low: u8, high: u8, step: u32) -> Self {
        if step == 1 && low <= high {
            return Self((u64::MAX >> (63 - (high & 63))) & (u64::MAX << (low & 63)));
        }
        let mut set = 0;
        let mut value = u32::from(low);
        while value <= u32::from(high) {
            set |= 1_u64 << (value & 63);
            value = value.saturating_add(step);
        }
        Self(set)
    }

    /// Every value of the field.
    pub(super) fn all(field: &Field) -> Self {
        Self::stepped(field.min, field.last(), 1)
    }

    /// What is in either.
    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// With the weekday 7 under its other name, 0.
    pub(super) fn sunday_as_zero(self) -> Self {
        Self((self.0 | (self.0 >> 7)) & 0x7f)
    }

    pub(super) fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Ascending.
    pub(super) fn iter(self) -> impl Iterator<Item = u8> {
        let mut left = self.0;
        core::iter::from_fn(move || {
            let value = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            u8::try_from(value).ok().filter(|value| *value < 64)
        })
    }

    /// The first and the last of each row of values that follow one another.
    pub(super) fn spans(self) -> impl Iterator<Item = (u8, u8)> {
        let mut left = self;
        core::iter::from_fn(move || {
            let low = left.iter().next()?;
            let length = (left.0 >> low).trailing_ones();
            let high = low + u8::try_from(length).ok()?.checked_sub(1)?;
            left = Self(left.0 & !Self::stepped(low, high, 1).0);
            Some((low, high))
        })
    }
}
