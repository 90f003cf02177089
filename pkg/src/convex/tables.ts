/** The tables to spread into an app's `defineSchema`. */
import {
  defineTable,
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
  type GenericQueryCtx,
  type SchemaDefinition,
  type WithoutSystemFields,
} from "convex/server";
import { pipelineCursorValidator, pipelineRowValidator, pipelineRunRowValidator } from "./validators.js";

/**
 * `pipelines`, `pipeline_runs` and `pipeline_cursors`, with the indexes that the functions of this package read through.
 *
 * All are written by those functions only. Names sort by `nameKey` because Convex orders text by code point,
 * which would put `b` behind `A` and before `a`.
 *
 * ```ts
 * export default defineSchema({ ...pipelineTables });
 * ```
 */
export const pipelineTables = {
  pipelines: defineTable(pipelineRowValidator)
    .index("by_pipeline_id", ["id"])
    .index("by_name", ["nameKey", "name", "id"])
    .index("by_account_name", ["accountId", "nameKey", "name", "id"])
    .index("by_webhook_secret", ["webhookSecret"])
    .index("by_next_run_at", ["nextRunAt"]),
  pipeline_runs: defineTable(pipelineRunRowValidator)
    .index("by_run_id", ["runId"])
    .index("by_pipeline_id", ["pipelineId"])
    .index("by_number", ["pipelineId", "number"])
    .index("by_due_at", ["pipelineId", "dueAt"])
    .index("by_queued_at", ["status", "queuedAt"])
    .index("by_account_queued_at", ["accountId", "status", "queuedAt"])
    .index("by_lease", ["status", "leaseUntil"])
    .index("by_completed_at", ["status", "completedAt"]),
  pipeline_cursors: defineTable(pipelineCursorValidator)
    .index("by_client", ["pipelineId", "clientId", "accountId"])
    .index("by_gone", ["isGone", "at"]),
};

type Schema = SchemaDefinition<typeof pipelineTables, true>;

/** What the functions of this package know of an app's tables. */
export type PipelineDataModel = DataModelFromSchemaDefinition<Schema>;
/** A pipeline as Convex keeps it. */
export type PipelineDoc = PipelineDataModel["pipelines"]["document"];
/** A run as Convex keeps it. */
export type RunDoc = PipelineDataModel["pipeline_runs"]["document"];
/** A cursor as Convex keeps it. */
export type CursorDoc = PipelineDataModel["pipeline_cursors"]["document"];
/** A stored row as the core knows it. */
export type PipelineRow = WithoutSystemFields<PipelineDoc>;
/** A cursor as the core knows it. */
export type CursorRow = WithoutSystemFields<CursorDoc>;
/** The context of this package's queries. */
export type QueryCtx = GenericQueryCtx<PipelineDataModel>;
/** The context of this package's mutations. */
export type MutationCtx = GenericMutationCtx<PipelineDataModel>;
