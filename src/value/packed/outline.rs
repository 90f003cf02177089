//! A walk along packed bytes that makes values only of what is asked for.

use super::{ABSENT, DECIMAL, END, FALSE, KEPT, LIST, NULL, RECORD, Reader, TEXT, TRUE, WHOLE};
use crate::value::Value;

/// Containers within a value that is stepped over; ours have three levels.
const DEEPEST: usize = 8;

/// A place in packed bytes. What needs a closer look (broken text, what is no data, more depth than usual) ends the walk
/// with `None`; [`super::read`] then says what it is.
pub struct Outline<'a>(Reader<'a>);

impl<'a> Outline<'a> {
    /// At the beginning of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Reader { rest: bytes })
    }

    /// Goes into a record.
    pub fn record(&mut self) -> Option<()> {
        (self.0.byte()? == RECORD).then_some(())
    }

    /// Goes into a list, and gives the number of its items.
    pub fn list(&mut self) -> Option<usize> {
        if self.0.byte()? == LIST { self.0.count() } else { None }
    }

    /// Goes to the value of the next field, and gives its key; nothing behind the last, where the record is left.
    pub fn key(&mut self) -> Option<Option<&'a [u8]>> {
        match self.0.byte()? {
            TEXT => self.0.bytes().map(Some),
            END => Some(None),
            _ => None,
        }
    }

    /// Steps over a kept value that comes next, and gives a walk along it; `None` where another one comes.
    pub fn kept(&mut self) -> Option<Self> {
        let Some((&KEPT, rest)) = self.0.rest.split_first() else { return None };
        let mut reader = Reader { rest };
        let kept = reader.bytes()?;
        self.0 = reader;
        Some(Self::new(kept))
    }

    /// Makes the value that comes next.
    pub fn value(&mut self) -> Option<Value<'a>> {
        let tag = self.0.byte()?;
        self.0.value(tag, 0)
    }

    /// Steps over what comes next.
    pub fn skip(&mut self) -> Option<()> {
        skip(&mut self.0, 0)
    }

    /// What is left.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.0.rest
    }
}

#[cfg_attr(module, optimize(speed))]
fn skip(reader: &mut Reader, depth: usize) -> Option<()> {
    match reader.byte()? {
        ABSENT | NULL | TRUE | FALSE => {}
        WHOLE => drop(reader.take_array::<8>()?),
        // Bytes that were kept may hold anything.
        TEXT | DECIMAL => drop(reader.text()?),
        LIST if depth < DEEPEST => {
            for _ in 0..reader.count()? {
                skip(reader, depth + 1)?;
            }
        }
        RECORD if depth < DEEPEST => loop {
            match reader.byte()? {
                END => break,
                TEXT => drop(reader.text()?),
                _ => return None,
            }
            skip(reader, depth + 1)?;
        },
        _ => return None,
    }
    Some(())
}
