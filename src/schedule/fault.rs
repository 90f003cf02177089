//! From a fault to what a person needs: its place in the text, its kind, and the whole repaired.
//!
//! A suggestion can be taken with one click, so it holds one repair, the one that the message names, and is given only
//! where the text then reads: a second repair would be one that nobody has read.

use super::field::FIELDS;
use super::read::{Fault, read, read_field};
use super::repair::{ascii, instead, is_dialect, is_word};
use super::text::{canonical, expand, fields, place, trimmed};
use super::whole;
use crate::issue::cron::{CronFault, CronField, CronProblem};

/// The most characters of a text that is too long which its fault repeats.
const SHOWN_CHARS: usize = 64;

/// The fault as an issue carries it.
pub(super) fn explain(text: &str, fault: Fault<'_>) -> Box<CronFault> {
    let fault = classify(text, fault);
    let start = place(text, fault.part);
    let end = start + fault.part.len();
    let instead = instead(text, fault);
    let spliced = instead.as_deref().and_then(|part| Some([text.get(..start)?, part, text.get(end..)?].concat()));
    let repaired = whole::repaired(text, fault);
    let units = |end| text.get(..end).map_or(0, |before| before.encode_utf16().count());
    let given = match fault.problem {
        CronProblem::TooLong { .. } => fault.part.chars().take(SHOWN_CHARS).collect(),
        _ => fault.part.to_owned(),
    };
    Box::new(CronFault {
        field: fault.field,
        problem: fault.problem,
        start: units(start),
        end: units(end),
        given,
        suggestion: repaired.as_ref().or(spliced.as_ref()).and_then(|repaired| suggestion(repaired)),
        instead: instead.filter(|_| spliced.is_some_and(|spliced| reads_in(fault.field, &spliced))),
    })
}

/// Names what the reader only found unreadable.
fn classify<'a>(text: &'a str, fault: Fault<'a>) -> Fault<'a> {
    if let Some(fault) = whole::fault(text, fault.problem) {
        return fault;
    }
    let problem = match fault.problem {
        CronProblem::Unreadable if ascii(fault.part).is_some() => CronProblem::Foreign,
        CronProblem::Unreadable if is_dialect(fault.part) => CronProblem::Dialect,
        CronProblem::Unreadable if is_word(fault) => CronProblem::Name,
        problem => problem,
    };
    Fault { problem, ..fault }
}

/// Whether one field of the repaired text reads, whatever the others do.
fn reads_in(name: CronField, repaired: &str) -> bool {
    let at_fault = FIELDS.iter().zip(fields(repaired)).find(|(field, _)| field.name == name);
    name == CronField::Expression || at_fault.is_some_and(|(field, text)| read_field(field, text).is_ok())
}

/// The repaired text as it is shown, where all of it reads.
fn suggestion(repaired: &str) -> Option<String> {
    read(repaired).ok()?;
    let whole = trimmed(repaired);
    // A macro says better than its five fields what was meant.
    Some(if expand(whole).is_some() { whole.to_owned() } else { canonical(whole).into_owned() })
}
