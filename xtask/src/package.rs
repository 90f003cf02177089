//! `cargo xtask build`: the npm package, from the core to `pkg/dist`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::stamp::Work;
use crate::{documents, paths, run, stamp, tools};

/// Files of the package that its users' folders hold a copy of.
const PUBLISHED: [&str; 4] = ["package.json", "dist", "cjs", "wasm"];

/// How the names of the files in `dist` begin that `bind` makes.
const BOUND: [&str; 6] = ["module.embedded.", "module.convex.", "json-schemas.", "words.", "records.", "schema.json"];

/// Flags for the module and its standard library, beside those of `.cargo/config.toml`. A panic ends the instance and
/// the shell makes a new one: its message and its place are dead weight, and would name the folders of whoever builds.
/// With panics goes what they print, `{:?}`, which writes nothing in the module: no text for users may be made with it.
/// The stack is a quarter of what is usual: nothing nests deeply here, addresses behind it are a byte shorter, and each
/// instance begins with less memory. Under `module` the crate asks for speed where a value is checked, and for size
/// elsewhere.
const FLAGS: [&str; 6] = [
    "-Zunstable-options",
    "--cfg=module",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "-Clink-arg=-zstack-size=262144",
];

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
    commonjs()?;
    documents::write()?;
    for user in [paths::tests(), paths::example()] {
        copy_into(&user)?;
    }
    Ok(())
}

/// The module's two forms: the one that everybody has, and the one that the condition `convex` gives to Convex's functions,
/// which pay for its size on each cold call and keep nothing on a device. By their files, and cargo's arguments.
const WHOLE: (&str, &[&str]) = ("whole.wasm", &[]);
const FOR_CONVEX: (&str, &[&str]) = ("convex.wasm", &["--no-default-features"]);

/// Makes `pkg/wasm`, the embedded modules in `pkg/dist` and the JSON Schemas of the core.
fn bind() -> Result<()> {
    let (whole, for_convex) = (compile_core(WHOLE)?, compile_core(FOR_CONVEX)?);
    let (pkg, root) = (paths::pkg(), paths::root());
    let work = Work {
        name: "bind",
        title: "Binding the module",
        inputs: &[
            whole.clone(),
            for_convex.clone(),
            root.join("src"),
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
            pkg.join("dist/module.convex.js"),
            target().join(BOUND_FOR_CONVEX),
            target().join(FIRST_PART),
            target().join("module.convex.rest.wasm"),
            pkg.join("dist/json-schemas.js"),
            pkg.join("dist/words.js"),
            pkg.join("dist/records.js"),
            pkg.join("dist/schema.json"),
        ],
    };
    work.once(|| {
        tools::bindgen()?;
        let mut command = tools::program("bind", "bind");
        run::silent(work.title, command.args([&whole, &for_convex, &target(), &pkg]))
    })
}

/// Compiles a form of the core to WebAssembly, with a standard library compiled anew: the one that comes with Rust is made
/// for speed and writes panic messages. Both forms share it, and all other crates.
fn compile_core((file, features): (&str, &[&str])) -> Result<PathBuf> {
    tools::wasm_target()?;
    tools::library_source()?;
    let flags = format!("target.{}.rustflags = {FLAGS:?}", tools::WASM);
    let mut cargo = tools::cargo(&["--config", &flags, "rustc", "--target-dir"]);
    cargo.arg(target()).args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
    // With the crate's other form, the library for tests, beside it, cargo leaves out the optimisation across crates.
    cargo.args(["--release", "--lib", "--crate-type", "cdylib", "--target", tools::WASM]).args(features);
    // For the size of each part; what is bound has no line table.
    cargo.env("CARGO_PROFILE_RELEASE_DEBUG", "line-tables-only");
    // The flags are not stable yet; the compiler stays the one that everything else is checked with.
    cargo.env("RUSTC_BOOTSTRAP", "1");
    run::aloud(&format!("Compiling the core to WebAssembly: {file}"), &mut cargo)?;
    // Cargo has one name for both.
    let (made, kept) = (target().join(tools::WASM).join("release/convex_pipelines.wasm"), target().join(file));
    fs::copy(&made, &kept).with_context(|| format!("copying {}", paths::shown(&made)))?;
    Ok(kept)
}

/// Where the module for Convex is bound, and the part that a first check compiles: the package has them in `dist` alone.
const BOUND_FOR_CONVEX: &str = "convex/core_bg.wasm";
const FIRST_PART: &str = "module.embedded.first.wasm";

/// In a folder of its own: a compiler that takes unstable flags makes cargo run build scripts again, and so would the next
/// command without.
fn target() -> PathBuf {
    paths::target().join("module")
}

/// Prints what the module weighs in both forms, and fails if that is too much.
pub fn weigh() -> Result<()> {
    tools::wasm()?;
    let mut command = tools::program("wasm", "weigh");
    let bound = [paths::pkg().join("wasm/core_bg.wasm"), target().join(BOUND_FOR_CONVEX), target().join(FIRST_PART)];
    run::aloud("Weighing the module", command.args(bound).arg(target().join(WHOLE.0)))
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
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if !BOUND.iter().any(|bound| name.starts_with(bound)) {
                fs::remove_file(&file).with_context(|| format!("removing {}", paths::shown(&file)))?;
            }
        }
        run::silent(work.title, node(&pkg, "typescript/bin/tsc").args(["-p", "tsconfig.json"]))
    })
}

/// What makes `pkg/cjs` CommonJS.
const COMMONJS: &[u8] = b"{\n  \"type\": \"commonjs\",\n  \"sideEffects\": false\n}\n";

/// Where CommonJS has its module from: the file, which is published once. (`imports` of an inner package.json would say it,
/// but not to every bundler.)
const MODULE: (&str, &str) = ("require(\"#module\")", "require(\"./module.file.js\")");

/// Makes `pkg/cjs`, the package for whatever cannot load ES modules, of what was compiled: the same files and types.
fn commonjs() -> Result<()> {
    let pkg = paths::pkg();
    let (dist, cjs) = (pkg.join("dist"), pkg.join("cjs"));
    let work = Work {
        name: "commonjs",
        title: "Compiling the package to CommonJS",
        inputs: &[dist.clone(), pkg.join("wasm/core.js"), pkg.join("tsconfig.cjs.json"), pkg.join("package-lock.json")],
        outputs: &[cjs.join("package.json"), cjs.join("dist/index.js"), cjs.join("wasm/core.js")],
    };
    work.once(|| {
        if cjs.exists() {
            fs::remove_dir_all(&cjs).with_context(|| format!("emptying {}", paths::shown(&cjs)))?;
        }
        run::silent(work.title, node(&pkg, "typescript/bin/tsc").args(["-p", "tsconfig.cjs.json"]))?;
        for file in stamp::files(&dist)?.into_iter().chain([pkg.join("wasm/core.d.ts")]) {
            if file.to_string_lossy().ends_with(".d.ts") {
                let contents = fs::read(&file).with_context(|| format!("reading {}", paths::shown(&file)))?;
                stamp::write(&cjs.join(file.strip_prefix(&pkg)?), &contents)?;
            }
        }
        let embedded = cjs.join("dist/embedded.js");
        let text = fs::read_to_string(&embedded).with_context(|| format!("reading {}", paths::shown(&embedded)))?;
        ensure!(text.contains(MODULE.0), "{} no longer requires its module", paths::shown(&embedded));
        stamp::write(&embedded, text.replace(MODULE.0, MODULE.1).as_bytes())?;
        stamp::write(&cjs.join("package.json"), COMMONJS)
    })
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
