//! The notices of the crates whose code is inside the published module, as their licences ask for.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{run, tools};

const HEAD: &str = "# Third-party notices\n\n\
    The WebAssembly module of this package holds code of these crates, and of Rust's standard library (MIT OR Apache-2.0).\n";

/// The notices as a document, made of what cargo knows and of the licences that the crates bring.
pub fn text() -> Result<String> {
    let mut cargo = tools::cargo(&["metadata", "--format-version", "1", "--locked", "--filter-platform", tools::WASM]);
    let metadata = run::answer(&mut cargo).context("cargo does not say which crates there are")?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let mut text = HEAD.to_owned();
    for (name, package) in inside(&metadata)? {
        let of = |field| package[field].as_str().with_context(|| format!("{name} has no {field}"));
        let folder = Path::new(of("manifest_path")?).parent().unwrap_or(Path::new("."));
        let licence = licence(folder).with_context(|| format!("reading the licence of {name}"))?;
        text += &format!("\n## {name} {} ({})\n\n```text\n{}\n```\n", of("version")?, of("license")?, licence.trim());
    }
    Ok(text)
}

/// The packages that the crate's code is linked with, by name: not what only builds it, nor macros.
fn inside(metadata: &Value) -> Result<BTreeMap<&str, &Value>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages: BTreeMap<&str, &Value> = by_id(&metadata["packages"]);
    let nodes: BTreeMap<&str, &Value> = by_id(&metadata["resolve"]["nodes"]);
    let root = metadata["resolve"]["root"].as_str().context("there is no root package")?;
    let mut found = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(id) = waiting.pop() {
        let node = nodes.get(id.as_str()).with_context(|| format!("cargo knows no {id}"))?;
        for dependency in list(&node["deps"]) {
            let is_linked = list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let id = dependency["pkg"].as_str().context("a dependency has no id")?;
            let package = *packages.get(id).with_context(|| format!("cargo knows no {id}"))?;
            let is_macro = list(&package["targets"]).iter().any(|target| target["kind"][0] == "proc-macro");
            let name = package["name"].as_str().context("a package has no name")?;
            if is_linked && !is_macro && found.insert(name, package).is_none() {
                waiting.push(id.to_owned());
            }
        }
    }
    Ok(found)
}

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    list.as_array().into_iter().flatten().filter_map(|item| Some((item["id"].as_str()?, item))).collect()
}

/// The text of a crate's licence: of several to choose from, the shortest to fulfil.
fn licence(folder: &Path) -> Result<String> {
    for name in ["LICENSE-MIT", "LICENSE", "LICENSE.txt", "LICENSE.md", "LICENSE-APACHE", "COPYING"] {
        if let Ok(text) = fs::read_to_string(folder.join(name)) {
            return Ok(text);
        }
    }
    bail!("{} holds no licence", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_named_and_what_only_builds_or_tests_is_not() {
        let text = text().unwrap();
        for name in ["chrono", "sha2", "subtle", "talc", "wasm-bindgen"] {
            assert!(text.contains(&format!("\n## {name} ")), "{name}");
        }
        for name in ["autocfg", "serde_derive", "serde_json", "cron", "convex-pipelines"] {
            assert!(!text.contains(&format!("\n## {name} ")), "{name}");
        }
        assert!(text.contains("Henry de Valence"), "the copyright of subtle");
    }
}
