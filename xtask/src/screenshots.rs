//! `cargo xtask screenshots`: every page and state of the app as pictures, the README's among them.

use anyhow::Result;

use crate::check::INSTALL;
use crate::{app, package, paths, run, tools};

/// Builds what has changed, and pictures it.
pub fn take() -> Result<()> {
    package::build()?;
    (INSTALL.run)()?;
    tools::chromium()?;
    app::build()?;
    let mut playwright = package::node(&paths::tests(), "@playwright/test/cli.js");
    run::aloud("Screenshots", playwright.args(["test", "--config", "screenshots.config.ts"]))?;
    println!("They are in target/screenshots; www-example/screenshot.png is the README's.");
    Ok(())
}
