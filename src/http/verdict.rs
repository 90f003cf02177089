//! What a server says of an operation that an outbox has sent.

/// The word on an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was applied.
    Ok,
    /// Somebody else has changed the same fields, or the id or the secret is taken.
    Conflict,
    /// Its arguments have issues.
    Rejected,
    /// There is no such pipeline.
    Gone,
    /// A later operation of the same client was answered already.
    Superseded,
    /// Another operation was answered under the same number.
    ClientFork,
    /// Its number is not the next one.
    OutOfOrder,
}

use Verdict::{ClientFork, Conflict, Gone, Ok, OutOfOrder, Rejected, Superseded};

impl Verdict {
    /// The words, in the order of the verdicts.
    pub const WORDS: &'static [&'static str] =
        &["ok", "conflict", "rejected", "gone", "superseded", "client_fork", "out_of_order"];

    const ALL: [Self; 7] = [Ok, Conflict, Rejected, Gone, Superseded, ClientFork, OutOfOrder];

    /// The word that travels.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.get(self as usize).copied().unwrap_or_default()
    }

    /// The verdict of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let place = Self::WORDS.iter().position(|known| *known == word)?;
        Self::ALL.get(place).copied()
    }

    /// The HTTP status that it comes with.
    #[must_use]
    pub fn status(self) -> u16 {
        if matches!(self, ClientFork | OutOfOrder) { 409 } else { 200 }
    }
}
