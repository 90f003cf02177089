//! Why a request was not carried out: one shape for thrown errors, HTTP bodies and results.

use crate::issue::Issue;
use crate::value::decimal::decimal;
use crate::value::{Value, record};
use std::ops::Deref;

/// A refusal or failure, with all its issues. One pointer wide, because nearly everything here may return one.
#[derive(Clone, Debug, PartialEq)]
pub struct Error(Box<Failure>);

/// What an [`Error`] says.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What kind of failure.
    pub code: ErrorCode,
    /// The sentence for people.
    pub message: String,
    /// What is wrong with the input; empty unless the code is `invalid` or `config`.
    pub issues: Vec<Issue>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

impl Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The input has issues.
    Invalid,
    /// No such pipeline, or not this account's.
    NotFound,
    /// The pipeline has changed since, or an identifier is taken.
    Conflict,
    /// Credentials are absent or wrong.
    Unauthorized,
    /// Too many attempts.
    RateLimited,
    /// The other side cannot answer now.
    Unavailable,
    /// A local place to keep rows failed.
    Storage,
    /// The other side said something that is not of the contract.
    Protocol,
    /// An option is wrong.
    Config,
    /// A fault of this package.
    Internal,
}

impl ErrorCode {
    const NAMES: [(Self, &'static str); 10] = [
        (Self::Invalid, "invalid"),
        (Self::NotFound, "not_found"),
        (Self::Conflict, "conflict"),
        (Self::Unauthorized, "unauthorized"),
        (Self::RateLimited, "rate_limited"),
        (Self::Unavailable, "unavailable"),
        (Self::Storage, "storage"),
        (Self::Protocol, "protocol"),
        (Self::Config, "config"),
        (Self::Internal, "internal"),
    ];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(code, _)| *code == self).map_or("internal", |(_, name)| name)
    }

    /// The code of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(code, _)| *code)
    }
}

impl Error {
    /// An error without issues; retryable where its code says so.
    #[must_use]
    pub fn new(code: ErrorCode, message: &str) -> Self {
        Self::reported(code, message, Vec::new())
    }

    /// An error in the words of whoever reports it.
    #[must_use]
    pub fn reported(code: ErrorCode, message: &str, issues: Vec<Issue>) -> Self {
        let retryable = matches!(code, ErrorCode::RateLimited | ErrorCode::Unavailable);
        Self(Box::new(Failure { code, message: message.to_owned(), issues, retryable }))
    }

    /// The input has these issues.
    #[must_use]
    pub fn invalid(issues: Vec<Issue>) -> Self {
        Self::reported(ErrorCode::Invalid, &summary(&issues), issues)
    }

    /// These options are wrong.
    #[must_use]
    pub fn config(issues: Vec<Issue>) -> Self {
        Self::reported(ErrorCode::Config, &summary(&issues), issues)
    }

    /// An answer of this status is not of this interface.
    #[must_use]
    pub fn protocol(status: usize) -> Self {
        let message =
            ["the answer, of status ", &decimal(status as i64), ", is not of this interface; is the base URL right?"]
                .concat();
        let mut error = Self::new(ErrorCode::Protocol, &message);
        error.0.retryable = status >= 500 || matches!(status, 408 | 429);
        error
    }

    /// The one answer for an unknown pipeline and for somebody else's.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "there is no such pipeline")
    }

    /// Another pipeline has the identifier that a creation brought.
    #[must_use]
    pub fn id_taken() -> Self {
        Self::new(ErrorCode::Conflict, "the id is taken")
    }

    /// Another pipeline has the secret that a creation or rotation brought.
    #[must_use]
    pub fn secret_taken() -> Self {
        Self::new(ErrorCode::Conflict, "the secret is taken")
    }

    /// Somebody has changed what an update was made on.
    #[must_use]
    pub fn changed_since() -> Self {
        Self::new(ErrorCode::Conflict, "the pipeline has changed since it was read")
    }

    /// An outbox numbers its operations otherwise than the server has counted them.
    #[must_use]
    pub fn miscounted() -> Self {
        Self::new(ErrorCode::Conflict, "the server has counted this client's operations otherwise")
    }

    /// The database asks to try again.
    #[must_use]
    pub fn contention() -> Self {
        Self::new(ErrorCode::Unavailable, "the database is busy; try again")
    }

    /// A change that waits on this device cannot be read; it stays, and nothing is decided without it.
    #[must_use]
    pub fn unreadable_operation() -> Self {
        Self::new(ErrorCode::Storage, "a change that waits here cannot be read")
    }

    /// A fault of this package.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ErrorCode::Internal, "something went wrong inside")
    }
}

impl<'a> From<&'a Error> for Value<'a> {
    fn from(error: &'a Error) -> Self {
        record! {
            "code": error.code.name(),
            "message": error.message.as_str(),
            "issues": Value::list(&error.issues),
            "retryable": error.retryable,
        }
    }
}

/// What [`Error::invalid`] says of these issues, each of them worded once.
#[must_use]
pub fn refusal(issues: &[Issue]) -> Value<'_> {
    let (mut message, mut told) = (String::new(), Vec::with_capacity(issues.len()));
    for issue in issues {
        let wording = issue.code.wording();
        push_line(issue, &wording.message, &mut message);
        told.push(issue.told(wording));
    }
    record! {
        "code": ErrorCode::Invalid.name(),
        "message": message,
        "issues": Value::List(told),
        "retryable": false,
    }
}

/// All issues in one line each, so that an uncaught error says what is wrong.
fn summary(issues: &[Issue]) -> String {
    let mut summary = String::new();
    for issue in issues {
        push_line(issue, &issue.code.wording().message, &mut summary);
    }
    summary
}

fn push_line(issue: &Issue, message: &str, summary: &mut String) {
    if !summary.is_empty() {
        summary.push('\n');
    }
    issue.push_sentence(message, summary);
}
