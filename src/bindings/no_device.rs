//! In place of `device` in the module for Convex's functions, which have Convex's tables and keep nothing on a device.

use super::given::Given;
use crate::error::{Error, ErrorCode};
use crate::value::Value;

pub fn answer<'v>(_: &str, _: &Given) -> Result<Value<'v>, Error> {
    let message =
        "a Convex function has no local repository and no outbox: the module of the condition convex leaves them out";
    Err(Error::new(ErrorCode::Config, message))
}
