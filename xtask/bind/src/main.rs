//! Makes the npm package's module from what cargo compiled:
//! `bind <compiled .wasm> <pkg folder>` writes `wasm/` by wasm-bindgen, embeds the module in `dist/`, and writes the core's
//! tables there as JSON Schema.

mod embed;
mod lazy;
mod mark;
mod schemas;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context, Result, bail};

fn main() -> ExitCode {
    match bind() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bind: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bind() -> Result<()> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(compiled), Some(package)) = (arguments.next(), arguments.next()) else {
        bail!("usage: bind <compiled .wasm> <pkg folder>");
    };
    let wasm = package.join("wasm");
    generate(&compiled, &wasm)?;
    lazy::rewrite(&wasm.join("core.js"))?;
    mark::write(&wasm)?;
    let module = wasm.join("core_bg.wasm");
    let module = fs::read(&module).with_context(|| format!("reading {}", module.display()))?;
    embed::write(&module, &package.join("dist"))?;
    schemas::write(&package.join("dist"))
}

/// Runs wasm-bindgen into an empty folder, so that no file of an earlier version stays.
fn generate(compiled: &Path, wasm: &Path) -> Result<()> {
    if wasm.exists() {
        fs::remove_dir_all(wasm).with_context(|| format!("emptying {}", wasm.display()))?;
    }
    let arguments: [OsString; 12] = [
        "wasm-bindgen".into(),
        "--target".into(),
        "web".into(),
        // The package says where its module comes from: no `import.meta`, which bundlers would follow.
        "--omit-default-module-path".into(),
        // After a trap the shell starts a fresh instance of the same compiled module.
        "--experimental-reset-state-function".into(),
        // Names and producers are a third of the file, and nobody reads them in production.
        "--remove-name-section".into(),
        "--remove-producers-section".into(),
        "--out-name".into(),
        "core".into(),
        "--out-dir".into(),
        wasm.into(),
        compiled.into(),
    ];
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments)
}
