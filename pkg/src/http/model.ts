/** What the core decides about a request, with its types. */
import { call, limits } from "../core.js";
import type { ErrorCode, Issue } from "../types.js";
import type { Operation, OperationAnswer } from "../wire.js";

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
export type ServedOperation = Operation;

/** Arguments of an operation as the core passed them. */
export type OperationArguments = Record<string, unknown>;

/** Everything of a request but its body. */
export interface RequestHead {
  method: string;
  path: string;
  authorization?: string;
  contentType?: string;
  contentLength?: string;
}

/** An answer, ready to be sent. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Results and errors are this side's own, as large as they are. */
const OWN = { unlimited: true } as const;

/** More than the core gathers. */
const MOST_ISSUES = 1_001;

/** What the guard says: the operation that may go on, or the answer that ends the request. */
export type Verdict =
  | { operation: ServedOperation }
  | { reply: Reply; event: "unauthorized" | "missing_admin_token" | "refused" };

/** Checks token, method, path, content type and declared length, in the contract's order. */
export function guardRequest(head: RequestHead, environment: TokenEnvironment | "open"): Verdict {
  const settings = environment === "open" ? { open: true } : environment;
  return call("guardRequest", (packer) => packer.add(head).add(settings));
}

/**
 * The operation's arguments. Throws `protocol` for what is no JSON object, `invalid` for what has issues, and
 * `unauthorized` where a person asks for what only a worker may do.
 */
export function readCall<Args = OperationArguments>(operation: ServedOperation, body: Uint8Array, isPerson = false): Args {
  return call("readCall", (packer) => packer.add(operation).add(isPerson), undefined, body);
}

/** The answer to a call. Throws for what is none: a `result` that JSON cannot hold, a wrong `cursor`, an unknown verdict. */
export function answerReply({ result, cursor, op }: OperationAnswer): Reply {
  if (op !== undefined) {
    return call("operationReply", (packer) => packer.add(JSON.stringify({ result, op }), OWN).add(op.verdict));
  }
  if (cursor !== undefined && typeof cursor !== "string") throw new TypeError("a cursor is a string");
  return call("successReply", (packer) => packer.add(JSON.stringify(result), OWN).add(cursor));
}

/** The answer that carries an error; of an unexpected one it says `id` and no more. */
export function errorReply(error: { code: ErrorCode; message?: string; issues?: readonly Issue[] }, id: string): Reply {
  const { code, message, issues } = error;
  return call("errorReply", (packer) => packer.add({ code, message, issues: issues?.slice(0, MOST_ISSUES), id }, OWN));
}

/** The answer to a body that is too long. */
export function payloadTooLarge(): Reply {
  return call("payloadTooLarge");
}

/** The answer to a body that does not come in time. */
export function requestTimeout(): Reply {
  return call("requestTimeout");
}

/** The answer, which nobody may be there to read, to a body that breaks off. */
export function incompleteBody(): Reply {
  return call("incompleteBody");
}

/** The answer to an unexpected error where even the core cannot be asked for one. */
export function plainFault(id: string): Reply {
  const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };
  return { status: 500, headers, body: JSON.stringify({ error: { code: "internal", message: "something went wrong inside", id } }) };
}

/** The longest body that is read. */
export function maxBodyBytes(): number {
  return limits().body;
}
