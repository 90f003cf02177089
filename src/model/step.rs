//! The steps of a pipeline.

use super::read::{Report, list, text};
use super::record::Record;
use super::schema::{Property, Rule, Schema, optional, required};
use super::step_kind::{STEP_KIND_NAMES, STEP_KINDS};
use crate::issue::IssueCode;
use crate::value::Value;

/// The most steps a pipeline has.
pub const MAX_STEPS: usize = 100;
/// The longest step id, in UTF-16 units.
pub const MAX_STEP_ID_UNITS: usize = 64;
/// The longest label, in UTF-16 units.
pub const MAX_LABEL_UNITS: usize = 100;

const ID: Property = required("id", Rule::Verbatim { max: MAX_STEP_ID_UNITS });
const KIND: Property = required("kind", Rule::Any(read_kind));
const LABEL: Property = optional("label", Rule::Remark { max: MAX_LABEL_UNITS });

/// What a step knows, for what it does not: its options are read by the schema of its kind.
static STEP: Schema = Schema(&[ID, KIND, LABEL, required("options", Rule::Record(&Schema(&[])))]);

/// Reads 1 to [`MAX_STEPS`] steps with distinct ids.
pub fn read_steps<'v>(value: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    let Some(items) = list(value, report) else { return Value::Absent };
    if items.is_empty() {
        report.issue(IssueCode::TooFew { min: 1 });
    } else if items.len() > MAX_STEPS {
        report.issue(IssueCode::TooMany { max: MAX_STEPS });
    }
    // Beyond the limit each further step would only repeat that there are too many.
    let items = items.get(..MAX_STEPS).unwrap_or(items);
    let mut steps = Vec::with_capacity(items.len());
    let mut ids = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        report.enter(index.into());
        steps.push(read_step(item, &ids, report));
        report.leave();
        ids.push(item.text_of("id"));
    }
    Value::List(steps)
}

fn read_step<'v>(value: &'v Value<'v>, earlier_ids: &[Option<&str>], report: &mut Report) -> Value<'v> {
    let Some(mut step) = Record::open(value, report) else { return Value::Absent };
    step.read(&ID, report);
    let id = step.kept("id").text();
    let twin = earlier_ids.iter().position(|earlier| id.is_some() && *earlier == id);
    if let Some(first) = twin {
        report.enter("id".into());
        report.issue(IssueCode::DuplicateId { first });
        report.leave();
    }
    step.read(&KIND, report);
    step.read(&LABEL, report);
    let kind = step.given("kind").text();
    let kind = STEP_KINDS.iter().find(|known| Some(known.name) == kind);
    let options = step.given("options");
    report.enter("options".into());
    match kind {
        Some(kind) => step.keep("options", kind.options.read(options, report)),
        // What the options of an unknown kind hold is not looked at.
        None => drop(Record::open(options, report)),
    }
    report.leave();
    step.close(&STEP, report)
}

fn read_kind<'v>(value: &'v Value<'v>, report: &mut Report) -> Value<'v> {
    let Some(given) = text(value, report) else { return Value::Absent };
    if STEP_KIND_NAMES.contains(&given) {
        return given.into();
    }
    let suggestion = report.suggest(given, &mut STEP_KIND_NAMES.iter().copied());
    report.issue(IssueCode::UnknownKind { accepted: STEP_KIND_NAMES, suggestion });
    Value::Absent
}
