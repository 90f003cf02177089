//! What a form means: it says numbers and flags as text, and has an empty text where nothing was filled in.
//!
//! By the same tables the value is made that the form stands for. Nothing is refused here: what no rule can make anything
//! of stays as it is, and [`Schema::parse`], which reads the value afterwards, has the issue and its words.

use super::report::Unknown;
use super::table::{List, Presence, Property, Rule, Schema};
use super::text::{is_blank, trim};
use crate::error::Error;
use crate::host::Host;
use crate::value::decimal::of_digits;
use crate::value::{Field, Value, json};
use std::borrow::Cow;

/// A field, and the part of its name that leads on from here.
type Named<'a> = (&'a str, &'a Field<'a>);

impl Schema {
    /// Reads a form whole: strictly, once it is known what it means. The names of its outermost fields may be paths, as in
    /// forms that know no nesting: `steps[0].options.bulletCount` or `steps.0.options.bulletCount`.
    ///
    /// # Errors
    /// `invalid` with every issue.
    pub fn parse_form(&self, form: &Value, host: &dyn Host) -> Result<Value<'static>, Error> {
        let Value::Record(fields) = form else {
            return self.parse(form, Unknown::Refused, host).map(Value::into_owned);
        };
        let mut named = Vec::with_capacity(fields.len());
        for field in fields {
            named.push((&*field.key, field));
        }
        let mut value = self.nested(&named);
        self.mean(&mut value);
        self.parse(&value, Unknown::Refused, host).map(Value::into_owned)
    }

    /// The record that these fields are the leaves of. Only a name that the tables can follow is a path.
    fn nested<'a>(&self, named: &[Named<'a>]) -> Value<'a> {
        let mut value = leaves(named, self);
        for property in self.0 {
            let inner = property.inner(named);
            let whole = value.get(property.name);
            // A whole under the same name stands against its parts: it counts where it says something.
            if inner.is_empty() || !is_unfilled(whole) {
                continue;
            }
            let parts = match property.rule {
                Rule::Record(schema) => schema.nested(&inner),
                Rule::List(list) => list.nested(&inner),
                _ => leaves(&inner, &NO_SCHEMA),
            };
            value.set(property.name, parts);
        }
        value
    }

    /// Makes of a record of what a form holds what it means.
    fn mean(&self, value: &mut Value) {
        for property in self.0 {
            let rule = property.rule_within(value);
            let mut given = value.take(property.name);
            property.mean(rule, &mut given);
            value.set(property.name, given);
        }
    }
}

/// No name leads on from here.
static NO_SCHEMA: Schema = Schema(&[]);

impl List {
    fn nested<'a>(&self, named: &[Named<'a>]) -> Value<'a> {
        let mut places: Vec<Vec<Named>> = Vec::new();
        for (name, field) in named {
            let Some((place, rest)) = index(name) else { continue };
            // One more than there may be is enough to be refused.
            let place = place.min(self.max);
            while places.len() <= place {
                places.push(Vec::new());
            }
            if let Some(inner) = places.get_mut(place) {
                inner.push((rest, *field));
            }
        }
        let mut items = Vec::with_capacity(places.len());
        for inner in places {
            items.push(match inner.as_slice() {
                [] => Value::Absent,
                [("", field), ..] => field.value.clone(),
                inner => self.item.nested(inner),
            });
        }
        Value::List(items)
    }
}

/// The record of those whose name leads no further.
fn leaves<'a>(named: &[Named<'a>], schema: &Schema) -> Value<'a> {
    let mut fields = Vec::with_capacity(named.len());
    for (name, field) in named {
        if !schema.0.iter().any(|property| property.rest(name).is_some()) {
            fields.push(Field { key: Cow::Borrowed(name), broken: field.broken, value: field.value.clone() });
        }
    }
    Value::Record(fields)
}

impl Property {
    /// The fields whose names lead into this property.
    fn inner<'a>(&self, named: &[Named<'a>]) -> Vec<Named<'a>> {
        let mut inner = Vec::new();
        for (name, field) in named {
            if let Some(rest) = self.rest(name) {
                inner.push((rest, *field));
            }
        }
        inner
    }

    /// What a name says behind this property's, where it leads into it.
    fn rest<'a>(&self, name: &'a str) -> Option<&'a str> {
        let (head, rest) = split(name)?;
        let leads = match self.rule {
            Rule::Record(_) | Rule::OfKind(_) | Rule::TextOr(..) => true,
            Rule::List(_) => index(rest).is_some(),
            _ => false,
        };
        (leads && head == self.name).then_some(rest)
    }

    /// Makes of what a form holds what it means, by this property's rule.
    fn mean(&self, rule: Rule, value: &mut Value) {
        let is_required = matches!(self.presence, Presence::Required);
        match (rule, &mut *value) {
            // Where nothing of a record was filled in, a form need not have the record either.
            (Rule::Record(_) | Rule::OfKind(_), Value::Absent) if is_required => *value = Value::Record(Vec::new()),
            (Rule::Whole { .. }, Value::Text(text)) => {
                if let Some(number) = number(text) {
                    *value = number;
                }
            }
            (Rule::Flag, Value::Text(text)) => {
                if let Some(flag) = flag(text) {
                    *value = Value::Bool(flag);
                }
            }
            (Rule::Record(schema), value) => schema.mean(value),
            (Rule::List(list), Value::List(items)) => {
                for item in items {
                    list.item.mean(item);
                }
            }
            _ => {}
        }
        if is_unfilled(value) && !value.is_absent() && is_left_out(rule, self.presence) {
            *value = if matches!(self.presence, Presence::Clearable) { Value::Null } else { Value::Absent };
        }
    }
}

/// Whether nothing was filled in.
fn is_unfilled(value: &Value) -> bool {
    match value {
        Value::Absent => true,
        Value::Text(text) => is_blank(text),
        Value::Record(fields) => fields.iter().all(|field| is_unfilled(&field.value)),
        _ => false,
    }
}

/// Whether what was not filled in counts as left out. A text that must have content is refused for having none instead: to
/// empty a name is not to leave it as it was.
fn is_left_out(rule: Rule, presence: Presence) -> bool {
    match rule {
        Rule::Whole { .. } | Rule::Flag | Rule::Choice(_) | Rule::Kind(_) => true,
        Rule::Trimmed { .. } | Rule::Verbatim { .. } | Rule::Id { .. } => false,
        _ => matches!(presence, Presence::Optional | Presence::Clearable),
    }
}

/// The number that a text says: as JSON writes one, or with zeros or a plus sign in front, as people do.
fn number(text: &str) -> Option<Value<'static>> {
    let text = trim(text);
    match (Value::of_number(text.into()), json::read(text.as_bytes())) {
        (Value::Whole(number), _) => Some(Value::Whole(number)),
        (_, Ok(Value::Decimal(number))) => Some(Value::Decimal(number.into_owned().into())),
        _ => None,
    }
}

/// What a text says of a box: `on` is what browsers send for a ticked one.
fn flag(text: &str) -> Option<bool> {
    match trim(text) {
        "on" | "true" => Some(true),
        "off" | "false" => Some(false),
        _ => None,
    }
}

/// The first step of a path, and the rest.
fn split(name: &str) -> Option<(&str, &str)> {
    let at = name.bytes().position(|byte| matches!(byte, b'.' | b'['))?;
    Some((closed(name.get(..at)?), closed(name.get(at + 1..)?)))
}

/// The place in a list that a path begins with, and the rest.
fn index(name: &str) -> Option<(usize, &str)> {
    let (head, rest) = split(name).unwrap_or((closed(name), ""));
    Some((usize::try_from(of_digits(head)?).ok()?, rest))
}

/// Without the bracket at the end.
fn closed(name: &str) -> &str {
    name.strip_suffix(']').unwrap_or(name)
}
