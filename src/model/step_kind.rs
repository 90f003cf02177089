//! The kinds of steps and the options of each: the one description that reading, writing and messages follow.

/// What an option may hold.
#[derive(Clone, Copy, Debug)]
pub enum OptionRule {
    /// `true` or `false`.
    Flag,
    /// A whole number within both bounds.
    Whole {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
    },
    /// Trimmed text of at most `max` UTF-16 units; a required one is not empty, an optional one that is empty is absent.
    Text {
        /// The longest, in UTF-16 units.
        max: usize,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// When an option must be there.
#[derive(Clone, Copy, Debug)]
pub enum Presence {
    /// Always.
    Required,
    /// Never.
    Optional,
    /// When another option of the step holds this word.
    RequiredWhen {
        /// The other option.
        option: &'static str,
        /// The word.
        is: &'static str,
    },
}

/// One option of a kind.
#[derive(Debug)]
pub struct StepOption {
    /// The field's name.
    pub name: &'static str,
    /// When it must be there.
    pub presence: Presence,
    /// What it may hold.
    pub rule: OptionRule,
}

/// One kind of step.
#[derive(Debug)]
pub struct StepKind {
    /// As it is stored.
    pub name: &'static str,
    /// In the contract's order.
    pub options: &'static [StepOption],
    /// The names of the options, in the same order.
    pub option_names: &'static [&'static str],
}

macro_rules! kinds {
    ($($kind:literal { $($presence:expr, $option:literal: $rule:expr;)* })*) => {
        /// Every kind, in the contract's order.
        pub static STEP_KINDS: &[StepKind] = &[$(StepKind {
            name: $kind,
            options: &[$(StepOption { name: $option, presence: $presence, rule: $rule }),*],
            option_names: &[$($option),*],
        }),*];

        /// The name of every kind, in the contract's order.
        pub static STEP_KIND_NAMES: &[&str] = &[$($kind),*];
    };
}

use OptionRule::{Choice, Flag, Text, Whole};
use Presence::{Optional, Required, RequiredWhen};

kinds! {
    "clean" {
        Optional, "preserveQuotes": Flag;
        Optional, "normaliseWhitespace": Flag;
        Optional, "stripBullets": Flag;
    }
    "summarise" {
        Required, "bulletCount": Whole { min: 1, max: 20 };
        Optional, "includeKeywords": Flag;
        Optional, "style": Choice(&["bullets", "paragraph"]);
    }
    "translate" {
        Required, "targetLanguage": Text { max: 100 };
        Optional, "keepOriginal": Flag;
    }
    "tone" {
        Required, "tone": Choice(&["neutral", "friendly", "formal", "dramatic"]);
        Optional, "audienceHint": Text { max: 500 };
    }
    "chunk" {
        Required, "strategy": Choice(&["paragraph", "sentence"]);
        Required, "maxCharacters": Whole { min: 1, max: 100_000 };
        Optional, "joinShortSegments": Flag;
    }
    "queue" {
        Required, "provider": Text { max: 100 };
        Required, "voicePreference": Choice(&["history", "default", "custom"]);
        RequiredWhen { option: "voicePreference", is: "custom" }, "voiceId": Text { max: 100 };
        Optional, "segmentDelayMs": Whole { min: 0, max: 3_600_000 };
    }
}
