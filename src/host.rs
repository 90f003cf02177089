//! What the core asks of the place it runs in.
//!
//! In JavaScript `Intl` and `URL` answer; native tests answer from `chrono-tz` and the `url` crate.

/// Facts that live outside the core, because shipping them would make it many times larger.
pub trait Host {
    /// Seconds east of UTC in `zone` at `instant` (milliseconds since 1970 in UTC); `None` for a zone that the host
    /// does not know.
    fn offset(&self, zone: &str, instant: i64) -> Option<i32>;

    /// The double that `text`, of JSON's grammar for numbers, stands for: reading it here would take tables of 20 kB.
    fn number(&self, text: &str) -> f64;

    /// Reads an absolute URL by the WHATWG rules; `None` where they refuse it.
    fn url(&self, text: &str) -> Option<HostUrl>;
}

/// The parts of a URL that the core decides by, named as in the WHATWG standard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostUrl {
    /// With the colon: `https:`.
    pub protocol: String,
    /// Scheme, host and port, without a trailing slash.
    pub origin: String,
    /// Without the port.
    pub hostname: String,
    /// Begins with a slash.
    pub pathname: String,
    /// With the question mark, or empty.
    pub search: String,
    /// With the number sign, or empty.
    pub hash: String,
    /// Whether a user name or a password stands before the host.
    pub has_credentials: bool,
}
