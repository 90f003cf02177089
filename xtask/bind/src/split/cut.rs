//! Cuts a module as it was planned.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use walrus::ir::{self, Instr, InstrSeq, VisitorMut};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportKind, ImportedFunction, Module, TableId,
};

use super::{LINK, Place, Plan, in_table};

impl Plan {
    /// Leaves one part of `module`.
    pub fn cut(&self, mut module: Module, part: usize) -> Result<Vec<u8>> {
        ensure!(module.start.is_none(), "a module that starts by itself");
        let (table, in_table) = in_table(&module)?;
        self.grow(&mut module, table);
        let functions: Vec<FunctionId> = module.funcs.iter().map(|function| function.id()).collect();

        let types: BTreeMap<Place, _> =
            module.funcs.iter().map(|function| (function.id().index(), function.ty())).collect();
        let later = self.slots.iter().filter(|(place, _)| self.part(**place) > Some(part));
        let slots: BTreeMap<Place, i32> = later.map(|(place, slot)| (*place, *slot)).collect();
        let mut by_table = ByTable { slots, types, table };
        for (_, function) in module.funcs.iter_local_mut() {
            ir::dfs_pre_order_mut(&mut by_table, function, function.entry_block());
        }

        for export in module.exports.iter().map(|export| export.id()).collect::<Vec<_>>() {
            let stays = match module.exports.get(export).item {
                // The host's own, shown as it is, comes with the first part that imports.
                ExportItem::Function(function) => self.part(function.index()).unwrap_or(1) == part,
                _ => part == 0,
            };
            if !stays {
                module.exports.delete(export);
            }
        }
        for function in functions.iter().filter(|function| self.shared.contains(&function.index())) {
            let name = name('f', function.index());
            match self.part(function.index()) {
                Some(home) if home == part => drop(module.exports.add(&name, ExportItem::Function(*function))),
                Some(home) if home < part => {
                    let import = module.imports.add(LINK, &name, ImportKind::Function(*function));
                    let function = module.funcs.get_mut(*function);
                    function.kind = FunctionKind::Import(ImportedFunction { import, ty: function.ty() });
                }
                _ => {}
            }
        }

        if part == 0 {
            self.begin(&mut module);
        } else {
            let added = functions.iter().filter_map(|function| Some((*self.slots.get(&function.index())?, *function)));
            let standing = in_table.into_iter().chain(added);
            let own = standing.filter(|(_, function)| self.part(function.index()) == Some(part)).collect();
            go_on(&mut module, table, own);
        }
        walrus::passes::gc::run(&mut module);
        ensure!(part > 0 || module.imports.iter().next().is_none(), "the first part imports something");
        Ok(module.emit_wasm())
    }

    fn part(&self, place: Place) -> Option<usize> {
        self.parts.get(&place).copied()
    }

    /// The first part: it has the memory, the tables and the globals, and what traps where something of another will stand.
    fn begin(&self, module: &mut Module) {
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        builder.func_body().unreachable();
        let nothing = builder.finish(Vec::new(), &mut module.funcs);
        for element in module.elements.iter_mut() {
            let ElementItems::Functions(functions) = &mut element.items else { continue };
            let others = functions.iter_mut().filter(|function| self.part(function.index()) != Some(0));
            others.for_each(|function| *function = nothing);
        }
        for (name, item) in surroundings(module) {
            module.exports.add(&name, item);
        }
    }

    /// Makes room in the table for what parts call of later ones.
    fn grow(&self, module: &mut Module, table: TableId) {
        let table = module.tables.get_mut(table);
        let added = self.slots.len() as u64;
        table.initial += added;
        table.maximum = table.maximum.map(|maximum| maximum + added);
    }
}

/// A later part: it shares what the first has, and puts its `own` functions into the table.
fn go_on(module: &mut Module, table: TableId, own: BTreeMap<i32, FunctionId>) {
    for element in module.elements.iter().map(|element| element.id()).collect::<Vec<_>>() {
        module.elements.delete(element);
    }
    module.tables.get_mut(table).elem_segments.clear();
    for (slot, function) in own {
        let kind = ElementKind::Active { table, offset: ConstExpr::Value(ir::Value::I32(slot)) };
        let element = module.elements.add(kind, ElementItems::Functions(vec![function]));
        module.tables.get_mut(table).elem_segments.insert(element);
    }
    for (name, item) in surroundings(module) {
        import(module, &name, item);
    }
    for data in module.data.iter().map(|data| data.id()).collect::<Vec<_>>() {
        module.data.delete(data);
    }
}

/// Turns calls of what is in a later part into calls by the table.
struct ByTable {
    slots: BTreeMap<Place, i32>,
    types: BTreeMap<Place, walrus::TypeId>,
    table: TableId,
}

impl VisitorMut for ByTable {
    fn start_instr_seq_mut(&mut self, sequence: &mut InstrSeq) {
        for (instruction, at) in std::mem::take(&mut sequence.instrs) {
            let called = match &instruction {
                Instr::Call(ir::Call { func }) => self.slots.get(&func.index()).zip(self.types.get(&func.index())),
                _ => None,
            };
            let Some((slot, ty)) = called else {
                sequence.instrs.push((instruction, at));
                continue;
            };
            sequence.instrs.push((Instr::Const(ir::Const { value: ir::Value::I32(*slot) }), at));
            sequence.instrs.push((Instr::CallIndirect(ir::CallIndirect { ty: *ty, table: self.table }), at));
        }
    }
}

/// The memories, tables and globals, by the names under which the first part exports them.
fn surroundings(module: &Module) -> Vec<(String, ExportItem)> {
    let memories = module.memories.iter().map(|memory| ExportItem::Memory(memory.id())).enumerate();
    let tables = module.tables.iter().map(|table| ExportItem::Table(table.id())).enumerate();
    let globals = module.globals.iter().map(|global| ExportItem::Global(global.id())).enumerate();
    let named = |kind| move |(place, item)| (name(kind, place), item);
    memories.map(named('m')).chain(tables.map(named('t'))).chain(globals.map(named('g'))).collect()
}

/// Makes a memory, table or global one that is imported.
fn import(module: &mut Module, name: &str, item: ExportItem) {
    match item {
        ExportItem::Memory(memory) => {
            let import = module.imports.add(LINK, name, ImportKind::Memory(memory));
            let memory = module.memories.get_mut(memory);
            memory.import = Some(import);
            memory.data_segments.clear();
        }
        ExportItem::Table(table) => {
            let import = module.imports.add(LINK, name, ImportKind::Table(table));
            module.tables.get_mut(table).import = Some(import);
        }
        ExportItem::Global(global) => {
            let import = module.imports.add(LINK, name, ImportKind::Global(global));
            module.globals.get_mut(global).kind = GlobalKind::Import(import);
        }
        ExportItem::Function(_) | ExportItem::Tag(_) => {}
    }
}

/// A name that no export of the core has.
fn name(kind: char, place: usize) -> String {
    format!("{kind}{place:x}")
}
