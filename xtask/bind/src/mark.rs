//! One mark in the module and in its JavaScript: a module that an app loads by itself may be that of another version, which
//! a cache or a copy has kept, and would start and answer wrongly.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::{MODULE, read};

/// The name of the custom section that holds the mark.
const SECTION: &str = "convex-pipelines";

/// Marks `core_bg.wasm` and `core.js` in the folder `wasm` as two halves of one, and the module in `other` as one that fits
/// the same JavaScript.
pub fn write(wasm: &Path, other: &Path) -> Result<()> {
    let module = wasm.join(MODULE);
    let mark = mark_of(&read(&module)?);
    let section = section(&mark)?;
    append(&module, &section)?;
    append(&other.join(MODULE), &section)?;
    let comment = "\n/** Also in the module, as a section of its own. */\nexport const mark";
    append(&wasm.join("core.js"), format!("{comment} = \"{mark}\";\n").as_bytes())?;
    append(&wasm.join("core.d.ts"), format!("{comment}: string;\n").as_bytes())
}

fn append(path: &Path, more: &[u8]) -> Result<()> {
    let contents = [read(path)?, more.to_vec()].concat();
    fs::write(path, contents).with_context(|| format!("writing {}", path.display()))
}

fn mark_of(module: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    module.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// A custom section as the specification writes it; every length here fits into the seven bits of one byte.
fn section(mark: &str) -> Result<Vec<u8>> {
    let length = |length: usize| -> Result<u8> {
        ensure!(length < 0x80, "a mark of {length} bytes is too long");
        Ok(u8::try_from(length)?)
    };
    let contents = [&[length(SECTION.len())?], SECTION.as_bytes(), mark.as_bytes()].concat();
    Ok([&[0, length(contents.len())?], contents.as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_its_kind_its_length_its_name_and_the_mark() {
        assert_eq!(section("ab").unwrap(), b"\0\x13\x10convex-pipelinesab");
        assert!(section(&"a".repeat(200)).is_err());
    }
}
