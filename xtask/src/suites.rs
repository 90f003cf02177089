//! `cargo xtask test`: everything that CI runs, what is fast and what finds most first.

use anyhow::Result;

use crate::check::{BUILD, CHECKS, INSTALL, SIZE};
use crate::steps::{self, Step};
use crate::{app, bench, instructions, packaging, paths, run, tools};

const BEFORE: [Step; 6] = [
    Step::new("tools", &[], tools::all),
    Step::new("native", &[], || run::aloud("Native tests", &mut tools::cargo(&["test"]))),
    Step::new("outbox", &[], outbox),
    Step::new("runs", &[], runs),
    Step::new("commands", &[], commands),
    Step::new("wasm", &["tools"], wasm),
];

const AFTER: [Step; 6] = [
    Step::new("instructions", &[], instructions::check),
    Step::new("bundles", &["install"], bench::sizes),
    Step::new("app", &["install"], app::build),
    // The app's route is one of the servers that outboxes are tried on.
    Step::new("vitest", &["tools", "app"], || script("Package tests", "test")),
    Step::new("packaging", &["tools", "install"], packaging::homes),
    Step::new("e2e", &["tools", "app"], || script("The app in a browser", "test:e2e")),
];

/// Runs all steps, or those named in `only`.
pub fn test(only: &[String]) -> Result<()> {
    let steps: Vec<&Step> = BEFORE.iter().chain([&BUILD, &SIZE, &INSTALL]).chain(&CHECKS).chain(&AFTER).collect();
    steps::run(&steps, only)
}

/// The outbox in simulated time: optimised, so that there is time for twenty times as many schedules.
fn outbox() -> Result<()> {
    run::aloud(
        "Schedules of the outbox",
        &mut tools::cargo(&["test", "--profile", "bench", "--test", "outbox_simulator"]),
    )
}

/// Runs in simulated time, in the same way.
fn runs() -> Result<()> {
    run::aloud(
        "Schedules of runs",
        &mut tools::cargo(&["test", "--profile", "bench", "--test", "run_simulator", "--test", "run_year"]),
    )
}

/// The tests of these commands.
fn commands() -> Result<()> {
    let arguments = ["test", "--workspace", "--manifest-path", "xtask/Cargo.toml"];
    run::aloud("Tests of the commands", &mut tools::cargo(&arguments))
}

/// The model as the browser has it.
fn wasm() -> Result<()> {
    tools::wasm()?;
    // All others are native: linking them to run none of their tests takes half a minute.
    run::aloud("Tests in WebAssembly", &mut tools::cargo(&["test", "--target", tools::WASM, "--test", "wasm_*"]))
}

/// A script of `tests/package.json`.
fn script(what: &str, name: &str) -> Result<()> {
    let mut npm = tools::command("npm");
    run::aloud(what, npm.args(["run", name]).current_dir(paths::tests()))
}
