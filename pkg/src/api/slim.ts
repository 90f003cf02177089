/**
 * The root entry without the WebAssembly inside: {@link init} brings it, before anything else is called.
 *
 * ```ts
 * await init(fetch("/pipelines.wasm")); // a copy of convex-pipelines/pipelines.wasm, which compiles while it loads
 * ```
 */
export * from "./root.js";
export { init, type CompiledModule, type ModuleBytes, type ModuleResponse, type ModuleSource } from "../init.js";
