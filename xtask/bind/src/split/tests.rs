//! A core in small, in two parts.

use super::*;
use walrus::FunctionBuilder;

/// A core in small: `judge` calls a function that `call` calls too, and asks the host; a store's function stands in the table.
fn core() -> Module {
    let mut module = Module::default();
    let ty = module.types.add(&[], &[]);
    let (host, _) = module.add_import_func("host", "ask", ty);
    let mut add = |name: &str, calls: &[FunctionId]| {
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        builder.name(name.to_owned());
        for called in calls {
            builder.func_body().call(*called);
        }
        builder.finish(Vec::new(), &mut module.funcs)
    };
    let ask = add("ask", &[host]);
    let shared = add("shared", &[]);
    let judge = add("judge", &[shared, ask]);
    let others =
        ["regions", "comparePipelines", "__wbindgen_malloc", "__wbindgen_realloc"].map(|name| (name, add(name, &[])));
    let call = add("call", &[shared, ask]);
    let store = add("<convex_pipelines[0123456789abcdef]::store::Store>::load", &[]);
    for (name, function) in others.into_iter().chain([("judge", judge), ("call", call)]) {
        module.exports.add(name, function);
    }
    let table = module.tables.add_local(false, 3, Some(3), walrus::RefType::FUNCREF);
    let kind = ElementKind::Active { table, offset: ConstExpr::Value(ir::Value::I32(1)) };
    let element = module.elements.add(kind, ElementItems::Functions(vec![shared, store]));
    module.tables.get_mut(table).elem_segments.insert(element);
    module
}

fn exported(module: &Module) -> Vec<&str> {
    module.exports.iter().map(|export| export.name.as_str()).filter(|name| !name.starts_with(['f', 't'])).collect()
}

fn split_core() -> [Module; 2] {
    split(&core().emit_wasm()).unwrap().map(|part| parse(&part).unwrap())
}

#[test]
fn the_first_part_imports_nothing_and_checks_values() {
    let [first, _] = split_core();
    assert_eq!(first.imports.iter().count(), 0);
    assert_eq!(exported(&first), FIRST_IN_ORDER);
}
const FIRST_IN_ORDER: [&str; 5] = ["regions", "comparePipelines", "__wbindgen_malloc", "__wbindgen_realloc", "judge"];

#[test]
fn the_rest_has_all_else_and_imports_from_the_first_part_what_both_call() {
    let [first, rest] = split_core();
    assert_eq!(exported(&rest), ["call"]);
    let imported: Vec<_> = rest.imports.iter().map(|import| (import.module.as_str(), import.name.as_str())).collect();
    let shared = first.exports.iter().find(|export| export.name.starts_with('f')).unwrap();
    assert_eq!(imported, [("host", "ask"), (LINK, shared.name.as_str()), (LINK, "t0")]);
}

#[test]
fn what_the_first_part_calls_of_the_rest_stands_in_the_table_once_the_rest_is_there() {
    let [first, rest] = split_core();
    let (table, before) = in_table(&first).unwrap();
    assert_eq!(first.tables.get(table).initial, 4, "one more than in the whole module");
    assert_eq!(before.keys().collect::<Vec<_>>(), [&1, &2], "slot 2 holds what traps");
    let (_, after) = in_table(&rest).unwrap();
    assert_eq!(after.keys().collect::<Vec<_>>(), [&2, &3]);
}

#[test]
fn a_module_without_names_is_refused() {
    let nameless = nameless(&core().emit_wasm()).unwrap();
    assert_eq!(split(&nameless).unwrap_err().to_string(), "the module has no names");
}

#[test]
fn names_are_compared_without_hashes() {
    assert_eq!(
        plain("<convex_pipelines[0123456789abcdef]::store::Store>::load"),
        "<convex_pipelines::store::Store>::load"
    );
    assert_eq!(plain("<[u8]>::fill"), "<[u8]>::fill");
}
