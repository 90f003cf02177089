import type { PipelineRuns } from "./runs.js";
import type { Pipeline, PipelineCreateInput, PipelineListItem, PipelineUpdateInput } from "../types.js";

/** What an update may be made conditional on. */
export interface UpdateOptions {
  /** Refuses with `conflict` unless the stored pipeline still has this `updatedAt`. */
  expectedUpdatedAt?: string | undefined;
}

/** What a caller brings so that a creation or a rotation whose answer was lost can be repeated. */
export interface Replayable {
  /** A UUID; `conflict` if it is taken. */
  id?: string | undefined;
  /** Hex SHA-256 of a secret that stays with the caller; the reply then has none. */
  secretDigest?: string | undefined;
  /** What a page may show of the secret behind the digest. */
  secretLastFour?: string | undefined;
}

/** The same for an update. */
export type ReplayableUpdate = UpdateOptions & Omit<Replayable, "id">;

/** Where pipelines live. Every implementation passes the same suite of tests, so they can stand in for one another. */
export interface PipelineRepository {
  /** All pipelines, in the order of `comparePipelines`. */
  list(): Promise<PipelineListItem[]>;
  get(id: string): Promise<Pipeline | null>;
  findByWebhookSecret(secret: string): Promise<Pipeline | null>;
  /** Throws `invalid` with every issue of the input. The result holds the new webhook secret. */
  create(input: PipelineCreateInput): Promise<Pipeline>;
  /** Throws `not_found` for an unknown id, `invalid`, and `conflict` when `expectedUpdatedAt` is stale. */
  update(id: string, input: PipelineUpdateInput, options?: UpdateOptions): Promise<Pipeline>;
  /** An unknown id is no error: nothing happens. */
  delete(id: string): Promise<void>;
  /** Absent where nothing can run: on a device alone. */
  readonly runs?: PipelineRuns | undefined;
  /** Notes a completed run. An unknown id is no error: nothing happens. */
  recordRun(id: string, completedAt: string): Promise<void>;
}
