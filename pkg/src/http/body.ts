// Reads a body of either side of the wire, of any host: what a foreign `fetch` calls a body need not be a web stream.
import { textEncoder } from "../text.js";

/** A `Request`, a `Response`, or as much of one as a foreign host or a test double has. */
export type Message = Partial<Record<"body" | "bodyUsed" | "text" | "arrayBuffer" | "json", unknown>>;

/** Why there is no body. */
export class BodyFault extends Error {
  /** `lost`: the other side went away. `unreadable`: the host offers nothing to read from, or has read it already. */
  constructor(
    readonly reason: "lost" | "too_large" | "unreadable",
    /** What the host threw. */
    readonly thrown?: unknown,
  ) {
    super(reason);
  }
}

/**
 * The body, counted while it is read: a declared length may be wrong, and a body without one may be endless.
 * Throws {@link BodyFault} and nothing else; cancels the body when `signal` aborts.
 */
export async function readBody(message: Message, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const source = sourceOf(message.body);
    const whole = source === undefined ? await readAtOnce(message) : await readChunks(source, limit, signal);
    if (whole.byteLength > limit) throw new BodyFault("too_large");
    return whole;
  } catch (thrown) {
    throw thrown instanceof BodyFault ? thrown : new BodyFault("unreadable", thrown);
  }
}

/** Runs what may fail without consequence. */
export function ignoreFailure(work: () => unknown): void {
  void (async () => {
    await work();
  })().catch(() => undefined);
}

/** Gives one chunk after another, and can be told that nobody wants the rest. */
interface Source {
  next(): PromiseLike<{ done?: boolean | undefined; value?: unknown }>;
  cancel(): unknown;
}

interface Streaming {
  /** A web stream has this. */
  getReader?: () => { read: Source["next"]; cancel: Source["cancel"] };
  /** A Node stream has these two. */
  [Symbol.asyncIterator]?: () => { next: Source["next"]; return?: () => unknown };
  destroy?: () => unknown;
}

function sourceOf(body: unknown): Source | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const streaming: Streaming = body;
  if (typeof streaming.getReader === "function") {
    const reader = streaming.getReader();
    return { next: () => reader.read(), cancel: () => reader.cancel() };
  }
  const iterator = streaming[Symbol.asyncIterator]?.();
  if (iterator === undefined) return undefined;
  return {
    next: () => iterator.next(),
    // Returning waits for a chunk that is being waited for, where destroying does not.
    cancel: () => (typeof streaming.destroy === "function" ? streaming.destroy() : iterator.return?.()),
  };
}

async function readChunks(source: Source, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  const cancel = (): void => {
    ignoreFailure(() => source.cancel());
  };
  signal.addEventListener("abort", cancel);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await fromOtherSide(() => source.next());
      if (done === true) return joined(chunks, size);
      const chunk = bytesOf(value);
      size += chunk.byteLength;
      if (size > limit) throw new BodyFault("too_large");
      chunks.push(chunk);
    }
  } catch (thrown) {
    cancel();
    throw thrown;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** Through whatever else the host offers; what is no stream is in memory already, so counting early saves nothing. */
async function readAtOnce(message: Message): Promise<Uint8Array> {
  const { body } = message;
  if (message.bodyUsed === true) throw new BodyFault("unreadable");
  if (typeof message.arrayBuffer === "function") return bytesOf(await fromOtherSide(() => (message as Response).arrayBuffer()));
  if (typeof message.text === "function") return bytesOf(await fromOtherSide(() => (message as Response).text()));
  if (typeof message.json === "function") return bytesOf(JSON.stringify(await (message as Response).json()));
  return bytesOf(body);
}

/** What fails here failed on its way. */
async function fromOtherSide<T>(read: () => PromiseLike<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    throw new BodyFault("lost", thrown);
  }
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value === "string") return textEncoder().encode(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  // By name: a buffer of another realm is no instance of this one's class.
  if (Object.prototype.toString.call(value) === "[object ArrayBuffer]") return new Uint8Array(value as ArrayBuffer);
  throw new BodyFault("unreadable");
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
