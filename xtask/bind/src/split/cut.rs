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
    /// Leaves the first part of `module`.
    pub fn first(&self, mut module: Module) -> Result<Vec<u8>> {
        let (table, _) = in_table(&module)?;
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        builder.func_body().unreachable();
        let nothing = builder.finish(Vec::new(), &mut module.funcs);
        for element in module.elements.iter_mut() {
            let ElementItems::Functions(functions) = &mut element.items else { continue };
            functions
                .iter_mut()
                .filter(|function| !self.first.contains(&function.index()))
                .for_each(|function| *function = nothing);
        }
        self.grow(&mut module, table);

        let types: BTreeMap<Place, _> =
            module.funcs.iter().map(|function| (function.id().index(), function.ty())).collect();
        let mut by_table = ByTable { slots: &self.slots, types: &types, table };
        for (_, function) in module.funcs.iter_local_mut() {
            ir::dfs_pre_order_mut(&mut by_table, function, function.entry_block());
        }

        let all: Vec<FunctionId> = module.funcs.iter().map(|function| function.id()).collect();
        let others: Vec<_> = module
            .exports
            .iter()
            .filter(|export| self.is_exported_by_rest(&export.item))
            .map(|export| export.id())
            .collect();
        others.into_iter().for_each(|export| module.exports.delete(export));
        for function in all.into_iter().filter(|function| self.shared.contains(&function.index())) {
            module.exports.add(&name('f', function.index()), ExportItem::Function(function));
        }
        for (name, item) in surroundings(&module) {
            module.exports.add(&name, item);
        }
        ensure!(module.start.is_none(), "a module that starts by itself");
        walrus::passes::gc::run(&mut module);
        ensure!(module.imports.iter().next().is_none(), "the first part imports something");
        Ok(module.emit_wasm())
    }

    /// Leaves the rest of `module`.
    pub fn rest(&self, mut module: Module) -> Result<Vec<u8>> {
        let (table, in_table) = in_table(&module)?;
        self.grow(&mut module, table);
        let all: Vec<FunctionId> = module.funcs.iter().map(|function| function.id()).collect();

        for element in module.elements.iter().map(|element| element.id()).collect::<Vec<_>>() {
            module.elements.delete(element);
        }
        module.tables.get_mut(table).elem_segments.clear();
        let left = in_table.into_iter().filter(|(_, function)| !self.first.contains(&function.index()));
        let added = all.iter().filter_map(|function| Some((*self.slots.get(&function.index())?, *function)));
        for (slot, function) in left.chain(added).collect::<Vec<_>>() {
            let kind = ElementKind::Active { table, offset: ConstExpr::Value(ir::Value::I32(slot)) };
            let element = module.elements.add(kind, ElementItems::Functions(vec![function]));
            module.tables.get_mut(table).elem_segments.insert(element);
        }

        let others: Vec<_> = module
            .exports
            .iter()
            .filter(|export| !self.is_exported_by_rest(&export.item))
            .map(|export| export.id())
            .collect();
        others.into_iter().for_each(|export| module.exports.delete(export));
        for function in all.into_iter().filter(|function| self.shared.contains(&function.index())) {
            let import = module.imports.add(LINK, &name('f', function.index()), ImportKind::Function(function));
            let function = module.funcs.get_mut(function);
            function.kind = FunctionKind::Import(ImportedFunction { import, ty: function.ty() });
        }
        for (name, item) in surroundings(&module) {
            import(&mut module, &name, item);
        }
        for data in module.data.iter().map(|data| data.id()).collect::<Vec<_>>() {
            module.data.delete(data);
        }
        walrus::passes::gc::run(&mut module);
        Ok(module.emit_wasm())
    }

    fn is_exported_by_rest(&self, item: &ExportItem) -> bool {
        matches!(item, ExportItem::Function(function) if !self.first.contains(&function.index()))
    }

    /// Makes room in the table for what the first part calls of the rest.
    fn grow(&self, module: &mut Module, table: TableId) {
        let table = module.tables.get_mut(table);
        let added = self.slots.len() as u64;
        table.initial += added;
        table.maximum = table.maximum.map(|maximum| maximum + added);
    }
}

/// Turns calls of what is in the rest into calls by the table.
struct ByTable<'a> {
    slots: &'a BTreeMap<Place, i32>,
    types: &'a BTreeMap<Place, walrus::TypeId>,
    table: TableId,
}

impl VisitorMut for ByTable<'_> {
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
