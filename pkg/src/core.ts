// The only place that starts the WebAssembly core, and the only place that restarts it.
//
// Nothing happens at import: Convex fixes clock and randomness there, and a server imports much that it never calls.
import { compile } from "#module";
import * as glue from "../wasm/core.js";
import { isRefusal, PipelineError } from "./error.js";
import { withPacker, type Limits, type Packer, type PackOptions } from "./pack.js";

/** The functions of the running core. */
export type Core = typeof glue;

let state: "unborn" | "running" | "broken" = "unborn";
let instances = 0;
let knownLimits: Limits | undefined;

/** Changes when an instance is lost: what lived in it (a `Store`) must then be built again. */
export function generation(): number {
  return instances;
}

/**
 * Runs one call of the core and turns what it throws into a {@link PipelineError}: a refusal keeps its code and issues,
 * a trap costs the instance, which the next call replaces.
 */
export function ask<T>(question: (core: Core) => T): T {
  const core = start();
  try {
    return question(core);
  } catch (thrown) {
    if (isRefusal(thrown)) throw new PipelineError(thrown);
    if (!isTrap(thrown)) throw thrown;
    state = "broken";
    instances += 1;
    throw new PipelineError({ code: "internal", message: "the pipeline core failed and was started again" });
  }
}

/** Asks with packed values. */
export function askWith<T>(question: (core: Core, packer: Packer) => T): T {
  return withPacker(limits, (packer) => ask((core) => question(core, packer)));
}

/** Asks with packed values and reads the JSON answer, whose shape the core vouches for. */
export function call<T>(question: (core: Core, packer: Packer) => string): T {
  return JSON.parse(askWith(question)) as T;
}

/** A value packed for later: the caller may change its object as soon as the call has returned. */
export function packed(value: unknown, options?: PackOptions): Uint8Array {
  return withPacker(limits, (packer) => packer.pack(value, options).slice());
}

/** How deep and how large a value may be before the packer stops walking it: the core's numbers, read once. */
export function limits(): Limits {
  knownLimits ??= ask((core) => ({ depth: core.maxDepth(), bytes: core.maxBytes() }));
  return knownLimits;
}

/** Random bytes for one call: ids, secrets and the like are made from them. */
export function entropy(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}

function start(): Core {
  if (state === "running") return glue;
  try {
    if (state === "unborn") glue.initSync({ module: compile() });
    else glue.__wbg_reset_state(); // a new instance of the same module, with the glue's views of memory dropped
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new PipelineError({
      code: "config",
      message: `WebAssembly cannot run here (${reason}); a page with a Content-Security-Policy needs 'wasm-unsafe-eval'`,
    });
  }
  state = "running";
  return glue;
}

/** A trap leaves memory and stack of the instance as they were in the middle of the call: it is not entered again. */
function isTrap(thrown: unknown): boolean {
  return thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError;
}
