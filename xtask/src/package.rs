//! `cargo xtask build`: the npm package, from the core to `pkg/dist`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::stamp::Work;
use crate::{paths, run, stamp, tools};

/// Files of the package that its users' folders hold a copy of.
const PUBLISHED: [&str; 3] = ["package.json", "dist", "wasm"];

/// Files of the project that are published with the package.
const DOCUMENTS: [&str; 3] = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Builds the package and weighs its module: one that is too large is still built, for whoever makes it smaller.
pub fn build_and_weigh() -> Result<()> {
    build()?;
    weigh()
}

/// Builds the package, and brings the copies of it in the folders that depend on it up to date.
pub fn build() -> Result<()> {
    tools::node()?;
    bind()?;
    install(&paths::pkg(), "pkg")?;
    compile()?;
    documents()?;
    for user in [paths::tests(), paths::example()] {
        copy_into(&user)?;
    }
    Ok(())
}

/// Compiles the core and makes `pkg/wasm` and `pkg/dist/module.embedded.js` of it.
fn bind() -> Result<()> {
    tools::wasm_target()?;
    // With the crate's other form, the library for tests, beside it, cargo leaves out the optimisation across crates.
    let paths = nameless_paths()?;
    let arguments =
        ["--config", &paths, "rustc", "--release", "--lib", "--crate-type", "cdylib", "--target", tools::WASM];
    run::aloud("Compiling the core to WebAssembly", &mut tools::cargo(&arguments))?;
    let compiled = paths::target().join(tools::WASM).join("release/convex_pipelines.wasm");
    let (pkg, root) = (paths::pkg(), paths::root());
    let work = Work {
        name: "bind",
        title: "Binding the module",
        inputs: &[
            compiled.clone(),
            root.join("xtask/bind/src"),
            root.join("xtask/bind/Cargo.toml"),
            root.join("xtask/Cargo.lock"),
        ],
        outputs: &[
            pkg.join("wasm/core.js"),
            pkg.join("wasm/core.d.ts"),
            pkg.join("wasm/core_bg.wasm"),
            pkg.join("dist/module.embedded.js"),
            pkg.join("dist/module.embedded.d.ts"),
        ],
    };
    work.once(|| {
        tools::bindgen()?;
        let mut command = tools::bind("bind");
        run::silent(work.title, command.args([&compiled, &pkg]))
    })
}

/// Keeps the folders of whoever builds out of the module, where panics would name them: added to the flags that
/// `.cargo/config.toml` has.
fn nameless_paths() -> Result<String> {
    let cargo = match env::var_os("CARGO_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => env::home_dir().context("there is no home folder")?.join(".cargo"),
    };
    let flag = |folder: &Path, name: &str| format!("'--remap-path-prefix={}={name}'", folder.display());
    let sysroot = run::answer(tools::command("rustc").args(["--print", "sysroot"]));
    let sysroot = PathBuf::from(sysroot.context("rustc does not say where it is")?);
    let flags = [flag(&cargo, "cargo"), flag(&sysroot, "rust"), flag(paths::root(), "convex-pipelines")].join(", ");
    Ok(format!("target.{}.rustflags = [{flags}]", tools::WASM))
}

/// Prints what the module weighs, and fails if that is too much.
pub fn weigh() -> Result<()> {
    let mut command = tools::bind("weigh");
    run::aloud("Weighing the module", command.arg("pkg/wasm/core_bg.wasm"))
}

/// Compiles `pkg/src` with tsc. What a former run wrote goes first, so that no file outlives its source.
fn compile() -> Result<()> {
    let pkg = paths::pkg();
    let dist = pkg.join("dist");
    let work = Work {
        name: "tsc",
        title: "Compiling the package",
        inputs: &[
            pkg.join("src"),
            pkg.join("tsconfig.json"),
            pkg.join("package.json"),
            pkg.join("package-lock.json"),
            pkg.join("wasm/core.d.ts"),
        ],
        outputs: &[dist.join("index.js"), dist.join("index.d.ts")],
    };
    work.once(|| {
        for file in stamp::files(&dist)? {
            if !file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("module.embedded.")) {
                fs::remove_file(&file).with_context(|| format!("removing {}", paths::shown(&file)))?;
            }
        }
        run::silent(work.title, node(&pkg, "typescript/bin/tsc").args(["-p", "tsconfig.json"]))
    })
}

/// Copies what npm shows and lawyers ask for beside the package: npm takes nothing from outside its folder.
fn documents() -> Result<()> {
    for name in DOCUMENTS {
        let contents = fs::read(paths::root().join(name)).with_context(|| format!("reading {name}"))?;
        stamp::write(&paths::pkg().join(name), &contents)?;
    }
    Ok(())
}

/// Installs the npm packages that `folder`'s lock file names.
pub fn install(folder: &Path, name: &str) -> Result<()> {
    tools::node()?;
    let mut inputs = vec![folder.join("package.json"), folder.join("package-lock.json")];
    inputs.extend(Some(folder.join(".npmrc")).filter(|settings| settings.exists()));
    let work = Work {
        name: &format!("npm-{name}"),
        title: &format!("Installing npm packages of {name}"),
        inputs: &inputs,
        outputs: &[folder.join("node_modules/.package-lock.json")],
    };
    work.once(|| {
        let mut npm = Command::new("npm");
        run::silent(work.title, npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))
    })?;
    // npm has copied the package as it was then, or leaves the copy of an earlier build.
    copy_into(folder)
}

/// A program of `folder`'s npm packages. Node runs it directly: npx would be one more process to end.
pub fn node(folder: &Path, program: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(Path::new("node_modules").join(program)).current_dir(folder).env("NEXT_TELEMETRY_DISABLED", "1");
    command
}

/// Mirrors the built package into `user`'s node_modules, where npm put a copy (`install-links`): a link
/// would let the package find its own node_modules instead of its user's.
fn copy_into(user: &Path) -> Result<()> {
    let copy = user.join("node_modules/convex-pipelines");
    if !copy.is_dir() || copy.is_symlink() {
        return Ok(());
    }
    let pkg = paths::pkg();
    for name in PUBLISHED {
        let (from, to) = (pkg.join(name), copy.join(name));
        if to.is_dir() {
            remove_strangers(&to, &from)?;
        }
        if !from.exists() {
            continue;
        }
        for file in stamp::files(&from)? {
            let contents = fs::read(&file).with_context(|| format!("reading {}", paths::shown(&file)))?;
            let target = copy.join(file.strip_prefix(&pkg)?);
            if fs::read(&target).ok().as_ref() != Some(&contents) {
                stamp::write(&target, &contents)?;
            }
        }
    }
    Ok(())
}

/// Removes files that have no counterpart any more.
fn remove_strangers(copy: &Path, original: &Path) -> Result<()> {
    for file in stamp::files(copy)? {
        if !original.join(file.strip_prefix(copy)?).exists() {
            fs::remove_file(&file).with_context(|| format!("removing {}", paths::shown(&file)))?;
        }
    }
    Ok(())
}
