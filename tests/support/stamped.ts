/** Calls as an outbox sends them, made by other means than the package. */
import type { OperationEcho, OperationStamp, UpdateStamp } from "convex-pipelines";

/** The body of an answer to a call with `op`. */
export interface StampedAnswer {
  result?: unknown;
  error?: { code: string; message: string };
  op: OperationEcho;
}

/** One client's count for one pipeline. */
export class Sender {
  readonly clientId: string = crypto.randomUUID();
  #seq = 0;

  /** `args` as the next operation. */
  next<Args extends object>(args: Args, old?: UpdateStamp["old"]): Promise<Args & { op: UpdateStamp }> {
    this.#seq += 1;
    return this.at(this.#seq, args, old);
  }

  /** `args` as the operation of a number. */
  async at<Args extends object>(seq: number, args: Args, old?: UpdateStamp["old"]): Promise<Args & { op: UpdateStamp }> {
    const op: OperationStamp = { clientId: this.clientId, seq, opId: crypto.randomUUID(), bodyHash: await bodyHash(args) };
    return { ...args, op: old === undefined ? op : { ...op, old } };
  }
}

async function bodyHash(args: object): Promise<string> {
  const hashed: Record<string, unknown> = { ...args };
  delete hashed["accountId"];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(hashed)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
