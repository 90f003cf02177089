//! What records may hold, as tables: reading, refusing, suggesting and writing follow one description of each record.

use super::report::Report;
use super::word::word;
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
    /// The number of that name, where it has one.
    pub word: u8,
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
    /// Text that this makes of a text, or what is made of a value of another type.
    TextOr(ReadText, Read),
    /// A record of its own.
    Record(&'static Schema),
    /// A list of records.
    List(&'static List),
    /// Text of 1 to `max` UTF-16 units, not blank, that no earlier record of the same list has in this field.
    Id {
        /// The longest, in UTF-16 units.
        max: usize,
    },
    /// The name of one of these kinds.
    Kind(&'static Kinds),
    /// A record of the kind that the field `kind` beside it names.
    OfKind(&'static Kinds),
    /// What this makes of any value, also of an absent one.
    Any(Read),
}

/// A list of records.
#[derive(Debug)]
pub struct List {
    /// The fewest. Where that is 0, an absent list is an empty one.
    pub min: usize,
    /// The most.
    pub max: usize,
    /// Each of them.
    pub item: Schema,
}

/// Kinds of records.
#[derive(Debug)]
pub struct Kinds {
    /// The name of each, in the contract's order.
    pub names: &'static [&'static str],
    /// What a record of each may hold, in the same order.
    pub schemas: &'static [Schema],
}

impl Kinds {
    /// What a record of the kind of this name may hold.
    #[must_use]
    #[cfg_attr(module, optimize(speed))]
    pub fn schema(&self, name: &str) -> Option<&'static Schema> {
        let place = self.names.iter().position(|known| *known == name)?;
        self.schemas.get(place)
    }
}

/// Makes of a text what is kept of it.
pub type ReadText = for<'v> fn(&'v str, &dyn Host) -> Result<Cow<'v, str>, IssueCode>;

/// Makes of a value what is kept of it; what it returns beside an issue is never seen.
pub type Read = for<'v> fn(&'v Value<'v>, &mut Report<'_>) -> Value<'v>;

/// A property that must be there.
#[must_use]
pub const fn required(name: &'static str, rule: Rule) -> Property {
    Property { name, word: word(name), presence: Presence::Required, rule, is_lenient: false }
}

/// A property that may be absent.
#[must_use]
pub const fn optional(name: &'static str, rule: Rule) -> Property {
    Property { presence: Presence::Optional, ..required(name, rule) }
}

/// A property that may be absent, and that `null` clears.
#[must_use]
pub const fn clearable(name: &'static str, rule: Rule) -> Property {
    Property { presence: Presence::Clearable, ..required(name, rule) }
}

/// A property of a document that may be absent. A newer version, or a host that knows more zones, may have written a
/// value that is refused here: it is kept as it stands.
#[must_use]
pub const fn lenient(name: &'static str, rule: Rule) -> Property {
    Property { presence: Presence::Optional, is_lenient: true, ..required(name, rule) }
}

impl Property {
    /// What this property may hold within `record`: a record of a kind is described by the kind's name beside it.
    #[must_use]
    pub fn rule_within(&self, record: &Value) -> Rule {
        let Rule::OfKind(kinds) = self.rule else { return self.rule };
        let schema = record.text_of("kind").and_then(|kind| kinds.schema(kind));
        schema.map_or(self.rule, Rule::Record)
    }
}

impl Schema {
    /// Where a property stands; unknown ones stand behind all others.
    #[must_use]
    pub fn place(&self, name: &str) -> usize {
        self.0.iter().position(|property| property.name == name).unwrap_or(self.0.len())
    }
}
