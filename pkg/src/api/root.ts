// What the root entry and the slim one have in common.
export { PipelineError, isPipelineError, type PipelineErrorData } from "../error.js";
export {
  createPipeline,
  updatePipeline,
  recordRun,
  toListItem,
  comparePipelines,
  sortPipelines,
  type CreateContext,
  type UpdateContext,
} from "../pipeline.js";
export { nextRuns, describeSchedule, explicitCron, checkCron, type CronCheck, type NextRunsOptions } from "../schedule.js";
export {
  createInputSchema,
  updateInputSchema,
  pipelineSchema,
  pipelineRunSchema,
  scheduleSchema,
  type SafeParseResult,
  type Schema,
} from "../schemas.js";
export { fromForm, type FormSchema, type FormValues } from "../forms.js";
export {
  buildRequest,
  readAnswer,
  readResponse,
  type Endpoint,
  type Operation,
  type OperationAnswer,
  type OperationArgs,
  type OperationEcho,
  type OperationResult,
  type OperationStamp,
  type PipelineRequest,
  type PipelineResponse,
  type UpdateStamp,
  type Verdict,
} from "../wire.js";
export { ConvexPipelineRepository, type ConvexOptions } from "../repositories/convex.js";
export type { Fetch, FetchInit } from "../http/web.js";
export { FallbackPipelineRepository, type FallbackOptions } from "../repositories/fallback.js";
export type { NeedsYou, OutboxRow, OutboxRows, OutboxStatus } from "../outbox/rows.js";
export type { ClearOptions, DeviceRepository } from "../repositories/device.js";
export { InMemoryPipelineRepository, type InMemoryOptions } from "../repositories/in-memory.js";
export { IndexedDbPipelineRepository, type IndexedDbOptions } from "../repositories/indexeddb.js";
export type { FinishedRun, PipelineRuns, RunHistory, RunPage } from "../repositories/runs.js";
export type { PipelineRepository, Replayable, ReplayableUpdate, UpdateOptions } from "../repositories/repository.js";
export type { LocalStatus } from "../storage/local-status.js";
export type * from "../types.js";
