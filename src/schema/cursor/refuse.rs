//! What is wrong with a value that lies in numbers: each part goes to its rule, which knows the issue.

use super::{Chosen, Cursor, FALSE, NULL, NUMBER, RECORD, TEXT, TRUE, UNKNOWN, WHOLE, is_required, size};
use crate::issue::Segment;
use crate::schema::read::refuse_unknown;
use crate::schema::table::{Property, Rule, Schema};
use crate::value::Value;

impl<'v> Cursor<'v, '_> {
    /// Has the rule say what is wrong with a value. Where it finds nothing, there is more to it than can be seen here.
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
    pub(super) fn value(&mut self) -> Option<Value<'v>> {
        let head = self.next()?;
        let tag = head & 7;
        Some(match tag {
            NULL => Value::Null,
            FALSE | TRUE => Value::Bool(tag == TRUE),
            WHOLE => Value::Whole(self.next()?.into()),
            TEXT => Value::Text(self.take(size(head))?.into()),
            NUMBER => Value::Decimal(self.take(size(head))?.into()),
            _ => {
                for _ in 0..size(head) {
                    if tag == RECORD && self.next()? == UNKNOWN {
                        self.value()?;
                    }
                    self.value()?;
                }
                Value::Foreign
            }
        })
    }
}
