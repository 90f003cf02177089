//! The short way to check a value: the shell writes it as numbers and one text, and the tables are followed over those.
//!
//! Most values that are checked are right, and the caller holds them already: all that has to come back is which texts
//! change. So this reader builds nothing. What is wrong it gives, value by value, to [`Rule::read`], which alone knows the
//! issue; whatever is unusual it declines, and the value is read again by [`Schema::read`]. The rules are the same functions.
//!
//! A value is a tag in the lowest three bits of a number, with its size in the others:
//!
//! | tag | size | what follows |
//! |---|---|---|
//! | null, false, true | | |
//! | whole number | | its value |
//! | text | its length in UTF-16 units | |
//! | list | how many items | the items |
//! | record | how many fields | for each its word ([`super::word`]) and its value, in ascending order of the words; last those whose name is no word, as they came: -1, the name as a text, the value |
//! | other number | | as text |

use super::report::{Report, Unknown};
use super::table::{List, Presence, Property, ReadText, Rule, Schema};
use super::text::{is_blank, trim, verbatim, within};
use crate::host::Host;
use crate::issue::{Issue, IssueCode, Segment};
use crate::value::Value;
use ids::{Ids, hash};
use std::borrow::Cow;

mod ids;
mod refuse;

const NULL: i32 = 0;
const FALSE: i32 = 1;
const TRUE: i32 = 2;
const WHOLE: i32 = 3;
const TEXT: i32 = 4;
const LIST: i32 = 5;
const RECORD: i32 = 6;
const NUMBER: i32 = 7;

/// Stands where a word would, before a name that is none.
const UNKNOWN: i32 = -1;

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

/// Reads a value of `units` UTF-16 units of text by a schema: which of its texts change, or all that is wrong with it where
/// it `refuses` anything. `None` where it has to be read again.
pub fn judge<'v>(
    schema: &Schema,
    refuses: bool,
    numbers: &'v [i32],
    texts: &'v str,
    units: usize,
    host: &dyn Host,
) -> Option<Result<Vec<Change<'v>>, Vec<Issue>>> {
    let report = Report::new(Unknown::Refused, host);
    let is_ascii = texts.len() == units;
    let mut cursor = Cursor { numbers, texts, is_ascii, place: 0, changes: Vec::new(), refuses, report };
    cursor.record(schema)?;
    let is_whole = cursor.numbers.is_empty() && cursor.texts.is_empty();
    is_whole.then(|| cursor.report.finish(cursor.changes))
}

struct Cursor<'v, 'h> {
    numbers: &'v [i32],
    texts: &'v str,
    is_ascii: bool,
    /// How many texts were read.
    place: usize,
    changes: Vec<Change<'v>>,
    /// Whether to go on behind what is wrong.
    refuses: bool,
    report: Report<'h>,
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
                self.refuse(property, &Value::Absent, &chosen)?;
            }
        }
        for _ in 0..left {
            self.unknown(schema)?;
        }
        Some(())
    }

    #[cfg_attr(module, optimize(speed))]
    fn property(&mut self, property: &Property, chosen: &mut Chosen) -> Option<()> {
        let tag = self.numbers.first()? & 7;
        let inner = match property.rule {
            // Without a known kind beside it, what it holds is not looked at.
            Rule::OfKind(_) if tag == RECORD && chosen.kind.is_none() && self.refuses => return self.value().map(drop),
            Rule::OfKind(_) => chosen.kind,
            Rule::Record(schema) => Some(schema),
            Rule::List(list) if tag == LIST => return self.within(property.name.into(), |cursor| cursor.list(list)),
            _ => None,
        };
        if let Some(schema) = inner
            && tag == RECORD
        {
            return self.within(property.name.into(), |cursor| cursor.record(schema));
        }
        let before = (self.numbers, self.texts);
        if self.accept(property, chosen).is_none() {
            (self.numbers, self.texts) = before;
            let value = self.value()?;
            self.refuse(property, &value, chosen)?;
        }
        Some(())
    }

    #[inline(always)]
    fn within(&mut self, segment: Segment, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        self.report.enter(segment);
        read(self)?;
        self.report.leave();
        Some(())
    }

    /// Accepts a value that is right.
    #[cfg_attr(module, optimize(speed))]
    fn accept(&mut self, property: &Property, chosen: &mut Chosen) -> Option<()> {
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
            Rule::Trimmed { max } => self.trimmed(max),
            Rule::Remark { max } if is_required(property, chosen) => self.trimmed(max),
            Rule::Remark { max } => self.remark(max, if is_clearable { To::Null } else { To::Absent }),
            Rule::Verbatim { max } | Rule::Id { max } => {
                let text = self.text()?;
                verbatim(text, max).ok().map(drop)
            }
            Rule::Text(read) | Rule::TextOr(read, _) => self.made(read),
            Rule::OfKind(_) | Rule::Record(_) | Rule::List(_) | Rule::Any(_) => None,
        }
    }

    #[cfg_attr(module, optimize(speed))]
    fn list(&mut self, list: &List) -> Option<()> {
        let count = self.size_of(LIST)?;
        if count > list.max || count < list.min && !self.refuses {
            return None;
        }
        if count < list.min {
            self.report.issue(IssueCode::TooFew { min: list.min });
        }
        let mut ids = Ids::default();
        for index in 0..count {
            // An id comes first in its record: behind the record's head and its own word.
            if let [_, 0, head, ..] = self.numbers
                && *head & 7 == TEXT
                && !ids.add(hash(self.peek(size(*head))?))
            {
                return None;
            }
            self.within(index.into(), |cursor| cursor.record(&list.item))?;
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
        let made = read(text, self.report.host).ok()?;
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
        let text = self.take(units)?;
        self.place += 1;
        Some(text)
    }

    #[inline(always)]
    fn take(&mut self, units: usize) -> Option<&'v str> {
        let text = self.peek(units)?;
        self.texts = self.texts.get(text.len()..)?;
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
