/**
 * The server's side of the wire, once for every host: guard, body, call, reply.
 *
 * The core decides each step; this file only waits. Convex's HTTP actions and a Next.js route differ in how an
 * operation is executed and in who may call, so those two are what a host brings.
 */
import * as model from "./http-model.js";
import { isPipelineError } from "./error.js";
import type { Operation } from "./wire.js";

/** The settings of the guard, as they stand in the environment. Any usable token of the first three is accepted. */
export interface TokenEnvironment {
  PIPELINES_ADMIN_TOKEN?: string | undefined;
  CONVEX_ADMIN_KEY?: string | undefined;
  CONVEX_DEPLOYMENT_KEY?: string | undefined;
  /** Fixes the scheme; otherwise `Bearer` and `Deployment` are taken. */
  CONVEX_AUTH_SCHEME?: string | undefined;
  /** `"1"` accepts a Convex deploy key as a token. */
  PIPELINES_ALLOW_DEPLOY_KEY?: string | undefined;
}

/** The operations that are served. */
export type ServedOperation = Exclude<Operation, "startRun" | "claimRun" | "listRuns">;

/** Arguments of an operation as the core passed them. */
export type OperationArguments = Record<string, unknown>;

/** What an operation answers; `cursor` is there while a list goes on. */
export interface OperationAnswer {
  result: unknown;
  cursor?: string | undefined;
}

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
  /** Of an unexpected error its kind and where it was thrown; never its message, which may quote the input. */
  cause?: { name: string; at: string[] };
}

/** Who may call, and what carries a call out. */
export interface PipelineHost {
  /** The token settings, read at the moment of the call; `"open"` for a route that has its own sign-in. */
  environment: TokenEnvironment | "open";
  /** Carries out a call. A thrown `PipelineError` is answered as what it says, anything else as `internal`. */
  execute(operation: ServedOperation, args: OperationArguments): Promise<OperationAnswer>;
  /** Takes one event for each request. */
  report?(event: RequestEvent): void;
}

/**
 * Answers one request to `…/pipelines/{operation}`. Never throws.
 *
 * ```ts
 * export const POST = (request: Request) =>
 *   handlePipelineRequest(request, {
 *     environment: "open",
 *     execute: async (operation, args) => ({ result: await serve(operation, args) }),
 *   });
 * ```
 */
export async function handlePipelineRequest(request: Request, host: PipelineHost): Promise<Response> {
  const { pathname: path } = new URL(request.url);
  const requestId = crypto.randomUUID();
  const answer = await answerOf(request, path, host).catch((thrown: unknown) => failed(thrown, requestId));
  host.report?.({
    event: answer.event,
    time: new Date().toISOString(),
    path,
    requestId,
    status: answer.reply.status,
    ...(answer.cause && { cause: answer.cause }),
  });
  const { status, headers, body } = answer.reply;
  return new Response(body, { status, headers });
}

interface Answer {
  reply: model.Reply;
  event: RequestEvent["event"];
  cause?: RequestEvent["cause"];
}

async function answerOf(request: Request, path: string, host: PipelineHost): Promise<Answer> {
  const verdict = model.guardRequest(headOf(request, path), host.environment);
  if ("reply" in verdict) {
    return { reply: verdict.reply, event: verdict.event === "refused" ? "failure" : verdict.event };
  }
  const body = await readBody(request, model.maxBodyBytes());
  if (body === null) return { reply: model.payloadTooLarge(), event: "failure" };
  const args = model.readCall(verdict.operation, body);
  const { result, cursor } = await host.execute(verdict.operation, args);
  return { reply: model.successReply(result, cursor), event: "success" };
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

/** The body, or `null` as soon as it turns out to be longer than `limit`: a declared length may lie. */
async function readBody(request: Request, limit: number): Promise<Uint8Array | null> {
  if (!request.body) return new Uint8Array(await request.arrayBuffer());
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > limit) {
      void reader.cancel().catch(() => undefined);
      return null;
    }
    chunks.push(read.value);
  }
  return joined(chunks, size);
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function failed(thrown: unknown, requestId: string): Answer {
  const said = isPipelineError(thrown) ? thrown : { code: "internal" as const };
  const reply = model.errorReply(said, requestId);
  return { reply, event: "failure", ...(reply.status === 500 && { cause: causeOf(thrown) }) };
}

function causeOf(thrown: unknown): NonNullable<RequestEvent["cause"]> {
  if (!(thrown instanceof Error)) return { name: typeof thrown, at: [] };
  const { name, message, stack = "" } = thrown;
  const header = stack.indexOf(message);
  const frames = header < 0 ? "" : stack.slice(header + message.length);
  const at = frames.split("\n").map((line) => line.trim());
  return { name, at: at.filter((line) => line !== "") };
}
