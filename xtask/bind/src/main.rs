//! Makes the npm package's module from what cargo compiled:
//! `bind <compiled .wasm> <the one for Convex> <its bound folder> <pkg folder>` writes `wasm/` by wasm-bindgen, embeds both
//! modules in `dist/`, and writes the core's tables there as JSON Schema.

mod callbacks;
mod embed;
mod lazy;
mod mark;
mod reader;
mod schemas;
mod spell;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [compiled, compiled_for_convex, for_convex, package] = arguments.as_slice() else {
        bail!("usage: bind <compiled .wasm> <the one for Convex> <its bound folder> <pkg folder>");
    };
    let (wasm, dist) = (package.join("wasm"), package.join("dist"));
    for (compiled, folder) in [(compiled, &wasm), (compiled_for_convex, for_convex)] {
        generate(compiled, folder)?;
        lazy::rewrite(&folder.join("core.js"))?;
    }
    let [glue, other] = [&wasm, for_convex].map(|folder| read(&folder.join("core.js")));
    ensure!(glue? == other?, "the module for Convex no longer has the same glue: the package has one for both");
    mark::write(&wasm, for_convex)?;
    embed::write(&read(&wasm.join(MODULE))?, &dist, "module.embedded")?;
    embed::write(&read(&for_convex.join(MODULE))?, &dist, "module.convex")?;
    schemas::write(&dist)
}

/// What wasm-bindgen calls a module.
const MODULE: &str = "core_bg.wasm";

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// Runs wasm-bindgen into an empty folder, so that no file of an earlier version stays.
fn generate(compiled: &Path, wasm: &Path) -> Result<()> {
    if wasm.exists() {
        fs::remove_dir_all(wasm).with_context(|| format!("emptying {}", wasm.display()))?;
    }
    let mut output = Bindgen::new()
        .input_path(compiled)
        .web(true)?
        // The package says where its module comes from: no `import.meta`, which bundlers would follow.
        .omit_default_module_path(true)
        // After a trap the shell starts a fresh instance of the same compiled module.
        .reset_state_function(true)
        // Names and producers are a third of the file, and nobody reads them in production.
        .remove_name_section(true)
        .remove_producers_section(true)
        .typescript(true)
        .out_name("core")
        .generate_output()?;
    let glue = output.js().to_owned();
    let module = output.wasm_mut();
    callbacks::remove(module, &glue)?;
    // Which features of WebAssembly the compiler was allowed: that is for linkers.
    module.customs.remove_raw("target_features");
    output.emit(wasm)
}
