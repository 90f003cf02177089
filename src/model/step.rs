//! The steps of a pipeline.

use super::step_kind::STEP_KINDS;
use crate::schema::table::{List, Property, Rule, Schema, optional, required};

/// The most steps a pipeline has.
pub const MAX_STEPS: usize = 100;
/// The longest step id, in UTF-16 units.
pub const MAX_STEP_ID_UNITS: usize = 64;
/// The longest label, in UTF-16 units.
pub const MAX_LABEL_UNITS: usize = 100;

const STEP: &[Property] = &[
    required("id", Rule::Id { max: MAX_STEP_ID_UNITS }),
    required("kind", Rule::Kind(&STEP_KINDS)),
    optional("label", Rule::Remark { max: MAX_LABEL_UNITS }),
    required("options", Rule::OfKind(&STEP_KINDS)),
];

/// 1 to [`MAX_STEPS`] steps with distinct ids.
pub static STEPS: List = List { min: 1, max: MAX_STEPS, item: Schema(STEP) };

/// Older files know pipelines without steps; they must still open.
pub static STORED_STEPS: List = List { min: 0, max: MAX_STEPS, item: Schema(STEP) };
