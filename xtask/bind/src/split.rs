//! Takes a module apart, so that a start compiles what a start needs, and a bundle holds what it uses: a runtime reads and checks
//! all of a module before it runs any of it, and makes code for each kind of function that is imported. The first part checks
//! values and imports nothing; the last is the device's: local stores and their outbox; the rest is between them.
//!
//! What a part calls of a later one it calls by the table, where nothing stands until that is there. Such a call of the first
//! part ends in a trap, and whoever made it starts the rest too and asks again; what the device's part answers is known by name,
//! so it is there before it is called. All parts share the memory, the table and the globals of the first.

mod cut;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail, ensure};
use walrus::ir::{self, Instr, InstrLocId, Visitor};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, Module, ModuleConfig, TableId,
};

/// The exports that the first part is there for.
const FIRST: [&str; 5] = ["judge", "regions", "comparePipelines", "__wbindgen_malloc", "__wbindgen_realloc"];

/// What the first part goes without, by where it stands in the core.
const REST: [&str; 4] =
    ["convex_pipelines::http::", "convex_pipelines::run::", "convex_pipelines::outbox::", DEVICE[1]];

/// What only the last part has; all of it is asked for by the first of these.
const DEVICE: [&str; 3] =
    ["convex_pipelines::bindings::device::", "convex_pipelines::store::", "convex_pipelines::outbox::client::"];

/// What parts import from: the exports of those before them.
const LINK: &str = "first";

/// Takes `module`, which has names, apart: into three parts, or into two where it has no device.
pub fn split(module: &[u8], has_device: bool) -> Result<Vec<Vec<u8>>> {
    let plan = Plan::of(&parse(module)?, has_device)?;
    (0..2 + usize::from(has_device)).map(|part| plan.cut(parse(module)?, part)).collect()
}

/// `module` without names, which are a third of it and which nobody reads in production.
pub fn nameless(module: &[u8]) -> Result<Vec<u8>> {
    Ok(parse(module)?.emit_wasm())
}

fn parse(module: &[u8]) -> Result<Module> {
    ModuleConfig::new().generate_name_section(false).generate_producers_section(false).parse(module)
}

/// A function, by its place: that is the same whenever the same bytes are read.
type Place = usize;

struct Plan {
    /// The part of each function that is not imported.
    parts: BTreeMap<Place, usize>,
    /// What later parts call.
    shared: BTreeSet<Place>,
    /// What earlier parts call, and where that will stand in the table.
    slots: BTreeMap<Place, i32>,
}

impl Plan {
    fn of(module: &Module, has_device: bool) -> Result<Self> {
        let names: BTreeMap<Place, String> = module
            .funcs
            .iter()
            .filter_map(|function| Some((function.id().index(), plain(function.name.as_deref()?))))
            .collect();
        ensure!(names.values().any(|name| name.contains("convex_pipelines")), "the module has no names");
        let calls: Calls =
            module.funcs.iter().map(|function| (function.id().index(), called(module, function.id()))).collect();
        let is_imported = |place: &Place| matches!(calls.get(place), Some(None));
        let asks_host = |place: &Place| calls.get(place).into_iter().flatten().flatten().any(is_imported);
        let stands_in = |place: &Place, paths: &[&str]| {
            names.get(place).is_some_and(|name| paths.iter().any(|path| name.trim_start_matches('<').starts_with(path)))
        };

        let (table, in_table) = in_table(module)?;
        let in_table: Vec<Place> = in_table.into_values().map(|function| function.index()).collect();
        let mut first = in_table.clone();
        for name in FIRST {
            let place = exported(module).find_map(|(export, place)| (export == name).then_some(place));
            let Some(place) = place else { bail!("the module exports no function {name}") };
            ensure!(!asks_host(&place), "{name} calls the host by itself");
            first.push(place);
        }
        let mut parts = BTreeMap::new();
        take(&mut parts, 0, first, &calls, |place| asks_host(place) || stands_in(place, &REST));
        if has_device {
            let after = parts.keys().filter_map(|place| calls.get(place)?.as_ref()).flatten().copied();
            let ahead = exported(module).map(|(_, place)| place).chain(in_table).chain(after).collect();
            take(&mut parts, 1, ahead, &calls, |place| stands_in(place, &DEVICE));
        }
        take(&mut parts, 1 + usize::from(has_device), calls.keys().copied().collect(), &calls, |_| false);

        let (mut shared, mut slots) = (BTreeSet::new(), BTreeMap::new());
        let size = i32::try_from(module.tables.get(table).initial)?;
        for (place, part) in &parts {
            for called in calls.get(place).into_iter().flatten().flatten() {
                let Some(other) = parts.get(called) else { continue };
                if other < part {
                    shared.insert(*called);
                } else if other > part {
                    let slot = size + i32::try_from(slots.len())?;
                    slots.entry(*called).or_insert(slot);
                    let is_asked = *other == 1 || stands_in(called, &DEVICE[..1]);
                    ensure!(is_asked, "{:?} is called by what is no device", names.get(called));
                }
            }
        }
        Ok(Self { parts, shared, slots })
    }
}

/// Gives `part` what no other has of `ahead` and of all that this calls, as far as it is not `left`.
fn take(
    parts: &mut BTreeMap<Place, usize>,
    part: usize,
    mut ahead: Vec<Place>,
    calls: &Calls,
    left: impl Fn(&Place) -> bool,
) {
    while let Some(place) = ahead.pop() {
        let Some(Some(called)) = calls.get(&place) else { continue };
        if parts.contains_key(&place) || left(&place) {
            continue;
        }
        parts.insert(place, part);
        ahead.extend(called);
    }
}

/// What each function calls; `None` for one that is imported.
type Calls = BTreeMap<Place, Option<Vec<Place>>>;

/// The exported functions by name.
fn exported(module: &Module) -> impl Iterator<Item = (&str, Place)> {
    module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(function) => Some((export.name.as_str(), function.index())),
        _ => None,
    })
}

/// The table of functions, and what stands in it by its slot.
fn in_table(module: &Module) -> Result<(TableId, BTreeMap<i32, FunctionId>)> {
    let Some(table) = module.tables.main_function_table()? else { bail!("the module has no table of functions") };
    let mut functions = BTreeMap::new();
    for element in module.elements.iter() {
        match (&element.kind, &element.items) {
            (
                ElementKind::Active { offset: ConstExpr::Value(ir::Value::I32(offset)), .. },
                ElementItems::Functions(items),
            ) => {
                functions.extend((*offset..).zip(items.iter().copied()));
            }
            _ => bail!("the module's table is filled in another way"),
        }
    }
    Ok((table, functions))
}

fn called(module: &Module, function: FunctionId) -> Option<Vec<Place>> {
    struct Called(Vec<Place>);
    impl<'a> Visitor<'a> for Called {
        fn visit_function_id(&mut self, function: &FunctionId) {
            self.0.push(function.index());
        }
        fn visit_instr(&mut self, _: &'a Instr, _: &'a InstrLocId) {}
    }
    let FunctionKind::Local(local) = &module.funcs.get(function).kind else { return None };
    let mut called = Called(Vec::new());
    ir::dfs_in_order(&mut called, local, local.entry_block());
    Some(called.0)
}

/// A function's name without the compiler's hash of each crate.
fn plain(name: &str) -> String {
    let mut parts = name.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| match part.split_once(']') {
        Some((hash, rest)) if hash.len() > 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => plain + rest,
        _ => format!("{plain}[{part}"),
    })
}
