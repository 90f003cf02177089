/**
 * Pipelines in Convex: tables, functions and HTTP actions.
 *
 * ```ts
 * // convex/schema.ts
 * export default defineSchema({ ...pipelineTables });
 *
 * // convex/pipelines.ts
 * const { list, get, findByWebhookSecret, create, update, remove, recordRun, ...runs } = pipelineFunctions();
 * export { list, get, findByWebhookSecret, create, update, remove as delete, recordRun };
 * export const { startRun, claimRun, renewRun, listRuns, getRun, tick } = runs;
 *
 * // convex/crons.ts
 * const crons = cronJobs();
 * pipelineCrons(crons, internal.pipelines);
 * export default crons;
 *
 * // convex/http.ts
 * const http = httpRouter();
 * pipelineRoutes(http, internal.pipelines);
 * export default http;
 * ```
 *
 * Convex's bundler takes a smaller module, which holds no local repository: in a function each of them throws `config`.
 */
export { pipelineFunctions, type PipelineFunctionOptions, type PipelineFunctions } from "../convex/functions.js";
export { pipelineCrons } from "../convex/crons.js";
export { pipelineRuns } from "../convex/action-runs.js";
export type { OnRunQueued } from "../convex/runs.js";
export { pipelineRoutes, type PipelineFunctionReferences } from "../convex/routes.js";
export { pipelineTables, type PipelineDataModel } from "../convex/tables.js";
export {
  listItemValidator,
  listPageValidator,
  operationAnswerValidator,
  pipelineCursorValidator,
  pipelineRowValidator,
  pipelineRunRowValidator,
  pipelineRunValidator,
  pipelineValidator,
  scheduleValidator,
  stepValidator,
} from "../convex/validators.js";
export * from "../http/handler.js";
