/** What the core decides about a request, with its types. */
import { ask, call } from "./core.js";
import type { OperationArguments, ServedOperation, TokenEnvironment } from "./http-handler.js";
import type { ErrorCode, Issue } from "./types.js";

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

/** What the guard says: the operation that may go on, or the answer that ends the request. */
export type Verdict =
  | { operation: ServedOperation }
  | { reply: Reply; event: "unauthorized" | "missing_admin_token" | "refused" };

/** Checks token, method, path, content type and declared length, in the contract's order. */
export function guardRequest(head: RequestHead, environment: TokenEnvironment | "open"): Verdict {
  const settings = environment === "open" ? { open: true } : environment;
  return call((core, packer) => core.guardRequest(packer.pack(head), packer.pack(settings)));
}

/** The operation's arguments. Throws `protocol` for what is no JSON object, `invalid` for what has issues. */
export function readCall<Args = OperationArguments>(operation: ServedOperation, body: Uint8Array): Args {
  return call((core) => core.readCall(operation, body));
}

/** The answer that carries a result. */
export function successReply(result: unknown, cursor: string | undefined): Reply {
  return call((core) => core.successReply(JSON.stringify(result), cursor));
}

/** The answer that carries an error; of an unexpected one it says `id` and no more. */
export function errorReply(error: { code: ErrorCode; message?: string; issues?: readonly Issue[] }, id: string): Reply {
  const { code, message, issues } = error;
  return call((core, packer) => core.errorReply(packer.pack({ code, message, issues, id }, { unlimited: true })));
}

/** The answer to a body that is too long. */
export function payloadTooLarge(): Reply {
  return call((core) => core.payloadTooLarge());
}

/** The longest body that is read. */
export function maxBodyBytes(): number {
  return ask((core) => core.maxBodyBytes());
}
