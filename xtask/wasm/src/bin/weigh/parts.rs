//! What each part of the core weighs: the code of its files, with what the compiler has inlined of libraries there.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use gimli::{Dwarf, EndianSlice, LittleEndian};
use wasmparser::{Parser, Payload};

type Reader<'a> = EndianSlice<'a, LittleEndian>;

/// The parts, by where their files begin; the first that fits counts. And the most that the code of each may weigh, in
/// bytes before compression.
const PARTS: [(&str, &[&str], usize); 9] = [
    ("schedule", &["src/schedule"], 27_500),
    ("guard", &["src/http/guard.rs"], 3_000),
    ("wire", &["src/http"], 15_400),
    ("runs", &["src/run"], 10_000),
    ("store", &["src/store", "src/index.rs", "src/model/row.rs"], 24_700),
    ("outbox", &["src/outbox"], 28_800),
    ("addresses", &["src/url"], 8_000),
    ("bindings", &["src/bindings", "src/host.rs"], 22_500),
    ("schema and model", &["src"], 70_300),
];

/// Bytes of code by part.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts(BTreeMap<&'static str, usize>);

impl Parts {
    /// Reads the line table of a module as the compiler made it, from the sources in `root`.
    pub fn of(compiled: &[u8], root: &Path) -> Result<Self> {
        let mut sections = BTreeMap::new();
        let mut code_size = 0;
        for payload in Parser::new(0).parse_all(compiled) {
            match payload.context("reading the compiled module")? {
                Payload::CustomSection(section) => drop(sections.insert(section.name(), section.data())),
                Payload::CodeSectionStart { range, .. } => code_size = range.len(),
                _ => {}
            }
        }
        let section = |id: gimli::SectionId| {
            Ok::<_, gimli::Error>(Reader::new(sections.get(id.name()).copied().unwrap_or_default(), LittleEndian))
        };
        let dwarf = Dwarf::load(section)?;
        let mut parts = Self::default();
        let mut units = dwarf.units();
        while let Some(header) = units.next()? {
            parts.add(&dwarf, &dwarf.unit(header)?, root, code_size)?;
        }
        ensure!(!parts.0.is_empty(), "the compiled module has no line table");
        Ok(parts)
    }

    fn add(&mut self, dwarf: &Dwarf<Reader>, unit: &gimli::Unit<Reader>, root: &Path, code_size: usize) -> Result<()> {
        let Some(program) = unit.line_program.clone() else { return Ok(()) };
        let (program, sequences) = program.sequences()?;
        // One for each function; those that the linker has left out begin nowhere.
        for sequence in sequences.iter().filter(|it| it.start > 0 && it.end <= code_size as u64) {
            let mut rows = program.resume_from(sequence);
            let mut part = None;
            let mut start = sequence.start;
            while let Some((header, row)) = rows.next_row()? {
                if let Some(part) = part {
                    *self.0.entry(part).or_default() += usize::try_from(row.address() - start)?;
                }
                start = row.address();
                // What is inlined of a library belongs to the file in which it is called.
                let path = row.file(header).map(|file| path_of(dwarf, unit, header, file)).transpose()?;
                part = path.and_then(|path| part_of(Path::new(&path), root)).or(part);
            }
        }
        Ok(())
    }

    /// Refuses a part over its budget.
    pub fn check(&self) -> Result<()> {
        for (name, _, budget) in PARTS {
            let size = self.0.get(name).copied().unwrap_or_default();
            ensure!(size <= budget, "the code of {name} takes {size} bytes, and its budget is {budget}");
        }
        Ok(())
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code by part, in kB raw (budget):")?;
        for (name, _, budget) in PARTS {
            let size = self.0.get(name).copied().unwrap_or_default();
            write!(f, " {name} {} ({})", super::kilobytes(size), super::kilobytes(budget))?;
            write!(f, "{}", if name == "schema and model" { "" } else { "," })?;
        }
        Ok(())
    }
}

fn path_of(
    dwarf: &Dwarf<Reader>,
    unit: &gimli::Unit<Reader>,
    header: &gimli::LineProgramHeader<Reader>,
    file: &gimli::FileEntry<Reader>,
) -> Result<String> {
    let mut path = unit.comp_dir.map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    for part in [file.directory(header), Some(file.path_name())].into_iter().flatten() {
        let part = dwarf.attr_string(unit, part)?.to_string_lossy().into_owned();
        path = Path::new(&path).join(part).to_string_lossy().into_owned();
    }
    Ok(path)
}

fn part_of(path: &Path, root: &Path) -> Option<&'static str> {
    let path = path.strip_prefix(root).ok()?.to_str()?;
    let begins = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
    PARTS.iter().find(|(_, starts, _)| begins(starts)).map(|(name, ..)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_belongs_to_the_first_part_that_fits() {
        let part = |file: &str| part_of(&Path::new("/project").join(file), Path::new("/project"));
        assert_eq!(part("src/http/guard.rs"), Some("guard"));
        assert_eq!(part("src/http/call.rs"), Some("wire"));
        assert_eq!(part("src/model/row.rs"), Some("store"));
        assert_eq!(part("src/model/run.rs"), Some("schema and model"));
        assert_eq!(part("xtask/src/main.rs"), None);
        assert_eq!(part_of(Path::new("/rustc/library/core/src/str.rs"), Path::new("/project")), None);
    }

    #[test]
    fn a_part_over_its_budget_is_refused_by_name() {
        let refusal = Parts([("guard", 1_000_000)].into()).check().unwrap_err().to_string();
        assert!(refusal.starts_with("the code of guard takes 1000000 bytes"), "{refusal}");
    }

    #[test]
    fn a_module_without_a_line_table_says_so() {
        let refusal = Parts::of(b"\0asm\x01\0\0\0", Path::new("/project")).unwrap_err().to_string();
        assert_eq!(refusal, "the compiled module has no line table");
    }
}
