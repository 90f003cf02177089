//! Makes the npm package's module from what cargo compiled:
//! `bind <compiled .wasm> <the one for Convex> <work folder> <pkg folder>` writes `wasm/` by wasm-bindgen, embeds both modules
//! in `dist/`, and writes the core's tables there as JSON Schema. In the work folder it leaves the module for Convex as it is
//! bound, and the parts of both as they are embedded.

mod callbacks;
mod embed;
mod lazy;
mod mark;
mod reader;
mod schemas;
mod spell;
mod split;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [compiled, compiled_for_convex, work, package] = arguments.as_slice() else {
        bail!("usage: bind <compiled .wasm> <the one for Convex> <work folder> <pkg folder>");
    };
    let (wasm, for_convex, dist) = (package.join("wasm"), work.join("convex"), package.join("dist"));
    for (compiled, folder, embedded, has_device) in
        [(compiled, &wasm, "module.embedded", true), (compiled_for_convex, &for_convex, "module.convex", false)]
    {
        let module = generate(compiled, folder)?;
        lazy::rewrite(folder)?;
        let parts = split::split(&module, has_device)?;
        embed::write(&parts, &dist, embedded)?;
        for (name, part) in ["first", "rest", "device"].into_iter().zip(parts) {
            let path = work.join(format!("{embedded}.{name}.wasm"));
            fs::write(&path, part).with_context(|| format!("writing {}", path.display()))?;
        }
    }
    let [glue, other] = [&wasm, &for_convex].map(|folder| read(&folder.join("core.js")));
    ensure!(glue? == other?, "the module for Convex no longer has the same glue: the package has one for both");
    mark::write(&wasm, &for_convex)?;
    schemas::write(&dist)
}

/// What wasm-bindgen calls a module.
const MODULE: &str = "core_bg.wasm";

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// Runs wasm-bindgen into an empty folder, so that no file of an earlier version stays. Gives the module with the names that
/// the file goes without.
fn generate(compiled: &Path, wasm: &Path) -> Result<Vec<u8>> {
    if wasm.exists() {
        fs::remove_dir_all(wasm).with_context(|| format!("emptying {}", wasm.display()))?;
    }
    let mut output = Bindgen::new()
        .input_path(compiled)
        .web(true)?
        // The package says where its module comes from: no `import.meta`, which bundlers would follow.
        .omit_default_module_path(true)
        .typescript(true)
        .out_name("core")
        .generate_output()?;
    let glue = output.js().to_owned();
    let module = output.wasm_mut();
    callbacks::remove(module, &glue)?;
    // Which features of WebAssembly the compiler was allowed: that is for linkers.
    module.customs.remove_raw("target_features");
    let named = module.emit_wasm();
    output.emit(wasm)?;
    let path = wasm.join(MODULE);
    fs::write(&path, split::nameless(&named)?).with_context(|| format!("writing {}", path.display()))?;
    Ok(named)
}
