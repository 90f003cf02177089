// The only place that starts the WebAssembly core, and the only place that restarts it.
//
// Nothing happens at import: Convex fixes clock and randomness there, and a server imports much that it never calls.
import * as glue from "../wasm/core.js";
export { mark } from "../wasm/core.js";
import type { CallName, FormName, SchemaName } from "./calls.js";
import { isRefusal, PipelineError, type Outcome, type PipelineErrorData, type Refusal } from "./error.js";
import { noCrypto, noFeature, noModule, noText, noWebAssembly, wrongModule } from "./host.js";
import { withPacker, type Limits, type Packer } from "./pack.js";
import * as parts from "./parts.js";
import { hasText } from "./text.js";
import type { Issue } from "./types.js";

/** The functions of the running core. */
export type Core = typeof glue;

/** Writes what a call is given, value by value. */
export type Pack = (packer: Packer) => void;

/** The core's numbers: where the packer stops, and the longest body that is read. */
interface CoreLimits extends Limits {
  body: number;
}

/** An instance whose memory one large call has grown beyond this is not kept for the small ones that follow. */
const LARGEST_KEPT = 32 * 1024 * 1024;

/** The part of the module that has all but a device's calls, and the one that has these. */
const REST = 2;
const DEVICE = 3;

/** Of how many parts the instance is. */
let running = 0;
/** How many parts have been needed: from then on every instance has them. */
let needed = 1;
/**
 * Whether the instance can be entered: not while a call is inside, nor after one that did not come back. So no trap can
 * be overlooked, wherever it was thrown and whatever became of its exception.
 */
let ready = false;
let instances = 0;
/** The local stores that live in the instance. */
let stores = 0;
let knownLimits: CoreLimits | undefined;
let empty: Uint8Array | undefined;
let knownNoRoom: PipelineError | undefined;

/** Starts the core with a module that somebody has brought; the one that it runs already stays. */
export function startWith(brought: WebAssembly.Module): void {
  if (parts.isThere()) return;
  if (!isOurs(brought)) throw wrongModule();
  parts.take(() => brought);
  start();
}

/** Changes when an instance is lost: what lived in it (a store) must then be built again. */
export function generation(): number {
  return ready ? instances : instances + 1;
}

/**
 * Runs one call of the core and turns what it throws into a {@link PipelineError}: a refusal keeps its code and issues,
 * anything else costs the instance, which the next call replaces. Nothing of a caller's may run inside: values are
 * packed before, so what is thrown here is the core's or the host's.
 */
export function ask<T>(question: (core: Core) => T, part = REST): T {
  needed = Math.max(needed, part);
  return enter(question);
}

/** The same for what the first part of the module can answer: where it calls anything of the rest, both start, and are asked again. */
export function askFirst<T>(question: (core: Core) => T): T {
  try {
    return enter(question);
  } catch (thrown) {
    if (needed >= REST) throw thrown;
    return ask(question);
  }
}

function enter<T>(question: (core: Core) => T): T {
  const core = start();
  const instance = instances;
  let answer: T;
  ready = false;
  try {
    answer = question(core);
  } catch (thrown) {
    if (instance !== instances || !isCoreRefusal(thrown)) throw lost();
    leave();
    throw new PipelineError({ ...thrown, issues: JSON.parse(thrown.issues) as Issue[] });
  }
  if (instance !== instances) {
    // A host function that somebody has replaced called this package in the middle of the call.
    ready = false;
    throw lost();
  }
  leave();
  return answer;
}

/** What is thrown for a call that an instance did not survive, or that came for what lived in one. */
export function lost(): PipelineError {
  return new PipelineError({ code: "internal", message: "the pipeline core failed and was started again" });
}

/**
 * What is thrown where there is no room left to make an error, at the end of the stack or of memory. One for all, made
 * before the core first starts.
 */
export function noRoom(): PipelineError {
  if (knownNoRoom !== undefined) return knownNoRoom;
  const error = new PipelineError({ code: "internal", message: "there was not enough stack or memory for this call" });
  Object.freeze(error.issues);
  return (knownNoRoom = Object.freeze(error));
}

/**
 * Makes one call and reads its answer, whose shape the core vouches for. Only calls that need the `clock` are given it:
 * a Convex query that reads it spoils its cache. `bytes` are {@link entropy}, a request's body, or
 * {@link packed} rows.
 */
export function call<T>(name: CallName, pack?: Pack, clock?: number, bytes?: Uint8Array): T {
  try {
    return JSON.parse(callForText(name, pack, clock, bytes)) as T;
  } catch (thrown) {
    throw thrown instanceof PipelineError ? thrown : noRoom();
  }
}

/** {@link call} for whoever keeps the JSON text of an answer. */
export function callForText(name: CallName, pack?: Pack, clock = NaN, bytes = nothing()): string {
  try {
    return withPacker(limits, (packer) => {
      // Before the core is entered: a getter may call this package too, and lose the instance.
      pack?.(packer);
      const answer = ask((core) => core.call(name, packer.bytes, clock, bytes), isForDevice(name) ? DEVICE : REST);
      if (name === "store.open") stores += 1;
      if (name === "store.close") stores -= 1;
      return answer;
    });
  } catch (thrown) {
    throw thrown instanceof PipelineError ? thrown : noRoom();
  }
}

function isForDevice(name: CallName): boolean {
  return name.startsWith("store.") || name.startsWith("outbox.");
}

/** What a schema makes of a value, or why it refuses it: without an exception. */
export function check<T>(name: SchemaName | FormName, value: unknown): Outcome<T> {
  const answer = withPacker(limits, (packer) => {
    packer.add(value);
    return ask((core) => core.check(name, packer.bytes));
  });
  if (!answer.startsWith("!")) return { data: JSON.parse(answer) as T };
  return { refusal: JSON.parse(answer.slice(1)) as Refusal };
}

/** Values packed for later: the caller may change its objects as soon as the call has returned. */
export function packed(pack: Pack): Uint8Array {
  return withPacked(pack, (bytes) => bytes.slice());
}

/** Lends packed values for as long as `use` runs. */
export function withPacked<T>(pack: Pack, use: (bytes: Uint8Array) => T): T {
  try {
    return withPacker(limits, (packer) => {
      pack(packer);
      return use(packer.bytes);
    });
  } catch (thrown) {
    throw thrown instanceof PipelineError ? thrown : noRoom();
  }
}

/** The core's limits, read once, and without a packer: the one that asks has begun to write. */
export function limits(): CoreLimits {
  knownLimits ??= JSON.parse(ask((core) => core.call("limits", nothing(), NaN, nothing()))) as CoreLimits;
  return knownLimits;
}

/** Random bytes for one call: ids, secrets and the like are made from them. */
export function entropy(length = 32): Uint8Array {
  if (typeof crypto === "undefined") throw noCrypto();
  return crypto.getRandomValues(new Uint8Array(length));
}

/** No bytes. */
function nothing(): Uint8Array {
  return (empty ??= new Uint8Array());
}

function start(): Core {
  const number = Math.min(needed, parts.count());
  if (ready && running >= number) return glue;
  ready = false;
  noRoom();
  if (number === 0) throw noModule();
  if (!hasText()) throw noText();
  try {
    parts.instantiate(number);
  } catch (thrown) {
    if (thrown instanceof PipelineError) throw thrown; // of the entry, whose module is not where it was
    if (hostRefuses(thrown)) throw noWebAssembly();
    throw thrown instanceof ReferenceError ? noFeature(thrown) : noRoom();
  }
  instances += 1;
  running = number;
  stores = 0;
  ready = true;
  return glue;
}

/** The call has come back. */
function leave(): void {
  ready = true;
  if (stores > 0 || memory().byteLength <= LARGEST_KEPT) return;
  ready = false;
  try {
    start(); // now, because the old memory is held until there is a new one
  } catch {
    // The next call says so, if it is still true then.
  }
}

/** The instance's memory; another object once it has grown, and in another instance. */
export function memory(): ArrayBufferLike {
  return parts.memory() ?? nothing().buffer;
}

/** Whether this is the module that the build made with this package's other half: another version's would answer wrongly. */
function isOurs(brought: WebAssembly.Module): boolean {
  const [mark] = WebAssembly.Module.customSections(brought, "convex-pipelines");
  return mark !== undefined && String.fromCharCode(...new Uint8Array(mark)) === glue.mark;
}

/** Whether the host lets no WebAssembly run, which is for the page's owner to change. A lack of room passes. */
function hostRefuses(thrown: unknown): boolean {
  if (typeof WebAssembly === "undefined") return true;
  return thrown instanceof WebAssembly.CompileError || thrown instanceof EvalError;
}

/** What the core throws when it refuses: plain data, with the issues as JSON text. */
function isCoreRefusal(thrown: unknown): thrown is Omit<PipelineErrorData, "issues"> & { issues: string } {
  return isRefusal(thrown) && typeof thrown.issues === "string";
}
