//! The kinds of steps and the options of each.

use super::schema::Presence::RequiredWhen;
use super::schema::Rule::{Choice, Flag, Remark, Trimmed, Whole};
use super::schema::{Condition, Property, Schema, optional, required};

/// One kind of step.
#[derive(Debug)]
pub struct StepKind {
    /// As it is stored.
    pub name: &'static str,
    /// What its options may hold.
    pub options: Schema,
}

static CUSTOM_VOICE: Condition = Condition { property: "voicePreference", is: "custom" };

/// The name of every kind, in the contract's order.
pub static STEP_KIND_NAMES: &[&str] = &["clean", "summarise", "translate", "tone", "chunk", "queue"];

/// Every kind, in the same order.
pub static STEP_KINDS: &[StepKind] = &[
    StepKind {
        name: "clean",
        options: Schema(&[
            optional("preserveQuotes", Flag),
            optional("normaliseWhitespace", Flag),
            optional("stripBullets", Flag),
        ]),
    },
    StepKind {
        name: "summarise",
        options: Schema(&[
            required("bulletCount", Whole { min: 1, max: 20 }),
            optional("includeKeywords", Flag),
            optional("style", Choice(&["bullets", "paragraph"])),
        ]),
    },
    StepKind {
        name: "translate",
        options: Schema(&[required("targetLanguage", Trimmed { max: 100 }), optional("keepOriginal", Flag)]),
    },
    StepKind {
        name: "tone",
        options: Schema(&[
            required("tone", Choice(&["neutral", "friendly", "formal", "dramatic"])),
            optional("audienceHint", Remark { max: 500 }),
        ]),
    },
    StepKind {
        name: "chunk",
        options: Schema(&[
            required("strategy", Choice(&["paragraph", "sentence"])),
            required("maxCharacters", Whole { min: 1, max: 100_000 }),
            optional("joinShortSegments", Flag),
        ]),
    },
    StepKind {
        name: "queue",
        options: Schema(&[
            required("provider", Trimmed { max: 100 }),
            required("voicePreference", Choice(&["history", "default", "custom"])),
            Property { presence: RequiredWhen(&CUSTOM_VOICE), ..optional("voiceId", Remark { max: 100 }) },
            optional("segmentDelayMs", Whole { min: 0, max: 3_600_000 }),
        ]),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_named() {
        let names: Vec<_> = STEP_KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names, STEP_KIND_NAMES);
    }
}
