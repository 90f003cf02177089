//! The kinds of steps and the options of each.

use crate::schema::table::Presence::RequiredWhen;
use crate::schema::table::Rule::{Choice, Flag, Remark, Trimmed, Whole};
use crate::schema::table::{Condition, Kinds, Property, Schema, optional, required};

static CUSTOM_VOICE: Condition = Condition { property: "voicePreference", is: "custom" };

/// Every kind of step, with what its options may hold.
pub static STEP_KINDS: Kinds = Kinds {
    names: &["clean", "summarise", "translate", "tone", "chunk", "queue"],
    schemas: &[
        // clean
        Schema(&[
            optional("preserveQuotes", Flag),
            optional("normaliseWhitespace", Flag),
            optional("stripBullets", Flag),
        ]),
        // summarise
        Schema(&[
            required("bulletCount", Whole { min: 1, max: 20 }),
            optional("includeKeywords", Flag),
            optional("style", Choice(&["bullets", "paragraph"])),
        ]),
        // translate
        Schema(&[required("targetLanguage", Trimmed { max: 100 }), optional("keepOriginal", Flag)]),
        // tone
        Schema(&[
            required("tone", Choice(&["neutral", "friendly", "formal", "dramatic"])),
            optional("audienceHint", Remark { max: 500 }),
        ]),
        // chunk
        Schema(&[
            required("strategy", Choice(&["paragraph", "sentence"])),
            required("maxCharacters", Whole { min: 1, max: 100_000 }),
            optional("joinShortSegments", Flag),
        ]),
        // queue
        Schema(&[
            required("provider", Trimmed { max: 100 }),
            required("voicePreference", Choice(&["history", "default", "custom"])),
            Property { presence: RequiredWhen(&CUSTOM_VOICE), ..optional("voiceId", Remark { max: 100 }) },
            optional("segmentDelayMs", Whole { min: 0, max: 3_600_000 }),
        ]),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_described() {
        assert_eq!(STEP_KINDS.names.len(), STEP_KINDS.schemas.len());
        assert!(STEP_KINDS.schema("queue").is_some_and(|schema| schema.place("voiceId") == 2));
    }
}
