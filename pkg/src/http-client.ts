// One POST and its answer. What may fail here is only the way: a wrong answer is for the core to judge.
import { PipelineError } from "./error.js";
import type { PipelineRequest, PipelineResponse } from "./wire.js";

/** What a request needs besides itself. */
export interface ClientOptions {
  fetch: typeof fetch | undefined;
  /** `omit` where the request carries a token; `same-origin` where the session's cookie signs in. */
  credentials: "omit" | "same-origin";
  /** For headers and body together. */
  timeoutMs: number;
}

/** More than Convex can answer with; whoever sends more is not what we are looking for. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Sends a request. Throws a retryable `unavailable` where no whole answer came, and `protocol` for an endless one. */
export async function send(request: PipelineRequest, options: ClientOptions): Promise<PipelineResponse> {
  const { method, url, headers, body } = request;
  const abort = new AbortController();
  const late = new Promise<never>((_resolve, reject) => {
    abort.signal.addEventListener("abort", () => {
      reject(unavailable(url, `no answer within ${String(options.timeoutMs)} ms`));
    });
  });
  const timer = setTimeout(() => {
    abort.abort();
  }, options.timeoutMs);
  try {
    const host = options.fetch ?? fetch; // looked up now: an app may have replaced it
    const response = host(url, {
      method,
      headers,
      body,
      redirect: "error",
      cache: "no-store",
      credentials: options.credentials,
      signal: abort.signal,
    });
    // The race is for a fetch that does not listen to its signal.
    return await Promise.race([response.then((answer) => readAnswer(url, answer)), late]);
  } catch (thrown) {
    if (thrown instanceof PipelineError) throw thrown;
    throw unavailable(url, reasonOf(thrown));
  } finally {
    clearTimeout(timer);
    late.catch(() => undefined);
  }
}

/** A `Response`, or as much of one as the double of a test has. */
type Answer = Pick<Response, "status"> & Partial<Pick<Response, "headers" | "body" | "text" | "json">>;

async function readAnswer(url: string, answer: Answer): Promise<PipelineResponse> {
  const headers: Record<string, string> = {};
  answer.headers?.forEach((value, name) => {
    headers[name] = value;
  });
  return { status: answer.status, headers, body: await readBody(url, answer) };
}

/** Counts while it reads: a length that is declared may be wrong, and one that is not declared may be endless. */
async function readBody(url: string, answer: Answer): Promise<string> {
  if (answer.body == null) return answer.text?.() ?? JSON.stringify(await answer.json?.());
  const reader: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      reader.cancel().catch(() => undefined);
      const message = `the answer of ${url} is larger than ${String(MAX_BODY_BYTES)} bytes`;
      throw new PipelineError({ code: "protocol", message });
    }
    text += decoder.decode(value, { stream: true });
  }
}

function unavailable(url: string, reason: string): PipelineError {
  return new PipelineError({ code: "unavailable", message: `${url} did not answer: ${reason}`, retryable: true });
}

/**
 * What the host says went wrong, as a code such as `ECONNREFUSED`. Never its words and never the error itself as
 * `cause`: hosts quote headers in them, and a header holds the token.
 */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[A-Z][A-Z_]{2,40}$/.test(code) ? code : "the network failed";
}
