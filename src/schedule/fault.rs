//! From a fault to what a person needs: its place in the text, its kind, and the whole put right.

use super::cron::canonical;
use super::read::{BLANKS, Fault, expand, fields, is_blank, read};
use super::repair::{ascii, instead, is_dialect, is_word};
use crate::issue::cron::{CronFault, CronField, CronProblem};

/// How many repairs may be joined into one suggestion.
const MOST_REPAIRS: u8 = 8;

/// The most characters of a text that is too long which its fault repeats.
const SHOWN_CHARS: usize = 64;

/// The fault as an issue carries it.
pub(super) fn explain(text: &str, fault: Fault<'_>) -> Box<CronFault> {
    let mut fault = classify(text, fault);
    let candidates = repairs(text, fault);
    let suggestion = candidates.iter().flatten().find_map(|repaired| mend(repaired, MOST_REPAIRS));
    if fault.problem == (CronProblem::FieldCount { found: 6 }) {
        let [without_first, _] = &candidates;
        if without_first.as_ref().is_some_and(|repaired| mend(repaired, MOST_REPAIRS).is_some()) {
            fault.problem = CronProblem::Seconds;
        }
    }
    let start = place(text, fault.part);
    let units = |end| text.get(..end).map_or(0, |before| before.encode_utf16().count());
    let given = match fault.problem {
        CronProblem::TooLong { .. } => fault.part.chars().take(SHOWN_CHARS).collect(),
        _ => fault.part.to_owned(),
    };
    Box::new(CronFault {
        field: fault.field,
        problem: fault.problem,
        start: units(start),
        end: units(start + fault.part.len()),
        given,
        instead: instead(fault),
        suggestion,
    })
}

/// Names what the reader only found unreadable.
fn classify<'a>(text: &'a str, fault: Fault<'a>) -> Fault<'a> {
    if matches!(fault.problem, CronProblem::TooLong { .. } | CronProblem::Blank) {
        return fault;
    }
    let whole = text.trim_matches(BLANKS);
    if unquoted(whole).is_some() {
        return Fault { field: CronField::Expression, part: whole, problem: CronProblem::Quoted };
    }
    let problem = match fault.problem {
        CronProblem::Unreadable if ascii(fault.part).is_some() => CronProblem::Foreign,
        CronProblem::Unreadable if is_dialect(fault.part) => CronProblem::Dialect,
        CronProblem::Unreadable if is_word(fault) => CronProblem::Name,
        problem => problem,
    };
    Fault { problem, ..fault }
}

/// The text within a pair of quotation marks, as a line of a script or a JSON file has it.
fn unquoted(whole: &str) -> Option<&str> {
    ['"', '\'', '`'].into_iter().find_map(|mark| whole.strip_prefix(mark)?.strip_suffix(mark))
}

/// The text with this one fault repaired; more faults may remain. The likelier first.
fn repairs(text: &str, fault: Fault<'_>) -> [Option<String>; 2] {
    let start = place(text, fault.part);
    let five = |skipped| Some(fields(fault.part).skip(skipped).take(5).collect::<Vec<_>>().join(" "));
    let one = match fault.problem {
        CronProblem::FieldCount { found: 6 } => return [five(1), five(0)],
        // Seconds before, a year behind.
        CronProblem::FieldCount { found: 7 } => five(1),
        CronProblem::Blank => Some(text.replace(is_blank, " ")),
        CronProblem::Quoted => unquoted(fault.part).map(str::to_owned),
        CronProblem::EmptyItem => {
            let field_start = text.get(..start).and_then(|before| before.rfind(BLANKS)).map_or(0, |blank| blank + 1);
            let field_end =
                text.get(start..).and_then(|rest| rest.find(BLANKS)).map_or(text.len(), |blank| start + blank);
            text.get(field_start..field_end).map(|field| {
                let kept: Vec<_> = field.split(',').filter(|item| !item.is_empty()).collect();
                splice(text, field_start, field_end, &kept.join(","))
            })
        }
        _ => instead(fault).map(|part| splice(text, start, start + fault.part.len(), &part)),
    };
    [one, None]
}

/// Repairs what is left to repair, and gives the whole only if it then reads well.
fn mend(text: &str, left: u8) -> Option<String> {
    match read(text) {
        // A macro says better than its five fields what was meant.
        Ok(_) if expand(text).is_some() => Some(text.to_owned()),
        Ok(_) => Some(canonical(text)),
        Err(fault) if left > 0 => {
            let candidates = repairs(text, classify(text, fault));
            candidates.iter().flatten().find_map(|repaired| mend(repaired, left - 1))
        }
        Err(_) => None,
    }
}

fn splice(text: &str, start: usize, end: usize, part: &str) -> String {
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    [before, part, after].concat()
}

/// Where a part of the text begins, in bytes. A part of anything else would begin nowhere: at the end.
fn place(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len())
}
