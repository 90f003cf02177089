//! The project's own commands: `cargo xtask help`.

mod app;
mod bench;
mod check;
mod demo;
mod documents;
mod instructions;
mod notices;
mod package;
mod packaging;
mod paths;
mod processes;
mod run;
mod screenshots;
mod stamp;
mod steps;
mod suites;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};

#[cfg(not(unix))]
compile_error!("these commands need Linux or macOS; on Windows they run in WSL");

const HELP: &str = "\
cargo xtask <command>

  build           compile the core to WebAssembly, bind it, compile the npm package into pkg/dist
  demo            build everything and serve the app on http://localhost:3000 (PORT chooses another)
  test [step…]    everything CI runs, or only the named steps and what they need
  bench [suite…]  the package beside its peers, as tables and in target/bench as JSON: parse, cron, list, transitions,
                  request, cold, size, growth; and callgrind, the instructions of the core
  packaging […]   the package from npm pack in other people's builds, as a table of what each answered: all that CI asks
                  (bundlers, Next, Jest, workerd, Convex, types) and in tests/packaging/full what it does not (Parcel, Bun,
                  Deno, other versions of Node, dev servers, workers); or only what is named: next, bundlers, runtimes
  screenshots     every page and state of the app as pictures in target/screenshots, and the README's
  check           formatting, clippy, types and eslint
  help            this list

A first run installs what is missing: the wasm target, the source of Rust's standard library, npm packages and, where
it may, Chromium.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match processes::end_with_us().and_then(|()| dispatch(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        bail!("which command?\n\n{HELP}");
    };
    match (command.as_str(), rest) {
        ("build", []) => package::build_and_weigh(),
        ("demo", []) => demo::serve(),
        ("test", only) => suites::test(only),
        ("packaging", only) => packaging::packaging(only),
        ("bench", arguments) => bench::bench(arguments),
        ("screenshots", []) => screenshots::take(),
        ("check", []) => check::check(),
        ("help" | "--help" | "-h", []) => {
            println!("{HELP}");
            Ok(())
        }
        _ => bail!("no such command: {}\n\n{HELP}", arguments.join(" ")),
    }
}
