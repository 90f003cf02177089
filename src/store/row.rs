//! The rows that a place keeps, and changes of them.

use crate::error::Error;
use crate::host::Host;
use crate::index::Index;
use crate::issue::IssueCode;
use crate::model::read::{Fields, Report, Unknown, flag, list, whole_number};
use crate::model::row::Row;
use crate::model::text::owned_text;
use crate::value::Value;
use serde::Serialize;

/// The greatest version that is read; the next one is still a number.
const MAX_VERSION: u32 = u32::MAX - 1;

/// One row of a place.
#[derive(Clone, Debug, Serialize)]
pub struct StoreRow {
    /// The pipeline's id.
    pub id: String,
    /// Grows with every change of the row; a place refuses a change of another version.
    pub version: u32,
    /// Whether another place has yet to hear of it.
    pub unsent: bool,
    /// The stored pipeline; none where it was deleted and the other place has yet to hear of it.
    pub document: Option<Row>,
}

/// One change of one row.
#[derive(Clone, Debug, Serialize)]
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
        let rows = list(rows, &mut report).map(|items| {
            let mut rows = Vec::with_capacity(items.len());
            for (index, row) in items.iter().enumerate() {
                report.enter(index.into());
                rows.extend(Self::read(row, &mut report));
                report.leave();
            }
            report_duplicates(&rows, &mut report);
            rows
        });
        report.finish(rows).map_err(Error::invalid)
    }

    fn read(row: &Value, report: &mut Report) -> Option<Self> {
        let fields = Fields::open(row, &["id", "version", "unsent", "document"], report)?;
        let id = fields.read("id", report, owned_text);
        let version = fields.read("version", report, |value, report| whole_number(value, 1, MAX_VERSION, report));
        let unsent = fields.read("unsent", report, flag);
        let document = fields.read("document", report, |value, report| match value {
            Value::Null => Some(None),
            value => Row::read(value, report).map(Some),
        });
        let document = document?;
        // The row stands where its document is: an envelope that says otherwise would hide it.
        let id = document.as_ref().map_or(id, |document| Some(document.id().to_owned()));
        Some(Self { id: id?, version: version?, unsent: unsent?, document })
    }
}

fn report_duplicates(rows: &[StoreRow], report: &mut Report) {
    let ids = rows.iter().enumerate().map(|(index, row)| (row.id.clone(), index));
    let ids = Index::build(ids.collect());
    for (index, row) in rows.iter().enumerate() {
        // Of equal keys the search may find any; that one is the first for all others.
        if let Some(first) = ids.get(&row.id).filter(|first| *first != index) {
            report.enter(index.into());
            report.enter("id".into());
            report.issue(IssueCode::DuplicateId { first });
            report.leave();
            report.leave();
        }
    }
}
