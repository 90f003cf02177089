// The client's side of the HTTP actions: what to send, and what an answer means. Nothing is sent here.
import { call, type Pack } from "./core.js";
import { isPipelineError, PipelineError } from "./error.js";
import type {
  ClaimedRun,
  Issue,
  Pipeline,
  PipelineCreateInput,
  PipelineListItem,
  PipelineRun,
  PipelineRunReport,
  PipelineRunTrigger,
  PipelineUpdateInput,
} from "./types.js";

/** The word of a server on an operation of an outbox. */
export type Verdict = "ok" | "conflict" | "rejected" | "gone" | "superseded" | "client_fork" | "out_of_order";

/** By what a server knows an operation again, so that it applies none twice. */
export interface OperationStamp {
  /** A UUID: who counts. */
  clientId: string;
  /** From 1 on, for each account and pipeline. The next operation is sent once the last is answered. */
  seq: number;
  /** A UUID: the operation itself, however often it is sent. */
  opId: string;
  /** Hex SHA-256 of the JSON text of the call's arguments, without `op` and `accountId`. */
  bodyHash: string;
}

/** The stamp of an update. */
export interface UpdateStamp extends OperationStamp {
  /**
   * What stood in each field that the input touches, `null` for nothing: the update applies where that, or already its new
   * value, stands there, and is a conflict otherwise. A field that is not named here is not compared.
   */
  old?: { [Field in keyof Omit<PipelineUpdateInput, "rotateSecret">]?: unknown };
}

/** What an answer says of the operation that it answers. */
export interface OperationEcho {
  opId: string;
  seq: number;
  verdict: Verdict;
  /** What is wrong with a `rejected` one. */
  issues?: Issue[];
  /** The pipeline that a `conflict` is with, where the caller may see it. */
  current?: Pipeline;
  /** The number that an `out_of_order` one should have had. */
  expected?: number;
}

/** The arguments of each operation, as they travel. */
export interface OperationArgs {
  list: { accountId?: string; cursor?: string; limit?: number };
  get: { id: string; accountId?: string };
  findByWebhookSecret: { secret: string };
  create: {
    input: PipelineCreateInput;
    accountId?: string;
    /** For callers that must be able to replay a creation. */
    id?: string;
    /** Hex SHA-256 of a secret that stays with the caller. */
    secretDigest?: string;
    /** What a page may show of the secret behind the digest. */
    secretLastFour?: string;
    /** Makes the call an operation of an outbox; it then needs `id` and `secretDigest`. */
    op?: OperationStamp;
  };
  update: {
    id: string;
    input: PipelineUpdateInput;
    accountId?: string;
    expectedUpdatedAt?: string;
    secretDigest?: string;
    /** What a page may show of the secret behind the digest. */
    secretLastFour?: string;
    /** Then without `expectedUpdatedAt`, and a rotation with `secretDigest`. */
    op?: UpdateStamp;
  };
  delete: { id: string; accountId?: string; op?: OperationStamp };
  recordRun: {
    id: string;
    completedAt: string;
    accountId?: string;
    /** Which run it was and how it ended: from a worker, with the token. */
    run?: PipelineRunReport;
    op?: OperationStamp;
  };
  startRun: {
    id: string;
    trigger: PipelineRunTrigger;
    /** By which a repeated call finds the run that it has started. None begins with `schedule:`. */
    runId?: string | undefined;
    /** At most 65,536 units. */
    payload?: string | undefined;
    accountId?: string;
  };
  claimRun: {
    /** Who works, 1 to 200 units. */
    worker: string;
    /** How long without a word; 1,000 to 3,600,000 milliseconds, 600,000 by default. */
    leaseMs?: number | undefined;
    accountId?: string;
  };
  renewRun: { runId: string; worker: string; leaseMs?: number | undefined; accountId?: string };
  listRuns: {
    id: string;
    cursor?: string | undefined;
    /** 1 to 100, 20 by default. */
    limit?: number | undefined;
    accountId?: string;
  };
  getRun: { runId: string; accountId?: string };
}

/** The result of each operation. */
export interface OperationResult {
  list: PipelineListItem[];
  get: Pipeline | null;
  findByWebhookSecret: Pipeline | null;
  create: Pipeline;
  update: Pipeline;
  /** Whether there was such a pipeline. */
  delete: boolean;
  recordRun: Pipeline | null;
  startRun: PipelineRun;
  /** The oldest that was queued, which is now this worker's. */
  claimRun: ClaimedRun | null;
  /** `null` where it is no longer this worker's. */
  renewRun: PipelineRun | null;
  /** The newest first, without payloads. */
  listRuns: PipelineRun[];
  getRun: PipelineRun | null;
}

/** The name of an operation: the last part of its path. */
export type Operation = keyof OperationArgs;

/** Where the HTTP actions live and what opens them. */
export interface Endpoint {
  /** Such as `https://happy-otter-123.convex.site`; a path prefix is kept. */
  baseUrl: string;
  /** Sent as `Authorization: <authScheme> <authToken>`. */
  authToken?: string | undefined;
  /** `Bearer` by default. */
  authScheme?: string | undefined;
  /** Lets `baseUrl` be plain http on another machine. */
  allowInsecure?: boolean | undefined;
}

/** A request, ready for any HTTP client. */
export interface PipelineRequest {
  method: "POST";
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** An answer, of any HTTP client. */
export interface PipelineResponse {
  status: number;
  /** `Retry-After` is all that is looked for. */
  headers?: Record<string, string>;
  body: string;
}

/** Levels that `{ input: … }` and `{ op: { old: … } }` stand around what a user gave and a document held. */
const ARGUMENTS = { wrapping: 2 } as const;
/** The longest answer that is read, in bytes: more than Convex can answer with. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** A body may be longer than what a caller gives. */
const RESPONSE = { long: { field: "body", units: MAX_ANSWER_BYTES } } as const;

/**
 * The request for an operation. Throws `config` for an endpoint that would hurt later: not https, a token with its
 * scheme in front, a `.convex.cloud` address.
 */
export function buildRequest<O extends Operation>(
  operation: O,
  args: OperationArgs[O],
  endpoint: Endpoint,
): PipelineRequest {
  return call("buildRequest", (packer) => packer.add(operation).add(args, ARGUMENTS).add(endpoint));
}

/**
 * The result that a response holds. Throws what it says went wrong, as an error or as the verdict on an `op`; whatever is
 * not in the contract's shape (HTML, a bare 404, truncated JSON) is `protocol`, so that a wrong address never looks like
 * "not found". An error that is `retryable` has the answer's `Retry-After` as `retryAfterMs`.
 */
export function readResponse<O extends Operation>(operation: O, response: PipelineResponse): OperationResult[O] {
  return readPage(operation, response).data;
}

/** What a server answers: the result, where a list goes on, and what became of an `op`. */
export interface OperationAnswer<Result = unknown> {
  /** Absent where an operation was not applied, or what it was applied to is gone since. */
  result?: Result | undefined;
  cursor?: string | undefined;
  op?: OperationEcho | undefined;
}

/** {@link readResponse} for whoever hands answers on or wants their echo: it throws no verdicts. */
export function readAnswer<O extends Operation>(
  operation: O,
  response: PipelineResponse,
): OperationAnswer<OperationResult[O]> {
  const pack: Pack = (packer) => packer.add(operation).add(response, RESPONSE);
  const { data, cursor, op } = call<Partial<Page<OperationResult[O]>> & { op?: OperationEcho }>("readAnswer", pack);
  return { result: data, ...(cursor !== undefined && { cursor }), ...(op !== undefined && { op }) };
}

/** A result, and of a list where the rest begins and what could not be read. */
export interface Page<Data> {
  data: Data;
  cursor?: string;
  /** Absent where all items could be read. */
  damaged?: { index: number; issues: Issue[]; id?: string }[];
}

/** {@link readResponse} with all that is known of a page. */
export function readPage<O extends Operation>(operation: O, response: PipelineResponse): Page<OperationResult[O]> {
  try {
    return call("readResponse", (packer) => packer.add(operation).add(response, RESPONSE));
  } catch (thrown) {
    throw withPause(thrown, response);
  }
}

function withPause(thrown: unknown, response: PipelineResponse): unknown {
  if (!isPipelineError(thrown) || !thrown.retryable) return thrown;
  const { ms } = call<{ ms?: number }>("retryAfter", (packer) => packer.add(response.headers), Date.now());
  return ms === undefined ? thrown : new PipelineError({ ...thrown.toJSON(), retryAfterMs: ms });
}

/** Throws `config` unless requests to this endpoint can be built. */
export function checkEndpoint(endpoint: { [Name in keyof Endpoint]?: unknown }): asserts endpoint is Endpoint {
  call("checkEndpoint", (packer) => packer.add(endpoint));
}
