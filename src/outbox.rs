//! Changes on their way to the server: nothing that was acknowledged is lost, doubled or brought out of order.
//!
//! [`client`] keeps what waits on a device and decides what is sent, and what an answer means; [`server`] settles each
//! operation once. Servers settle what carries an `op`; no repository sends through [`client`] yet, so the module leaves
//! it out, and the simulator alone drives it.

pub mod client;
pub mod server;
