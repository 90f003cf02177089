//! What the core asks of the place it runs in.
//!
//! These questions are all that a host decides; everything else, from trimming to the order of names, is decided by
//! the core and so is the same in Node, in browsers and in Convex. Each method says why the hosts agree. Clocks, random
//! bytes and texts from outside are not asked for: they are arguments. Native tests answer from `chrono-tz` and `url`.

/// Facts that live outside the core, because shipping them would make it many times larger.
pub trait Host {
    /// Seconds east of UTC in `zone` at `instant` (milliseconds since 1970 in UTC); `None` for a zone that the host
    /// does not know. In JavaScript `Intl.DateTimeFormat` answers.
    ///
    /// Hosts agree because the names and their offsets are those of the tz database and ECMA-402 has names read in any
    /// case. Where hosts go beyond that, [`crate::schedule::Timezone`] does not ask: offsets (`+01:00`, which newer
    /// engines take), abbreviations, and names that were never zones or are gone from the database. What remains is the
    /// database's version: a zone of this year is unknown to last year's host, which is why documents are read leniently.
    fn offset(&self, zone: &str, instant: i64) -> Option<i32>;

    /// Whether the host knows `zone`: asked for each schedule that is read, so a host may remember what it knows.
    fn knows_zone(&self, zone: &str) -> bool {
        self.offset(zone, 0).is_some()
    }

    /// The double that `text`, of JSON's grammar for numbers, stands for: reading it here would take tables of 20 kB.
    /// In JavaScript `Number` answers.
    ///
    /// Hosts agree because ECMA-262 has `Number` round to the nearest double, as does Rust; texts in which they differ
    /// (`0x1f`, `1_000`, `Infinity`, blanks around) are not of the grammar.
    fn number(&self, text: &str) -> f64;

    /// Whether all characters of `text` are letters, digits or marks on them (Unicode's `Alphabetic`, `Nd`, `Nl` and `No`).
    /// In JavaScript a regular expression answers: the tables would take 2 kB here.
    ///
    /// Hosts agree because [`crate::url`] asks about characters only whose kind has long been settled.
    fn is_alphanumeric(&self, text: &str) -> bool;

    /// Reads an absolute URL by the WHATWG rules; `None` where they refuse it. In JavaScript `URL` answers, and Convex's
    /// is the crate `url`.
    ///
    /// Asked for two things only, after [`crate::url`] has accepted what it can decide: what a name that is not ASCII, or
    /// has an `xn--` label, is in ASCII; and the parts of a `baseUrl`. Hosts agree on the first because only letters that
    /// their tables have in common get here and because the answer is compared with the question; on the second because
    /// they differ only in texts that the rule has refused.
    fn url(&self, text: &str) -> Option<HostUrl>;
}

/// The parts of a URL that the core decides by, named as in the WHATWG standard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostUrl {
    /// Scheme, host and port, without a trailing slash.
    pub origin: String,
    /// Without the port.
    pub hostname: String,
    /// Begins with a slash.
    pub pathname: String,
}
