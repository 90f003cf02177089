/** Runs from within a Convex action: what a worker there claims, renews and finishes them through. */
import type { GenericActionCtx, GenericDataModel } from "convex/server";
import { config, hasMethods } from "../options.js";
import type { PipelineRuns } from "../repositories/runs.js";
import type { PipelineRun } from "../types.js";
import type { PipelineFunctionReferences } from "./routes.js";
import { rethrow } from "./thrown.js";

/**
 * The runs of all accounts, for an action that works on them: the internal functions behind the interface that every
 * repository has. Errors are `PipelineError`s, as everywhere.
 *
 * ```ts
 * export const run = internalAction({
 *   args: { runId: v.string(), pipelineId: v.string() },
 *   handler: (ctx) => work(pipelineRuns(ctx, internal.pipelines)),
 * });
 * ```
 */
export function pipelineRuns(
  ctx: Pick<GenericActionCtx<GenericDataModel>, "runQuery" | "runMutation">,
  functions: PipelineFunctionReferences,
): PipelineRuns {
  if (!hasMethods(ctx, ["runQuery", "runMutation"])) throw config("ctx", "must be the context of an action");
  // What a validator says of a row is wider than the interface: any field may come with a later version.
  const ask = async <Result>(name: "listRuns" | "getRun", args: object): Promise<Result> =>
    (await ctx.runQuery(functions[name], args as never).catch(rethrow)) as Result;
  const change = async <Result>(name: "startRun" | "claimRun" | "renewRun" | "recordRun", args: object): Promise<Result> =>
    (await ctx.runMutation(functions[name], args as never).catch(rethrow)) as Result;
  return {
    start: (run) => change("startRun", run),
    claim: (claim) => change("claimRun", claim),
    renew: (claim) => change("renewRun", claim),
    finish: (finished) => change("recordRun", finished),
    list: async (page) => {
      const { result, cursor } = await ask<{ result: PipelineRun[]; cursor?: string }>("listRuns", page);
      return { runs: result, ...(cursor !== undefined && { cursor }) };
    },
    get: (runId) => ask("getRun", { runId }),
  };
}
