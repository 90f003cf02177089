//! The zone of a schedule: a name that the host knows, spelled as the user spelled it.

use super::text::replaced;
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
    pub fn parse(text: &str, host: &dyn Host) -> Result<Self, IssueCode> {
        if is_known(text, host) {
            return Ok(Self { given: text.to_owned() });
        }
        // `America/New York`, or a blank that came along with a copied name.
        let joined = replaced(text.trim(), |c| c == ' ', "_");
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
        is_one_of(&UTC, &self.given)
    }
}

/// The names of UTC in the tz database that are not abbreviations of something else.
const UTC: [&str; 9] =
    ["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "Etc/UCT"];

/// What ICU still takes in some versions: a clock that nobody has set, and a law that was never passed.
const DROPPED: [&str; 2] = ["Factory", "US/Pacific-New"];
/// Before names that ICU still takes in some versions, of rules of the 1980s.
const DROPPED_AREA: &str = "SystemV/";

#[cfg_attr(module, optimize(speed))]
fn is_known(name: &str, host: &dyn Host) -> bool {
    let (mut is_word, mut has_area) = (name.len() > 3, false);
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'-' => {}
            b'/' => has_area = true,
            b'0'..=b'9' | b'_' | b'+' => is_word = false,
            _ => return false,
        }
    }
    // Neither is true of `EST`, `PRC`, `EST5EDT`, `GMT+0` and `+02:00`: the words among the tz database's names (`Japan`,
    // `Zulu`) have four letters or more and no digit.
    (has_area || is_word || is_one_of(&["UTC", "GMT"], name)) && host.knows_zone(name) && !is_dropped(name)
}

fn is_dropped(name: &str) -> bool {
    let area = name.get(..DROPPED_AREA.len()).unwrap_or_default();
    area.eq_ignore_ascii_case(DROPPED_AREA) || is_one_of(&DROPPED, name)
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}
