//! A core in small, in parts.

use super::*;
use walrus::FunctionBuilder;

/// A core in small: `judge` calls a function that `call` calls too, and asks the host; a device's function calls all of them,
/// and one of a store, which stands in the table.
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
    let between = add("between", &[]);
    let store = add("<convex_pipelines[0123456789abcdef]::store::Store>::load", &[]);
    let device = add("convex_pipelines[0123456789abcdef]::bindings::device::answer", &[shared, between, ask, store]);
    let call = add("call", &[shared, between, ask, device]);
    for (name, function) in others.into_iter().chain([("judge", judge), ("call", call), ("start", host)]) {
        module.exports.add(name, function);
    }
    let table = module.tables.add_local(false, 3, Some(3), walrus::RefType::FUNCREF);
    let kind = ElementKind::Active { table, offset: ConstExpr::Value(ir::Value::I32(1)) };
    let element = module.elements.add(kind, ElementItems::Functions(vec![shared, store]));
    module.tables.get_mut(table).elem_segments.insert(element);
    module
}

fn split_core() -> [Module; 3] {
    split(&core().emit_wasm(), true)
        .unwrap()
        .try_into()
        .map(|parts: [Vec<u8>; 3]| parts.map(|part| parse(&part).unwrap()))
        .unwrap()
}

/// The exports, but for those by which the parts are linked.
fn named(module: &Module) -> Vec<&str> {
    module.exports.iter().map(|export| export.name.as_str()).filter(|name| !name.starts_with(['f', 't'])).collect()
}

/// What a part gives to those after it, without the table.
fn given(module: &Module) -> Vec<&str> {
    module.exports.iter().map(|export| export.name.as_str()).filter(|name| name.starts_with('f')).collect()
}

/// What a part imports of the host and of the parts before it, without the table.
fn imported(module: &Module) -> BTreeSet<&str> {
    module.imports.iter().map(|import| import.name.as_str()).filter(|name| !name.starts_with('t')).collect()
}

#[test]
fn the_first_part_imports_nothing_and_checks_values() {
    let [first, ..] = split_core();
    assert_eq!(first.imports.iter().count(), 0);
    assert_eq!(named(&first), ["regions", "comparePipelines", "__wbindgen_malloc", "__wbindgen_realloc", "judge"]);
}

#[test]
fn each_part_imports_what_it_calls_of_those_before_it() {
    let [first, rest, device] = split_core();
    assert_eq!((named(&rest), named(&device)), (vec!["call", "start"], vec![]));
    assert_eq!((given(&first).len(), given(&rest).len()), (1, 2));
    assert_eq!(imported(&rest), given(&first).into_iter().chain(["ask"]).collect());
    assert_eq!(imported(&device), given(&first).into_iter().chain(given(&rest)).collect());
}

#[test]
fn what_a_part_calls_of_a_later_one_stands_in_the_table_once_that_is_there() {
    let slots = |module: &Module| in_table(module).unwrap().1.into_keys().collect::<Vec<_>>();
    let [first, rest, device] = split_core();
    let (table, _) = in_table(&first).unwrap();
    assert_eq!(first.tables.get(table).initial, 5, "two more than in the whole module");
    assert_eq!(slots(&first), [1, 2], "slot 2 holds what traps");
    assert_eq!((slots(&rest), slots(&device)), (vec![4], vec![2, 3]));
}

#[test]
fn a_core_without_a_device_has_two_parts() {
    let parts = split(&core().emit_wasm(), false).unwrap();
    let [first, rest] = parts.try_into().map(|parts: [Vec<u8>; 2]| parts.map(|part| parse(&part).unwrap())).unwrap();
    assert_eq!((given(&first).len(), named(&rest)), (1, vec!["call", "start"]));
}

#[test]
fn what_is_for_a_device_is_called_by_nothing_else() {
    let mut module = core();
    let store = module.funcs.by_name("<convex_pipelines[0123456789abcdef]::store::Store>::load").unwrap();
    let call = module.funcs.by_name("call").unwrap();
    module.funcs.get_mut(call).kind.unwrap_local_mut().builder_mut().func_body().call(store);
    let refusal = split(&module.emit_wasm(), true).unwrap_err().to_string();
    assert!(refusal.contains("store::Store>::load\") is called by what is no device"), "{refusal}");
}

#[test]
fn a_module_without_names_is_refused() {
    let nameless = nameless(&core().emit_wasm()).unwrap();
    assert_eq!(split(&nameless, true).unwrap_err().to_string(), "the module has no names");
}

#[test]
fn names_are_compared_without_hashes() {
    assert_eq!(
        plain("<convex_pipelines[0123456789abcdef]::store::Store>::load"),
        "<convex_pipelines::store::Store>::load"
    );
    assert_eq!(plain("<[u8]>::fill"), "<[u8]>::fill");
}
