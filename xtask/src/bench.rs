//! `cargo xtask bench`: the package beside its peers, and the instructions of the core.

use anyhow::{Result, bail, ensure};

use crate::check::INSTALL;
use crate::{instructions, package, paths, run, tools};

/// The suites in `tests/bench/suites`.
const SUITES: [&str; 9] = ["parse", "cron", "list", "transitions", "request", "cold", "size", "growth", "storage"];
/// The suite that is counted natively.
const CALLGRIND: &str = "callgrind";
/// Writes the budget of [`CALLGRIND`] anew.
const WRITE: &str = "--write";

/// Runs the suites that `arguments` name, or all.
pub fn bench(arguments: &[String]) -> Result<()> {
    let (flags, named): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| argument.starts_with('-'));
    let all = SUITES.into_iter().chain([CALLGRIND]);
    if let Some(unknown) = named.iter().find(|name| !all.clone().any(|suite| suite == **name)) {
        bail!("no such suite: {unknown}; there are {}", all.collect::<Vec<_>>().join(", "));
    }
    let writes = flags == [WRITE] && named == [CALLGRIND];
    ensure!(flags.is_empty() || writes, "there is only `cargo xtask bench {CALLGRIND} {WRITE}`");
    let chosen: Vec<&str> = all.filter(|suite| named.is_empty() || named.contains(suite)).collect();

    if chosen.iter().any(|suite| *suite != CALLGRIND) {
        package::build()?;
        (INSTALL.run)()?;
    }
    if chosen.contains(&"cold") || chosen.contains(&"storage") {
        tools::chromium()?;
    }
    let mut failed = Vec::new();
    for suite in chosen {
        let outcome = match suite {
            CALLGRIND if writes => instructions::write_budget(),
            CALLGRIND => instructions::check(),
            suite => measure(suite),
        };
        if let Err(error) = outcome {
            println!("✗ {suite}: {error:#}");
            failed.push(suite);
        }
    }
    ensure!(failed.is_empty(), "these suites failed: {}", failed.join(", "));
    Ok(())
}

/// What bundles of the package weigh, and that none brings the module without need.
pub fn sizes() -> Result<()> {
    measure("size")
}

/// Each suite has a process of its own, so that none finds V8 as another has left it.
fn measure(suite: &str) -> Result<()> {
    let mut node = tools::command("node");
    run::aloud(suite, node.args(["bench/main.mjs", suite]).current_dir(paths::tests()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_suite_is_refused_before_anything_is_built() {
        let error = bench(&["pars".to_owned()]).unwrap_err().to_string();
        assert!(error.starts_with("no such suite: pars; there are parse, cron,"), "{error}");
    }

    #[test]
    fn only_the_budget_can_be_written() {
        assert!(bench(&["parse".to_owned(), WRITE.to_owned()]).is_err());
    }

    #[test]
    fn each_suite_has_a_file() {
        for suite in SUITES {
            assert!(paths::tests().join(format!("bench/suites/{suite}.mjs")).exists(), "{suite}");
        }
    }
}
