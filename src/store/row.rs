//! The rows that a store holds, and changes of them.

use crate::host::Host;
use crate::model::list_item::Place;
use crate::model::row::Row;
use crate::model::secret::sealed;
use crate::value::{Value, json, packed, record};
use std::fmt::{Debug, Formatter};

/// One row of a place. Its document is packed: as a tree of values it would take five times as much.
pub struct StoreRow {
    /// The pipeline's id.
    pub id: String,
    /// What stands beside the document.
    pub marks: Marks,
    /// Whether those who read see it: not where the document is gone or another account's.
    pub is_shown: bool,
    /// What a list shows, as JSON text; empty where the document was deleted and the other place has yet to hear of it.
    item: Box<str>,
    /// A record of all else: packed, as a place gave it, or the JSON text of what was made here.
    others: Box<[u8]>,
}

/// What a row says of its document.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// Grows with every change of the row; a place refuses a change of another version.
    pub version: u32,
    /// Whether another place has yet to hear of it.
    pub unsent: bool,
    /// Whether another place has answered with this pipeline: it then has it, or had it.
    pub copy: bool,
}

/// What a row is found under.
#[derive(Default)]
pub struct Keys {
    /// Its pipeline's secret: sealed, also where an older row still keeps it plain.
    pub secret: Option<String>,
    /// What its pipeline sorts by in lists.
    pub place: Option<String>,
}

/// One change of one row.
#[derive(Debug)]
pub struct RowChange {
    /// The pipeline's id.
    pub id: String,
    /// What stands there afterwards; nothing where the row goes.
    pub row: Option<StoreRow>,
}

impl StoreRow {
    /// The row of a document in two parts: what a list shows, and a record of all else, packed or as
    /// JSON text.
    #[must_use]
    pub fn new(id: &str, marks: Marks, is_shown: bool, item: &Value, others: &[u8]) -> Self {
        Self { id: id.into(), marks, is_shown, item: item.json().into(), others: others.into() }
    }

    /// The row of a checked document, for readers within `account`.
    #[must_use]
    pub fn of(row: &Row, marks: Marks, account: Option<&str>) -> Self {
        let others = row.unlisted().json();
        Self::new(row.id(), marks, row.belongs_to(account), &row.list_item(), others.as_bytes())
    }

    /// The row of a document that is gone.
    #[must_use]
    pub fn without_document(id: &str, marks: Marks) -> Self {
        Self { id: id.into(), marks, is_shown: false, item: Box::default(), others: Box::default() }
    }

    /// Whether the document is gone.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.item.is_empty()
    }

    /// The stored pipeline.
    #[must_use]
    pub fn row(&self, host: &dyn Host) -> Option<Row<'static>> {
        Row::parse(&self.document(), host).ok().map(Row::into_owned)
    }

    /// What a list shows, as JSON text.
    #[must_use]
    pub fn list_item(&self) -> &str {
        &self.item
    }

    /// Whether it has a schedule; a list shows that.
    #[must_use]
    pub fn has_schedule(&self) -> bool {
        // Not by `contains`, whose search for long texts would be in the module for this alone.
        const FIELD: &[u8] = b"\"schedule\":";
        self.item.as_bytes().windows(FIELD.len()).any(|part| part == FIELD)
    }

    /// What it is found under.
    #[must_use]
    pub fn keys(&self) -> Keys {
        let document = self.document();
        let name = document.text_of("name");
        Keys::of(name.filter(|_| self.is_shown), &self.id, document.text_of("webhookSecret"))
    }

    /// All of it, as a record; empty where the document is gone.
    #[must_use]
    pub fn document(&self) -> Value<'_> {
        let mut fields = Vec::new();
        for part in [self.item.as_bytes(), &self.others] {
            let is_packed = part.first() == Some(&packed::RECORD);
            let part =
                if is_packed { packed::read(part).and_then(|mut parts| parts.pop()) } else { json::read(part).ok() };
            if let Some(Value::Record(mut part)) = part {
                fields.append(&mut part);
            }
        }
        Value::Record(fields)
    }
}

/// A document may hold a secret.
impl Debug for StoreRow {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoreRow({})", self.id)
    }
}

impl Keys {
    /// The keys of a pipeline, whose name is absent where no list shows it.
    #[must_use]
    pub fn of(name: Option<&str>, id: &str, stored_secret: Option<&str>) -> Self {
        Self { secret: stored_secret.map(sealed), place: name.map(|name| Place::new(name, id).key()) }
    }
}

impl RowChange {
    /// The change as a place is told of it: `expected` is the version that must stand there, 0 for none. The document is
    /// JSON text where that is wanted.
    #[must_use]
    pub fn written(&self, expected: u32, document: Option<Row<'static>>, as_text: bool) -> Value<'static> {
        let mut row = Value::Null;
        if let Some(StoreRow { id, marks, .. }) = &self.row {
            let document = document.map_or(Value::Null, Value::from);
            let document = if as_text && document != Value::Null { document.json().into() } else { document };
            row = record! {
                "id": id.clone(), "version": marks.version, "unsent": marks.unsent, "document": document
            };
            if marks.copy {
                row.push("copy", true.into());
            }
        }
        record! { "id": self.id.clone(), "expected": expected, "row": row }
    }
}
