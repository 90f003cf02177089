//! The names of all properties, as numbers: what the shell and the core say to each other instead of texts.

/// The names, in an order that agrees with that of every record which [`super::cursor`] follows. A name's number is its
/// place.
pub static WORDS: &[&str] = &[
    // documents, inputs
    "id",
    "runId",
    "pipelineId",
    "accountId",
    "name",
    "status",
    "trigger",
    "kind",
    "label",
    "cron",
    "timezone",
    "description",
    "enabled",
    "steps",
    "schedule",
    "defaultSource",
    "rotateSecret",
    "webhookSecret",
    "secretLastFour",
    "secretChangedAt",
    "createdAt",
    "updatedAt",
    "lastRunAt",
    "lastRunStatus",
    "dueAt",
    "queuedAt",
    "startedAt",
    "completedAt",
    "worker",
    "leaseUntil",
    "attempt",
    "skipped",
    "payload",
    "outcome",
    "error",
    "options",
    // options of steps
    "preserveQuotes",
    "normaliseWhitespace",
    "stripBullets",
    "bulletCount",
    "includeKeywords",
    "style",
    "targetLanguage",
    "keepOriginal",
    "tone",
    "audienceHint",
    "strategy",
    "maxCharacters",
    "joinShortSegments",
    "provider",
    "voicePreference",
    "voiceId",
    "segmentDelayMs",
];

/// What stands for a name that is not among [`WORDS`]: no number that the shell writes.
pub const NO_WORD: u8 = u8::MAX;

/// The number of a name.
#[must_use]
pub const fn word(name: &str) -> u8 {
    let mut place = 0;
    let mut rest = WORDS;
    while let [first, others @ ..] = rest {
        if is_same(first.as_bytes(), name.as_bytes()) {
            return place;
        }
        place += 1;
        rest = others;
    }
    NO_WORD
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    match (one, other) {
        ([], []) => true,
        ([a, one @ ..], [b, other @ ..]) => *a == *b && is_same(one, other),
        _ => false,
    }
}
