//! A second run does only what changed: a stamp remembers what the inputs of a piece of work were when it
//! last succeeded. Contents count, not dates, so a fresh checkout or a touched file costs nothing.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

use crate::{paths, run};

/// What was made or fetched, never what somebody wrote. (`next-env.d.ts` differs between `next dev` and `next build`.)
const MADE: [&str; 5] = ["node_modules", ".next", "public", "next-env.d.ts", "tsconfig.tsbuildinfo"];

/// A piece of work that need not be done twice.
pub struct Work<'a> {
    /// The stamp's file name.
    pub name: &'a str,
    /// What is shown when nothing has changed.
    pub title: &'a str,
    /// Files and folders that the result depends on.
    pub inputs: &'a [PathBuf],
    /// Files that must be there afterwards.
    pub outputs: &'a [PathBuf],
}

impl Work<'_> {
    /// Does the work if an input has changed or an output is missing.
    pub fn once(&self, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let stamp = paths::target().join("xtask").join(format!("{}.stamp", self.name));
        let inputs = digest(self.inputs)?;
        if fs::read_to_string(&stamp).is_ok_and(|last| last == inputs)
            && self.outputs.iter().all(|output| output.exists())
        {
            run::unchanged(self.title);
            return Ok(());
        }
        work()?;
        for output in self.outputs {
            anyhow::ensure!(output.exists(), "{} did not write {}", self.title, paths::shown(output));
        }
        write(&stamp, inputs.as_bytes())
    }
}

/// Writes a file, and the folders above it.
pub fn write(path: &Path, contents: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", paths::shown(folder)))?;
    }
    fs::write(path, contents).with_context(|| format!("writing {}", paths::shown(path)))
}

/// The names and contents of all files in `inputs`. An input that is missing is an error.
fn digest(inputs: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for input in inputs {
        for path in files(input)? {
            path.strip_prefix(paths::root()).unwrap_or(&path).hash(&mut hasher);
            fs::read(&path).with_context(|| format!("reading {}", paths::shown(&path)))?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The files below `input` in a steady order, or `input` itself.
pub fn files(input: &Path) -> Result<Vec<PathBuf>> {
    WalkDir::new(input)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_made(entry))
        .filter(|entry| entry.as_ref().map_or(true, |entry| entry.file_type().is_file()))
        .map(|entry| entry.map(DirEntry::into_path))
        .collect::<Result<_, _>>()
        .map_err(io::Error::from)
        .with_context(|| format!("listing {}", paths::shown(input)))
}

/// Whether an entry counts as nobody's work; the demo's rows are its users'.
fn is_made(entry: &DirEntry) -> bool {
    MADE.iter().any(|made| entry.file_name() == *made) || entry.path() == paths::example().join("data")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test's own, empty.
    fn folder(name: &str) -> PathBuf {
        let folder = paths::target().join("xtask-tests").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn times_done(work: &Work) -> usize {
        let mut times = 0;
        work.once(|| {
            times += 1;
            write(&work.outputs[0], b"made")
        })
        .unwrap();
        times
    }

    #[test]
    fn work_is_done_again_when_an_input_changes_or_an_output_is_gone() {
        let folder = folder("once");
        let inputs = [folder.join("in")];
        let outputs = [folder.join("out")];
        let work = Work { name: "test-once", title: "Test", inputs: &inputs, outputs: &outputs };
        let _ = fs::remove_file(paths::target().join("xtask/test-once.stamp"));
        write(&folder.join("in/a"), b"1").unwrap();
        assert_eq!(times_done(&work), 1);
        write(&folder.join("in/a"), b"1").unwrap();
        assert_eq!(times_done(&work), 0, "the same contents, written again");
        write(&folder.join("in/b"), b"").unwrap();
        assert_eq!(times_done(&work), 1, "a new file, even an empty one");
        fs::remove_file(&outputs[0]).unwrap();
        assert_eq!(times_done(&work), 1, "a lost output");
    }

    #[test]
    fn failed_work_leaves_no_stamp() {
        let folder = folder("failed");
        let inputs = [folder.join("in")];
        let work = Work { name: "test-failed", title: "Test", inputs: &inputs, outputs: &[] };
        let _ = fs::remove_file(paths::target().join("xtask/test-failed.stamp"));
        write(&inputs[0], b"1").unwrap();
        assert!(work.once(|| anyhow::bail!("no")).is_err());
        let mut again = false;
        work.once(|| {
            again = true;
            Ok(())
        })
        .unwrap();
        assert!(again);
    }

    #[test]
    fn what_was_made_or_fetched_does_not_count() {
        let folder = folder("made");
        write(&folder.join("node_modules/x/index.js"), b"").unwrap();
        write(&folder.join("page.tsx"), b"").unwrap();
        assert_eq!(files(&folder).unwrap(), [folder.join("page.tsx")]);
        assert!(files(&folder.join("missing")).is_err());
    }
}
