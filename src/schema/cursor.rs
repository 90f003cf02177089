//! The short way to accept a value: the shell writes it as numbers and one text, and the tables are followed over those.
//!
//! Most values that are checked are right, and the caller holds them already: all that has to come back is which texts
//! change. So this reader builds nothing and says nothing. Whatever is unusual or wrong it declines, and the value is read
//! again by [`Schema::read`], which alone refuses and alone has words for it. The rules are the same functions.
//!
//! A value is a tag in the lowest three bits of a number, with its size in the others:
//!
//! | tag | size | what follows |
//! |---|---|---|
//! | null, false, true | | |
//! | whole number | | its value |
//! | text | its length in UTF-16 units | |
//! | list | how many items | the items |
//! | record | how many fields | for each its word ([`super::word`]) and its value, in ascending order of the words |

use super::table::{List, Presence, Property, ReadText, Rule, Schema};
use super::text::{is_blank, trim, verbatim, within};
use crate::host::Host;
use std::borrow::Cow;

const NULL: i32 = 0;
const FALSE: i32 = 1;
const TRUE: i32 = 2;
const WHOLE: i32 = 3;
const TEXT: i32 = 4;
const LIST: i32 = 5;
const RECORD: i32 = 6;

/// What becomes of one text of an accepted value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'v> {
    /// The place of the text among all texts of the value.
    pub place: usize,
    /// What stands there afterwards.
    pub to: To<'v>,
}

/// What stands in the place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To<'v> {
    /// Another text.
    Text(Cow<'v, str>),
    /// `null`: an update clears what was there.
    Null,
    /// Nothing.
    Absent,
}

impl Change<'_> {
    /// A copy that outlives what the value was read from.
    #[must_use]
    pub fn into_owned(self) -> Change<'static> {
        let to = match self.to {
            To::Text(text) => To::Text(Cow::Owned(text.into_owned())),
            To::Null => To::Null,
            To::Absent => To::Absent,
        };
        Change { place: self.place, to }
    }
}

/// Reads a value of `units` UTF-16 units of text by a schema. `None` where it has to be read again.
#[cfg_attr(module, optimize(speed))]
pub fn accept<'v>(
    schema: &Schema,
    numbers: &'v [i32],
    texts: &'v str,
    units: usize,
    host: &dyn Host,
) -> Option<Vec<Change<'v>>> {
    let mut cursor = Cursor { numbers, texts, is_ascii: texts.len() == units, place: 0, changes: Vec::new(), host };
    cursor.record(schema)?;
    (cursor.numbers.is_empty() && cursor.texts.is_empty()).then_some(cursor.changes)
}

struct Cursor<'v, 'h> {
    numbers: &'v [i32],
    texts: &'v str,
    is_ascii: bool,
    /// How many texts were read.
    place: usize,
    changes: Vec<Change<'v>>,
    host: &'h dyn Host,
}

/// What the fields of a record that were read so far decide about the others.
#[derive(Default)]
struct Chosen {
    kind: Option<&'static Schema>,
    /// The last choice: what another property may depend on stands directly before it.
    last: Option<(&'static str, &'static str)>,
}

impl<'v> Cursor<'v, '_> {
    #[cfg_attr(module, optimize(speed))]
    fn record(&mut self, schema: &Schema) -> Option<()> {
        let mut left = self.size_of(RECORD)?;
        let mut chosen = Chosen::default();
        for property in schema.0 {
            if left > 0 && self.numbers.first() == Some(&i32::from(property.word)) {
                left -= 1;
                self.next()?;
                self.property(property, &mut chosen)?;
            } else if is_required(property, &chosen) {
                return None;
            }
        }
        (left == 0).then_some(())
    }

    #[cfg_attr(module, optimize(speed))]
    fn property(&mut self, property: &Property, chosen: &mut Chosen) -> Option<()> {
        let is_clearable = matches!(property.presence, Presence::Clearable);
        if is_clearable && self.numbers.first() == Some(&NULL) {
            return self.next().map(drop);
        }
        match property.rule {
            Rule::Flag => matches!(self.next()?, FALSE | TRUE).then_some(()),
            Rule::Whole { min, max } => {
                self.size_of(WHOLE)?;
                let number = u32::try_from(self.next()?).ok()?;
                (min..=max).contains(&number).then_some(())
            }
            Rule::Choice(accepted) => {
                let word = one_of(accepted, self.text()?)?;
                chosen.last = Some((property.name, word));
                Some(())
            }
            Rule::Kind(kinds) => {
                chosen.kind = Some(kinds.schema(self.text()?)?);
                Some(())
            }
            Rule::OfKind(_) => self.record(chosen.kind?),
            Rule::Record(schema) => self.record(schema),
            Rule::List(list) => self.list(list),
            Rule::Trimmed { max } => self.trimmed(max),
            Rule::Remark { max } if is_required(property, chosen) => self.trimmed(max),
            Rule::Remark { max } => self.remark(max, if is_clearable { To::Null } else { To::Absent }),
            Rule::Verbatim { max } | Rule::Id { max } => {
                let text = self.text()?;
                verbatim(text, max).ok().map(drop)
            }
            Rule::Text(read) | Rule::TextOr(read, _) => self.made(read),
            Rule::Any(_) => None,
        }
    }

    #[cfg_attr(module, optimize(speed))]
    fn list(&mut self, list: &List) -> Option<()> {
        let count = self.size_of(LIST)?;
        if !(list.min..=list.max).contains(&count) {
            return None;
        }
        let mut ids = Ids::default();
        for _ in 0..count {
            // An id comes first in its record: behind the record's head and its own word.
            let [_, word, head, ..] = self.numbers else { return None };
            let id = if *word == 0 && *head & 7 == TEXT { self.peek(size(*head)) } else { None };
            if !ids.add(hash(id?)) {
                return None;
            }
            self.record(&list.item)?;
        }
        Some(())
    }

    #[cfg_attr(module, optimize(speed))]
    fn trimmed(&mut self, max: usize) -> Option<()> {
        let text = self.text()?;
        let trimmed = within(trim(text), max).ok()?;
        if trimmed.len() != text.len() {
            self.change(To::Text(trimmed));
        }
        Some(())
    }

    #[cfg_attr(module, optimize(speed))]
    fn remark(&mut self, max: usize, blank: To<'v>) -> Option<()> {
        let text = self.text()?;
        if is_blank(text) {
            self.change(blank);
            return Some(());
        }
        let trimmed = within(trim(text), max).ok()?;
        if trimmed.len() != text.len() {
            self.change(To::Text(trimmed));
        }
        Some(())
    }

    #[cfg_attr(module, optimize(speed))]
    fn made(&mut self, read: ReadText) -> Option<()> {
        let text = self.text()?;
        let made = read(text, self.host).ok()?;
        if made != text {
            self.change(To::Text(made));
        }
        Some(())
    }

    /// What becomes of the text that was read last.
    fn change(&mut self, to: To<'v>) {
        self.changes.push(Change { place: self.place - 1, to });
    }

    #[cfg_attr(module, optimize(speed))]
    fn text(&mut self) -> Option<&'v str> {
        let units = self.size_of(TEXT)?;
        let text = self.peek(units)?;
        self.texts = self.texts.get(text.len()..)?;
        self.place += 1;
        Some(text)
    }

    /// The text of so many units that comes next; `None` where that ends within a character.
    #[cfg_attr(module, optimize(speed))]
    fn peek(&self, units: usize) -> Option<&'v str> {
        if self.is_ascii {
            return self.texts.get(..units);
        }
        let mut left = units;
        let mut end = 0;
        for character in self.texts.chars() {
            if left == 0 {
                break;
            }
            left = left.checked_sub(character.len_utf16())?;
            end += character.len_utf8();
        }
        if left == 0 { self.texts.get(..end) } else { None }
    }

    #[inline(always)]
    fn size_of(&mut self, tag: i32) -> Option<usize> {
        let head = self.next()?;
        if head & 7 == tag { Some(size(head)) } else { None }
    }

    #[inline(always)]
    fn next(&mut self) -> Option<i32> {
        let (first, rest) = self.numbers.split_first()?;
        self.numbers = rest;
        Some(*first)
    }
}

fn is_required(property: &Property, chosen: &Chosen) -> bool {
    match property.presence {
        Presence::Required => true,
        Presence::Optional | Presence::Clearable => false,
        Presence::RequiredWhen(other) => chosen.last == Some((other.property, other.is)),
    }
}

#[cfg_attr(module, optimize(speed))]
fn one_of(accepted: &'static [&'static str], text: &str) -> Option<&'static str> {
    accepted.iter().copied().find(|word| *word == text)
}

fn size(head: i32) -> usize {
    usize::try_from(head >> 3).unwrap_or_default()
}

/// The hashes of the ids of a list. Two ids of one hash need not be the same: whoever reads again will see.
#[derive(Default)]
struct Ids {
    hashes: Vec<u32>,
    /// Which of 1,024 remainders have been there: most ids need no comparison.
    seen: [u64; 16],
}

impl Ids {
    /// Whether a hash is new.
    #[cfg_attr(module, optimize(speed))]
    fn add(&mut self, hash: u32) -> bool {
        let bit = 1 << (hash & 63);
        let Some(seen) = self.seen.get_mut((hash >> 6 & 15) as usize) else { return false };
        let is_new = *seen & bit == 0 || !self.hashes.contains(&hash);
        *seen |= bit;
        self.hashes.push(hash);
        is_new
    }
}

/// FNV-1a.
#[cfg_attr(module, optimize(speed))]
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
