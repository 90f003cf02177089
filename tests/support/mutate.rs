//! Damage, such as a disk, a wire or a hand does it.

use super::random::Random;

/// What breaks readers: marks of JSON, lone surrogates, blanks, numbers at an edge, keys that mean something.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\ud800",
    "\\udc00",
    "\\u0000",
    "\u{85}",
    "\u{feff}",
    "\u{1f600}",
    "null",
    "true",
    "-0",
    "1e400",
    "-1",
    "0.5",
    "4294967296",
    "18446744073709551616",
    "1e-400",
    "\"\"",
    "{}",
    "[]",
    "__proto__",
    "\"id\":",
    "s1:",
];

/// Damages `bytes` in one place.
pub fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.bits() as usize % (bytes.len() + 1);
    let end = (at + random.bits() as usize % 9).min(bytes.len());
    match random.within(0, 6) {
        0 => drop(bytes.splice(at..at, random.pick(PIECES).bytes())),
        1 => drop(bytes.splice(at..end, random.pick(PIECES).bytes())),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let copy = bytes[at..end].to_vec();
            bytes.splice(end..end, copy);
        }
        4 => bytes.truncate(at),
        _ => {
            let random_byte = random.bits().to_le_bytes()[0];
            if let Some(byte) = bytes.get_mut(at) {
                *byte = random_byte;
            }
        }
    }
}
