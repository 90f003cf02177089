//! Changes on their way to a server that settles each of them once.

pub mod server;
