//! The wire: requests to the guarded Convex HTTP actions and their answers, seen from both ends.

pub mod call;
pub mod cursor;
pub mod endpoint;
pub mod guard;
pub mod operation;
pub mod reply;
pub mod request;
pub mod response;
pub mod retry_after;
pub mod stamp;
pub mod verdict;
