// From the module to a running instance. The build takes the module of a complete entry apart (xtask/bind/src/split.rs), so that
// a start compiles no more than it needs; one that somebody has brought is whole.
import * as glue from "../wasm/core.js";

/** Each compiles one part of the module, anew on each call. */
export type Parts = readonly (() => WebAssembly.Module)[];

/** What an instance shows, of the parts that it has. */
type Exports = Parameters<typeof glue.begin>[0]["exports"];

let parts: Parts = [];
const compiled: WebAssembly.Module[] = [];
let inside: Exports | undefined;

/** Says where the module comes from; more of the same may be said later. */
export function provide(sources: Parts): void {
  if (sources.length > parts.length && compiled.every((_, at) => sources[at] === parts[at])) parts = sources;
}

/** Takes the whole module, which somebody has brought, while nothing is compiled. */
export function take(whole: () => WebAssembly.Module): void {
  parts = [whole];
}

/** Whether any of it is compiled. */
export function isThere(): boolean {
  return compiled.length > 0;
}

/** How many parts the module has. */
export function count(): number {
  return parts.length;
}

/** Starts a fresh instance of the first `number` parts. */
export function instantiate(number: number): void {
  for (const compile of parts.slice(compiled.length, number)) compiled.push(compile());
  const imports = glue.imports();
  // The first part alone has nothing to do at its start.
  let shown: WebAssembly.Exports = { __wbindgen_start: () => undefined };
  for (const module of compiled.slice(0, number)) shown = { ...shown, ...new WebAssembly.Instance(module, { ...imports, first: shown }).exports };
  inside = shown as unknown as Exports;
  glue.begin({ exports: inside });
}

/** The instance's memory; another object once it has grown, and in another instance. */
export function memory(): ArrayBufferLike | undefined {
  return inside?.memory.buffer;
}
