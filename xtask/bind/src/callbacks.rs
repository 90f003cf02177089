//! Nothing in the core is called back by JavaScript. But js-sys has functions that take a closure and tasks that a promise
//! wakes, and the code by which JavaScript would call them stays in the module, because it stands in the table of what is
//! called by number.

use anyhow::{Result, ensure};
use walrus::{ElementItems, FunctionBuilder, Module};

/// Where that code stands.
const PATHS: [&str; 2] = ["::convert::closures::", "::futures::jspi::"];

/// What makes a closure in wasm-bindgen's glue.
const MAKERS: [&str; 2] = ["makeClosure", "makeMutClosure"];

/// Takes that code out of `module`, whose glue hands out nothing that needs it.
pub fn remove(module: &mut Module, glue: &str) -> Result<()> {
    ensure!(!MAKERS.iter().any(|maker| glue.contains(maker)), "the core has a closure that JavaScript calls");
    let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
    builder.func_body().unreachable();
    let nothing = builder.finish(Vec::new(), &mut module.funcs);

    let mut removed = 0;
    for element in module.elements.iter_mut() {
        let ElementItems::Functions(functions) = &mut element.items else { continue };
        for function in functions {
            let name = module.funcs.get(*function).name.as_deref().unwrap_or_default();
            if PATHS.iter().any(|path| name.contains(path)) {
                *function = nothing;
                removed += 1;
            }
        }
    }
    ensure!(removed > 0, "wasm-bindgen no longer leaves code that JavaScript would call");
    walrus::passes::gc::run(module);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::{ConstExpr, ElementKind, ir::Value};

    /// A module whose table holds a function of each of these names.
    fn module(names: &[&str]) -> Module {
        let mut module = Module::default();
        let mut functions = Vec::new();
        for name in names {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
            builder.name((*name).to_owned());
            functions.push(builder.finish(Vec::new(), &mut module.funcs));
        }
        let table = module.tables.add_local(false, 2, None, walrus::RefType::FUNCREF);
        module.exports.add("table", table);
        let kind = ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(0)) };
        let element = module.elements.add(kind, ElementItems::Functions(functions));
        module.tables.get_mut(table).elem_segments.insert(element);
        module
    }

    #[test]
    fn what_calls_closures_goes_and_all_else_stays() {
        let mut module = module(&["wasm_bindgen::convert::closures::_::invoke::<u32>", "core::fmt::write"]);
        remove(&mut module, "").unwrap();
        let names: Vec<_> = module.funcs.iter().map(|function| function.name.as_deref()).collect();
        assert_eq!(names, [Some("core::fmt::write"), None]);
    }

    #[test]
    fn a_core_with_a_closure_is_refused() {
        assert!(remove(&mut module(&["a::convert::closures::b"]), "return makeMutClosure(a, b);").is_err());
        assert!(remove(&mut module(&["a"]), "").is_err());
    }
}
