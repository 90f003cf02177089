/** A pipeline goes, and its runs go with it, over as many calls as that takes. */
import { makeFunctionReference } from "convex/server";
import { faultsOf, idSpellings } from "./model.js";
import { docsSpelled, rowOf, take, visibleDocs } from "./rows.js";
import type { MutationCtx, PipelineDoc, QueryCtx, RunDoc } from "./tables.js";

/** The most runs that one call deletes. */
const RUNS_PER_CALL = 1000;

/** The row that a caller means, or a damaged one where that is all there is: nothing but a deletion could do anything with it. */
export async function docMeant(ctx: MutationCtx, id: string, accountId: string | undefined): Promise<PipelineDoc | undefined> {
  const docs = [];
  for await (const doc of visibleDocs(ctx, id, accountId)) docs.push(doc);
  return docs.find((doc) => faultsOf(rowOf(doc)).length === 0) ?? docs[0];
}

/** Deletes the runs of a pipeline that has just been deleted. */
export async function deleteRunsOf(ctx: MutationCtx, id: string): Promise<void> {
  let isFirst = true;
  for (const pipelineId of await runOwners(ctx, id)) {
    const newest = await newestRun(ctx, pipelineId);
    if (newest === null) continue;
    // What one call may read is enough for one of them.
    const go = isFirst ? deleteRunsUntil : deleteLater;
    await go(ctx, pipelineId, newest._creationTime);
    isFirst = false;
  }
}

/** Deletes the runs of `pipelineId` that were stored at `until` or before: as many as one call can, the rest later. */
export async function deleteRunsUntil(ctx: MutationCtx, pipelineId: string, until: number): Promise<void> {
  const range = ctx.db
    .query("pipeline_runs")
    .withIndex("by_pipeline_id", (q) => q.eq("pipelineId", pipelineId).lte("_creationTime", until));
  const { items, more } = await take([range], RUNS_PER_CALL, ({ _id }) => _id);
  for (const id of items) await ctx.db.delete(id);
  if (more) await deleteLater(ctx, pipelineId, until);
}

/**
 * Schedules {@link deleteRunsUntil}, as a call of the mutation that is running, whatever name the app has given it.
 *
 * When that call comes there may be another pipeline of the same id: so it deletes runs only, and only those that the
 * deletion found. `_creationTime` grows with each document that Convex stores, so later runs of that id are newer.
 */
async function deleteLater(ctx: MutationCtx, pipelineId: string, until: number): Promise<void> {
  const { name } = await ctx.meta.getFunctionMetadata();
  await ctx.scheduler.runAfter(0, makeFunctionReference<"mutation">(name), { id: pipelineId, runsUntil: until });
}

/**
 * The ids under which the runs of a pipeline that is gone are stored: rows fold their ids when they change, runs keep the
 * spelling they were made with. A spelling that another row still has is that row's.
 */
async function runOwners(ctx: QueryCtx, id: string): Promise<string[]> {
  const owners = [];
  for (const spelling of idSpellings(id)) {
    const holders = await docsSpelled(ctx, spelling);
    if (holders.length === 0) owners.push(spelling);
  }
  return owners;
}

/** The run of a pipeline that was stored last. */
function newestRun(ctx: QueryCtx, pipelineId: string): Promise<RunDoc | null> {
  return ctx.db
    .query("pipeline_runs")
    .withIndex("by_pipeline_id", (q) => q.eq("pipelineId", pipelineId))
    .order("desc")
    .first();
}
