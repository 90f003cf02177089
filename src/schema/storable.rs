//! What Convex cannot store, found in values that no rule describes.

use super::report::{MAX_DEPTH, Report, Unknown};
use crate::issue::{IssueCode, Segment};
use crate::value::{MAX_WALK_BYTES, Value};
use std::borrow::Cow;

/// Finds what Convex cannot store in a value that no rule describes. In a refused field only its shape is examined.
pub(super) fn storable(value: &Value, report: &mut Report) {
    if report.is_full() {
        return;
    }
    let is_container = matches!(value, Value::List(_) | Value::Record(_));
    // The outermost container has an empty path and is the first level.
    if matches!(value, Value::TooDeep) || is_container && report.path.len() - report.outside >= MAX_DEPTH {
        return report.issue(IssueCode::TooDeep { max: MAX_DEPTH });
    }
    match value {
        Value::BrokenText(_) => report.issue(IssueCode::Surrogate),
        Value::TooLarge => report.issue(IssueCode::TooLarge { max: MAX_WALK_BYTES }),
        Value::Foreign => foreign(report),
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                report.enter(index.into());
                storable(item, report);
                report.leave();
            }
        }
        Value::Record(fields) => {
            for field in fields {
                report.enter(Segment::Key(Cow::Owned(field.key.clone().into_owned())));
                if field.broken {
                    report.issue(IssueCode::Surrogate);
                }
                storable(&field.value, report);
                report.leave();
            }
        }
        _ => {}
    }
}

/// Refuses what JSON has no word for; in a refused field there is nothing to add.
fn foreign(report: &mut Report) {
    if report.unknown == Unknown::Kept {
        report.issue(IssueCode::Type { expected: "a value of JSON" });
    }
}
