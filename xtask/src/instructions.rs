//! `cargo xtask bench callgrind`: how many instructions the native core takes, held to a budget.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::{paths, run, stamp, tools};

/// How far above its budget a case may be, in per cent: another libc allocates a little differently.
const TOLERANCE: u64 = 3;
/// The function of `benches/instructions.rs` whose instructions count, and after which a file is written. In two
/// spellings, because callgrind keeps only one option for each pattern.
const COUNTED: [&str; 2] = ["--toggle-collect=*count_instructions*", "--dump-after=instructions::count_instructions*"];
/// The line of the budget file that says what counted.
const COUNTED_WITH: &str = "# counted with ";

/// Instructions by case.
type Counts = BTreeMap<String, u64>;

/// Counts, prints and compares with the budget; says so and passes where there is no valgrind.
pub fn check() -> Result<()> {
    if run::answer(tools::command("valgrind").arg("--version")).is_none() {
        println!("· Counting instructions: not done, there is no valgrind here (Debian: apt-get install valgrind)");
        return Ok(());
    }
    let counts = count()?;
    let text =
        fs::read_to_string(budget_file()).context("reading the budget; `cargo xtask bench callgrind --write`")?;
    let (counted_with, budget) = parse(&text)?;
    print(&counts, &budget);
    let here = compiler()?;
    if counted_with != here {
        println!("· not compared: the budget was counted with {counted_with}, and this is {here}");
        return Ok(());
    }
    compare(&counts, &budget)
}

/// Makes what is counted now the budget.
pub fn write_budget() -> Result<()> {
    let counts = count()?;
    let mut text = format!(
        "# Instructions of the native core, by `cargo xtask bench callgrind`; with --write it writes them anew.\n\
         # CI refuses what is more than {TOLERANCE} % above.\n{COUNTED_WITH}{}\n",
        compiler()?
    );
    for (name, count) in &counts {
        writeln!(text, "{name} {count}")?;
    }
    stamp::write(&budget_file(), text.as_bytes())?;
    println!("✓ {}", paths::shown(&budget_file()));
    Ok(())
}

fn budget_file() -> PathBuf {
    paths::root().join("benches/instructions.txt")
}

/// Another compiler, or another processor, takes other instructions.
fn compiler() -> Result<String> {
    let version = run::answer(tools::command("rustc").arg("--version")).context("rustc does not say its version")?;
    let short: Vec<&str> = version.split(' ').take(2).collect();
    Ok(format!("{} for {}", short.join(" "), std::env::consts::ARCH))
}

/// Runs the cases under valgrind, which writes a file each time that the counted function is left.
fn count() -> Result<Counts> {
    let build = ["build", "--profile", "bench", "--bench", "instructions"];
    run::aloud("Compiling what is counted", &mut tools::cargo(&build))?;
    let mut again = tools::cargo(&build);
    let messages = run::answer(again.args(["--message-format", "json"])).context("cargo has nothing to say")?;
    let program = executable(&messages).context("cargo does not say where the benchmark is")?;
    let folder = paths::target().join("callgrind");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("removing {}", paths::shown(&folder)))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("making {}", paths::shown(&folder)))?;
    println!("▸ Counting instructions");
    let mut valgrind = tools::command("valgrind");
    valgrind.args(["-q", "--tool=callgrind"]).args(COUNTED);
    valgrind.arg(format!("--callgrind-out-file={}", folder.join("out").display())).arg(program);
    let names = run::answer(&mut valgrind).context("the benchmark fails under valgrind")?;
    names.lines().enumerate().map(|(index, name)| Ok((name.to_owned(), total(&folder, index + 1)?))).collect()
}

/// The path in cargo's JSON. It is the one that cargo made last.
fn executable(messages: &str) -> Option<String> {
    let (_, rest) = messages.rsplit_once(r#""executable":""#)?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// What valgrind counted for the case with this number.
fn total(folder: &Path, number: usize) -> Result<u64> {
    let path = folder.join(format!("out.{number}"));
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", paths::shown(&path)))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    total.and_then(|total| total.trim().parse().ok()).with_context(|| format!("{} has no total", paths::shown(&path)))
}

/// What the budget was counted with, and the counts.
fn parse(text: &str) -> Result<(String, Counts)> {
    let counted_with = text.lines().find_map(|line| line.strip_prefix(COUNTED_WITH)).unwrap_or_default();
    let counts = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (name, count) = line.split_once(' ').with_context(|| format!("in the budget: {line}"))?;
        Ok((name.to_owned(), count.parse().with_context(|| format!("in the budget: {line}"))?))
    });
    Ok((counted_with.to_owned(), counts.collect::<Result<_>>()?))
}

fn print(counts: &Counts, budget: &Counts) {
    println!("\n  {:<20} {:>12} {:>12} {:>8}", "instructions", "counted", "budget", "%");
    for (name, count) in counts {
        let planned = budget.get(name).copied().unwrap_or_default();
        println!(
            "  {name:<20} {count:>12} {planned:>12} {:>8}",
            (count * 100).checked_div(planned).unwrap_or_default()
        );
    }
}

fn compare(counts: &Counts, budget: &Counts) -> Result<()> {
    let anew = "if that is meant: cargo xtask bench callgrind --write";
    ensure!(counts.keys().eq(budget.keys()), "the cases are not those of {}: {anew}", paths::shown(&budget_file()));
    let over: Vec<&str> = counts
        .iter()
        .filter(|(name, count)| budget.get(*name).is_some_and(|planned| **count * 100 > planned * (100 + TOLERANCE)))
        .map(|(name, _)| name.as_str())
        .collect();
    if !over.is_empty() {
        bail!("more than {TOLERANCE} % above the budget: {}; {anew}", over.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(count: u64) -> Counts {
        Counts::from([("parse-valid-3".to_owned(), count)])
    }

    #[test]
    fn three_per_cent_above_passes_and_more_does_not() {
        assert!(compare(&counts(10_300), &counts(10_000)).is_ok());
        let error = compare(&counts(10_301), &counts(10_000)).unwrap_err().to_string();
        assert!(error.starts_with("more than 3 % above the budget: parse-valid-3;"), "{error}");
    }

    #[test]
    fn a_case_without_a_budget_is_refused() {
        assert!(compare(&counts(1), &Counts::new()).is_err());
    }

    #[test]
    fn the_budget_is_read_as_it_is_written() {
        let (counted_with, budget) = parse("# why\n# counted with rustc 1.95.0 for x86_64\nparse-valid-3 7\n").unwrap();
        assert_eq!((counted_with.as_str(), budget), ("rustc 1.95.0 for x86_64", counts(7)));
        assert!(parse("parse-valid-3 many\n").is_err());
    }

    #[test]
    fn the_benchmark_is_the_last_that_cargo_names() {
        let messages = "{\"executable\":null}\n{\"executable\":\"/a/instructions-1\"}\n{\"reason\":\"build-finished\"}";
        assert_eq!(executable(messages).as_deref(), Some("/a/instructions-1"));
    }
}
