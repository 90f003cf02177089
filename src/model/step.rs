//! One step of a pipeline.

use super::read::{Extra, Fields, Report, choice, flag, list, nearest, text, whole_number};
use super::step_kind::{OptionRule, Presence, STEP_KIND_NAMES, STEP_KINDS, StepKind, StepOption};
use super::text::{trimmed, trimmed_or_empty, untrimmed};
use crate::issue::IssueCode;
use crate::value::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The most steps a pipeline has.
pub const MAX_STEPS: usize = 100;
/// The longest step id, in UTF-16 units.
pub const MAX_STEP_ID_UNITS: usize = 64;
/// The longest label, in UTF-16 units.
pub const MAX_LABEL_UNITS: usize = 100;

/// A checked step.
#[derive(Clone, Debug)]
pub struct PipelineStep {
    id: String,
    kind: &'static StepKind,
    label: Option<String>,
    options: StepOptions,
    extra: Extra,
}

/// The options of a step, as its kind describes them.
#[derive(Clone, Debug)]
struct StepOptions {
    known: Vec<(&'static str, OptionValue)>,
    extra: Extra,
}

#[derive(Clone, Debug, serde::Serialize)]
#[serde(untagged)]
enum OptionValue {
    Flag(bool),
    Whole(u32),
    Text(String),
    Choice(&'static str),
}

/// Reads 1 to [`MAX_STEPS`] steps with distinct ids.
pub fn read_steps(value: &Value, report: &mut Report) -> Option<Vec<PipelineStep>> {
    let items = list(value, report)?;
    if items.is_empty() {
        report.issue(IssueCode::TooFew { min: 1 });
    } else if items.len() > MAX_STEPS {
        report.issue(IssueCode::TooMany { max: MAX_STEPS });
    }
    let mut ids = Vec::new();
    let mut steps = Vec::with_capacity(items.len().min(MAX_STEPS));
    // Beyond the limit each further step would only repeat that there are too many.
    for (index, item) in items.iter().take(MAX_STEPS).enumerate() {
        report.enter(index.into());
        steps.extend(PipelineStep::read(item, &ids, report));
        report.leave();
        ids.push(item.field("id").and_then(Value::text));
    }
    Some(steps)
}

impl PipelineStep {
    fn read(value: &Value, earlier_ids: &[Option<&str>], report: &mut Report) -> Option<Self> {
        let fields = Fields::open(value, &["id", "kind", "label", "options"], report)?;
        let id = fields.read("id", report, |value, report| untrimmed(value, MAX_STEP_ID_UNITS, report));
        let twin = earlier_ids.iter().position(|earlier| id.is_some() && *earlier == id.as_deref());
        if let Some(first) = twin {
            report.enter("id".into());
            report.issue(IssueCode::DuplicateId { first });
            report.leave();
        }
        let kind = fields.read("kind", report, read_kind);
        let label = fields
            .optional("label", report, |value, report| trimmed_or_empty(value, MAX_LABEL_UNITS, report))
            .map(Option::flatten);
        report.enter("options".into());
        let options = match kind {
            Some(kind) => StepOptions::read(fields.get("options"), kind, report),
            None => Fields::open(fields.get("options"), &[], report).and(None),
        };
        report.leave();
        let extra = fields.close(report);
        Some(Self { id: id?, kind: kind?, label: label?, options: options?, extra })
    }
}

fn read_kind(value: &Value, report: &mut Report) -> Option<&'static StepKind> {
    let given = text(value, report)?;
    let kind = STEP_KINDS.iter().find(|kind| kind.name == given);
    report.accept(kind.ok_or_else(|| IssueCode::UnknownKind {
        accepted: STEP_KIND_NAMES,
        suggestion: nearest(given, STEP_KIND_NAMES),
    }))
}

impl StepOptions {
    fn read(value: &Value, kind: &'static StepKind, report: &mut Report) -> Option<Self> {
        let fields = Fields::open(value, kind.option_names, report)?;
        let mut known = Vec::with_capacity(kind.options.len());
        for option in kind.options {
            let is_required = match option.presence {
                Presence::Required => true,
                Presence::Optional => false,
                Presence::RequiredWhen { option, is } => value.field(option).and_then(Value::text) == Some(is),
            };
            report.enter(option.name.into());
            let read = option.read(fields.get(option.name), is_required, report);
            report.leave();
            known.extend(read.map(|value| (option.name, value)));
        }
        Some(Self { known, extra: fields.close(report) })
    }
}

impl StepOption {
    fn read(&self, value: &Value, is_required: bool, report: &mut Report) -> Option<OptionValue> {
        if *value == Value::Absent && !is_required {
            return None;
        }
        match self.rule {
            OptionRule::Flag => flag(value, report).map(OptionValue::Flag),
            OptionRule::Whole { min, max } => whole_number(value, min, max, report).map(OptionValue::Whole),
            OptionRule::Choice(accepted) => choice(value, accepted, report).map(OptionValue::Choice),
            OptionRule::Text { max } if is_required => trimmed(value, max, report).map(OptionValue::Text),
            OptionRule::Text { max } => trimmed_or_empty(value, max, report)?.map(OptionValue::Text),
        }
    }
}

impl Serialize for PipelineStep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("kind", self.kind.name)?;
        if let Some(label) = &self.label {
            map.serialize_entry("label", label)?;
        }
        map.serialize_entry("options", &self.options)?;
        self.extra.write(&mut map)?;
        map.end()
    }
}

impl Serialize for StepOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.known {
            map.serialize_entry(name, value)?;
        }
        self.extra.write(&mut map)?;
        map.end()
    }
}
