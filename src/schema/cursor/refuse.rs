//! What is wrong with a value that lies in numbers: each part goes to its rule, which knows the issue.

use super::{Chosen, Cursor, LIST, NULL, NUMBER, RECORD, TEXT, TRUE, UNKNOWN, WHOLE, is_required, size};
use crate::issue::Segment;
use crate::schema::read::refuse_unknown;
use crate::schema::table::{Property, Rule, Schema};
use crate::value::Value;

/// The levels within a value that is passed over: fewer than may be stored, wherever it stands.
const DEEPEST: usize = 8;

impl<'v> Cursor<'v, '_> {
    /// Has the rule say what is wrong with a value. Where it finds nothing, there is more to it than can be seen here.
    #[cold]
    pub(super) fn refuse(&mut self, property: &Property, value: &Value, chosen: &Chosen) -> Option<()> {
        match (property.rule, value) {
            _ if !self.refuses => return None,
            (Rule::TextOr(..) | Rule::Any(_), Value::Foreign) => return None,
            _ => {}
        }
        let mark = self.report.mark();
        self.report.enter(property.name.into());
        property.rule.read(value, is_required(property, chosen), &mut self.report);
        self.report.leave();
        (self.report.mark() != mark).then_some(())
    }

    /// Refuses a field that no property describes. Those of which another record knows the name stand at the place of their
    /// word, but are to be told in the order in which they came.
    #[cold]
    pub(super) fn unknown(&mut self, schema: &Schema) -> Option<()> {
        if !self.refuses || self.next()? != UNKNOWN {
            return None;
        }
        let name = self.text()?;
        self.value()?;
        self.within(Segment::Key(name.to_owned().into()), |cursor| {
            refuse_unknown(name, schema, &mut cursor.report);
            Some(())
        })
    }

    /// The value that comes next. A list or record is passed over, and stands here as what no rule takes.
    #[cold]
    pub(super) fn value(&mut self) -> Option<Value<'v>> {
        let head = self.next()?;
        Some(match head & 7 {
            NULL => Value::Null,
            WHOLE => Value::Whole(self.next()?.into()),
            tag @ (TEXT | NUMBER) => {
                let text = self.take(size(head))?.into();
                if tag == TEXT { Value::Text(text) } else { Value::Decimal(text) }
            }
            LIST | RECORD => {
                self.pass_over(head, 0)?;
                Value::Foreign
            }
            tag => Value::Bool(tag == TRUE),
        })
    }

    /// Passes over what stands behind a head.
    fn pass_over(&mut self, head: i32, depth: usize) -> Option<()> {
        match head & 7 {
            WHOLE => drop(self.next()?),
            TEXT | NUMBER => drop(self.take(size(head))?),
            // What is too deep is told too.
            LIST | RECORD if depth == DEEPEST => return None,
            tag @ (LIST | RECORD) => {
                for _ in 0..size(head) {
                    if tag == RECORD && self.next()? == UNKNOWN {
                        self.text()?;
                    }
                    let head = self.next()?;
                    self.pass_over(head, depth + 1)?;
                }
            }
            _ => {}
        }
        Some(())
    }
}
