//! Why a request was not carried out: one shape for thrown errors, HTTP bodies and results.

use crate::issue::Issue;
use serde::Serialize;

/// A refusal or failure, with all its issues.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Error {
    /// What kind of failure.
    pub code: ErrorCode,
    /// The sentence for people.
    pub message: String,
    /// What is wrong with the input; empty unless the code is `invalid` or `config`.
    pub issues: Vec<Issue>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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
    /// The code of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "invalid" => Self::Invalid,
            "not_found" => Self::NotFound,
            "conflict" => Self::Conflict,
            "unauthorized" => Self::Unauthorized,
            "rate_limited" => Self::RateLimited,
            "unavailable" => Self::Unavailable,
            "storage" => Self::Storage,
            "protocol" => Self::Protocol,
            "config" => Self::Config,
            "internal" => Self::Internal,
            _ => return None,
        })
    }
}

impl Error {
    /// An error without issues; retryable where its code says so.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let retryable = matches!(code, ErrorCode::RateLimited | ErrorCode::Unavailable);
        Self { code, message: message.into(), issues: Vec::new(), retryable }
    }

    /// The input has these issues.
    #[must_use]
    pub fn invalid(issues: Vec<Issue>) -> Self {
        Self { message: summary(&issues), issues, ..Self::new(ErrorCode::Invalid, "") }
    }

    /// These options are wrong.
    #[must_use]
    pub fn config(issues: Vec<Issue>) -> Self {
        Self { code: ErrorCode::Config, ..Self::invalid(issues) }
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

    /// The database asks to try again.
    #[must_use]
    pub fn contention() -> Self {
        Self::new(ErrorCode::Unavailable, "the database is busy; try again")
    }

    /// A fault of this package.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ErrorCode::Internal, "something went wrong inside")
    }
}

/// All issues in one line each, so that an uncaught error says what is wrong.
fn summary(issues: &[Issue]) -> String {
    issues.iter().map(Issue::sentence).collect::<Vec<_>>().join("\n")
}
