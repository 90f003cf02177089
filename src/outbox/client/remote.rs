//! How the server was found, and when it is asked again.

use super::{Chance, Surroundings};
use crate::value::{Value, record};

/// The first pause after a failure, at most, in milliseconds.
const BASE_MS: i64 = 500;
/// The longest pause that is not asked for.
const CAP_MS: i64 = 60_000;
/// The first pause of a client that is refused, and the longest.
const REFUSED_MS: i64 = 60_000;
const MOST_REFUSED_MS: i64 = 600_000;
/// The pause before a server that does not know operations.
const BLOCKED_MS: i64 = 300_000;

/// How the last answer found the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing was asked yet.
    Unknown,
    /// The last answer was a good one.
    Reached,
    /// No answer, or none that says what became of an operation.
    Away,
    /// The session is not, or no longer, accepted.
    Refused,
    /// The server knows no operations.
    Blocked,
}

impl Found {
    const WORDS: &'static [&'static str] = &["unknown", "reached", "away", "refused", "blocked"];

    fn word(self) -> &'static str {
        Self::WORDS.get(self as usize).copied().unwrap_or_default()
    }
}

/// The server as one account of this device finds it, `{ remote, since, lastError?, failures, nextAt }`. Whoever runs the
/// machine keeps it and gives it back; anything else is a server that nobody has asked. `nextAt` is in milliseconds since
/// 1970: nothing is sent before, unless somebody wants it.
#[derive(Clone, Debug, PartialEq)]
pub struct Remote(pub(super) Value<'static>);

impl Remote {
    /// Reads what was kept.
    #[must_use]
    pub fn read(kept: &Value, around: &Surroundings) -> Self {
        match kept.text_of("remote") {
            Some(_) => Self(kept.clone().into_owned()),
            None => Self(record! { "remote": Found::Unknown.word(), "since": around.now }),
        }
    }

    fn is(&self, found: Found) -> bool {
        self.0.text_of("remote") == Some(found.word())
    }

    /// Notes how a read found the server: `error` is `{ code, message, retryable?, retryAfterMs? }` of its refusal, absent
    /// where it answered.
    pub fn heard(&mut self, error: &Value, around: &Surroundings) {
        let code = error.text_of("code");
        let found = match code {
            Some("unauthorized") => Found::Refused,
            // Another server answers in this one's place, or this one is in trouble.
            Some("protocol" | "unavailable" | "internal") => Found::Away,
            _ if matches!(error.get("retryable"), Value::Bool(true)) => Found::Away,
            _ => Found::Reached,
        };
        let mut last_error = Value::Absent;
        if found != Found::Reached {
            let said = |name| error.get(name).clone();
            last_error = record! { "code": said("code"), "message": said("message"), "retryable": said("retryable") }
                .into_owned();
        }
        let pause = error.get("retryAfterMs").whole().and_then(|pause| i64::try_from(pause).ok());
        self.turn(found, last_error, pause, around);
    }

    /// Whether everything that is due may be sent: a server in trouble is asked with one operation.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.is(Found::Reached) || self.is(Found::Unknown)
    }

    /// When it may be asked again.
    #[must_use]
    pub fn next_at(&self) -> i64 {
        if let Value::Whole(moment) = self.0.get("nextAt") { *moment } else { 0 }
    }

    /// Notes what an answer says, and with a failure also when to ask again: when the server itself says, or after a pause
    /// that grows. What was under way together fails together, which is one failure.
    pub(super) fn turn(
        &mut self,
        found: Found,
        last_error: Value<'static>,
        asked_for: Option<i64>,
        around: &Surroundings,
    ) {
        let now = around.now.milliseconds();
        let is_same = self.is(found);
        let failures = self.0.get("failures").whole().filter(|_| is_same).unwrap_or_default();
        let (mut failures, mut next_at) = (u32::try_from(failures).unwrap_or(u32::MAX), self.next_at());
        if !is_same {
            self.0.set("remote", found.word().into());
            self.0.set("since", around.now.into());
        }
        if found == Found::Reached {
            next_at = now;
            failures = 0;
        } else if !is_same || now >= next_at {
            next_at = now
                + match found {
                    Found::Refused => (REFUSED_MS << failures.min(8)).min(MOST_REFUSED_MS),
                    Found::Blocked => BLOCKED_MS,
                    _ => backoff(failures, around.chance),
                };
            failures = failures.saturating_add(1);
        }
        self.0.set("lastError", last_error);
        self.0.set("failures", failures.into());
        self.0.set("nextAt", Value::Whole(asked_for.map_or(next_at, |pause| now + pause)));
    }
}

impl From<Remote> for Value<'_> {
    fn from(Remote(kept): Remote) -> Self {
        kept
    }
}

/// The pause after `failures` and one more, in milliseconds: anything up to twice as long as the last one could be, so
/// that those who fail together do not come again together.
pub(super) fn backoff(failures: u32, chance: Chance) -> i64 {
    chance.up_to((BASE_MS << failures.min(16)).min(CAP_MS))
}
