//! Takes a module apart, so that a start compiles what a start needs: a runtime reads and checks all of a module before it
//! runs any of it, and makes code for each kind of function that is imported. The first part checks values and imports nothing.
//! What it calls of the rest it calls by the table, where nothing stands until the rest is there: such a call ends in a trap,
//! and whoever made it starts both parts and asks again. The rest has all else that is the module's, and shares the memory,
//! the tables and the globals of the first.

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

/// What stands in the table and is called by the rest alone, by where it stands in the core.
const REST: [&str; 4] =
    ["convex_pipelines::http::", "convex_pipelines::run::", "convex_pipelines::store::", "convex_pipelines::outbox::"];

/// What the rest imports from: the exports of the first part.
const LINK: &str = "first";

/// Takes `module`, which has names, apart: the first part and the rest.
pub fn split(module: &[u8]) -> Result<[Vec<u8>; 2]> {
    let plan = Plan::of(&parse(module)?)?;
    Ok([plan.first(parse(module)?)?, plan.rest(parse(module)?)?])
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
    first: BTreeSet<Place>,
    /// What the rest calls of the first part.
    shared: BTreeSet<Place>,
    /// What the first part calls of the rest, and where that will stand in the table.
    slots: BTreeMap<Place, i32>,
}

impl Plan {
    fn of(module: &Module) -> Result<Self> {
        let mut names = module.funcs.iter().filter_map(|function| function.name.as_deref());
        ensure!(names.any(|name| name.contains("convex_pipelines")), "the module has no names");
        let calls: Calls =
            module.funcs.iter().map(|function| (function.id().index(), called(module, function.id()))).collect();
        let rest = left_to_rest(module, &calls);
        let mut ahead = Vec::new();
        for name in FIRST {
            let Some(ExportItem::Function(function)) =
                module.exports.iter().find(|export| export.name == name).map(|export| export.item)
            else {
                bail!("the module exports no function {name}");
            };
            ensure!(!rest.contains(&function.index()), "{name} calls the host by itself");
            ahead.push(function.index());
        }
        ahead.extend(in_table(module)?.1.into_values().map(|function| function.index()));

        let (mut first, mut slots) = (BTreeSet::new(), BTreeMap::new());
        let size = i32::try_from(module.tables.get(in_table(module)?.0).initial)?;
        while let Some(place) = ahead.pop() {
            if rest.contains(&place) || !first.insert(place) {
                continue;
            }
            for called in calls.get(&place).into_iter().flatten().flatten() {
                if rest.contains(called) {
                    let slot = size + i32::try_from(slots.len())?;
                    slots.entry(*called).or_insert(slot);
                }
                ahead.push(*called);
            }
        }
        let others = calls.iter().filter(|(place, _)| !first.contains(place));
        let shared = others
            .flat_map(|(_, calls)| calls.iter().flatten())
            .filter(|called| first.contains(called))
            .copied()
            .collect();
        Ok(Self { first, shared, slots })
    }
}

/// What each function calls; `None` for one that is imported.
type Calls = BTreeMap<Place, Option<Vec<Place>>>;

/// What the first part must not have: what asks the host, and whatever has the path of a room that checks nothing.
fn left_to_rest(module: &Module, calls: &Calls) -> BTreeSet<Place> {
    let is_imported = |place: &Place| matches!(calls.get(place), Some(None));
    let is_rest = |place: &Place, name: &str| {
        is_imported(place)
            || calls.get(place).into_iter().flatten().flatten().any(is_imported)
            || REST.iter().any(|path| name.trim_start_matches('<').starts_with(path))
    };
    let named =
        module.funcs.iter().map(|function| (function.id().index(), function.name.as_deref().unwrap_or_default()));
    named.filter(|(place, name)| is_rest(place, &plain(name))).map(|(place, _)| place).collect()
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
