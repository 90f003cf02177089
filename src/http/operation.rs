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
    /// A run to be done.
    StartRun,
    /// The oldest of those for a worker.
    ClaimRun,
    /// More time for its worker.
    RenewRun,
    /// A page of the runs of a pipeline.
    ListRuns,
    /// One run by its id.
    GetRun,
}

use Operation::{
    ClaimRun, Create, Delete, FindByWebhookSecret, Get, GetRun, List, ListRuns, RecordRun, RenewRun, StartRun, Update,
};

impl Operation {
    /// Every operation, in the contract's order.
    pub const ALL: [Self; 12] = [
        List,
        Get,
        FindByWebhookSecret,
        Create,
        Update,
        Delete,
        RecordRun,
        StartRun,
        ClaimRun,
        RenewRun,
        ListRuns,
        GetRun,
    ];

    /// The names, in the same order.
    pub const NAMES: &'static [&'static str] = &[
        "list",
        "get",
        "findByWebhookSecret",
        "create",
        "update",
        "delete",
        "recordRun",
        "startRun",
        "claimRun",
        "renewRun",
        "listRuns",
        "getRun",
    ];

    /// The last segment of the path.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.get(self as usize).copied().unwrap_or_default()
    }

    /// The operation of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }

    /// Whether only a worker, which has the token, may ask for it.
    #[must_use]
    pub fn is_for_workers(self) -> bool {
        matches!(self, ClaimRun | RenewRun)
    }
}
