//! The zone of a schedule: a name that the host knows, spelled as the user spelled it.

use crate::host::Host;
use crate::issue::IssueCode;

/// A zone that the host knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timezone {
    given: String,
}

impl Timezone {
    /// Asks the host for a full name such as `Europe/Berlin`, in any case.
    ///
    /// Abbreviations are refused even where a host knows them: `EST` is an hour off half of the year, and `CST` is
    /// in Chicago, Havana and Shanghai. Offsets are too, because not every host reads them, and so are names that some
    /// hosts keep although the tz database has dropped them.
    ///
    /// # Errors
    ///
    /// [`IssueCode::Timezone`]. The length is the caller's to check.
    #[cfg_attr(module, optimize(speed))]
    pub fn parse(text: &str, host: &dyn Host) -> Result<Self, IssueCode> {
        if is_known(text, host) {
            return Ok(Self { given: text.to_owned() });
        }
        // `America/New York`, or a blank that came along with a copied name.
        let joined = text.trim().replace(' ', "_");
        let suggestion = Some(joined).filter(|name| name != text && is_known(name, host));
        Err(IssueCode::Timezone { given: text.to_owned(), suggestion })
    }

    /// The zone of a name that [`Self::parse`] has accepted before.
    pub(crate) fn known(name: &str) -> Self {
        Self { given: name.to_owned() }
    }

    /// The name as the user spelled it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// Whether this is UTC under one of its names, so that no offset needs to be asked for.
    #[must_use]
    pub fn is_utc(&self) -> bool {
        UTC.iter().any(|name| name.eq_ignore_ascii_case(&self.given))
    }
}

/// The names of UTC in the tz database that are not abbreviations of something else.
const UTC: [&str; 9] =
    ["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "Etc/UCT"];

#[cfg_attr(module, optimize(speed))]
fn is_known(name: &str, host: &dyn Host) -> bool {
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+'));
    is_name && !is_abbreviation(name) && !is_dropped(name) && host.knows_zone(name)
}

/// What ICU still takes in some versions: `Factory` stands for a clock that nobody has set, `US/Pacific-New` for a law
/// that was never passed, `SystemV/…` for rules of the 1980s.
#[cfg_attr(module, optimize(speed))]
fn is_dropped(name: &str) -> bool {
    let area = name.split('/').next().unwrap_or_default();
    area.eq_ignore_ascii_case("SystemV") || ["Factory", "US/Pacific-New"].iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// `EST`, `PRC`, `EST5EDT`, `GMT+0`, `+02:00`; the words among the tz database's names (`Japan`, `Zulu`) have four
/// letters or more and no digit.
#[cfg_attr(module, optimize(speed))]
fn is_abbreviation(name: &str) -> bool {
    let is_word = name.len() > 3 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
    !name.contains('/') && !is_word && !["UTC", "GMT"].iter().any(|utc| utc.eq_ignore_ascii_case(name))
}
