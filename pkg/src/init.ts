// Where the module comes from is for the caller to say: a file that is fetched, bytes that were read, what a bundler gives.
import { noRoom, startWith } from "./core.js";
import { PipelineError } from "./error.js";
import { noWebAssembly, wrongModule } from "./host.js";

// Spelled out, because not every project has the DOM's types: what they call so is taken.

/** A `WebAssembly.Module`, of whatever realm. */
export type CompiledModule = object;

/** The bytes of the module: a `BufferSource`. */
export type ModuleBytes = ArrayBuffer | ArrayBufferView;

/** A `Response`, or as much of one as is needed. */
export interface ModuleResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Everything that {@link init} takes. */
export type ModuleSource = CompiledModule | ModuleBytes | ModuleResponse;

/**
 * Gives the core its module, `convex-pipelines/pipelines.wasm`, and starts it. At once where the module or its bytes are
 * there; while it loads where it is a response, or a promise of any of these. A core that runs already stays as it is.
 *
 * Throws, or rejects with, a {@link PipelineError}: `config` where this is not the module of this version or the host
 * lets none run, and a retryable `unavailable` where it could not be loaded. A failed call may be made again.
 */
export function init(source: ModuleResponse | PromiseLike<ModuleSource>): Promise<void>;
export function init(source: CompiledModule | ModuleBytes): void;
export function init(source: ModuleSource | PromiseLike<ModuleSource>): Promise<void> | undefined;
export function init(source: unknown): Promise<void> | undefined {
  if (isPromise(source) || isResponse(source)) return load(source);
  begin(source);
  return undefined;
}

async function load(source: PromiseLike<unknown> | ModuleResponse): Promise<void> {
  const given = isPromise(source) ? await arrived(source) : source;
  begin(isResponse(given) ? await compileResponse(given) : given);
}

function begin(source: unknown): void {
  if (typeof WebAssembly === "undefined") throw noWebAssembly();
  startWith(isBytes(source) ? compileBytes(source) : moduleOf(source));
}

/** A module is known by what can be asked of it; one of another realm is no instance of this realm's class. */
function moduleOf(source: unknown): WebAssembly.Module {
  try {
    WebAssembly.Module.exports(source as WebAssembly.Module);
  } catch {
    throw wrongModule();
  }
  return source as WebAssembly.Module;
}

function compileBytes(bytes: BufferSource): WebAssembly.Module {
  try {
    // Node 20 takes no DataView.
    return new WebAssembly.Module(ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes);
  } catch (thrown) {
    throw refusal(thrown);
  }
}

/** While it loads, where the host can and the server says that it is WebAssembly. */
async function compileResponse(response: ModuleResponse): Promise<WebAssembly.Module> {
  if (!response.ok) throw notLoaded(`was answered with status ${String(response.status)}`, response.status >= 500);
  const isStreamed = typeof WebAssembly !== "undefined" && typeof WebAssembly.compileStreaming === "function" && isHostsOwn(response);
  if (!isStreamed) return compileBytes(await arrived(response.arrayBuffer()));
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (thrown) {
    if (thrown instanceof WebAssembly.CompileError) throw refusal(thrown);
    throw notLoaded("broke off on the way", true);
  }
}

function isHostsOwn(response: ModuleResponse): response is Response {
  const type = response.headers.get("content-type");
  return typeof Response === "function" && response instanceof Response && type?.trim().toLowerCase() === "application/wasm";
}

async function arrived<T>(promise: PromiseLike<T>): Promise<T> {
  try {
    return await promise;
  } catch (thrown) {
    throw thrown instanceof PipelineError ? thrown : notLoaded("did not arrive", true);
  }
}

/** A host that compiles nothing and bytes that are no module end in the same error: the smallest module tells them apart. */
function refusal(thrown: unknown): PipelineError {
  if (thrown instanceof RangeError) return noRoom();
  try {
    new WebAssembly.Module(new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    return wrongModule();
  } catch {
    return noWebAssembly();
  }
}

function notLoaded(what: string, retryable: boolean): PipelineError {
  return new PipelineError({ code: "unavailable", message: `the WebAssembly module that init was given ${what}`, retryable });
}

function isPromise(source: unknown): source is PromiseLike<unknown> {
  return typeof fieldOf(source, "then") === "function";
}

function isResponse(source: unknown): source is ModuleResponse {
  return typeof fieldOf(source, "arrayBuffer") === "function" && typeof fieldOf(source, "status") === "number";
}

function isBytes(source: unknown): source is BufferSource {
  return ArrayBuffer.isView(source) || Object.prototype.toString.call(source) === "[object ArrayBuffer]";
}

function fieldOf(source: unknown, name: string): unknown {
  return typeof source === "object" && source !== null ? (source as Record<string, unknown>)[name] : undefined;
}
