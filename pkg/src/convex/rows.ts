/** Every read of the tables: through an index, and never more than a bound. */
import type { WithoutSystemFields } from "convex/server";
import { getDocumentSize } from "convex/values";
import type { MutationCtx, PipelineDataModel, QueryCtx } from "./tables.js";

/** A pipeline as Convex keeps it. */
export type PipelineDoc = PipelineDataModel["pipelines"]["document"];
/** A run as Convex keeps it. */
export type RunDoc = PipelineDataModel["pipeline_runs"]["document"];
/** A stored row as the core knows it. */
export type PipelineRow = WithoutSystemFields<PipelineDoc>;
/** A place in the order of lists. */
export interface Place {
  nameKey: string;
  name: string;
  id: string;
}

/** Documents of one call, and whether more follow. */
interface Batch<Doc> {
  docs: Doc[];
  more: boolean;
}

/** What one call reads: half of what Convex lets a function read, so that one last large document still fits. */
const BATCH_BYTES = 8 * 1024 * 1024;
/** The most runs that one call deletes. Each costs two operations, and Convex ends a function after a second. */
const RUNS_PER_DELETE = 1000;

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
export function pageOfDocs(
  ctx: QueryCtx,
  { accountId, after, limit }: { accountId: string | undefined; after: Place | null; limit: number },
): Promise<Batch<PipelineDoc>> {
  return take(rangesBehind(ctx, accountId, after), limit);
}

/** The run of a pipeline that was stored last. */
export function newestRun(ctx: QueryCtx, pipelineId: string): Promise<RunDoc | null> {
  return ctx.db
    .query("pipeline_runs")
    .withIndex("by_pipeline_id", (q) => q.eq("pipelineId", pipelineId))
    .order("desc")
    .first();
}

/** Deletes runs of a pipeline that were stored at `until` or before; `true` when those were all. */
export async function deleteOldRuns(ctx: MutationCtx, pipelineId: string, until: number): Promise<boolean> {
  const range = ctx.db
    .query("pipeline_runs")
    .withIndex("by_pipeline_id", (q) => q.eq("pipelineId", pipelineId).lte("_creationTime", until));
  const { docs, more } = await take([range], RUNS_PER_DELETE);
  for (const { _id } of docs) await ctx.db.delete(_id);
  return !more;
}

/** The first documents of `ranges`: as many as `limit` and {@link BATCH_BYTES} allow, and whether more follow. */
async function take<Doc extends PipelineDoc | RunDoc>(ranges: AsyncIterable<Doc>[], limit: number): Promise<Batch<Doc>> {
  const docs: Doc[] = [];
  let bytes = 0;
  for (const range of ranges) {
    for await (const doc of range) {
      if (docs.length === limit || bytes >= BATCH_BYTES) return { docs, more: true };
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
