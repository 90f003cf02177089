//! Reads what a client gets back.
//!
//! Only our own shapes count. HTML, a bare 404 or half a body means that something else answered, and must never look
//! like "not found".

use super::operation::Operation;
use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::issue::{Issue, IssueCode, Param, Segment};
use crate::model::list_item::PipelineListItem;
use crate::model::pipeline::Pipeline;
use crate::model::read::{Fields, Report, Unknown, flag, list, text, whole_number};
use crate::value::{Value, json};
use serde::Serialize;
use std::borrow::Cow;

/// What an operation answered.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The result.
    data: Data,
    /// Where the next page of a list begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Data {
    List(Vec<PipelineListItem>),
    Pipeline(Box<Pipeline>),
    Nothing,
    Flag(bool),
}

/// Reads an answer to `operation`.
///
/// # Errors
/// The error that the other side reported, or `protocol` where the answer is not of this interface.
pub fn read(operation: Operation, status: u16, body: &str, host: &dyn Host) -> Result<Answer, Error> {
    let body = json::read(body.as_bytes()).unwrap_or(Value::Absent);
    let answer = match status {
        200 => read_result(operation, &body, host),
        400.. => return Err(read_error(&body).unwrap_or_else(|| not_ours(status))),
        _ => None,
    };
    answer.ok_or_else(|| not_ours(status))
}

/// Reads what a caller got, `{ status, headers?, body }`.
pub fn read_given(given: &Value, report: &mut Report) -> Option<(u16, String)> {
    let fields = Fields::open(given, &["status", "headers", "body"], report)?;
    let status = fields.read("status", report, |value, report| whole_number(value, 100, 599, report));
    let body = fields.read("body", report, |value, report| match value {
        // What UTF-8 cannot hold is no answer of ours; it fails as such.
        Value::BrokenText(text) => Some(text.clone().into_owned()),
        value => text(value, report).map(str::to_owned),
    });
    Some((u16::try_from(status?).ok()?, body?))
}

fn not_ours(status: u16) -> Error {
    Error {
        retryable: status >= 500 || matches!(status, 408 | 429),
        ..Error::new(
            ErrorCode::Protocol,
            format!("the answer, of status {status}, is not of this interface; is the base URL right?"),
        )
    }
}

fn read_result(operation: Operation, body: &Value, host: &dyn Host) -> Option<Answer> {
    let result = body.field("result")?;
    let mut report = Report::new(Unknown::Kept, host);
    let report_on = &mut report;
    let data = match (operation, result) {
        (Operation::List, result) => {
            let items = list(result, report_on)?;
            Data::List(items.iter().filter_map(|item| PipelineListItem::read(item, report_on)).collect())
        }
        (Operation::Delete, result) => Data::Flag(flag(result, report_on)?),
        (Operation::Get | Operation::FindByWebhookSecret | Operation::RecordRun, Value::Null) => Data::Nothing,
        (_, result) => Data::Pipeline(Box::new(Pipeline::read(result, report_on)?)),
    };
    let cursor = match body.field("cursor") {
        None => None,
        Some(cursor) => Some(cursor.text()?.to_owned()),
    };
    report.finish(Some(Answer { data, cursor })).ok()
}

fn read_error(body: &Value) -> Option<Error> {
    let error = body.field("error")?;
    let code = ErrorCode::parse(error.field("code")?.text()?)?;
    let message = error.field("message")?.text()?;
    let issues = match error.field("issues") {
        None => Vec::new(),
        Some(Value::List(issues)) => issues.iter().map(read_issue).collect::<Option<_>>()?,
        Some(_) => return None,
    };
    Some(Error { issues, ..Error::new(code, message) })
}

/// Reads an issue as [`Error`] is given in a body or thrown by a shell; `None` where it has another shape.
fn read_issue(issue: &Value) -> Option<Issue> {
    let Value::List(path) = issue.field("path")? else { return None };
    let path = path.iter().map(|segment| match segment {
        Value::Text(key) => Some(Segment::Key(Cow::Owned(key.clone().into_owned()))),
        Value::Whole(index) => usize::try_from(*index).ok().map(Segment::Index),
        _ => None,
    });
    let params = match issue.field("params") {
        Some(Value::Record(fields)) => fields.as_slice(),
        _ => &[],
    };
    let params = params.iter().filter_map(|field| Some((field.key.clone().into_owned(), read_param(&field.value)?)));
    Some(Issue {
        path: path.collect::<Option<_>>()?,
        code: IssueCode::Reported {
            code: issue.field("code")?.text()?.to_owned(),
            message: issue.field("message")?.text()?.to_owned(),
            params: params.collect(),
        },
    })
}

fn read_param(value: &Value) -> Option<Param> {
    match value {
        Value::Whole(number) => Some(Param::Number(*number)),
        Value::Text(text) => Some(Param::Text(text.clone().into_owned())),
        _ => None,
    }
}

/// Reads an error of our shape, `{ code, message, issues? }`, for a server to answer with.
#[must_use]
pub fn read_reported(error: &Value) -> Option<Error> {
    let body = Value::Record(vec![crate::value::Field { key: "error".into(), broken: false, value: error.clone() }]);
    read_error(&body)
}
