// Bytes may not be compiled in workerd; it hands out modules that were compiled when the worker was uploaded.
import module from "../wasm/core_bg.wasm";

/** The compiled core. */
export const parts = [(): WebAssembly.Module => module];

/** It is whole. */
export const device = [];
