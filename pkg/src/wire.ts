// The client's side of the HTTP actions: what to send, and what an answer means. Nothing is sent here.
import { call } from "./core.js";
import type {
  Issue,
  Pipeline,
  PipelineCreateInput,
  PipelineListItem,
  PipelineRun,
  PipelineRunStatus,
  PipelineRunTrigger,
  PipelineUpdateInput,
} from "./types.js";

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
  };
  update: {
    id: string;
    input: PipelineUpdateInput;
    accountId?: string;
    expectedUpdatedAt?: string;
    secretDigest?: string;
    /** What a page may show of the secret behind the digest. */
    secretLastFour?: string;
  };
  delete: { id: string; accountId?: string };
  recordRun: {
    id: string;
    completedAt: string;
    accountId?: string;
    run?: { runId: string; status: PipelineRunStatus; startedAt?: string; error?: string };
  };
  startRun: { id: string; trigger: PipelineRunTrigger; runId?: string; accountId?: string };
  claimRun: { accountId?: string; worker: string };
  listRuns: { id: string; accountId?: string; cursor?: string; limit?: number };
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
  claimRun: PipelineRun | null;
  listRuns: PipelineRun[];
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
  headers?: Record<string, string>;
  body: string;
}

/** Levels that `{ input: … }` stands around what a user gave. */
const ARGUMENTS = { wrapping: 1 } as const;
/** A body may be longer than what a caller gives: this is more than Convex can answer with. */
const RESPONSE = { long: { field: "body", units: 32 * 1024 * 1024 } } as const;

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
 * The result that a response holds. Throws what it says went wrong; whatever is not in the contract's shape (HTML, a
 * bare 404, truncated JSON) is `protocol`, so that a wrong address never looks like "not found".
 */
export function readResponse<O extends Operation>(operation: O, response: PipelineResponse): OperationResult[O] {
  return readPage(operation, response).data;
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
  return call("readResponse", (packer) => packer.add(operation).add(response, RESPONSE));
}

/** Throws `config` unless requests to this endpoint can be built. */
export function checkEndpoint(endpoint: { [Name in keyof Endpoint]?: unknown }): asserts endpoint is Endpoint {
  call("checkEndpoint", (packer) => packer.add(endpoint));
}
