//! What records may hold, as tables: reading, refusing and suggesting follow one description of each record.

use super::read::{Report, Unknown, choice, flag, text, whole_number};
use super::record::Record;
use super::text::{is_blank, trim, verbatim, within};
use crate::error::Error;
use crate::host::Host;
use crate::issue::IssueCode;
use crate::value::Value;
use std::borrow::Cow;

/// The properties of a record, in the contract's order: issues come in it, and what is read is written in it.
#[derive(Debug)]
pub struct Schema(pub &'static [Property]);

/// One property of a record.
#[derive(Debug)]
pub struct Property {
    /// The name of its field.
    pub name: &'static str,
    /// When it must be there.
    pub presence: Presence,
    /// What it may hold.
    pub rule: Rule,
    /// Whether a value that the rule refuses is kept as it stands, like a field that no rule describes.
    pub is_lenient: bool,
}

/// When a property must be there.
#[derive(Clone, Copy, Debug)]
pub enum Presence {
    /// Always.
    Required,
    /// Never.
    Optional,
    /// Never; `null`, or a value of which nothing is left, is kept as `null` and clears what was there.
    Clearable,
    /// When another property of the record holds a word.
    RequiredWhen(&'static Condition),
}

/// That another property of the record holds a word.
#[derive(Debug)]
pub struct Condition {
    /// The other property.
    pub property: &'static str,
    /// The word.
    pub is: &'static str,
}

/// What a property may hold.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// `true` or `false`.
    Flag,
    /// A whole number within both bounds.
    Whole {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Text of 1 to `max` UTF-16 units after trimming.
    Trimmed {
        /// The longest, in UTF-16 units.
        max: usize,
    },
    /// Text of at most `max` UTF-16 units after trimming; where nothing is left and nothing is required, it is absent.
    Remark {
        /// The longest, in UTF-16 units.
        max: usize,
    },
    /// Text of 1 to `max` UTF-16 units that is kept as it is and is not blank.
    Verbatim {
        /// The longest, in UTF-16 units.
        max: usize,
    },
    /// Text that this makes of a text.
    Text(ReadText),
    /// A record of its own.
    Record(&'static Schema),
    /// What this makes of any value, also of an absent one.
    Any(Read),
}

/// Makes of a text what is kept of it.
pub type ReadText = for<'v> fn(&'v str, &dyn Host) -> Result<Cow<'v, str>, IssueCode>;

/// Makes of a value what is kept of it; what it returns beside an issue is never seen.
pub type Read = for<'v> fn(&'v Value<'v>, &mut Report<'_>) -> Value<'v>;

/// A property that must be there.
#[must_use]
pub const fn required(name: &'static str, rule: Rule) -> Property {
    Property { name, presence: Presence::Required, rule, is_lenient: false }
}

/// A property that may be absent.
#[must_use]
pub const fn optional(name: &'static str, rule: Rule) -> Property {
    Property { name, presence: Presence::Optional, rule, is_lenient: false }
}

/// A property that may be absent, and that `null` clears.
#[must_use]
pub const fn clearable(name: &'static str, rule: Rule) -> Property {
    Property { name, presence: Presence::Clearable, rule, is_lenient: false }
}

/// A property of a document that may be absent. A newer version, or a host that knows more zones, may have written a
/// value that is refused here: it is kept as it stands.
#[must_use]
pub const fn lenient(name: &'static str, rule: Rule) -> Property {
    Property { name, presence: Presence::Optional, rule, is_lenient: true }
}

impl Schema {
    /// Reads a record whole.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse<'v>(&self, value: &'v Value<'_>, unknown: Unknown, host: &dyn Host) -> Result<Value<'v>, Error> {
        let mut report = Report::new(unknown, host);
        let record = self.read(value, &mut report);
        report.finish(record).map_err(Error::invalid)
    }

    /// Reads a record as one value of several.
    pub fn read<'v>(&self, value: &'v Value<'_>, report: &mut Report) -> Value<'v> {
        let Some(mut record) = Record::open(value, report) else { return Value::Absent };
        for property in self.0 {
            record.read(property, report);
        }
        record.close(self, report)
    }

    /// Where a property stands; unknown ones stand behind all others.
    #[must_use]
    pub fn place(&self, name: &str) -> usize {
        self.0.iter().position(|property| property.name == name).unwrap_or(self.0.len())
    }
}

impl Rule {
    /// Reads a value whole.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse<'v>(&self, value: &'v Value<'v>, host: &dyn Host) -> Result<Value<'v>, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let kept = self.read(value, true, &mut report);
        report.finish(kept).map_err(Error::invalid)
    }

    /// Reads a value by this rule.
    pub fn read<'v>(&self, value: &'v Value<'v>, is_required: bool, report: &mut Report) -> Value<'v> {
        match *self {
            Self::Flag => flag(value, report).into(),
            Self::Whole { min, max } => whole_number(value, min, max, report).into(),
            Self::Choice(accepted) => choice(value, accepted, report).into(),
            Self::Record(schema) => schema.read(value, report),
            Self::Any(read) => read(value, report),
            Self::Remark { .. } if !is_required && value.text().is_some_and(is_blank) => Value::Absent,
            Self::Trimmed { max } | Self::Remark { max } => {
                text(value, report).and_then(|text| report.accept(within(trim(text), max))).into()
            }
            Self::Verbatim { max } => text(value, report).and_then(|text| report.accept(verbatim(text, max))).into(),
            Self::Text(read) => text(value, report).and_then(|text| report.accept(read(text, report.host))).into(),
        }
    }
}
