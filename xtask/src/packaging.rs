//! `cargo xtask packaging`: the package as npm packs it, in other people's builds, home by home.

use std::path::PathBuf;

use anyhow::Result;

use crate::check::INSTALL;
use crate::package::{self, install, node};
use crate::{paths, run, tools};

/// Builds what the homes need, and asks those whose file's name has one of `only` in it, or all: also those that only this
/// command has, whose tools are as large as all others together.
pub fn packaging(only: &[String]) -> Result<()> {
    tools::chromium()?;
    package::build()?;
    (INSTALL.run)()?;
    install(&folder().join("full"), "packaging-full")?;
    ask(only)
}

/// A step of CI: the homes of most people, in two minutes.
pub fn homes() -> Result<()> {
    ask(&["--exclude".to_owned(), "full/**".to_owned()])
}

fn ask(arguments: &[String]) -> Result<()> {
    install(&folder(), "packaging")?;
    let mut vitest = node(&paths::tests(), "vitest/vitest.mjs");
    run::aloud(
        "The package in its homes",
        vitest.args(["run", "--config", "packaging/vitest.config.ts"]).args(arguments),
    )
}

fn folder() -> PathBuf {
    paths::tests().join("packaging")
}
