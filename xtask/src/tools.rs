//! What a machine must have: installed where we may, asked for in plain words where we may not.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{paths, run};

/// The target that the core is compiled to.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The names under which a Chromium may be on the PATH.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Chromium without what only windows need. Tests that start many take it where it is: see `tests/support/chromium.ts`.
const HEADLESS: &str = "chromium-headless-shell";

/// The first Node that can `require` an ES module, which the package is.
const NODE: (u32, u32) = (20, 19);

/// Everything that the tests need.
pub fn all() -> Result<()> {
    node()?;
    wasm_target()?;
    chromium()
}

/// `program` in the top folder of the repository.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(paths::root());
    command
}

/// `cargo` with `arguments`, in the top folder: the toolchain that runs us, for rustup tells its children.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = command("cargo");
    command.args(arguments);
    command
}

/// Adds the wasm target to the toolchain that cargo uses.
pub fn wasm_target() -> Result<()> {
    let libraries = run::answer(command("rustc").args(["--print", "target-libdir", "--target", WASM]))
        .context("no rustc on the PATH: install Rust from https://rustup.rs")?;
    if PathBuf::from(libraries).exists() {
        return Ok(());
    }
    let what = "Adding the wasm target";
    run::aloud(what, command("rustup").args(["target", "add", WASM])).with_context(|| {
        format!("Rust's standard library for {WASM} is missing: install it for the toolchain of `rustc --version`")
    })
}

/// Adds the source of the standard library to the toolchain that cargo uses.
pub fn library_source() -> Result<()> {
    let sysroot =
        run::answer(command("rustc").args(["--print", "sysroot"])).context("rustc does not say where it is")?;
    if PathBuf::from(sysroot).join("lib/rustlib/src/rust/library/Cargo.lock").exists() {
        return Ok(());
    }
    let what = "Adding the source of the standard library";
    run::aloud(what, command("rustup").args(["component", "add", "rust-src"])).context(
        "the source of Rust's standard library is missing: install `rust-src` for the toolchain of `rustc --version`",
    )
}

/// Asks for a Node that is new enough, and for npm.
pub fn node() -> Result<()> {
    let (major, minor) = NODE;
    let needed = format!("install Node {major}.{minor} or newer, with npm: https://nodejs.org/en/download");
    let found =
        run::answer(command("node").arg("--version")).with_context(|| format!("no node on the PATH: {needed}"))?;
    ensure!(is_new_enough(&found), "node is {found}: {needed}");
    ensure!(on_path("npm").is_some(), "no npm on the PATH: {needed}");
    Ok(())
}

/// Installs Chromium, its driver and its headless shell where we are root and apt is there.
pub fn chromium() -> Result<()> {
    let missing = || BROWSERS.iter().all(|name| on_path(name).is_none()) || on_path("chromedriver").is_none();
    let is_slow = on_path(HEADLESS).is_none();
    if !missing() && !is_slow {
        return Ok(());
    }
    if !nix::unistd::geteuid().is_root() || on_path("apt-get").is_none() {
        ensure!(
            !missing(),
            "the browser tests need `chromium` and `chromedriver` on the PATH: on Debian \
             `sudo apt-get install chromium chromium-driver`, on Fedora `sudo dnf install chromium chromedriver`, \
             on macOS `brew install --cask chromium chromedriver`"
        );
        return Ok(());
    }
    let apt = |arguments: &[&str]| {
        let mut command = command("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run::aloud("Reading the package lists", &mut apt(&["update"]))?;
    let install = ["install", "-y", "--no-install-recommends"];
    if missing() {
        run::aloud("Installing Chromium", apt(&install).args(["chromium", "chromium-driver"]))?;
        ensure!(!missing(), "Chromium is installed, yet `chromium` and `chromedriver` are not on the PATH");
    }
    if is_slow && run::aloud("Installing Chromium's headless shell", apt(&install).arg(HEADLESS)).is_err() {
        println!("· not every system has it: the tests take Chromium itself, and longer");
    }
    Ok(())
}

/// Compiles what makes the module: half a minute, once.
pub fn bindgen() -> Result<()> {
    compile("bind", "wasm-bindgen (half a minute the first time)")
}

/// Compiles what runs the wasm tests and weighs the module: half a minute, once.
pub fn wasm() -> Result<()> {
    compile("wasm", "The module's tools (half a minute the first time)")
}

fn compile(package: &str, what: &str) -> Result<()> {
    run::aloud(what, &mut cargo(&["build", "--manifest-path", &manifest(package), "--bins"]))
}

/// A program of the package `xtask/<package>`.
pub fn program(package: &str, name: &str) -> Command {
    cargo(&["run", "-q", "--manifest-path", &manifest(package), "--bin", name, "--"])
}

fn manifest(package: &str) -> String {
    format!("xtask/{package}/Cargo.toml")
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Reads `v20.19.1`.
fn is_new_enough(version: &str) -> bool {
    let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().ok());
    matches!((parts.next().flatten(), parts.next().flatten()), (Some(major), Some(minor)) if (major, minor) >= NODE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_counts_from_the_first_that_requires_modules() {
        assert!(is_new_enough("v20.19.0") && is_new_enough("v22.0.0"));
        assert!(!is_new_enough("v20.18.9") && !is_new_enough("v8.99.0") && !is_new_enough("nonsense"));
    }
}
