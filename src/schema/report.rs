//! What is wrong with a value: the issues that one pass through it gathers.

use super::text::units;
use crate::host::Host;
use crate::issue::{Issue, IssueCode, Segment};
use crate::value::{MAX_WALK_BYTES, Value};

/// The deepest nesting of arrays and objects that Convex stores.
pub const MAX_DEPTH: usize = 16;

/// The largest document that Convex stores, in bytes of its JSON text.
pub const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

/// The most issues that are gathered: what a person cannot read to its end need not be written.
pub const MAX_ISSUES: usize = 1_000;

/// How many misspelt words one value is offered a right one for: comparing letters is the slowest part of refusing.
const MAX_SUGGESTIONS: u8 = 50;

/// What becomes of a field that the contract does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Refused: nothing that a user wrote is dropped in silence.
    Refused,
    /// Kept and passed on: a newer server must not break an older tab.
    Kept,
    /// Not looked at: somebody else's options stand beside ours.
    Ignored,
}

/// The issues found so far, the place that is being read, and what reading it depends on.
pub struct Report<'h> {
    /// Knows zones and URLs.
    pub host: &'h dyn Host,
    pub(super) unknown: Unknown,
    pub(super) path: Vec<Segment>,
    /// How much of the path lies outside the document that is being read.
    pub(super) outside: usize,
    pub(super) keeps_unknown: bool,
    /// The place of an earlier item with the id of the one that is read next.
    pub(super) twin: Option<usize>,
    issues: Vec<Issue>,
    /// How many issues were found beyond [`MAX_ISSUES`].
    left_out: usize,
    suggestions: u8,
}

/// A state of a report, to come back to.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Mark {
    issues: usize,
    left_out: usize,
}

impl<'h> Report<'h> {
    /// An empty report.
    #[must_use]
    pub fn new(unknown: Unknown, host: &'h dyn Host) -> Self {
        Self {
            host,
            unknown,
            path: Vec::new(),
            outside: 0,
            keeps_unknown: false,
            twin: None,
            issues: Vec::new(),
            left_out: 0,
            suggestions: 0,
        }
    }

    /// Adds an issue of the place that is being read, or only counts it where there are too many.
    pub fn issue(&mut self, code: IssueCode) {
        if self.is_full() {
            self.left_out += 1;
        } else {
            self.issues.push(Issue { code, path: self.path.clone() });
        }
    }

    /// Whether further issues are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.issues.len() >= MAX_ISSUES
    }

    /// The accepted word that `given` is probably a slip of; none once too many were looked for.
    pub(super) fn suggest(
        &mut self,
        given: &str,
        accepted: &mut dyn Iterator<Item = &'static str>,
    ) -> Option<&'static str> {
        self.suggestions = self.suggestions.saturating_add(1);
        if self.suggestions > MAX_SUGGESTIONS { None } else { nearest(given, accepted) }
    }

    /// The issues so far.
    pub(super) fn mark(&self) -> Mark {
        Mark { issues: self.issues.len(), left_out: self.left_out }
    }

    /// Drops the issues that were found since `mark`; says whether there were any.
    pub(super) fn forget_since(&mut self, mark: Mark) -> bool {
        let found_any = self.issues.len() > mark.issues || self.left_out > mark.left_out;
        self.issues.truncate(mark.issues);
        self.left_out = mark.left_out;
        found_any
    }

    /// Adds the issue of a refusal and drops the refusal.
    pub fn accept<T>(&mut self, outcome: Result<T, IssueCode>) -> Option<T> {
        outcome.map_err(|code| self.issue(code)).ok()
    }

    /// Goes one step further in.
    #[cfg_attr(module, optimize(speed))]
    pub fn enter(&mut self, segment: Segment) {
        self.path.push(segment);
    }

    /// Comes back one step.
    #[cfg_attr(module, optimize(speed))]
    pub fn leave(&mut self) {
        self.path.pop();
    }

    /// Whether a field was kept that no rule describes: only such fields can make a document too large.
    #[must_use]
    pub fn keeps_unknown(&self) -> bool {
        self.keeps_unknown
    }

    /// What was read, or all issues.
    ///
    /// # Errors
    /// The issues, where there are any.
    pub fn finish<T>(mut self, result: T) -> Result<T, Vec<Issue>> {
        if self.issues.is_empty() {
            return Ok(result);
        }
        if self.left_out > 0 {
            self.issues.push(IssueCode::TooManyIssues { more: self.left_out }.into());
        }
        Err(self.issues)
    }

    /// Adds the issue of a value that is not `expected`.
    pub(super) fn refuse(&mut self, value: &Value, expected: &'static str) {
        self.issue(match value {
            Value::Absent => IssueCode::Required,
            Value::BrokenText(_) => IssueCode::Surrogate,
            Value::TooDeep => IssueCode::TooDeep { max: MAX_DEPTH },
            Value::TooLarge => IssueCode::TooLarge { max: MAX_WALK_BYTES },
            _ => IssueCode::Type { expected },
        });
    }
}

/// The accepted word that `given` is probably a slip of.
fn nearest(given: &str, accepted: &mut dyn Iterator<Item = &'static str>) -> Option<&'static str> {
    // Comparing letters takes long: a megabyte of them, or those of every word for each slip.
    let is_near = |word: &str| given.len() <= 2 * word.len() && units(given).abs_diff(word.len()) <= word.len() / 3;
    let near = accepted.filter(|word| is_near(word));
    let (distance, word) =
        near.map(|word| (strsim::osa_distance(given, word), word)).min_by_key(|(distance, _)| *distance)?;
    (distance <= word.len() / 3).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_a_word_within_a_third_of_its_letters() {
        let nearest = |given| nearest(given, &mut ["name", "description"].into_iter());
        for (given, expected) in [
            ("nmae", Some("name")),
            ("nam", Some("name")),
            ("nice", None),
            ("discripton", Some("description")),
            ("description of it", None),
            ("", None),
        ] {
            assert_eq!(nearest(given), expected, "{given}");
        }
    }
}
