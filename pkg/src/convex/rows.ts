/** Every read of the tables: through an index, and never more than a bound. */
import type { WithoutSystemFields } from "convex/server";
import { getDocumentSize } from "convex/values";
import type { MutationCtx, PipelineDataModel, QueryCtx } from "./tables.js";

/** A pipeline as Convex keeps it. */
export type PipelineDoc = PipelineDataModel["pipelines"]["document"];
/** A stored row as the core knows it. */
export type PipelineRow = WithoutSystemFields<PipelineDoc>;
/** A place in the order of lists. */
export interface Place {
  nameKey: string;
  name: string;
  id: string;
}

/** What one page may read: half of what Convex lets a function read, so that one last large row still fits. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** The row without what Convex adds to it. */
export function rowOf({ _id, _creationTime, ...row }: PipelineDoc): PipelineRow {
  return row;
}

/** The row of `id` as a caller may see it: somebody else's is as absent as one that never was. */
export async function visibleDoc(ctx: QueryCtx, id: string, accountId: string | undefined): Promise<PipelineDoc | null> {
  const doc = await docById(ctx, id);
  return doc !== null && (accountId === undefined || doc.accountId === accountId) ? doc : null;
}

/** The row of `id`, whoever owns it. */
export function docById(ctx: QueryCtx, id: string): Promise<PipelineDoc | null> {
  return ctx.db
    .query("pipelines")
    .withIndex("by_pipeline_id", (q) => q.eq("id", id))
    .first();
}

/** The row that keeps exactly this stored value of a secret. */
export function docBySecret(ctx: QueryCtx, stored: string): Promise<PipelineDoc | null> {
  return ctx.db
    .query("pipelines")
    .withIndex("by_webhook_secret", (q) => q.eq("webhookSecret", stored))
    .first();
}

/** Rows behind `after` in the order of lists, at most `limit`, and whether more follow. */
export async function pageOfDocs(
  ctx: QueryCtx,
  { accountId, after, limit }: { accountId: string | undefined; after: Place | null; limit: number },
): Promise<{ docs: PipelineDoc[]; more: boolean }> {
  const docs: PipelineDoc[] = [];
  let bytes = 0;
  for (const range of rangesBehind(ctx, accountId, after)) {
    for await (const doc of range) {
      if (docs.length === limit || bytes >= PAGE_BYTES) return { docs, more: true };
      docs.push(doc);
      bytes += getDocumentSize(doc);
    }
  }
  return { docs, more: false };
}

/** "Behind (nameKey, name, id)" as index ranges: an index compares one field at a time. */
function rangesBehind(ctx: QueryCtx, accountId: string | undefined, after: Place | null) {
  const all = () => ctx.db.query("pipelines");
  if (accountId === undefined) {
    if (after === null) return [all().withIndex("by_name")];
    const { nameKey, name, id } = after;
    return [
      all().withIndex("by_name", (q) => q.eq("nameKey", nameKey).eq("name", name).gt("id", id)),
      all().withIndex("by_name", (q) => q.eq("nameKey", nameKey).gt("name", name)),
      all().withIndex("by_name", (q) => q.gt("nameKey", nameKey)),
    ];
  }
  if (after === null) return [all().withIndex("by_account_name", (q) => q.eq("accountId", accountId))];
  const { nameKey, name, id } = after;
  return [
    all().withIndex("by_account_name", (q) =>
      q.eq("accountId", accountId).eq("nameKey", nameKey).eq("name", name).gt("id", id),
    ),
    all().withIndex("by_account_name", (q) => q.eq("accountId", accountId).eq("nameKey", nameKey).gt("name", name)),
    all().withIndex("by_account_name", (q) => q.eq("accountId", accountId).gt("nameKey", nameKey)),
  ];
}

/** Deletes up to `limit` runs of a pipeline; `true` when that was all of them. */
export async function deleteRuns(ctx: MutationCtx, pipelineId: string, limit: number): Promise<boolean> {
  const runs = await ctx.db
    .query("pipeline_runs")
    .withIndex("by_pipeline_id", (q) => q.eq("pipelineId", pipelineId))
    .take(limit);
  for (const run of runs) await ctx.db.delete(run._id);
  return runs.length < limit;
}
