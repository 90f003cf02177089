//! A device with several tabs, a network that fails, a disk that is killed, and a server: all in one simulated time.

pub mod disk;
pub mod network;
pub mod oracle;
pub mod server;
pub mod tab;
pub mod world;
