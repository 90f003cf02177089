/**
 * The root entry without the WebAssembly inside: {@link init} brings it, before anything else is called.
 *
 * ```ts
 * await init(fetch(new URL("convex-pipelines/pipelines.wasm", import.meta.url))); // or wherever else a copy of the file is
 * ```
 */
export * from "./root.js";
export { init, type CompiledModule, type ModuleBytes, type ModuleResponse, type ModuleSource } from "../init.js";
