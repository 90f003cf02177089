//! What can be wrong with an expression as a whole: what stands around its fields, or splits them.

use super::field::{FIELDS, Values};
use super::read::{Fault, Part, read, read_field};
use super::repair::ascii;
use super::text::{fields, is_blank, is_invisible, place, replaced, separates, trimmed};
use crate::issue::cron::{CronField, CronProblem};

/// The fault of this kind, if there is one: it explains better than `found`, the reader's first, what is wrong.
pub(super) fn fault(text: &str, found: CronProblem) -> Option<Fault<'_>> {
    let whole = trimmed(text);
    let of_whole = |part, problem| Some(Fault { field: CronField::Expression, part, problem });
    if matches!(found, CronProblem::TooLong { .. }) {
        return None;
    }
    if let Some(part) = zone(whole) {
        return of_whole(part, CronProblem::Zone);
    }
    if let Some(part) = comment(whole) {
        return of_whole(part, CronProblem::Comment);
    }
    if unquoted(whole).is_some() {
        return of_whole(whole, CronProblem::Quoted);
    }
    if !matches!(found, CronProblem::FieldCount { .. }) {
        return None;
    }
    if let Some(fault) = split(whole) {
        return Some(fault);
    }
    after_seconds(whole).and_then(|_| of_whole(whole, CronProblem::Seconds))
}

/// The text without a fault of this kind. Nothing is dropped that could have had a meaning.
pub(super) fn repaired(text: &str, fault: Fault<'_>) -> Option<String> {
    match fault.problem {
        CronProblem::Blank => Some(replaced(text, is_blank, " ")),
        CronProblem::Invisible => Some(replaced(text, is_invisible, "")),
        CronProblem::Foreign => ascii(text),
        CronProblem::Split => Some(joined(text)),
        CronProblem::Quoted => unquoted(fault.part).map(str::to_owned),
        CronProblem::Zone => rest(text, fault.part),
        // `1 #2` may be the second Monday, as Quartz writes it.
        CronProblem::Comment if is_nth(fault.part) => None,
        CronProblem::Comment => rest(text, fault.part),
        CronProblem::Seconds => {
            let (seconds, rest) = after_seconds(fault.part)?;
            // Any other second would be lost.
            (seconds.values == Values(1) && !seconds.star).then(|| rest.to_owned())
        }
        _ => None,
    }
}

/// `TZ=Europe/Berlin` or `CRON_TZ=Europe/Berlin`, before the fields or behind them.
fn zone(whole: &str) -> Option<&str> {
    let is_zone = |name: &str| ["TZ", "CRON_TZ"].iter().any(|known| known.eq_ignore_ascii_case(name));
    whole.split(is_blank).find(|word| word.split_once('=').is_some_and(|(name, _)| is_zone(name)))
}

/// From a `#` that begins a word to the end of its line.
fn comment(whole: &str) -> Option<&str> {
    let begins_word = |at: usize| whole.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(is_blank));
    let (start, _) = whole.match_indices('#').find(|(at, _)| begins_word(*at))?;
    whole.get(start..)?.split('\n').next().map(str::trim_end)
}

fn is_nth(comment: &str) -> bool {
    comment.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

/// What stands before a part or behind it, if not on both sides.
fn rest(text: &str, part: &str) -> Option<String> {
    let start = place(text, part);
    let side = |side: Option<&str>| side.map(|side| side.trim().to_owned());
    let (before, after) = (side(text.get(..start))?, side(text.get(start + part.len()..))?);
    match (before.is_empty(), after.is_empty()) {
        (true, false) => Some(after),
        (false, true) => Some(before),
        _ => None,
    }
}

/// The text within a pair of quotation marks, as a line of a script or a JSON file has it.
fn unquoted(whole: &str) -> Option<&str> {
    let pairs = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('„', '“')];
    pairs.into_iter().find_map(|(open, close)| whole.strip_prefix(open)?.strip_suffix(close))
}

/// A field that blanks split beside its signs, such as `8, 20`, where there are five fields without them.
fn split(whole: &str) -> Option<Fault<'_>> {
    let groups = groups(whole);
    let (field, part) = FIELDS.iter().zip(&groups).find(|(_, group)| group.contains(separates))?;
    let reads = groups.len() == FIELDS.len() && read_field(field, &replaced(part, separates, "")).is_ok();
    reads.then_some(Fault { field: field.name, part, problem: CronProblem::Split })
}

/// The text without the blanks beside signs.
fn joined(text: &str) -> String {
    let mut joined = String::new();
    for group in groups(text) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&replaced(group, separates, ""));
    }
    joined
}

/// The words of a text; those that a sign at their ends connects are one.
fn groups(text: &str) -> Vec<&str> {
    let is_sign = |c| matches!(c, ',' | '-' | '/');
    let mut groups: Vec<&str> = Vec::new();
    for word in fields(text) {
        let connected = groups.last_mut().filter(|group| group.ends_with(is_sign) || word.starts_with(is_sign));
        match connected {
            Some(group) => {
                *group = text.get(place(text, group)..place(text, word) + word.len()).unwrap_or_default();
            }
            None => groups.push(word),
        }
    }
    groups
}

/// The seconds in front of five fields, and the five. Six fields with a `?` are AWS's or Quartz's, and never read.
fn after_seconds(whole: &str) -> Option<(Part, &str)> {
    let [minute, ..] = &FIELDS;
    let words: Vec<_> = fields(whole).collect();
    let [seconds, .., fifth, last] = words.as_slice() else { return None };
    let (before_last, after_first) = (whole.get(..place(whole, last))?, whole.get(seconds.len()..)?);
    // `0 7 * * 1-5 *`: more likely a star for the years than the months from January to May.
    let is_year = *last == "*" && *fifth != "*" && read(before_last).is_ok();
    let seconds = read_field(minute, seconds).ok()?;
    (!is_year && read(after_first).is_ok()).then_some((seconds, after_first))
}
