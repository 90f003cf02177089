//! The name of a machine: letters and digits of any script, `-`, `_` and dots, or an IPv4 address.
//!
//! A name in ASCII is settled here. Any other name, and one with an `xn--` label, is turned into ASCII by rules (IDNA, UTS
//! 46) whose tables would make the module several times larger: the host has them and is asked. Because hosts have
//! tables of different years, and not all of them check all that the rules say, a name reaches the host only if it
//! consists of letters on which those tables agree, and what comes back is compared with what was asked.

use super::direction::is_well_directed;
use super::punycode;
use crate::host::Host;
use crate::value::decimal::{decimal, of_digits};

const PUNYCODE: &str = "xn--";

/// The longest name that a host is asked about, in bytes: several times what DNS carries, and half of what Chromium
/// takes.
const MAX_OPEN_BYTES: usize = 1_000;

/// Whether every host reads `name` as the same machine.
pub fn is_accepted(name: &str, host: &dyn Host) -> bool {
    if name.is_empty() || !is_spelled_well(name, host) {
        false
    } else if ends_in_a_number(name) {
        // Hosts read `1`, `0x7f.1` and `01.2.3.4` as addresses too.
        is_ipv4(name)
    } else {
        is_plain(name) || name.len() <= MAX_OPEN_BYTES && is_read_alike(name, host)
    }
}

#[cfg_attr(module, optimize(speed))]
fn is_spelled_well(name: &str, host: &dyn Host) -> bool {
    name.bytes().all(is_settled) || has_agreed_letters(name, host)
}

fn is_settled(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

fn has_agreed_letters(name: &str, host: &dyn Host) -> bool {
    let is_open = |c: &char| !(u8::try_from(*c).is_ok_and(is_settled) || is_mark(*c));
    let open: String = name.chars().filter(is_open).collect();
    open.chars().all(is_agreed_on) && host.is_alphanumeric(&open)
}

/// Four numbers as they are written alone.
pub fn is_ipv4(address: &str) -> bool {
    let is_part = |part| of_digits(part).is_some_and(|number| number <= u8::MAX.into() && decimal(number) == part);
    address.split('.').count() == 4 && address.split('.').all(is_part)
}

/// Whether a host takes `name` for an IPv4 address: the WHATWG standard's "ends in a number".
fn ends_in_a_number(name: &str) -> bool {
    let bytes = name.strip_suffix('.').unwrap_or(name).as_bytes();
    match bytes.rsplit(|byte| *byte == b'.').next() {
        None | Some([]) => false,
        Some([b'0', b'x' | b'X', digits @ ..]) => digits.iter().all(u8::is_ascii_hexdigit),
        Some(digits) => digits.iter().all(u8::is_ascii_digit),
    }
}

/// Whether nothing about a name is open.
#[cfg_attr(module, optimize(speed))]
fn is_plain(name: &str) -> bool {
    let mut is_behind_hyphen = false;
    for byte in name.bytes() {
        // A label of punycode has two in a row.
        if !byte.is_ascii() || byte == b'-' && is_behind_hyphen {
            return name.is_ascii() && name.split('.').all(|label| punycode_of(label).is_none());
        }
        is_behind_hyphen = byte == b'-';
    }
    true
}

fn punycode_of(label: &str) -> Option<&str> {
    let (prefix, rest) = label.split_at_checked(PUNYCODE.len())?;
    prefix.eq_ignore_ascii_case(PUNYCODE).then_some(rest)
}

/// Asks the host about the name with its `xn--` labels decoded: Chromium looks into those of a name only if there is
/// something else in it than ASCII.
fn is_read_alike(name: &str, host: &dyn Host) -> bool {
    let Some(decoded) = decoded(name, host) else { return false };
    let asked = ["https://", &decoded, "/"].concat();
    is_well_directed(&decoded) && host.url(&asked).is_some_and(|url| is_same(name, &url.hostname, host))
}

fn decoded(name: &str, host: &dyn Host) -> Option<String> {
    let mut decoded = String::new();
    for (place, label) in name.split('.').enumerate() {
        if place > 0 {
            decoded.push('.');
        }
        match punycode_of(label) {
            Some(code) => {
                let label = punycode::decode(code).filter(|label| !label.is_ascii() && is_spelled_well(label, host))?;
                decoded.push_str(&label);
            }
            // Letters that look like `xn` and become it would bring in a label that nobody has decoded.
            None if !label.is_ascii() && has_prefix(label) => return None,
            None => decoded.push_str(label),
        }
    }
    Some(decoded)
}

/// Whether `--` stands behind two characters.
fn has_prefix(label: &str) -> bool {
    let mut chars = label.chars();
    chars.next().is_some() && chars.next().is_some() && chars.as_str().starts_with("--")
}

/// Whether a host that answers `read` has changed nothing in `name` but letter case and what is not ASCII.
fn is_same(name: &str, read: &str, host: &dyn Host) -> bool {
    let mut labels = read.split('.');
    let is_same_label = |label: &str| {
        labels.next().is_some_and(|read| match label.is_ascii() {
            true => label.eq_ignore_ascii_case(read),
            false => !read.is_empty() && read.is_ascii() && is_spelled_well(read, host),
        })
    };
    // `１２７.0.0.1` becomes an address.
    name.split('.').all(is_same_label) && labels.next().is_none() && !ends_in_a_number(read)
}

/// Whether hosts agree about `c`, if it is a letter or digit.
///
/// Compared letter by letter, at each place of a label: Node 20, Chromium 156 and the `url` crate, which Convex uses. What
/// is left out was assigned or remapped since Unicode 13 (`ẞ` became `ss` and now becomes `ß`), is invisible, or is a form
/// for compatibility with older character sets. Beyond the first plane only blocks that have long been settled are let in.
fn is_agreed_on(c: char) -> bool {
    match c {
        '\u{37a}'
        | '\u{4c0}'
        | '\u{800}'..='\u{8ff}'
        | '\u{c3c}'
        | '\u{c5c}'
        | '\u{cdc}'
        | '\u{cf3}'
        | '\u{10a0}'..='\u{10c5}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1c80}'..='\u{1c8f}'
        | '\u{1e9e}'
        | '\u{2100}'..='\u{218f}'
        | '\u{3164}'
        | '\u{a7cb}'..='\u{a7f1}'
        | '\u{fb1d}'..='\u{feff}'
        | '\u{ffa0}' => false,
        '\u{80}'..='\u{ffff}' | '\u{10400}'..='\u{104ff}' | '\u{11100}'..='\u{1114f}' | '\u{20000}'..='\u{2b739}' => {
            true
        }
        _ => false,
    }
}

/// Marks without which words of their scripts cannot be written, and which are not alphabetic by themselves: accents,
/// nukta and virama, tones of Thai, Lao, Burmese and Khmer, voicing of Japanese.
fn is_mark(c: char) -> bool {
    match c {
        '\u{300}'..='\u{33f}'
        | '\u{dca}'
        | '\u{e47}'..='\u{e4e}'
        | '\u{ec8}'..='\u{ecd}'
        | '\u{1037}'
        | '\u{1039}'
        | '\u{103a}'
        | '\u{17c9}'..='\u{17d3}'
        | '\u{3099}'
        | '\u{309a}' => true,
        // U+0C3C was assigned later than its like.
        '\u{900}'..='\u{dff}' => c != '\u{c3c}' && matches!(u32::from(c) & 0x7f, 0x3c | 0x4d),
        _ => false,
    }
}
