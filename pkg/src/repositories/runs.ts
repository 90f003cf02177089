import type { ClaimedRun, Pipeline, PipelineRun } from "../types.js";
import type { OperationArgs } from "../wire.js";

/** The arguments of an operation, without an account: a repository has one, or sees all. */
type Args<O extends keyof OperationArgs> = Omit<OperationArgs[O], "accountId" | "op">;

/** What is said of a run that has ended. */
export type FinishedRun = Required<Args<"recordRun">>;

/** Some runs of a pipeline. */
export interface RunPage {
  /** The newest first, without payloads. */
  runs: PipelineRun[];
  /** Where the next page begins; absent on the last. */
  cursor?: string;
}

/** The runs of a repository's pipelines. Every implementation passes the same suite of tests. */
export interface PipelineRuns {
  /** Queues a run, or finds the one of this `runId`. Unknown id: `not_found`; a `runId` of another pipeline: `conflict`. */
  start(run: Args<"startRun">): Promise<PipelineRun>;
  /** Gives a worker the oldest queued run; `null` for none. No two workers get the same. */
  claim(claim: Args<"claimRun">): Promise<ClaimedRun | null>;
  /** Lets a worker go on; `null` where the run is no longer that worker's. */
  renew(claim: Args<"renewRun">): Promise<PipelineRun | null>;
  /** Ends a run; the first end counts. Gives the pipeline as it stands then; unknown id: `not_found`. */
  finish(run: FinishedRun): Promise<Pipeline>;
  list(page: Args<"listRuns">): Promise<RunPage>;
  /** With its payload. */
  get(runId: string): Promise<PipelineRun | null>;
}

/** How much is kept of runs that have ended; what is queued or running stays in any case. */
export interface RunHistory {
  /** How many runs of a pipeline. */
  runs?: number | undefined;
  /** How many of all. */
  total?: number | undefined;
  /** For how many days; 90 by default. */
  days?: number | undefined;
}
