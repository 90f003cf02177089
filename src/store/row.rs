//! The rows that a place keeps, and changes of them.

use crate::error::Error;
use crate::host::Host;
use crate::index::Index;
use crate::issue::IssueCode;
use crate::model::pipeline::Pipeline;
use crate::model::read::{Report, Unknown, list};
use crate::model::row::Row;
use crate::model::schema::{Rule, Schema, required};
use crate::model::text::any;
use crate::value::{Value, record};

/// The greatest version that is read; the next one is still a number.
const MAX_VERSION: u32 = u32::MAX - 1;

static ROW: Schema = Schema(&[
    required("id", Rule::Text(any)),
    required("version", Rule::Whole { min: 1, max: MAX_VERSION }),
    required("unsent", Rule::Flag),
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
    /// The stored pipeline; none where it was deleted and the other place has yet to hear of it.
    pub document: Option<Row<'static>>,
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

    /// Reads all rows of a place.
    ///
    /// # Errors
    /// `invalid` with every issue; the path begins with the index of the row.
    pub fn parse_all(rows: &Value, host: &dyn Host) -> Result<Vec<Self>, Error> {
        let mut report = Report::new(Unknown::Kept, host);
        let items = list(rows, &mut report).unwrap_or_default();
        let mut rows = Vec::with_capacity(items.len());
        for (index, row) in items.iter().enumerate() {
            report.enter(index.into());
            rows.push(Self::of(ROW.read(row, &mut report)));
            report.leave();
        }
        report_duplicates(&rows, &mut report);
        report.finish(rows).map_err(Error::invalid)
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
            document,
        }
    }
}

fn read_document<'v>(document: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    match document {
        Value::Null => Value::Null,
        document => Pipeline::read(document, report).into(),
    }
}

impl StoreRow {
    fn to_value(&self) -> Value<'static> {
        let document = self.document.clone().map_or(Value::Null, Value::from);
        record! { "id": self.id.clone(), "version": self.version, "unsent": self.unsent, "document": document }
    }
}

impl RowChange {
    /// The change as a place is told of it.
    #[must_use]
    pub fn to_value(&self) -> Value<'static> {
        let row = self.row.as_ref().map_or(Value::Null, StoreRow::to_value);
        record! { "id": self.id.clone(), "expected": self.expected, "row": row }
    }
}

fn report_duplicates(rows: &[StoreRow], report: &mut Report) {
    let ids = rows.iter().enumerate().map(|(index, row)| (row.id.clone(), index));
    let ids = Index::build(ids.collect());
    for (index, row) in rows.iter().enumerate() {
        // A row that cannot be read has no id.
        let first = ids.get(&row.id).filter(|first| *first != index && !row.id.is_empty());
        if let Some(first) = first {
            report.enter(index.into());
            report.enter("id".into());
            report.issue(IssueCode::DuplicateId { first });
            report.leave();
            report.leave();
        }
    }
}
