//! Webhook secrets: shown once, stored as what cannot be presented.
//!
//! A secret has at least 122 random bits, so a plain digest resists guessing, and a salt would forbid looking it up by
//! index. What is stored bears a tag; a presented text that bears one is refused before any look-up, so a leaked row
//! opens nothing.

use super::id::new_uuid;
use crate::error::Error;
use crate::host::Host;
use crate::issue::{Issue, IssueCode};
use crate::schema::table::Rule;
use crate::schema::text::units;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::{Debug, Formatter};

/// The shortest secret that a caller may choose, in characters.
pub const MIN_SECRET_UNITS: usize = 16;
/// The longest, in characters.
pub const MAX_SECRET_UNITS: usize = 200;

const SEALED_TAG: &str = "s1:";
/// Reserved for values sealed with a pepper.
const PEPPERED_TAG: &str = "p1:";

/// What becomes of secrets in a place that stores rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecretStorage {
    /// Rows hold digests; a secret is in the reply to a creation and to a rotation and in no other.
    #[default]
    Hashed,
    /// Rows hold secrets and every full pipeline carries its own.
    Plaintext,
}

impl SecretStorage {
    /// The words of the option, in the contract's order.
    pub const WORDS: &'static [&'static str] = &["hashed", "plaintext"];

    /// Reads the word of the option; none is [`SecretStorage::Hashed`].
    ///
    /// # Errors
    /// `config` for any other word.
    pub fn parse(word: Option<&str>) -> Result<Self, Error> {
        match word {
            None | Some("hashed") => Ok(Self::Hashed),
            Some("plaintext") => Ok(Self::Plaintext),
            Some(_) => {
                let issue = Issue::from(IssueCode::OneOf { accepted: Self::WORDS });
                Err(Error::config(vec![issue.within("secretStorage")]))
            }
        }
    }
}

/// A secret that may be presented.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    /// Takes 16 to 200 visible ASCII characters that do not look like a stored value.
    ///
    /// # Errors
    /// `too_short`, `too_long`, or `type` for other characters and for a tag.
    pub fn parse(text: &str) -> Result<Self, IssueCode> {
        match units(text) {
            count if count < MIN_SECRET_UNITS => Err(IssueCode::TooShort { min: MIN_SECRET_UNITS }),
            count if count > MAX_SECRET_UNITS => Err(IssueCode::TooLong { max: MAX_SECRET_UNITS }),
            _ if bears_tag(text) || !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Err(IssueCode::Type { expected: "a secret of visible ASCII characters that bears no storage tag" })
            }
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The secret of a text that [`WEBHOOK_SECRET`] has accepted.
    pub(crate) fn checked(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// A UUID v4 made from the caller's random bytes.
    #[must_use]
    pub fn from_entropy(bytes: [u8; 16]) -> Self {
        Self(new_uuid(bytes))
    }

    /// The secret itself. Only a reply that reveals it asks for this.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What a page may still show.
    #[must_use]
    pub fn last_four(&self) -> String {
        last_four(&self.0)
    }

    /// The digest that is sealed and that may travel.
    #[must_use]
    pub fn digest(&self) -> SecretDigest {
        SecretDigest::of(&self.0)
    }
}

/// A secret that a caller chose.
pub const WEBHOOK_SECRET: Rule = Rule::Text(|text, _| WebhookSecret::parse(text).map(|_| text.into()));

impl Debug for WebhookSecret {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(redacted)")
    }
}

/// The SHA-256 of a secret, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretDigest(String);

impl SecretDigest {
    /// The digest of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(text) {
            hex.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or_default()));
        }
        Self(hex)
    }

    /// The digest of a text that [`SECRET_DIGEST`] has accepted.
    pub(crate) fn checked(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a row stores.
    #[must_use]
    pub fn sealed(&self) -> String {
        [SEALED_TAG, &self.0].concat()
    }
}

/// A digest that travels: 64 hexadecimal digits, in lower case.
pub const SECRET_DIGEST: Rule = Rule::Text(digest);

fn digest<'v>(text: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    let is_digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digest = is_digest.then(|| text.to_ascii_lowercase().into());
    digest.ok_or(IssueCode::Type { expected: "64 hexadecimal digits" })
}

/// The last four characters of a secret, which may be older than the rule for new ones.
pub(super) fn last_four(secret: &str) -> String {
    let start = secret.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    secret.get(start..).unwrap_or_default().to_owned()
}

/// Whether a text is of the form in which secrets are stored.
#[must_use]
pub fn bears_tag(text: &str) -> bool {
    text.starts_with(SEALED_TAG) || text.starts_with(PEPPERED_TAG)
}

/// A stored secret in its sealed form, also where an older row still keeps it plain.
#[must_use]
pub fn sealed(stored: &str) -> String {
    if bears_tag(stored) { stored.to_owned() } else { SecretDigest::of(stored).sealed() }
}

/// The stored values that a presented text may stand under, in the order to look them up: sealed, then as older rows
/// keep it. None for a text that bears a tag.
#[must_use]
pub fn candidates(presented: &str) -> Vec<String> {
    if presented.is_empty() || bears_tag(presented) {
        return Vec::new();
    }
    vec![SecretDigest::of(presented).sealed(), presented.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seals_with_sha_256() {
        // FIPS 180-4, example "abc".
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(SecretDigest::of("abc").sealed(), format!("s1:{digest}"));
    }

    #[test]
    fn refuses_a_leaked_stored_value_before_any_look_up() {
        let leaked = SecretDigest::of("0d9f7c1e-8b1f-4a57-9f57-2f4c6a1c9f7e").sealed();
        assert!(candidates(&leaked).is_empty());
        assert!(WebhookSecret::parse(&leaked).is_err());
        assert!(candidates("p1:0000").is_empty());
    }

    #[test]
    fn never_shows_itself_in_debug() {
        let secret = WebhookSecret::from_entropy([7; 16]);
        assert_eq!(format!("{secret:?}"), "WebhookSecret(redacted)");
        assert_eq!(secret.last_four().len(), 4);
    }
}
