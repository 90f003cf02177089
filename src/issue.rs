//! What can be wrong with a value, as data.
//!
//! An [`Issue`] has a stable code, a path and numbers; a form can put it on its field without reading English. The
//! English is in the children of this module, and nowhere else.

use crate::value::decimal::push_decimal;
use crate::value::{Value, record};
use std::borrow::Cow;

pub mod cron;
pub mod endpoint;
mod wording;

pub use wording::Wording;

use cron::{CronFault, CronWarning};
use endpoint::EndpointFault;

/// One fault of one value, or (from [`CronWarning`]) one remark on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// What is wrong.
    pub code: IssueCode,
    /// Where, from the outermost value inwards; empty for the value itself.
    pub path: Vec<Segment>,
}

/// One step of an issue's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A key of an object.
    Key(Cow<'static, str>),
    /// A place in an array, from 0.
    Index(usize),
}

/// What is wrong, with the numbers that its sentence needs.
#[derive(Clone, Debug, PartialEq)]
pub enum IssueCode {
    /// A field that must be there is absent.
    Required,
    /// The value is of another type; `expected` names the right one with its article.
    Type {
        /// Such as `a string`.
        expected: &'static str,
    },
    /// Nothing is left after trimming.
    Empty,
    /// More than `max` UTF-16 units.
    TooLong {
        /// The longest that is accepted, in UTF-16 units.
        max: usize,
    },
    /// Fewer than `min` UTF-16 units.
    TooShort {
        /// The shortest that is accepted, in UTF-16 units.
        min: usize,
    },
    /// More than `max` items.
    TooMany {
        /// The most that are accepted.
        max: usize,
    },
    /// Fewer than `min` items.
    TooFew {
        /// The fewest that are accepted.
        min: usize,
    },
    /// A number outside `min..=max`.
    Range {
        /// The least that is accepted.
        min: u32,
        /// The greatest that is accepted.
        max: u32,
    },
    /// A number that is not whole.
    Integer,
    /// Not among the accepted values.
    OneOf {
        /// In the order of the contract.
        accepted: &'static [&'static str],
    },
    /// A field that does not exist.
    UnknownField {
        /// An existing field of nearly the same spelling.
        suggestion: Option<&'static str>,
    },
    /// A step kind that does not exist.
    UnknownKind {
        /// In the order of the contract.
        accepted: &'static [&'static str],
        /// An existing kind of nearly the same spelling.
        suggestion: Option<&'static str>,
    },
    /// An identifier that an earlier item already has.
    DuplicateId {
        /// The index of the earlier item.
        first: usize,
    },
    /// Not a five-field cron expression.
    Cron(Box<CronFault>),
    /// A remark on a valid cron expression.
    CronWarning(Box<CronWarning>),
    /// Not the name of a time zone.
    Timezone {
        /// As it was written.
        given: String,
        /// The name that was probably meant.
        suggestion: Option<String>,
    },
    /// Not an absolute http(s) URL without user information.
    Url {
        /// The URL that was probably meant.
        suggestion: Option<String>,
    },
    /// Not a UUID.
    Uuid,
    /// Not a timestamp as RFC 3339 writes them.
    Timestamp,
    /// Half of a surrogate pair: text that UTF-8 cannot hold.
    Surrogate,
    /// Nested deeper than `max`.
    TooDeep {
        /// The deepest nesting that is accepted.
        max: usize,
    },
    /// Larger than `max` bytes.
    TooLarge {
        /// The largest size that is accepted, in bytes.
        max: usize,
    },
    /// Stands behind the last issue that is told, for those that are not.
    TooManyIssues {
        /// How many more were found.
        more: usize,
    },
    /// An option of a client that cannot work.
    Endpoint(EndpointFault),
    /// An issue that another side reported, passed on as it came.
    Reported(Box<ReportedIssue>),
}

/// What another side said of an issue.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedIssue {
    /// Its code.
    pub code: String,
    /// Its message.
    pub message: String,
    /// A record of its numbers and texts, or nothing.
    pub params: Value<'static>,
}

/// The most characters of a key that a sentence repeats.
const SHOWN_CHARS: usize = 100;

impl From<IssueCode> for Issue {
    fn from(code: IssueCode) -> Self {
        Self { code, path: Vec::new() }
    }
}

impl Issue {
    /// The same issue, `segment` further out.
    #[must_use]
    pub fn within(mut self, segment: impl Into<Segment>) -> Self {
        self.path.insert(0, segment.into());
        self
    }

    /// What is said of it, with its place.
    pub(crate) fn told<'a>(&'a self, Wording { name, message, params }: Wording<'a>) -> Value<'a> {
        record! { "code": name, "path": Value::list(&self.path), "message": message, "params": params }
    }

    /// Appends path and message in one line: `steps[0].options.style must be one of bullets, paragraph`.
    pub fn push_sentence(&self, message: &str, line: &mut String) {
        if self.path.is_empty() {
            line.push_str("the value");
        }
        for (place, segment) in self.path.iter().enumerate() {
            match segment {
                Segment::Key(key) => {
                    line.push_str(if place > 0 { "." } else { "" });
                    push_short(line, key, SHOWN_CHARS);
                }
                Segment::Index(index) => {
                    line.push('[');
                    push_decimal(line, *index as i64);
                    line.push(']');
                }
            }
        }
        line.push(' ');
        line.push_str(message);
    }
}

/// Appends the first `max` characters of a text that somebody wrote.
fn push_short(line: &mut String, text: &str, max: usize) {
    for (place, c) in text.chars().enumerate() {
        if place == max {
            return line.push('…');
        }
        line.push(c);
    }
}

impl From<&'static str> for Segment {
    fn from(key: &'static str) -> Self {
        Self::Key(Cow::Borrowed(key))
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl<'a> From<&'a Segment> for Value<'a> {
    fn from(segment: &'a Segment) -> Self {
        match segment {
            Segment::Key(key) => key.as_ref().into(),
            Segment::Index(index) => (*index).into(),
        }
    }
}

impl<'a> From<&'a Issue> for Value<'a> {
    fn from(issue: &'a Issue) -> Self {
        issue.told(issue.code.wording())
    }
}
