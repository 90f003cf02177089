/**
 * Pipelines in Convex: tables, functions and HTTP actions.
 *
 * ```ts
 * // convex/schema.ts
 * export default defineSchema({ ...pipelineTables });
 *
 * // convex/pipelines.ts
 * const { list, get, findByWebhookSecret, create, update, remove, recordRun } = pipelineFunctions();
 * export { list, get, findByWebhookSecret, create, update, remove as delete, recordRun };
 *
 * // convex/http.ts
 * const http = httpRouter();
 * pipelineRoutes(http, internal.pipelines);
 * export default http;
 * ```
 */
export { pipelineFunctions, type PipelineFunctionOptions, type PipelineFunctions } from "./convex/functions.js";
export { pipelineRoutes, type PipelineFunctionReferences } from "./convex/routes.js";
export { pipelineTables, type PipelineDataModel } from "./convex/tables.js";
export {
  listItemValidator,
  listPageValidator,
  operationAnswerValidator,
  pipelineCursorValidator,
  pipelineRowValidator,
  pipelineRunValidator,
  pipelineValidator,
  scheduleValidator,
  stepValidator,
} from "./convex/validators.js";
export * from "./http/handler.js";
