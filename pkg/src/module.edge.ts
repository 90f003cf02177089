// The edge runtime's bundlers give a compiled module for this spelling, and nothing else compiles there.
import module from "../wasm/core_bg.wasm?module";

/** The compiled core. */
export const parts = [(): WebAssembly.Module => module];

/** It is whole. */
export const device = [];
