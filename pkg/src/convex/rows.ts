/** Every read of the tables: through an index, and never more than a bound. */
import type { WithoutSystemFields } from "convex/server";
import { getDocumentSize } from "convex/values";
import { idSpellings, type Place } from "./model.js";
import type { CursorDoc, PipelineDoc, QueryCtx, RunDoc } from "./tables.js";

/** What one call reads: half of what Convex lets a function read, so that one last large document still fits. */
const BATCH_BYTES = 8 * 1024 * 1024;
/** The most documents that one call reads, whatever it makes of them: Convex ends a function after a second. */
const BATCH_DOCS = 2000;

/** Ids and secrets are unique in what this package writes. Of rows that were imported a few may share one. */
const MOST_ALIKE = 4;

/** A document as it was written. */
export function rowOf<Doc extends PipelineDoc | RunDoc | CursorDoc>({ _id, _creationTime, ...row }: Doc): WithoutSystemFields<Doc> {
  return row as WithoutSystemFields<Doc>;
}

/** The rows of `id` that a caller may see: somebody else's is as absent as one that never was. */
export async function* visibleDocs(ctx: QueryCtx, id: string, accountId: string | undefined): AsyncGenerator<PipelineDoc> {
  for await (const doc of docsOf(ctx, id)) {
    if (accountId === undefined || doc.accountId === accountId) yield doc;
  }
}

/** Whether there is a row of `id`, whoever owns it, and whether or not it can be read. */
export async function isTaken(ctx: QueryCtx, id: string): Promise<boolean> {
  const { done } = await docsOf(ctx, id).next();
  return done !== true;
}

async function* docsOf(ctx: QueryCtx, id: string): AsyncGenerator<PipelineDoc, undefined> {
  for (const spelling of idSpellings(id)) yield* await docsSpelled(ctx, spelling);
}

/** The rows whose id is written like this. */
export function docsSpelled(ctx: QueryCtx, id: string): Promise<PipelineDoc[]> {
  return ctx.db
    .query("pipelines")
    .withIndex("by_pipeline_id", (q) => q.eq("id", id))
    .take(MOST_ALIKE);
}

/** The rows that keep exactly this stored value of a secret. */
export function docsBySecret(ctx: QueryCtx, stored: string): Promise<PipelineDoc[]> {
  return ctx.db
    .query("pipelines")
    .withIndex("by_webhook_secret", (q) => q.eq("webhookSecret", stored))
    .take(MOST_ALIKE);
}

/** Who has a cursor with which pipeline. */
interface CursorKey {
  pipelineId: string;
  clientId: string;
  accountId: string | undefined;
}

/** The cursor of a client with a pipeline. */
export function cursorOf(ctx: QueryCtx, { pipelineId, clientId, accountId }: CursorKey): Promise<CursorDoc | null> {
  return ctx.db
    .query("pipeline_cursors")
    .withIndex("by_client", (q) => q.eq("pipelineId", pipelineId).eq("clientId", clientId).eq("accountId", accountId))
    .unique();
}

/** Up to `limit` cursors of a pipeline. */
export function cursorsOf(ctx: QueryCtx, pipelineId: string, limit: number): Promise<CursorDoc[]> {
  return ctx.db
    .query("pipeline_cursors")
    .withIndex("by_client", (q) => q.eq("pipelineId", pipelineId))
    .take(limit);
}

/** Which rows make a page. */
interface Page {
  accountId: string | undefined;
  after: Place | null;
  limit: number;
}

/** What `read` makes of the rows behind `after` in the order of lists; those of which it makes nothing do not count. */
export function pageOf<Item>(
  ctx: QueryCtx,
  { accountId, after, limit }: Page,
  read: (doc: PipelineDoc) => Item | null,
): Promise<Batch<PipelineDoc, Item>> {
  return take(rangesBehind(ctx, accountId, after), limit, read);
}

/** What one call has read. */
interface Batch<Doc, Item> {
  items: Item[];
  /** The last document that was looked at. */
  last: Doc | undefined;
  /** Whether documents follow. */
  more: boolean;
}

/** What `read` makes of the documents of `ranges`: at most `limit` items, and no more than one call can read, or a part of that. */
export async function take<Doc extends PipelineDoc | RunDoc, Item>(
  ranges: AsyncIterable<Doc>[],
  limit: number,
  read: (doc: Doc) => Item | null,
  mostBytes = BATCH_BYTES,
): Promise<Batch<Doc, Item>> {
  const items: Item[] = [];
  let last: Doc | undefined;
  let docs = 0;
  let bytes = 0;
  for (const range of ranges) {
    for await (const doc of range) {
      if (items.length === limit || docs === BATCH_DOCS || bytes >= mostBytes) return { items, last, more: true };
      const item = read(doc);
      if (item !== null) items.push(item);
      last = doc;
      docs += 1;
      bytes += getDocumentSize(doc);
    }
  }
  return { items, last, more: false };
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
