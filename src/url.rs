//! Which http and https URLs are accepted, decided here so that every host gives the same answer.
//!
//! Hosts differ where one would not expect it: Chromium turns a blank in a host into `%20` and Node refuses it, Chromium
//! takes any `xn--` label, older versions of Node do not check the direction of Arabic and Hebrew labels, and all of them
//! read `http:example.com` and `https:\\example.com`. What any of them refuses, or reads as something other than what was
//! written, is refused here. A host is asked about internationalised names only.

mod direction;
mod name;
mod punycode;

use crate::host::Host;
use crate::value::decimal::of_digits;

/// What the core has read in an accepted URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpUrl {
    /// Whether the scheme is `https`.
    pub is_secure: bool,
    /// Whether an `@` stands before the host: a user name or a password, or an empty one.
    pub has_user_info: bool,
    /// Whether there is a `?` or a `#`, with or without anything behind it.
    pub has_query_or_fragment: bool,
}

impl HttpUrl {
    /// Reads an absolute URL, `http://` or `https://` in any case with a host and perhaps a port, a path, a query and a
    /// fragment; `None` for anything else.
    pub fn parse(text: &str, host: &dyn Host) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let rest = rest.strip_prefix("//")?;
        let is_secure = scheme.eq_ignore_ascii_case("https");
        if !(is_secure || scheme.eq_ignore_ascii_case("http")) || !is_written_well(rest) {
            return None;
        }
        let authority = rest.get(..end_of_authority(rest))?;
        let address = authority.get(authority.bytes().rposition(|byte| byte == b'@').map_or(0, |at| at + 1)..)?;
        is_address(address, host).then(|| Self {
            is_secure,
            has_user_info: address.len() < authority.len(),
            has_query_or_fragment: rest.bytes().any(|byte| matches!(byte, b'?' | b'#')),
        })
    }
}

#[cfg_attr(module, optimize(speed))]
fn end_of_authority(rest: &str) -> usize {
    rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len())
}

#[cfg_attr(module, optimize(speed))]
fn is_written_well(text: &str) -> bool {
    text.bytes().all(is_plain) || !text.contains(is_forbidden) && has_whole_escapes(text)
}

/// What may stand anywhere: visible ASCII but for `%` and what [`is_forbidden`].
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'!' | b'#' | b'$' | b'&'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~')
}

/// What stands nowhere in a URL: hosts drop it, escape it or take it for a slash.
fn is_forbidden(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{feff}' | '\\' | '<' | '>' | '"' | '^' | '|' | '{' | '}' | '`')
}

/// Whether each percent sign stands before two hexadecimal digits.
fn has_whole_escapes(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)))
}

/// A host and perhaps a port.
fn is_address(text: &str, host: &dyn Host) -> bool {
    let (is_host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let Some((address, port)) = rest.split_once(']') else { return false };
            (is_ipv6(address, host), port)
        }
        None => {
            let (name, port) = text.split_at(text.bytes().position(|byte| byte == b':').unwrap_or(text.len()));
            (name::is_accepted(name, host), port)
        }
    };
    is_host && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// Whether `address` is an IPv6 address. Hosts read these alike, but for an IPv4 address at the end: Chromium takes `01`.
fn is_ipv6(address: &str, host: &dyn Host) -> bool {
    let is_spelled_well = address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
    let is_dotted = address.bytes().any(|byte| byte == b'.');
    let last = address.bytes().rposition(|byte| byte == b':').and_then(|at| address.get(at + 1..)).unwrap_or_default();
    is_spelled_well && (!is_dotted || name::is_ipv4(last)) && host.url(&["http://[", address, "]/"].concat()).is_some()
}

/// A number up to 65535. A colon with nothing behind it is refused: every host drops it, so it is a slip.
fn is_port(text: &str) -> bool {
    of_digits(text).is_some_and(|port| u16::try_from(port).is_ok())
}
