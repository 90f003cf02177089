//! The Next.js app, built for production.

use std::process::Command;

use anyhow::Result;

use crate::package::node;
use crate::paths;
use crate::run;
use crate::stamp::Work;

/// A command of Next in the app's folder.
pub fn next(arguments: &[&str]) -> Command {
    let mut command = node(&paths::example(), "next/dist/bin/next");
    command.args(arguments);
    command
}

/// Builds the app if it, the package or a library has changed.
pub fn build() -> Result<()> {
    let (example, pkg) = (paths::example(), paths::pkg());
    let work = Work {
        name: "next",
        title: "Building the app",
        inputs: &[example.clone(), pkg.join("package.json"), pkg.join("dist"), pkg.join("wasm")],
        outputs: &[example.join(".next/BUILD_ID")],
    };
    work.once(|| run::aloud(work.title, &mut next(&["build"])))
}
