//! The rows that a place keeps, and changes of them.

use crate::error::Error;
use crate::host::Host;
use crate::index::Index;
use crate::issue::{Issue, IssueCode};
use crate::model::id::{SOUGHT_ID, fold_id};
use crate::model::pipeline::Pipeline;
use crate::model::row::Row;
use crate::schema::report::{Report, Unknown};
use crate::schema::scalar::list;
use crate::schema::table::{Rule, Schema, optional, required};
use crate::value::json::{self, JsonFault};
use crate::value::{Value, record};

/// The greatest version that is read; the next one is still a number.
const MAX_VERSION: u32 = u32::MAX - 1;

static ROW: Schema = Schema(&[
    required("id", SOUGHT_ID),
    required("version", Rule::Whole { min: 1, max: MAX_VERSION }),
    required("unsent", Rule::Flag),
    optional("copy", Rule::Flag),
    required("document", Rule::Any(read_document)),
]);

/// One row of a place.
#[derive(Debug)]
pub struct StoreRow {
    /// The pipeline's id.
    pub id: String,
    /// Grows with every change of the row; a place refuses a change of another version.
    pub version: u32,
    /// Whether another place has yet to hear of it.
    pub unsent: bool,
    /// Whether another place has answered with this pipeline: it then has it, or had it.
    pub copy: bool,
    /// The stored pipeline; none where it was deleted and the other place has yet to hear of it.
    pub document: Option<Row<'static>>,
}

/// A row that cannot be read. It stays where it is, and its ids are taken.
#[derive(Debug)]
pub struct Damaged {
    /// Its place in the list of rows.
    pub index: usize,
    /// The ids under which it may stand.
    pub ids: Vec<String>,
    /// What is wrong with it; paths begin at the row.
    pub issues: Vec<Issue>,
}

/// One change of one row.
#[derive(Debug)]
pub struct RowChange {
    /// The pipeline's id.
    pub id: String,
    /// The version that must stand there; 0 for none.
    pub expected: u32,
    /// What stands there afterwards; nothing where the row goes.
    pub row: Option<StoreRow>,
}

impl StoreRow {
    /// What its pipeline's secret is found under: sealed, also where an older row still keeps it plain.
    #[must_use]
    pub fn secret(&self) -> Option<String> {
        self.document.as_ref().and_then(Row::sealed_secret)
    }

    /// What its pipeline sorts by in lists.
    #[must_use]
    pub fn place_key(&self) -> Option<String> {
        self.document.as_ref().map(|row| row.place().key())
    }

    /// Reads all rows of a place, each apart: those that can be read, and what is wrong with the others. Of two rows with
    /// one id the first is read.
    ///
    /// # Errors
    /// `invalid` where `rows` is no list.
    pub fn parse_all(rows: &Value, host: &dyn Host) -> Result<(Vec<Self>, Vec<Damaged>), Error> {
        let mut report = Report::new(Unknown::Kept, host);
        let items = list(rows, &mut report);
        let items = report.finish(items.unwrap_or_default()).map_err(Error::invalid)?;
        let mut damaged = Vec::new();
        let mut read = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let mut report = Report::new(Unknown::Kept, host);
            let row = ROW.read(item, &mut report);
            match report.finish(row) {
                Ok(row) => read.push((index, Self::of(row))),
                Err(issues) => damaged.push(Damaged::new(index, item, issues)),
            }
        }
        let places = read.iter().enumerate().map(|(place, (_, row))| (row.id.clone(), place));
        let places = Index::build(places.collect());
        let first_of = read.iter().map(|(_, row)| places.get(&row.id)).collect::<Vec<_>>();
        let indexes = read.iter().map(|(index, _)| *index).collect::<Vec<_>>();
        let mut rows = Vec::with_capacity(read.len());
        for (place, (index, row)) in read.into_iter().enumerate() {
            match first_of.get(place).copied().flatten().filter(|first| *first != place) {
                None => rows.push(row),
                Some(first) => {
                    let first = indexes.get(first).copied().unwrap_or_default();
                    let issue = Issue::from(IssueCode::DuplicateId { first }).within("id");
                    damaged.push(Damaged { index, ids: vec![row.id], issues: vec![issue] });
                }
            }
        }
        damaged.sort_by_key(|row| row.index);
        Ok((rows, damaged))
    }

    fn of(mut row: Value) -> Self {
        let document = match row.take("document") {
            Value::Null => None,
            document => Some(Row::checked(document.into_owned())),
        };
        // The row stands where its document is: an envelope that says otherwise would hide it.
        let id = document.as_ref().map_or(row.text_of("id").unwrap_or_default(), Row::id).to_owned();
        let version = row.get("version").whole().and_then(|version| u32::try_from(version).ok());
        Self {
            id,
            version: version.unwrap_or_default(),
            unsent: matches!(row.get("unsent"), Value::Bool(true)),
            copy: matches!(row.get("copy"), Value::Bool(true)),
            document,
        }
    }
}

/// A document as a value, or as JSON text.
fn read_document<'v>(document: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    match document {
        Value::Null => Value::Null,
        Value::Text(text) => {
            let document = match json::read(text.as_bytes()) {
                Ok(document) => document,
                Err(JsonFault::Depth) => Value::TooDeep,
                Err(_) => Value::Foreign,
            };
            Value::from(Pipeline::read(&document, report)).into_owned()
        }
        document => Pipeline::read(document, report).into(),
    }
}

impl StoreRow {
    fn to_value(&self, as_text: bool) -> Value<'static> {
        let document = self.document.clone().map_or(Value::Null, Value::from);
        let document = if as_text && self.document.is_some() { document.json().into() } else { document };
        let (id, version, unsent) = (self.id.clone(), self.version, self.unsent);
        let mut row = record! { "id": id, "version": version, "unsent": unsent, "document": document };
        if self.copy {
            row.push("copy", true.into());
        }
        row
    }
}

impl RowChange {
    /// The change as a place is told of it, with the document as JSON text where that is wanted.
    #[must_use]
    pub fn to_value(&self, as_text: bool) -> Value<'static> {
        let row = self.row.as_ref().map_or(Value::Null, |row| row.to_value(as_text));
        record! { "id": self.id.clone(), "expected": self.expected, "row": row }
    }
}

impl Damaged {
    fn new(index: usize, row: &Value, issues: Vec<Issue>) -> Self {
        let ids = [row, row.get("document")].map(|holder| holder.text_of("id"));
        Self { index, ids: ids.into_iter().flatten().map(|id| fold_id(id).into_owned()).collect(), issues }
    }
}

impl<'a> From<&'a Damaged> for Value<'a> {
    fn from(damaged: &'a Damaged) -> Self {
        record! { "index": damaged.index, "issues": Value::list(&damaged.issues) }
    }
}
