//! `cargo xtask check`: formatting, clippy, types, eslint and circles between files. No test runs here.

use anyhow::Result;

use crate::package::{install, node};
use crate::steps::{self, Step};
use crate::{package, paths, run, tools};

/// What must have happened before TypeScript can be checked: the package's types are generated.
pub const BUILD: Step = Step::new("build", &[], package::build);
/// What the module may weigh.
pub const SIZE: Step = Step::new("size", &["build"], package::weigh);
/// The npm packages of everything that depends on the package.
pub const INSTALL: Step = Step::new("install", &["build"], || {
    install(&paths::tests(), "tests")?;
    install(&paths::example(), "www-example")
});

/// The checks themselves.
pub const CHECKS: [Step; 5] = [
    Step::new("format", &[], format),
    Step::new("clippy", &[], clippy),
    Step::new("types", &["install"], types),
    Step::new("lint", &["install"], lint),
    Step::new("docs", &["install"], docs),
];

/// Runs all checks.
pub fn check() -> Result<()> {
    let steps: Vec<&Step> = [&BUILD, &INSTALL].into_iter().chain(&CHECKS).collect();
    steps::run(&steps, &[])
}

fn format() -> Result<()> {
    run::aloud("Formatting of the core", &mut tools::cargo(&["fmt", "--check"]))?;
    let arguments = ["fmt", "--check", "--all", "--manifest-path", "xtask/Cargo.toml"];
    run::aloud("Formatting of the commands", &mut tools::cargo(&arguments))
}

fn clippy() -> Result<()> {
    tools::wasm_target()?;
    for (what, arguments) in [
        ("Clippy on the core and its tests", &["--all-targets"][..]),
        ("Clippy on the bindings", &["--lib", "--target", tools::WASM]),
        ("Clippy on the bindings for Convex", &["--lib", "--no-default-features", "--target", tools::WASM]),
        ("Clippy on the commands", &["--all-targets", "--workspace", "--manifest-path", "xtask/Cargo.toml"]),
    ] {
        let mut cargo = tools::cargo(&["clippy"]);
        run::aloud(what, cargo.args(arguments).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

fn types() -> Result<()> {
    let example = paths::example();
    let what = "Generating the types of the app's routes";
    run::silent(what, node(&example, "next/dist/bin/next").arg("typegen"))?;
    for (what, folder, project) in [
        ("Types of the package", paths::pkg(), "."),
        ("Types of the tests", paths::tests(), "."),
        ("Types of the app", example.clone(), "."),
        ("Types of the Convex functions", example, "convex"),
    ] {
        let mut tsc = node(&folder, "typescript/bin/tsc");
        run::silent(what, tsc.args(["--noEmit", "-p", project]))?;
    }
    Ok(())
}

fn lint() -> Result<()> {
    let mut eslint = tools::command("node");
    eslint.args(["tests/node_modules/eslint/bin/eslint.js", "--config", "tests/eslint.config.js"]);
    run::silent("eslint", eslint.args(["--max-warnings", "0", "pkg/src", "www-example", "tests"]))?;
    let mut circles = tools::command("node");
    circles.arg("tests/node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
    run::silent("Circles between files", circles.args(["--config", "tests/circles.config.cjs", "pkg/src"]))
}

/// The API documentation of both languages, without a warning: rustdoc in `target/doc`, TypeDoc in `target/typedoc`.
fn docs() -> Result<()> {
    let mut rustdoc = tools::cargo(&["doc", "--no-deps"]);
    run::aloud("Documentation of the core", rustdoc.env("RUSTDOCFLAGS", "-D warnings"))?;
    let mut typedoc = node(&paths::tests(), "typedoc/bin/typedoc");
    run::silent("Documentation of the package", typedoc.args(["--options", "typedoc.config.js"]))
}
