//! What can be wrong with a cron expression, and what can be remarked on a valid one, with its wording.

use super::Param;

/// Why an expression was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CronFault {
    /// The field's name (`minute`, `hour`, `day of month`, `month`, `weekday`), or `expression` for the whole.
    pub field: &'static str,
    /// Where the part at fault begins in the text as it was written, in UTF-16 units.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The part at fault.
    pub given: String,
    /// A whole expression that says what was probably meant.
    pub suggestion: Option<String>,
}

impl CronFault {
    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> String {
        format!("{}: {} cannot be read", self.field, self.given)
    }

    /// `field`, `start`, `end`, `given` and, where there is one, `suggestion`.
    #[must_use]
    pub fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// A remark on an expression that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CronWarning {
    /// No date matches.
    NeverRuns,
}

impl CronWarning {
    /// The stable name of the code.
    #[must_use]
    pub fn name(&self) -> &'static str {
        "never_runs"
    }

    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> String {
        "never runs".to_owned()
    }

    /// Numbers behind the sentence.
    #[must_use]
    pub fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}
