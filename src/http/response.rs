//! Reads what a client gets back.
//!
//! Only our own shapes count. HTML, a bare 404 or half a body means that something else answered, and must never look
//! like "not found".

use super::operation::Operation;
use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::issue::{Issue, IssueCode, ReportedIssue, Segment};
use crate::model::id::fold_id;
use crate::model::list_item::LIST_ITEM;
use crate::model::pipeline::Pipeline;
use crate::schema::report::{Report, Unknown};
use crate::schema::scalar::{flag, list, text};
use crate::schema::table::{Rule, Schema, optional, required};
use crate::value::{Value, json, record};
use std::borrow::Cow;

static RESPONSE: Schema = Schema(&[
    required("status", Rule::Whole { min: 100, max: 599 }),
    optional("headers", Rule::Any(|_, _| Value::Absent)),
    required("body", Rule::Any(read_body)),
]);

/// Reads `{ status, headers?, body }` as an answer to `operation`: `{ data, cursor?, damaged? }`, with where the next page
/// of a list begins, and `[{ index, id?, issues }]` for the items of it that cannot be read.
///
/// # Errors
/// The error that the other side reported, `protocol` where the answer is not of this interface, or `invalid` where the
/// caller gave something else.
pub fn read(operation: Operation, given: &Value, host: &dyn Host) -> Result<Value<'static>, Error> {
    let given = RESPONSE.parse(given, Unknown::Refused, host)?;
    let status = given.get("status").whole().unwrap_or_default();
    let body = given.text_of("body").unwrap_or_default();
    let body = json::read(body.as_bytes()).unwrap_or(Value::Absent);
    let answer = match status {
        200 => read_result(operation, &body, host),
        400.. => return Err(read_error(body.get("error")).unwrap_or_else(|| Error::protocol(status))),
        _ => None,
    };
    answer.map(Value::into_owned).ok_or_else(|| Error::protocol(status))
}

/// What UTF-8 cannot hold is no answer of ours; it fails as such.
fn read_body<'v>(body: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    match body {
        Value::BrokenText(text) => Value::Text(Cow::Borrowed(text)),
        body => text(body, report).into(),
    }
}

fn read_result<'v>(operation: Operation, body: &'v Value<'v>, host: &dyn Host) -> Option<Value<'v>> {
    let mut report = Report::new(Unknown::Kept, host);
    let mut damaged = Vec::new();
    let data = match (operation, body.get("result")) {
        (Operation::List, result) => read_items(list(result, &mut report)?, &mut damaged, host)?,
        (Operation::Delete, result) => flag(result, &mut report).into(),
        (Operation::Get | Operation::FindByWebhookSecret | Operation::RecordRun, Value::Null) => Value::Null,
        (_, result) => Pipeline::read(result, &mut report).into(),
    };
    let cursor = match body.get("cursor") {
        Value::Absent => None,
        cursor => Some(cursor.text()?),
    };
    let damaged = (!damaged.is_empty()).then_some(Value::List(damaged));
    report.finish(record! { "data": data, "cursor": cursor, "damaged": damaged }).ok()
}

/// The items that can be read; what is wrong with each other one goes into `damaged`. `None` where none can be read: then
/// something else answered.
fn read_items<'v>(items: &'v [Value<'v>], damaged: &mut Vec<Value<'v>>, host: &dyn Host) -> Option<Value<'v>> {
    let mut read = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let mut report = Report::new(Unknown::Kept, host);
        let outcome = LIST_ITEM.read(item, &mut report);
        match report.finish(outcome) {
            Ok(item) => read.push(item),
            Err(issues) => {
                let id = item.text_of("id").map(fold_id);
                damaged.push(record! { "index": index, "id": id, "issues": Value::list(&issues) }.into_owned());
            }
        }
    }
    (!read.is_empty() || items.is_empty()).then_some(Value::List(read))
}

/// Reads an error of our shape, `{ code, message, issues? }`, from a body or from a shell that is to answer with it.
#[must_use]
pub fn read_error(error: &Value) -> Option<Error> {
    let code = ErrorCode::parse(error.text_of("code")?)?;
    let message = error.text_of("message")?;
    let given = match error.get("issues") {
        Value::Absent => &[],
        Value::List(issues) => issues.as_slice(),
        _ => return None,
    };
    let mut issues = Vec::with_capacity(given.len());
    for issue in given {
        issues.push(read_issue(issue)?);
    }
    Some(Error::reported(code, message, issues))
}

/// Reads an issue as [`Error`] is given in a body or thrown by a shell; `None` where it has another shape.
fn read_issue(issue: &Value) -> Option<Issue> {
    let Value::List(path) = issue.get("path") else { return None };
    let mut segments = Vec::with_capacity(path.len());
    for segment in path {
        segments.push(match segment {
            Value::Text(key) => Segment::Key(Cow::Owned(key.clone().into_owned())),
            segment => Segment::Index(segment.whole()?),
        });
    }
    let mut params = issue.get("params").clone().into_owned();
    if let Value::Record(fields) = &mut params {
        fields.retain(|field| matches!(field.value, Value::Whole(_) | Value::Text(_)));
    }
    let has_params = matches!(&params, Value::Record(fields) if !fields.is_empty());
    Some(Issue {
        path: segments,
        code: IssueCode::Reported(Box::new(ReportedIssue {
            code: issue.text_of("code")?.to_owned(),
            message: issue.text_of("message")?.to_owned(),
            params: if has_params { params } else { Value::Absent },
        })),
    })
}
