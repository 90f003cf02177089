/**
 * The server's side of the wire, once for every host: guard, body, call, reply.
 *
 * The core decides each step; this file only waits. Convex's HTTP actions and a Next.js route differ in how an
 * operation is executed and in who may call, so those two are what a host brings.
 */
import { isPipelineError } from "../error.js";
import { uuid } from "../ident.js";
import type { OperationAnswer } from "../wire.js";
import { BodyFault, ignoreFailure, readBody } from "./body.js";
import { causeOf, type RequestCause } from "./cause.js";
import * as model from "./model.js";
import type { OperationArguments, ServedOperation, TokenEnvironment } from "./model.js";
import type { WebRequest, WebResponse } from "./web.js";

export type { OperationArguments, ServedOperation, TokenEnvironment };
export type { RequestCause } from "./cause.js";
export type { BareRequest, BareResponse, WebRequest, WebResponse } from "./web.js";
export type { OperationAnswer } from "../wire.js";

/** What happened to a request: enough to find it again, nothing that would have to be kept from a log. */
export interface RequestEvent {
  event: "success" | "failure" | "unauthorized" | "missing_admin_token";
  /** When, as ISO 8601. */
  time: string;
  /** The URL's path, without its query. */
  path: string;
  /** Also in the answer to an unexpected error. */
  requestId: string;
  status: number;
  /** Of an unexpected error. */
  cause?: RequestCause;
}

/** Who may call, and what carries a call out. A `Caller` is what {@link PipelineHost.authorize} knows about one. */
export interface PipelineHost<Caller = undefined> {
  /**
   * The token settings, read at the moment of the call; `"open"` for a route that has its own sign-in. Such a route answers
   * people, who may start, list and read runs; to claim, renew and end them is for workers, with the token.
   */
  environment: TokenEnvironment | "open";
  /**
   * The route's own sign-in, asked before anything else, so that nothing of a stranger's request is read. Gives who
   * calls; throws a `PipelineError` (`unauthorized`) to answer with it.
   */
  authorize?(request: WebRequest): Caller | Promise<Caller>;
  /**
   * Carries out a call, and answers one that has an `op` with its echo: arguments of such a call come as they were sent,
   * because what is wrong with them is for the verdict. A thrown `PipelineError` is answered as what it says,
   * anything else as `internal`.
   */
  execute(operation: ServedOperation, args: OperationArguments, caller: Caller): Promise<OperationAnswer>;
  /** Takes one event for each request. What it throws is ignored. */
  report?(event: RequestEvent): void;
  /** How long a body may take, in milliseconds; 15 seconds by default. A slower one is answered 408. */
  bodyTimeoutMs?: number;
}

const BODY_TIMEOUT_MS = 15_000;

/**
 * Answers one request to `…/pipelines/{operation}`. Never rejects.
 *
 * ```ts
 * export const POST = (request: Request) =>
 *   handlePipelineRequest(request, {
 *     environment: "open",
 *     authorize: (request) => accountOf(request),
 *     execute: (operation, args, accountId) => repositoryOf(accountId).serve(operation, args),
 *   });
 * ```
 */
export async function handlePipelineRequest<Caller = undefined>(
  request: WebRequest,
  host: PipelineHost<Caller>,
): Promise<WebResponse> {
  const requestId = uuid();
  const path = pathOf(request);
  const { reply, event, cause } = await answerOf(request, path, host).catch((thrown: unknown) => failed(thrown, requestId));
  const { status, headers, body } = reply;
  ignoreFailure(() =>
    host.report?.({ event, time: new Date().toISOString(), path, requestId, status, ...(cause && { cause }) }),
  );
  return new Response(body, { status, headers });
}

interface Answer {
  reply: model.Reply;
  event: RequestEvent["event"];
  cause?: RequestCause;
}

async function answerOf<Caller>(request: Request, path: string, host: PipelineHost<Caller>): Promise<Answer> {
  // Without a sign-in of the route's own there is nothing to know about a caller.
  const caller = (await host.authorize?.(request)) as Caller;
  const verdict = model.guardRequest(headOf(request, path), host.environment);
  if ("reply" in verdict) {
    return { reply: verdict.reply, event: verdict.event === "refused" ? "failure" : verdict.event };
  }
  const body = await bodyOf(request, host.bodyTimeoutMs ?? BODY_TIMEOUT_MS);
  if (!(body instanceof Uint8Array)) return { reply: body, event: "failure" };
  const args = model.readCall(verdict.operation, body, host.environment === "open");
  const reply = model.answerReply(await host.execute(verdict.operation, args, caller));
  return { reply, event: reply.status === 200 ? "success" : "failure" };
}

/** The path, or nothing where the host gives no URL: then there is no such operation. */
function pathOf(request: Request): string {
  try {
    return new URL(request.url).pathname;
  } catch {
    return "";
  }
}

/** What the guard may look at: everything but the body. */
function headOf({ method, headers }: Request, path: string): model.RequestHead {
  const head: model.RequestHead = { method, path };
  const authorization = headers.get("authorization");
  if (authorization !== null) head.authorization = authorization;
  const contentType = headers.get("content-type");
  if (contentType !== null) head.contentType = contentType;
  const contentLength = headers.get("content-length");
  if (contentLength !== null) head.contentLength = contentLength;
  return head;
}

/** The body, or the answer to one that does not come whole. */
async function bodyOf(request: Request, timeoutMs: number): Promise<Uint8Array | model.Reply> {
  const abort = new AbortController();
  const late = new Promise<undefined>((resolve) => {
    abort.signal.addEventListener("abort", () => {
      resolve(undefined);
    });
  });
  const timer = setTimeout(() => {
    abort.abort();
  }, timeoutMs);
  try {
    const body = readBody(request, model.maxBodyBytes(), abort.signal);
    return (await Promise.race([body, late])) ?? model.requestTimeout();
  } catch (thrown) {
    if (!(thrown instanceof BodyFault) || thrown.reason === "unreadable") throw thrown; // the host's own fault
    return thrown.reason === "too_large" ? model.payloadTooLarge() : model.incompleteBody();
  } finally {
    clearTimeout(timer);
  }
}

/** Also of a `PipelineError` that only claims to be one: looking at it may throw, and so may answering with it. */
function failed(thrown: unknown, requestId: string): Answer {
  try {
    const said = isPipelineError(thrown) ? thrown : { code: "internal" as const };
    const reply = model.errorReply(said, requestId);
    return {
      reply,
      event: reply.status === 401 ? "unauthorized" : "failure",
      ...(reply.status === 500 && { cause: causeOf(thrown) }),
    };
  } catch {
    return { reply: model.plainFault(requestId), event: "failure", cause: causeOf(thrown) };
  }
}
