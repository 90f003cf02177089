//! Reads what a client gets back.
//!
//! Only our own shapes count. HTML, a bare 404 or half a body means that something else answered, and must never look
//! like "not found".

use super::operation::Operation;
use super::verdict::Verdict;
use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::issue::{Issue, IssueCode, ReportedIssue, Segment};
use crate::model::id::fold_id;
use crate::model::list_item::LIST_ITEM;
use crate::model::pipeline::Pipeline;
use crate::model::run::PIPELINE_RUN;
use crate::schema::read::document;
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
/// The error that the other side reported or gave as its verdict, `protocol` where the answer is not of this interface, or
/// `invalid` where the caller gave something else.
pub fn read(operation: Operation, given: &Value, host: &dyn Host) -> Result<Value<'static>, Error> {
    let mut answer = read_answer(operation, given, host)?;
    let op = answer.take("op");
    if let Some(verdict) = op.text_of("verdict").and_then(Verdict::parse) {
        if let Some(error) = refusal(verdict, operation, op.get("issues")) {
            return Err(error);
        }
        if answer.get("data").is_absent() {
            answer.take("data");
            answer.push(
                "data",
                match operation {
                    Operation::Delete => false.into(),
                    Operation::RecordRun => Value::Null,
                    // It was applied, and is gone again.
                    _ => return Err(Error::not_found()),
                },
            );
        }
    }
    Ok(answer)
}

/// [`read`] for whoever wants the echo of a call with `op` too, whatever its verdict:
/// `{ data?, cursor?, damaged?, op?: { opId, seq, verdict, issues?, current?, expected? } }`.
///
/// # Errors
/// As [`read`], but for verdicts.
pub fn read_answer(operation: Operation, given: &Value, host: &dyn Host) -> Result<Value<'static>, Error> {
    let given = RESPONSE.parse(given, Unknown::Refused, host)?;
    let status = given.get("status").whole().unwrap_or_default();
    let body = given.text_of("body").unwrap_or_default();
    let body = json::read(body.as_bytes()).unwrap_or(Value::Absent);
    let answer = match (status, read_echo(status, body.get("op"), host)) {
        (200 | 409, Some(op)) => read_result(operation, &body, Some(op), host),
        (200, None) => read_result(operation, &body, None, host),
        (400.., _) => return Err(read_error(body.get("error")).unwrap_or_else(|| Error::protocol(status))),
        _ => None,
    };
    answer.map(Value::into_owned).ok_or_else(|| Error::protocol(status))
}

/// What a server says of an operation; `None` where it says nothing that can be relied on.
fn read_echo<'v>(status: usize, op: &'v Value<'v>, host: &dyn Host) -> Option<Value<'v>> {
    let verdict = Verdict::parse(op.text_of("verdict")?)?;
    op.text_of("opId")?;
    op.get("seq").whole()?;
    let mut op = op.clone();
    // What this version cannot read of a document, the next answer to a read brings again.
    let current = op.take("current");
    if let Ok(current) = Pipeline::parse(&current, host) {
        op.push("current", Value::from(current).into_owned());
    }
    (status == usize::from(verdict.status())).then_some(op)
}

/// What a caller who waits for it is told of an operation that was not applied; nothing where it was, or has no need to
/// be any more. `issues` are those of the verdict.
#[must_use]
pub fn refusal(verdict: Verdict, operation: Operation, issues: &Value) -> Option<Error> {
    Some(match (verdict, operation) {
        (Verdict::Ok, _) | (Verdict::Gone, Operation::Delete | Operation::RecordRun) => return None,
        (Verdict::Gone, _) => Error::not_found(),
        (Verdict::Conflict, Operation::Create) => Error::id_taken(),
        (Verdict::Conflict, _) => Error::changed_since(),
        (Verdict::Rejected, _) => match read_issues(issues) {
            Some(issues) if !issues.is_empty() => Error::invalid(issues),
            _ => Error::new(ErrorCode::Invalid, "the server refuses this"),
        },
        _ => Error::miscounted(),
    })
}

/// What UTF-8 cannot hold is no answer of ours; it fails as such.
fn read_body<'v>(body: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    match body {
        Value::BrokenText(text) => Value::Text(Cow::Borrowed(text)),
        body => text(body, report).into(),
    }
}

fn read_result<'v>(
    operation: Operation,
    body: &'v Value<'v>,
    op: Option<Value<'v>>,
    host: &dyn Host,
) -> Option<Value<'v>> {
    let mut report = Report::new(Unknown::Kept, host);
    let mut damaged = Vec::new();
    let data = match (operation, body.get("result")) {
        (_, Value::Absent) if op.is_some() => Value::Absent,
        (Operation::List, result) => read_items(list(result, &mut report)?, &LIST_ITEM, &mut damaged, host)?,
        (Operation::ListRuns, result) => read_items(list(result, &mut report)?, &PIPELINE_RUN, &mut damaged, host)?,
        (Operation::Delete, result) => flag(result, &mut report).into(),
        (Operation::Create | Operation::Update, result) => Pipeline::read(result, &mut report).into(),
        (Operation::StartRun, result) => document(result, &PIPELINE_RUN, &mut report),
        (_, Value::Null) => Value::Null,
        (Operation::RenewRun | Operation::GetRun, result) => document(result, &PIPELINE_RUN, &mut report),
        (Operation::ClaimRun, result) => record! {
            "run": document(result.get("run"), &PIPELINE_RUN, &mut report),
            "pipeline": Pipeline::read(result.get("pipeline"), &mut report),
        },
        (_, result) => Pipeline::read(result, &mut report).into(),
    };
    let cursor = match body.get("cursor") {
        Value::Absent => None,
        cursor => Some(cursor.text()?),
    };
    let damaged = (!damaged.is_empty()).then_some(Value::List(damaged));
    report.finish(record! { "data": data, "cursor": cursor, "damaged": damaged, "op": op }).ok()
}

/// The items that can be read; what is wrong with each other one goes into `damaged`. `None` where none can be read: then
/// something else answered.
fn read_items<'v>(
    items: &'v [Value<'v>],
    schema: &Schema,
    damaged: &mut Vec<Value<'v>>,
    host: &dyn Host,
) -> Option<Value<'v>> {
    let mut read = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let mut report = Report::new(Unknown::Kept, host);
        let outcome = schema.read(item, &mut report);
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
    Some(Error::reported(code, message, read_issues(error.get("issues"))?))
}

fn read_issues(issues: &Value) -> Option<Vec<Issue>> {
    let given = match issues {
        Value::Absent => &[],
        Value::List(issues) => issues.as_slice(),
        _ => return None,
    };
    let mut issues = Vec::with_capacity(given.len());
    for issue in given {
        issues.push(read_issue(issue)?);
    }
    Some(issues)
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
