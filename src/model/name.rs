//! The pipeline name: what a person types, made safe to store, to show and to sort by.

use super::read::Report;
use super::text::trimmed;
use crate::value::Value;
use serde::Serialize;

/// The longest name kept, in UTF-16 units.
pub const MAX_NAME_UNITS: usize = 200;

/// A trimmed name of 1 to [`MAX_NAME_UNITS`] units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PipelineName(String);

impl PipelineName {
    /// Reads, trims and checks a name.
    pub fn read(value: &Value, report: &mut Report) -> Option<Self> {
        trimmed(value, MAX_NAME_UNITS, report).map(Self)
    }

    /// The name as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What lists are sorted by first. Convex orders strings by code points, so this is stored beside the name.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}
