//! The operations that travel.

/// What a caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A page of list items.
    List,
    /// One pipeline by its id.
    Get,
    /// One pipeline by its webhook secret.
    FindByWebhookSecret,
    /// A new pipeline.
    Create,
    /// A changed pipeline.
    Update,
    /// A pipeline less.
    Delete,
    /// A completed run.
    RecordRun,
}

use Operation::{Create, Delete, FindByWebhookSecret, Get, List, RecordRun, Update};

impl Operation {
    /// Every operation, in the contract's order.
    pub const ALL: [Self; 7] = [List, Get, FindByWebhookSecret, Create, Update, Delete, RecordRun];

    /// The names, in the contract's order.
    pub const NAMES: &'static [&'static str] =
        &["list", "get", "findByWebhookSecret", "create", "update", "delete", "recordRun"];

    /// The last segment of the path.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            List => "list",
            Get => "get",
            FindByWebhookSecret => "findByWebhookSecret",
            Create => "create",
            Update => "update",
            Delete => "delete",
            RecordRun => "recordRun",
        }
    }

    /// The operation of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}
