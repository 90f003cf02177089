//! Importing the package does nothing. What wasm-bindgen writes makes an encoder and a decoder at once, which a test
//! runner's realm may lack and which keeps bundlers from leaving the glue out: here they are made at first use.
//!
//! They are the package's own functions, which find an encoder where a realm hides it.
//!
//! The package makes the instances itself, of a module in parts and of whatever realm it may come from: it is given what the
//! module imports, and says which instance answers.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// What wasm-bindgen writes, and what stands in its place.
const CHANGES: [(&str, &str); 5] = [
    (
        "let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });\ncachedTextDecoder.decode();\n",
        "let cachedTextDecoder;\n",
    ),
    (
        "    return cachedTextDecoder.decode(bytes);\n",
        "    cachedTextDecoder ??= new TextDecoder('utf-8', { ignoreBOM: true });\n    return cachedTextDecoder.decode(bytes);\n",
    ),
    ("const cachedTextEncoder = new TextEncoder();\n", "let cachedTextEncoder;\n"),
    ("= cachedTextEncoder.encode(arg);\n", "= (cachedTextEncoder ??= new TextEncoder()).encode(arg);\n"),
    (
        "= cachedTextEncoder.encodeInto(arg, view);\n",
        "= (cachedTextEncoder ??= new TextEncoder()).encodeInto(arg, view);\n",
    ),
];

/// Where the glue's encoders and decoders come from.
const IMPORT: &str = "import { newTextDecoder, newTextEncoder } from \"../dist/text.js\";\n";

/// Between these stands what mends the encoders of browsers that are too old for the module anyway.
const MENDING: (&str, &str) = ("if (!('encodeInto' in cachedTextEncoder)) {", "\n}\n");

/// What the package starts an instance by; and its types.
const EXPORTS: &str = "\nexport { __wbg_finalize_init as begin, __wbg_get_imports as imports };\n";
const TYPES: &str = "
/** Makes an instance the one that answers. */
export function begin(instance: { exports: InitOutput }): void;

/** What the module imports. */
export function imports(): WebAssembly.Imports;
";

/// Rewrites the glue in `folder` and its types, and fails where it is not what was expected.
pub fn rewrite(folder: &Path) -> Result<()> {
    let [glue, types] = ["core.js", "core.d.ts"].map(|name| folder.join(name));
    let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("reading {}", path.display()));
    for (path, text) in [(&glue, lazy(&read(&glue)?)?), (&types, read(&types)? + TYPES)] {
        fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn lazy(glue: &str) -> Result<String> {
    let (head, rest) = glue.split_once(MENDING.0).context("wasm-bindgen's glue no longer mends encoders")?;
    let (_, tail) = rest.split_once(MENDING.1).context("wasm-bindgen's glue mends encoders in another way")?;
    let mut glue = format!("{head}{tail}");
    for (from, to) in CHANGES {
        ensure!(glue.matches(from).count() == 1, "wasm-bindgen's glue has changed: it no longer holds once:\n{from}");
        glue = glue.replace(from, to);
    }
    for name in ["function __wbg_finalize_init(instance, module) {", "function __wbg_get_imports() {"] {
        ensure!(glue.contains(name), "wasm-bindgen's glue has changed: it no longer holds {name}");
    }
    let glue = glue.replace("new TextDecoder(", "newTextDecoder(").replace("new TextEncoder(", "newTextEncoder(");
    Ok(format!("{IMPORT}{glue}{EXPORTS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glue_of_another_shape_is_refused() {
        assert!(lazy("const cachedTextEncoder = makeEncoder();\n").is_err());
    }
}
