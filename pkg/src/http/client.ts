// One POST and its answer. What may fail here is only the way: a wrong answer is for the core to judge.
import { PipelineError } from "../error.js";
import { textDecoder } from "../text.js";
import { MAX_ANSWER_BYTES, type PipelineRequest, type PipelineResponse } from "../wire.js";
import { BodyFault, readBody, type Message } from "./body.js";
import type { Fetch, FetchInit } from "./web.js";

/** What a request needs besides itself. */
export interface ClientOptions {
  fetch: Fetch | undefined;
  /** `omit` where the request carries a token; `same-origin` where the session's cookie signs in. */
  credentials: "omit" | "same-origin";
  /** For headers and body together. */
  timeoutMs: number;
}

/**
 * Sends a request. Throws a retryable `unavailable` where no whole answer came, and `protocol` for an answer that cannot
 * be one of ours: a redirect, an endless one, one that this `fetch` gives no way to read.
 */
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
    const host: Fetch = options.fetch ?? fetch; // looked up now: an app may have replaced it
    const settings = understood({ cache: "no-store", credentials: options.credentials });
    // Not `redirect: "error"`, which workerd does not know.
    const init: FetchInit = { method, headers, body, redirect: "manual", ...settings, signal: abort.signal };
    // The races are for a fetch that does not listen to its signal.
    const answer: unknown = await Promise.race([host(url, init), late]);
    return await Promise.race([readAnswer(url, answer, abort.signal), late]);
  } catch (thrown) {
    late.catch(() => undefined);
    abort.abort(); // what is still coming is not wanted
    if (thrown instanceof PipelineError) throw thrown;
    throw unavailable(url, reasonOf(thrown));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The settings that this host takes: workerd throws a TypeError for those that it does not implement, which depends on
 * the Worker's compatibility date. Making a request sends nothing.
 */
function understood(settings: Pick<FetchInit, "cache" | "credentials">): Pick<FetchInit, "cache" | "credentials"> {
  const isTaken = ([name, value]: [string, unknown]): boolean => {
    try {
      new Request("https://host.invalid", { [name]: value });
      return true;
    } catch {
      return false;
    }
  };
  return Object.fromEntries(Object.entries(settings).filter(isTaken));
}

/** A `Response`, or as much of one as a test double has. */
type Answer = Message & Partial<Record<"status" | "type" | "redirected" | "url" | "headers", unknown>>;

async function readAnswer(url: string, given: unknown, signal: AbortSignal): Promise<PipelineResponse> {
  try {
    const answer = given as Answer;
    const { status, type, redirected } = answer;
    // A browser hides a redirect that is not followed behind a type; a foreign fetch may have followed it all the same.
    if (type === "opaqueredirect" || redirected === true || isRedirect(status)) {
      const target = placeOf(redirected === true ? answer.url : headerOf(answer, "location"), url);
      throw protocol(url, `is a redirect${target === undefined ? "" : ` to ${target}`}; is the base URL right?`);
    }
    if (typeof status !== "number") throw protocol(url, "has no status");
    const retryAfter = headerOf(answer, "retry-after");
    const body = textDecoder().decode(await readBody(answer, MAX_ANSWER_BYTES, signal));
    return { status, body, ...(retryAfter === undefined ? {} : { headers: { "retry-after": retryAfter } }) };
  } catch (thrown) {
    if (thrown instanceof PipelineError) throw thrown;
    const { reason, thrown: cause } = thrown instanceof BodyFault ? thrown : new BodyFault("unreadable");
    switch (reason) {
      case "lost":
        throw unavailable(url, reasonOf(cause));
      case "too_large":
        throw protocol(url, `is larger than ${String(MAX_ANSWER_BYTES)} bytes`);
      case "unreadable":
        throw protocol(url, "has a body that cannot be read here");
    }
  }
}

function isRedirect(status: unknown): boolean {
  return typeof status === "number" && status >= 300 && status < 400;
}

/** Nothing where a foreign fetch has no such headers. */
function headerOf({ headers }: Answer, name: string): string | undefined {
  try {
    const value: unknown = (headers as Headers).get(name);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An address without what may be secret in it: no user, no query. */
function placeOf(address: unknown, base: string): string | undefined {
  if (typeof address !== "string" || address === "") return undefined;
  try {
    const { protocol, host, pathname } = new URL(address, base);
    return `${protocol}//${host}${pathname}`.slice(0, 200);
  } catch {
    return undefined;
  }
}

function protocol(url: string, reason: string): PipelineError {
  return new PipelineError({ code: "protocol", message: `the answer of ${url} ${reason}` });
}

function unavailable(url: string, reason: string): PipelineError {
  return new PipelineError({ code: "unavailable", message: `${url} did not answer: ${reason}`, retryable: true });
}

/**
 * What the host says went wrong, as a code such as `ECONNREFUSED`. Never its words and never the error itself as
 * `cause`: hosts quote headers in them, and a header holds the token.
 */
function reasonOf(thrown: unknown): string {
  return codeOf(thrown) ?? codeOf(fieldOf(thrown, "cause")) ?? "the network failed";
}

function codeOf(thrown: unknown): string | undefined {
  const code = fieldOf(thrown, "code");
  return typeof code === "string" && /^[A-Z][A-Z_]{2,40}$/.test(code) ? code : undefined;
}

/** Nothing where looking at a host's error fails. */
function fieldOf(thrown: unknown, name: "cause" | "code"): unknown {
  try {
    return thrown instanceof Error ? (thrown as { cause?: unknown; code?: unknown })[name] : undefined;
  } catch {
    return undefined;
  }
}
