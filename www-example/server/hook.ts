/** What a request to a webhook brings, read within bounds and before anybody asks whose webhook it is. */
import "server-only";
import { createHash } from "node:crypto";

/** The longest body, in bytes. */
const MOST_BYTES = 64 * 1024;
/** A sender hears why its body is refused only once it has sent it: up to this much is read and thrown away. */
const MOST_DISCARDED = 1024 * 1024;

/** A text to work on, or why there is none. */
export type Brought = { payload?: string } | { refusal: [status: number, code: string, message: string] };

/** `{ "text": … }` or plain text of at most 64 KiB, whatever type the sender says that it is; nothing is no text. */
export async function readHook(request: Request): Promise<Brought> {
  const bytes = await bodyOf(request);
  if (bytes === undefined) return { refusal: [413, "protocol", "the body is larger than 64 KiB"] };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { refusal: [400, "protocol", "the body is not UTF-8"] };
  }
  if (text.trim() === "") return {};
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(request.headers.get("content-type") ?? "");
  const given = parsed(text);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return isJson ? { refusal: [400, "protocol", 'the body is not { "text": … }'] } : { payload: text };
  }
  const { text: own } = given as { text?: unknown };
  if (typeof own === "string" && !/\p{Surrogate}/u.test(own)) return own === "" ? {} : { payload: own };
  if (own === undefined && !isJson) return { payload: text };
  return own === undefined ? {} : { refusal: [422, "invalid", "text must be a text"] };
}

/** The same key makes the same run of a pipeline; keys of two pipelines have nothing to do with each other. */
export function runIdOf(pipelineId: string, key: string | null): string | undefined {
  if (key === null || key === "") return undefined;
  return `hook-${createHash("sha256").update(`${pipelineId} ${key}`).digest("hex")}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Nothing where it is too large: declared or counted. */
async function bodyOf(request: Request): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get("content-length")) > MOST_DISCARDED) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MOST_DISCARDED) return undefined;
    if (size <= MOST_BYTES) chunks.push(chunk);
  }
  return size > MOST_BYTES ? undefined : Buffer.concat(chunks);
}
