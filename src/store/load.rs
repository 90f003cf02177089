//! Reading the rows of a place.
//!
//! Most rows were written by this package and are in order. Those are read in one walk that looks at what a list shows
//! and what must be right, and steps over all else: that is kept as it stands, whatever it is, and read with its rules
//! when it is asked for. The walk only accepts. A row that is unusual in any way is read as the value it is.

use super::row::{Keys, Marks, StoreRow};
use crate::host::Host;
use crate::issue::{Issue, IssueCode};
use crate::model::id::{SOUGHT_ID, STORED_ID, fold_id};
use crate::model::list_item::{LISTED, list_item};
use crate::model::pipeline::{DESCRIPTION, NAME, Pipeline};
use crate::model::row::{NAME_KEY, Row};
use crate::model::run::RUN_STATUSES;
use crate::model::schedule::SCHEDULE;
use crate::model::timestamp::{MOMENT, WRITTEN_MOMENT};
use crate::schema::report::{MAX_DOCUMENT_BYTES, Report, Unknown};
use crate::schema::table::{Rule, Schema, lenient, optional, required};
use crate::value::json::{self, JsonFault};
use crate::value::packed::outline::Outline;
use crate::value::packed::{END, RECORD};
use crate::value::{Field, Value, record};

/// The greatest version that is read; the next one is still a number.
const MAX_VERSION: u32 = u32::MAX - 1;

static ROW: Schema = Schema(&[
    required("id", SOUGHT_ID),
    required("version", Rule::Whole { min: 1, max: MAX_VERSION }),
    required("unsent", Rule::Flag),
    optional("copy", Rule::Flag),
    required("document", Rule::Any(read_document)),
]);

/// The part of a document that is looked at first. Of all other fields any value is kept.
static HEAD: Schema = Schema(&[
    required("id", STORED_ID),
    required("name", NAME),
    lenient("description", DESCRIPTION),
    lenient("schedule", Rule::Record(&SCHEDULE)),
    optional("secretChangedAt", WRITTEN_MOMENT),
    required("createdAt", WRITTEN_MOMENT),
    required("updatedAt", WRITTEN_MOMENT),
    optional("lastRunAt", MOMENT),
    lenient("lastRunStatus", Rule::Choice(RUN_STATUSES)),
]);

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

/// What became of one row.
pub type Outcome = Result<(StoreRow, Keys), Damaged>;

/// Reads the rows of a packed list for readers within `account`, each apart, and gives what became of each; `None` where
/// there is no such list, which only a fault of the packer explains.
pub fn read(rows: &[u8], account: Option<&str>, host: &dyn Host, mut take: impl FnMut(Outcome)) -> Option<()> {
    let mut outline = Outline::new(rows);
    // Fields that are kept unread, of one row after the other.
    let mut others = Vec::new();
    for _ in 0..outline.list()? {
        let row = outline.rest();
        take(match accept(&mut outline, &mut others, account, host) {
            Some(outcome) => outcome,
            None => {
                outline = Outline::new(row);
                read_plainly(&outline.value()?, account, host)
            }
        });
    }
    Some(())
}

/// Reads a row, or declines.
fn accept(row: &mut Outline, others: &mut Vec<u8>, account: Option<&str>, host: &dyn Host) -> Option<Outcome> {
    let (mut id, mut version, mut unsent, mut copy, mut document) = (Value::Absent, None, None, false, None);
    let mut is_kept = false;
    row.record()?;
    while let Some(key) = row.key()? {
        match key {
            b"id" => id = row.value()?,
            b"version" => version = row.value()?.whole().and_then(|version| u32::try_from(version).ok()),
            b"unsent" => unsent = flag(&row.value()?),
            b"copy" => copy = flag(&row.value()?)?,
            b"document" => {
                document = Some(match row.kept() {
                    Some(mut kept) => {
                        is_kept = true;
                        Document::accept(&mut kept, others).filter(|_| kept.rest().is_empty())?
                    }
                    None => Document::accept(row, others)?,
                });
            }
            _ => return None,
        }
    }
    let Document { head, account: own, secret } = document?;
    let version = version.filter(|version| (1..=MAX_VERSION).contains(version))?;
    let marks = Marks { version, unsent: unsent?, copy };
    let mut report = Report::new(Unknown::Kept, host);
    let head = HEAD.read(&head, &mut report);
    let head = Pipeline::checked(report.finish(head).ok()?);
    let id = fold_id(id.text()?);
    if is_kept && id != head.id() {
        // The shell, which compares what it can see, could not look into these bytes.
        let issues = vec![Issue::from(IssueCode::Required).within("document")];
        return Some(Err(Damaged { index: 0, ids: vec![id.into_owned()], issues }));
    }
    let is_shown = account.is_none() || own.text() == account;
    // The row stands where its document is: an envelope that says otherwise would hide it.
    let keys = Keys::of(is_shown.then(|| head.name()), head.id(), secret.text());
    Some(Ok((StoreRow::new(head.id(), marks, is_shown, &list_item(&head), others), keys)))
}

/// A document whose fields have been told apart.
struct Document<'a> {
    /// The fields of [`HEAD`].
    head: Value<'a>,
    account: Value<'a>,
    secret: Value<'a>,
}

impl<'a> Document<'a> {
    /// Leaves in `others` a record of all fields but those that a list shows.
    fn accept(document: &mut Outline<'a>, others: &mut Vec<u8>) -> Option<Self> {
        let (mut account, mut secret) = (Value::Absent, Value::Absent);
        let mut head = Vec::with_capacity(HEAD.0.len());
        others.clear();
        document.record()?;
        others.push(RECORD);
        loop {
            let field = document.rest();
            let Some(key) = document.key()? else { break };
            let key = std::str::from_utf8(key).ok()?;
            if HEAD.place(key) < HEAD.0.len() {
                head.push(Field::new(key, document.value()?));
            } else if key == "accountId" {
                account = text(document)?;
            } else if key == "webhookSecret" {
                secret = text(document)?;
            } else {
                document.skip()?;
            }
            if !LISTED.contains(&key) && key != NAME_KEY {
                let length = field.len().checked_sub(document.rest().len())?;
                others.extend_from_slice(field.get(..length)?);
            }
        }
        others.push(END);
        // What is kept unread must not be too large; read, it can be a little longer.
        (others.len() < MAX_DOCUMENT_BYTES / 2).then_some(Self { head: Value::Record(head), account, secret })
    }
}

fn text<'a>(document: &mut Outline<'a>) -> Option<Value<'a>> {
    document.value().filter(|value| matches!(value, Value::Text(_)))
}

fn flag(value: &Value) -> Option<bool> {
    if let Value::Bool(flag) = value { Some(*flag) } else { None }
}

/// What a checked row says of its document.
fn marks_of(row: &Value) -> Marks {
    let flag = |name| *row.get(name) == Value::Bool(true);
    let version = row.get("version").whole().and_then(|version| u32::try_from(version).ok());
    Marks { version: version.unwrap_or_default(), unsent: flag("unsent"), copy: flag("copy") }
}

fn read_plainly(given: &Value, account: Option<&str>, host: &dyn Host) -> Outcome {
    let mut report = Report::new(Unknown::Kept, host);
    let row = ROW.read(given, &mut report);
    let mut row = match report.finish(row) {
        Ok(row) => row,
        Err(issues) => {
            let mut ids = Vec::new();
            for holder in [given, given.get("document")] {
                if let Some(id) = holder.text_of("id") {
                    ids.push(fold_id(id).into_owned());
                }
            }
            return Err(Damaged { index: 0, ids, issues });
        }
    };
    let marks = marks_of(&row);
    let document = row.take("document");
    if document == Value::Null {
        return Ok((StoreRow::without_document(row.text_of("id").unwrap_or_default(), marks), Keys::default()));
    }
    let document = Row::checked(document);
    let row = StoreRow::of(&document, marks, account);
    let keys = row.keys();
    Ok((row, keys))
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

impl<'a> From<&'a Damaged> for Value<'a> {
    fn from(damaged: &'a Damaged) -> Self {
        record! { "index": damaged.index, "issues": Value::list(&damaged.issues) }
    }
}
