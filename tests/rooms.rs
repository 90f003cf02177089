//! The house: arrows between files point one way, so that each can be read without those that use it.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The modules that a file names, by their paths; `crate::a::b::Item` names `a::b`, or `a` where `b` is no module.
type Uses = BTreeMap<String, BTreeSet<String>>;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// `src/model/step.rs` is `model::step`.
fn module_of(file: &Path, root: &Path) -> String {
    let path = file.strip_prefix(root).unwrap().with_extension("");
    path.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("::")
}

/// The paths within one `use`, with their braces taken apart.
fn expand(path: &str) -> Vec<String> {
    let Some((before, group)) = path.split_once('{') else { return vec![path.trim().to_owned()] };
    let group = group.strip_suffix('}').unwrap_or(group);
    let mut depth = 0;
    let parts = group.split(|sign| {
        depth += i32::from(sign == '{') - i32::from(sign == '}');
        sign == ',' && depth == 0
    });
    parts.flat_map(|part| expand(&format!("{before}{}", part.trim()))).collect()
}

fn uses() -> Uses {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    let modules: BTreeSet<_> = found.iter().map(|file| module_of(file, &root)).collect();
    let mut uses = Uses::new();
    for file in &found {
        let module = module_of(file, &root);
        let text = std::fs::read_to_string(file).unwrap();
        // What tests within a file use is theirs.
        let text = text.split("#[cfg(test)]").next().unwrap();
        let named = uses.entry(module.clone()).or_default();
        for line in text.split(';') {
            let Some(at) = line.rfind("use ").filter(|at| line[..*at].ends_with(['\n', ' ']) || *at == 0) else {
                continue;
            };
            for path in expand(&line[at + 4..].replace('\n', " ")) {
                let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
                let absolute = path
                    .strip_prefix("crate::")
                    .map(str::to_owned)
                    .or_else(|| path.strip_prefix("super::").map(|rest| format!("{parent}::{rest}")));
                let Some(absolute) = absolute else { continue };
                let mut name = absolute.trim_start_matches("::");
                while !modules.contains(name) {
                    let Some((shorter, _)) = name.rsplit_once("::") else { break };
                    name = shorter;
                }
                // A room may name what it holds, and what it holds may name the room's own items.
                let is_kin = |one: &str, other: &str| one.starts_with(&format!("{other}::"));
                if modules.contains(name) && name != module && !is_kin(name, &module) && !is_kin(&module, name) {
                    named.insert(name.to_owned());
                }
            }
        }
    }
    uses
}

/// A way from a module back to itself.
fn circle(uses: &Uses, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> Option<Vec<String>> {
    let module = way.last().unwrap().clone();
    for next in uses.get(&module).into_iter().flatten() {
        if let Some(start) = way.iter().position(|earlier| earlier == next) {
            return Some(way[start..].to_vec());
        }
        if !done.contains(next) {
            way.push(next.clone());
            if let Some(found) = circle(uses, way, done) {
                return Some(found);
            }
            way.pop();
        }
    }
    done.insert(module);
    None
}

#[test]
fn no_files_hold_each_other_in_a_circle() {
    let uses = uses();
    assert!(uses.values().map(BTreeSet::len).sum::<usize>() > 100, "too few uses were found: {uses:?}");
    let mut done = BTreeSet::new();
    for module in uses.keys() {
        if let Some(found) = circle(&uses, &mut vec![module.clone()], &mut done) {
            panic!("{} use each other", found.join(" -> "));
        }
    }
}

#[test]
fn arrows_between_rooms_point_down() {
    let order = [
        "index", "value", "issue", "error", "host", "url", "schema", "schedule", "model", "http", "outbox", "run",
        "store", "bindings",
    ];
    let place = |module: &str| {
        let room = module.split("::").next().unwrap();
        order.iter().position(|known| *known == room)
    };
    for (module, named) in uses() {
        for other in named {
            let (Some(from), Some(to)) = (place(&module), place(&other)) else { continue };
            assert!(to <= from, "{module} uses {other}, which stands above it");
        }
    }
}
