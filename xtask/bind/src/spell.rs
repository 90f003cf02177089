//! A module spelled in ASCII so that compression on the way still finds in it what it finds in bytes: those that are frequent
//! are one character each, all others two. Base64 shifts each byte by its place: gzip makes 131 kB of it where it makes 102 of
//! the module, and 103 of this.

use std::cmp::Reverse;
use std::ops::RangeInclusive;

/// What the text is made of, but for what some string would escape and what begins a tag.
const CHARACTERS: RangeInclusive<u8> = b'#'..=b'~';
const UNSUITABLE: [u8; 4] = *b"'`\\<";

/// What begins a pair: the first of all characters, so that one comparison tells.
pub const FIRSTS: [u8; 2] = [b'#', b'$'];

/// The length of a row in the table: one for the single characters, and then one for each that begins a pair.
pub const ROW: usize = 128;

/// The texts of a module's parts, and the table by which they are read.
pub struct Spelling {
    pub texts: Vec<String>,
    /// By row and character, the byte that is meant.
    pub table: Vec<u8>,
}

impl Spelling {
    /// Spells the parts of a module. The frequent bytes keep their order, and so do the others: brotli makes a kilobyte less of that.
    pub fn of(parts: &[Vec<u8>]) -> Self {
        let mut counts = [0; 256];
        for byte in parts.iter().flatten() {
            counts[usize::from(*byte)] += 1;
        }
        let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
        bytes.sort_by_key(|byte| Reverse(counts[usize::from(*byte)]));

        let all = || CHARACTERS.filter(|character| !UNSUITABLE.contains(character));
        let singles: Vec<u8> = all().filter(|character| !FIRSTS.contains(character)).collect();
        let (frequent, others) = bytes.split_at_mut(singles.len());
        frequent.sort_unstable();
        others.sort_unstable();

        let singles = singles.into_iter().map(|character| (0, vec![character]));
        let pairs = (1..).zip(FIRSTS).flat_map(|(row, first)| all().map(move |second| (row, vec![first, second])));
        let mut spelled = vec![Vec::new(); 256];
        let mut table = vec![0; ROW * (1 + FIRSTS.len())];
        for (byte, (row, characters)) in frequent.iter().zip(singles).chain(others.iter().zip(pairs)) {
            if let Some(last) = characters.last() {
                table[row * ROW + usize::from(*last)] = *byte;
            }
            spelled[usize::from(*byte)] = characters;
        }
        let text = |part: &Vec<u8>| {
            part.iter().flat_map(|byte| &spelled[usize::from(*byte)]).map(|byte| char::from(*byte)).collect()
        };
        Self { texts: parts.iter().map(text).collect(), table }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the reader does it.
    fn read(Spelling { texts, table }: &Spelling) -> Vec<u8> {
        let text = &texts[0];
        let mut characters = text.bytes();
        let mut bytes = Vec::new();
        while let Some(character) = characters.next() {
            let row = FIRSTS.iter().position(|first| *first == character);
            let (row, last) = row.map_or((0, character), |row| (row + 1, characters.next().unwrap()));
            bytes.push(table[row * ROW + usize::from(last)]);
        }
        bytes
    }

    #[test]
    fn every_byte_can_be_spelled_and_read() {
        let bytes: Vec<u8> = (0..=u8::MAX).chain([0; 3]).collect();
        let spelling = Spelling::of(std::slice::from_ref(&bytes));
        assert_eq!(read(&spelling), bytes);
        assert!(spelling.texts[0].ends_with("%%%"), "{}", spelling.texts[0]);
    }

    #[test]
    fn no_string_needs_escapes_and_no_page_sees_tags() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        let Spelling { texts, .. } = Spelling::of(&[bytes]);
        let text = &texts[0];
        assert!(text.bytes().all(|character| character.is_ascii_graphic()));
        assert!(!text.contains(['"', '\'', '`', '\\', '<']), "{text}");
    }
}
