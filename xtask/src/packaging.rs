//! `cargo xtask packaging`: the package as npm packs it, in other people's builds, home by home.

use anyhow::Result;

use crate::check::INSTALL;
use crate::package::{self, install, node};
use crate::{paths, run, tools};

/// Builds what the homes need, and asks those whose file's name has one of `only` in it, or all.
pub fn packaging(only: &[String]) -> Result<()> {
    tools::chromium()?;
    package::build()?;
    (INSTALL.run)()?;
    ask(only)
}

/// A step of CI: all homes.
pub fn homes() -> Result<()> {
    ask(&[])
}

fn ask(only: &[String]) -> Result<()> {
    install(&paths::tests().join("packaging"), "packaging")?;
    let mut vitest = node(&paths::tests(), "vitest/vitest.mjs");
    run::aloud("The package in its homes", vitest.args(["run", "--config", "packaging/vitest.config.ts"]).args(only))
}
