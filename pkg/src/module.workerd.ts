// Bytes may not be compiled in workerd; it hands out modules that were compiled when the worker was uploaded.
import module from "../wasm/core_bg.wasm";

/** The compiled core. */
export function compile(): WebAssembly.Module {
  return module;
}
