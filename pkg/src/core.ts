// The only place that starts the WebAssembly core, and the only place that restarts it.
//
// Nothing happens at import: Convex fixes clock and randomness there, and a server imports much that it never calls.
import { compile } from "#module";
import * as glue from "../wasm/core.js";
import type { CallName } from "./calls.js";
import { isRefusal, PipelineError, type PipelineErrorData } from "./error.js";
import { withPacker, type Limits, type Packer } from "./pack.js";
import type { Issue } from "./types.js";

/** The functions of the running core. */
export type Core = typeof glue;

/** Writes what a call is given, value by value. */
export type Pack = (packer: Packer) => void;

/** The core's numbers: where the packer stops, and the longest body that is read. */
interface CoreLimits extends Limits {
  body: number;
}

const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array();

let state: "unborn" | "running" | "broken" = "unborn";
let instances = 0;
let knownLimits: CoreLimits | undefined;

/** Changes when an instance is lost: what lived in it (a store) must then be built again. */
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
    if (isCoreRefusal(thrown)) throw new PipelineError({ ...thrown, issues: JSON.parse(thrown.issues) as Issue[] });
    if (!isTrap(thrown)) throw thrown;
    state = "broken";
    instances += 1;
    throw lost();
  }
}

/** What is thrown for a call that an instance did not survive, or that came for what lived in one. */
export function lost(): PipelineError {
  return new PipelineError({ code: "internal", message: "the pipeline core failed and was started again" });
}

/**
 * Makes one call and reads its answer, whose shape the core vouches for. Only calls that need the `clock` are given it:
 * a Convex query that reads it spoils its cache. `bytes` are {@link entropy}, or a request's body.
 */
export function call<T>(name: CallName, pack?: Pack, clock?: number, bytes?: Uint8Array): T {
  return JSON.parse(callForText(name, pack, clock, bytes)) as T;
}

/** {@link call} for whoever keeps the JSON text of an answer. */
export function callForText(name: CallName, pack?: Pack, clock = NaN, bytes = NOTHING): string {
  return withPacker(limits, (packer) => {
    // Before the core is entered: a getter may call this package too, and lose the instance.
    pack?.(packer);
    return ask((core) => core.call(name, packer.bytes, clock, bytes));
  });
}

/** Values packed for later: the caller may change its objects as soon as the call has returned. */
export function packed(pack: Pack): Uint8Array {
  return withPacker(limits, (packer) => {
    pack(packer);
    return packer.bytes.slice();
  });
}

/** The core's limits, read once, and without a packer: the one that asks has begun to write. */
export function limits(): CoreLimits {
  knownLimits ??= JSON.parse(ask((core) => core.call("limits", NOTHING, NaN, NOTHING))) as CoreLimits;
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

/** What the core throws when it refuses: plain data, with the issues as JSON text. */
function isCoreRefusal(thrown: unknown): thrown is Omit<PipelineErrorData, "issues"> & { issues: string } {
  return isRefusal(thrown) && typeof thrown.issues === "string";
}

/** A trap leaves memory and stack of the instance as they were in the middle of the call: it is not entered again. */
function isTrap(thrown: unknown): boolean {
  return thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError;
}
