//! Changes on their way to the server: nothing that was acknowledged is lost, doubled or brought out of order.
//!
//! [`client`] keeps what waits on a device and decides what is sent, and what an answer means; [`server`] settles each
//! operation once. The module for Convex has the second alone.

#[cfg(feature = "device")]
pub mod client;
pub mod server;
