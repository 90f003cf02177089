//! The walk of each record, written out field by field: `pkg/src/walk.ts` says what for.

use anyhow::{Result, ensure};
use convex_pipelines::schema::table::{Kinds, Property, Rule, Schema};

/// Bits that JavaScript computes with as they are.
const MOST_FIELDS: usize = 31;

/// A module with the walks of these schemas, and of all records in them.
pub fn module(schemas: &[(&'static str, &Schema)]) -> Result<String> {
    let mut walks = Walks { constants: Vec::new() };
    let names = schemas
        .iter()
        .map(|(name, schema)| Ok(format!("  {name}: {},\n", walks.record(name, schema)?)))
        .collect::<Result<String>>()?;
    let constants: String =
        walks.constants.iter().map(|(name, value)| format!("const {name} = /* @__PURE__ */ {value};\n")).collect();
    Ok(format!(
        "// Made of the core's tables by the build.\nimport {{ field, fieldByField }} from \"./walk.js\";\n\n{constants}\nexport const walks = {{\n{names}}};\n"
    ))
}

/// The constants of the module: what each is called, and its value, those that others need first.
struct Walks {
    constants: Vec<(String, String)>,
}

impl Walks {
    /// The walk of a record.
    fn record(&mut self, name: &str, schema: &Schema) -> Result<String> {
        ensure!(schema.0.len() <= MOST_FIELDS, "{name} has more fields than a number in JavaScript has bits");
        let names: Vec<_> = schema.0.iter().map(|property| format!("{:?}", property.name)).collect();
        let fields = schema
            .0
            .iter()
            .enumerate()
            .map(|(place, property)| self.field(1 << place, property))
            .collect::<Result<String>>()?;
        let walk = format!(
            "fieldByField([{}], (value, has, copy, depth) => {{\n  let count = 0, given;\n{fields}  return count;\n}})",
            names.join(", ")
        );
        self.constant(name, walk)
    }

    /// The statement that writes one field.
    fn field(&mut self, bit: u32, property: &Property) -> Result<String> {
        let Property { name, word, .. } = property;
        let walk = match property.rule {
            Rule::Record(schema) => Some(self.record(name, schema)?),
            // Singular, as a list's name is plural.
            Rule::List(list) => Some(self.record(name.strip_suffix('s').unwrap_or(name), &list.item)?),
            Rule::OfKind(kinds) => Some(format!("{}.get(copy.kind)", self.kinds(name, kinds)?)),
            _ => None,
        };
        let walk = walk.map(|walk| format!(", {walk}")).unwrap_or_default();
        Ok(format!(
            "  if (has & {bit} && (given = value.{name}) !== undefined) {{ copy.{name} = field({word}, given, depth{walk}); count++; }}\n"
        ))
    }

    /// The walks of all kinds of a record, by the names of the kinds.
    fn kinds(&mut self, name: &str, kinds: &Kinds) -> Result<String> {
        let walks = kinds
            .names
            .iter()
            .zip(kinds.schemas)
            .map(|(kind, schema)| Ok(format!("[{kind:?}, {}]", self.record(kind, schema)?)))
            .collect::<Result<Vec<_>>>()?;
        self.constant(name, format!("new Map([{}])", walks.join(", ")))
    }

    /// A constant of this value, which the same record at several places shares.
    fn constant(&mut self, name: &str, value: String) -> Result<String> {
        let known = self.constants.iter().find(|(other, _)| other == name);
        ensure!(known.is_none_or(|(_, other)| *other == value), "two records are called {name}, and differ");
        if known.is_none() {
            self.constants.push((name.to_owned(), value));
        }
        Ok(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use convex_pipelines::schema::table::{List, optional, required};

    static INNER: Schema = Schema(&[optional("flag", Rule::Flag)]);
    static OTHER: Schema = Schema(&[required("flag", Rule::Flag), required("name", Rule::Trimmed { max: 1 })]);
    static INNERS: List = List { min: 0, max: 1, item: Schema(&[optional("flag", Rule::Flag)]) };

    #[test]
    fn a_record_in_several_places_is_written_once() {
        static OUTER: Schema =
            Schema(&[required("step", Rule::Record(&INNER)), optional("steps", Rule::List(&INNERS))]);
        let module = module(&[("outer", &OUTER)]).unwrap();
        assert_eq!(module.matches("const step = ").count(), 1, "{module}");
        assert_eq!(module.matches(", depth, step)").count(), 2, "{module}");
    }

    #[test]
    fn two_records_of_one_name_are_refused() {
        static OUTER: Schema = Schema(&[required("step", Rule::Record(&INNER))]);
        let error = module(&[("outer", &OUTER), ("step", &OTHER)]).unwrap_err().to_string();
        assert_eq!(error, "two records are called step, and differ");
    }
}
