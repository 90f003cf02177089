// The shapes of what the core decides on. It makes these rows and reads them; a place only keeps them.
import type { PipelineErrorData } from "../error.js";
import type { Issue, Pipeline } from "../types.js";

/** A call that waits until the server has settled it. */
export type OutboxOperation = "create" | "update" | "delete" | "recordRun";

/** The queue of a pipeline, or an operation that stands in one. */
export interface OutboxRow {
  id: string;
  /** Of an operation: the pipeline in whose queue it stands. */
  pipelineId?: string;
  /** Of an operation: how often it was sent. */
  attempts?: number;
}

/** All of an account's operations and their queues, or those of one pipeline. */
export interface OutboxRows {
  queues: readonly OutboxRow[];
  operations: readonly OutboxRow[];
}

/** What stands in an outbox under an id from now on; `null` for nothing. */
export interface OutboxChange {
  store: keyof OutboxRows;
  id: string;
  row: OutboxRow | null;
}

/** What is written in the outbox, together with documents or alone. */
export interface Decided {
  outbox: readonly OutboxChange[];
}

export interface Made extends Decided {
  /** The operation that the change travels with; none where there is nothing to do. */
  operation?: string;
  /** What the caller is told while no verdict has come. */
  reply?: unknown;
}

/** The arguments of a call, with what a server knows it by. */
export interface OutboxArguments {
  id: string;
  op: { opId: string };
  [name: string]: unknown;
}

/** The server as the last answers found it; the core's own. */
export interface OutboxRemote {
  remote?: OutboxStatus["remote"];
}

export interface Planned {
  changes: readonly OutboxChange[];
  send: readonly { operation: OutboxOperation; args: OutboxArguments }[];
  /** When to plan again, in milliseconds since 1970. */
  wakeAt?: number;
  /** The pipelines of rows that cannot be read. */
  damaged?: readonly string[];
}

/** What was sent, and what came of it: an answer, or `{ code, message }` of what went wrong instead. */
export interface Sent {
  operation: OutboxOperation;
  op: OutboxArguments["op"];
  answer: object;
  /** Whether the caller still waits for the verdict: a refusal is then told, and not kept. */
  attended: boolean;
}

/** What an answer means for whoever waits: nothing where it is still unknown what became of the operation. */
export interface Judged extends Decided {
  remote: OutboxRemote;
  outcome?: { data?: unknown } | { error: PipelineErrorData };
}

/** A change that a person has to decide on. */
export interface NeedsYou {
  /** Names it for {@link FallbackPipelineRepository.resolve} and {@link FallbackPipelineRepository.discard}. */
  readonly operation: string;
  /** Why it was not applied: its values were refused, somebody else has changed the same fields, the pipeline is gone. */
  readonly why: "rejected" | "conflict" | "gone";
  readonly issues?: readonly Issue[];
  /** The pipeline as this device wants it; `null` for a deletion. */
  readonly mine: Pipeline | null;
  /** The pipeline as the server has it. */
  readonly theirs?: Pipeline;
}

/** What a page can show without guessing. */
export interface OutboxStatus {
  /**
   * How the last answer found the server: `reached` only where it was a good one, `away` where it is in trouble or nobody
   * answers, `refused` where nobody is signed in, `blocked` where it does not know this package's operations.
   */
  readonly remote: "unknown" | "reached" | "away" | "refused" | "blocked";
  /** Since when it is found so. */
  readonly since: string;
  readonly lastError?: { readonly code: string; readonly message: string; readonly retryable?: boolean };
  /** How many changes wait for the server. */
  readonly pending: number;
  /** How many of them have waited for a day, or were tried fifty times. */
  readonly stuck: number;
  readonly needsYou: readonly NeedsYou[];
  /** The pipelines with changes that wait, in order of id. */
  readonly unsent: readonly string[];
  /** Whether what waits outlives the page. */
  readonly durable: boolean;
}
