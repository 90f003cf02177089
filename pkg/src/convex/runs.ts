/** Runs: rows are looked up, the core decides, and what it answers is written; each call reads a bounded part of them. */
import { convexToJson, getDocumentSize, jsonToConvex, type JSONValue } from "convex/values";
import { makeFunctionReference, type FunctionReference } from "convex/server";
import { foldId } from "../ident.js";
import { readCall } from "../http/model.js";
import { textEncoder } from "../text.js";
import type { RunHistory } from "../repositories/runs.js";
import { decideRun, dueRun, historyBounds, ifReadable, pruneRuns, showRun, type RunBefore, type RunDecided, type RunDecision, type RunRow } from "../runs.js";
import type { ClaimedRun, Pipeline, PipelineRun, SecretStorage } from "../types.js";
import { ifReadable as ifPipelineReadable } from "./damaged.js";
import { docMeant } from "./deletion.js";
import { rowOf, take } from "./rows.js";
import type { MutationCtx, PipelineDoc, PipelineRow, QueryCtx, RunDoc } from "./tables.js";

/** What is scheduled with each queued run: an action or a mutation that takes `{ runId, pipelineId }`. */
export type OnRunQueued = FunctionReference<"action" | "mutation", "internal", { runId: string; pipelineId: string }>;

/** How the functions of runs work. */
export interface RunSettings {
  secretStorage: SecretStorage;
  bounds: RunHistory;
  onRunQueued: OnRunQueued | undefined;
}

/** The most that one tick looks at of each kind. */
const BATCH = 100;
/**
 * A tick goes on in another call once it has read this much of one kind, in bytes. Of three kinds it reads less than the
 * 16 MiB that Convex allows, with the pipeline and its runs that come last.
 */
const TICK_BYTES = 3 * 1024 * 1024;
/** How many of its oldest runs a pipeline loses at most when it gets one. */
const PRUNED_AT_ONCE = 4;
/** How many runs that came to nothing one claim passes over. */
const MOST_CLAIMS = 20;

/** Starts a run, or finds it. Throws what refuses that. */
export async function startRun(ctx: MutationCtx, args: { id: string; accountId?: string; runId?: string }, settings: RunSettings): Promise<PipelineRun> {
  const doc = await docMeant(ctx, args.id, args.accountId);
  const known = args.runId === undefined ? null : await runOf(ctx, args.runId);
  const newest = doc && (await newestOf(ctx, foldId(doc.id)));
  const before = { row: doc && stored(doc), run: known ? storedRun(known) : undefined, newest: newest?.number };
  const { run, reply } = decide<PipelineRun>("start", args, before, settings);
  if (run) await insertRun(ctx, run, settings);
  return reply;
}

/** Gives the oldest queued run away. */
export async function claimRun(ctx: MutationCtx, args: { worker: string; accountId?: string }, settings: RunSettings): Promise<ClaimedRun | null> {
  const { accountId } = args;
  const queued =
    accountId === undefined
      ? ctx.db.query("pipeline_runs").withIndex("by_queued_at", (q) => q.eq("status", "queued"))
      : ctx.db.query("pipeline_runs").withIndex("by_account_queued_at", (q) => q.eq("accountId", accountId).eq("status", "queued"));
  // Arguments are judged also where nothing is queued.
  decide("claim", args, {}, settings);
  let [passed, bytes] = [0, 0];
  for await (const doc of queued) {
    if (passed === MOST_CLAIMS || bytes > TICK_BYTES) break;
    bytes += getDocumentSize(doc);
    const pipeline = await docMeant(ctx, doc.pipelineId, undefined);
    const before = { run: storedRun(doc), row: pipeline ? stored(pipeline) : undefined };
    const decided = readable(doc, () => decide<ClaimedRun | null>("claim", args, before, settings));
    if (decided === undefined) continue; // however many there are
    passed++;
    await writeRun(ctx, doc, decided.run);
    if (decided.reply !== null) return decided.reply;
  }
  return null;
}

/** Lets a worker go on. */
export async function renewRun(ctx: MutationCtx, args: { runId: string }, settings: RunSettings): Promise<PipelineRun | null> {
  const doc = await runOf(ctx, args.runId);
  const { run, reply } = decide<PipelineRun | null>("renew", args, { run: doc ? storedRun(doc) : undefined }, settings);
  if (doc) await writeRun(ctx, doc, run);
  return reply;
}

/** Ends a run. Throws `not_found` where its pipeline is gone. */
export async function finishRun(
  ctx: MutationCtx,
  args: { id: string; accountId?: string; run: { runId: string } },
  settings: RunSettings,
): Promise<Pipeline> {
  const doc = await docMeant(ctx, args.id, args.accountId);
  const known = await runOf(ctx, args.run.runId);
  const newest = doc && known === null ? await newestOf(ctx, foldId(doc.id)) : null;
  const before = { row: doc && stored(doc), run: known ? storedRun(known) : undefined, newest: newest?.number };
  const decided = decide<Pipeline>("finish", args, before, settings);
  if (known) await writeRun(ctx, known, decided.run);
  else if (decided.run) await insertRun(ctx, decided.run, { ...settings, onRunQueued: undefined });
  if (decided.row && doc) await ctx.db.replace(doc._id, decided.row);
  return decided.reply;
}

/** A page of runs, the newest first. */
export async function listRuns(ctx: QueryCtx, args: object): Promise<{ result: PipelineRun[]; cursor?: string }> {
  const { id, accountId, cursor, limit } = readCall<{ id: string; accountId?: string; cursor?: string; limit: number }>(
    "listRuns",
    textEncoder().encode(JSON.stringify(args)),
  );
  const pipelineId = foldId(id);
  const before = cursor === undefined ? Infinity : Number(cursor);
  const range = ctx.db
    .query("pipeline_runs")
    .withIndex("by_number", (q) => q.eq("pipelineId", pipelineId).lt("number", before))
    .order("desc");
  const isSeen = (doc: RunDoc) => accountId === undefined || doc.accountId === accountId;
  const { items, last, more } = await take([range], limit, (doc: RunDoc) => (isSeen(doc) ? shown(doc, true) : null));
  return { result: items, ...(more && last?.number !== undefined && { cursor: String(last.number) }) };
}

/** One run, with its payload. */
export async function getRun(ctx: QueryCtx, { runId, accountId }: { runId: string; accountId?: string | undefined }): Promise<PipelineRun | null> {
  const doc = await runOf(ctx, runId);
  return doc === null || (accountId !== undefined && doc.accountId !== accountId) ? null : shown(doc, false);
}

/**
 * Queues runs for what is due, ends what nobody works on any more, and forgets what is old: as much as one call can, the
 * rest in the next.
 */
export async function tick(ctx: MutationCtx, settings: RunSettings): Promise<void> {
  const now = Date.now();
  const moment = new Date(now).toISOString();
  const { since = "" } = historyBounds(settings.bounds, 1, now);
  const due = ctx.db.query("pipelines").withIndex("by_next_run_at", (q) => q.gt("nextRunAt", "").lte("nextRunAt", moment));
  const expired = ctx.db
    .query("pipeline_runs")
    .withIndex("by_lease", (q) => q.eq("status", "running").gt("leaseUntil", "").lte("leaseUntil", moment));
  const old = (["success", "failed"] as const).map((status) =>
    ctx.db
      .query("pipeline_runs")
      .withIndex("by_completed_at", (q) => q.eq("status", status).gt("completedAt", "").lt("completedAt", since)),
  );
  const isDone =
    (await allOf([due], (doc) => tickPipeline(ctx, doc, now, settings))) &&
    (await allOf([expired], (doc) => expire(ctx, doc, now, settings))) &&
    (await allOf(old, async (doc) => (await ctx.db.delete(doc._id), 0)));
  if (!isDone) await again(ctx);
}

/**
 * Does `work`, which answers how many bytes it has read besides, for the documents of `ranges`; says whether it came to
 * their end, and may go on to others.
 */
async function allOf<Doc extends PipelineDoc | RunDoc>(ranges: AsyncIterable<Doc>[], work: (doc: Doc) => Promise<number>): Promise<boolean> {
  const { items, more } = await take(ranges, BATCH, (doc) => doc, TICK_BYTES);
  let bytes = 0;
  for (const doc of items) {
    bytes += getDocumentSize(doc) + (await work(doc));
    if (bytes > TICK_BYTES) return false;
  }
  return !more;
}

/** Ends a run whose lease has run out. */
async function expire(ctx: MutationCtx, doc: RunDoc, now: number, settings: RunSettings): Promise<number> {
  const pipeline = await docMeant(ctx, doc.pipelineId, undefined);
  const before = { run: storedRun(doc), row: pipeline ? stored(pipeline) : undefined };
  const decided = readable(doc, () => decide("expire", undefined, before, settings, now));
  // One that cannot be read would otherwise be looked at every minute, before all that can be.
  if (decided === undefined) await ctx.db.patch(doc._id, { leaseUntil: undefined });
  const { run, row } = decided ?? {};
  await writeRun(ctx, doc, run);
  if (row && pipeline) await ctx.db.replace(pipeline._id, row);
  return pipeline ? getDocumentSize(pipeline) : 0;
}

/** Gives a pipeline's schedule its turn; answers how many bytes of runs that took to read. */
async function tickPipeline(ctx: MutationCtx, doc: PipelineDoc, now: number, settings: RunSettings): Promise<number> {
  const row = stored(doc);
  const runId = ifPipelineReadable(doc, () => ({ id: dueRun(row as object, now) }));
  if (runId === null) {
    // It cannot be read, so it never fires; without this it would be looked at every minute.
    await ctx.db.patch(doc._id, { nextRunAt: undefined });
    return 0;
  }
  const known = runId.id === null ? null : await runOf(ctx, runId.id);
  const pipelineId = foldId(doc.id);
  const scheduled = await ctx.db
    .query("pipeline_runs")
    .withIndex("by_due_at", (q) => q.eq("pipelineId", pipelineId).gt("dueAt", ""))
    .order("desc")
    .first();
  const newest = await newestOf(ctx, pipelineId);
  const before = { row, run: known ? storedRun(known) : undefined, scheduled: scheduled ? storedRun(scheduled) : undefined, newest: newest?.number };
  const decided = decide("tick", undefined, before, settings, now);
  if (decided.run) {
    if (scheduled?.runId === decided.run.runId) await ctx.db.replace(scheduled._id, decided.run);
    else await insertRun(ctx, decided.run, settings);
  }
  if (decided.row) await ctx.db.replace(doc._id, decided.row);
  return [known, scheduled, newest].reduce((sum, run) => sum + (run ? getDocumentSize(run) : 0), 0);
}

/** Schedules the function that is running once more, whatever name the app has given it. */
async function again(ctx: MutationCtx): Promise<void> {
  const { name } = await ctx.meta.getFunctionMetadata();
  await ctx.scheduler.runAfter(0, makeFunctionReference<"mutation">(name), {});
}

async function insertRun(ctx: MutationCtx, run: RunRow, { bounds, onRunQueued }: RunSettings): Promise<void> {
  const { runId, pipelineId, status } = run;
  await ctx.db.insert("pipeline_runs", run);
  const oldest = await ctx.db
    .query("pipeline_runs")
    .withIndex("by_number", (q) => q.eq("pipelineId", pipelineId).gt("number", 0))
    .take(PRUNED_AT_ONCE);
  const gone = new Set(pruneRuns([run, ...oldest.map(storedRun)], bounds, Date.now()));
  for (const doc of oldest) {
    if (gone.has(doc.runId)) await ctx.db.delete(doc._id);
  }
  if (status === "queued" && onRunQueued) await ctx.scheduler.runAfter(0, onRunQueued, { runId, pipelineId });
}

async function writeRun(ctx: MutationCtx, doc: RunDoc, run: RunRow | null | undefined): Promise<void> {
  if (run === null) await ctx.db.delete(doc._id);
  else if (run) await ctx.db.replace(doc._id, run);
}

/** The run of this id that was stored first. */
function runOf(ctx: QueryCtx, runId: string): Promise<RunDoc | null> {
  return ctx.db
    .query("pipeline_runs")
    .withIndex("by_run_id", (q) => q.eq("runId", runId))
    .first();
}

function newestOf(ctx: QueryCtx, pipelineId: string): Promise<RunDoc | null> {
  return ctx.db
    .query("pipeline_runs")
    .withIndex("by_number", (q) => q.eq("pipelineId", pipelineId).gt("number", 0))
    .order("desc")
    .first();
}

/** What is decided on a run; nothing, and a word in the log, where one cannot be read. */
function readable<Decided>({ _id }: RunDoc, decide: () => Decided): Decided | undefined {
  const decided = ifReadable(decide);
  if (decided === undefined) console.warn(JSON.stringify({ event: "convex_damaged_row", table: "pipeline_runs", _id }));
  return decided;
}

/** What a decision takes: Convex has values that JSON has no words for, and writes them in a way of its own. */
function stored(doc: PipelineDoc): JSONValue {
  return convexToJson(rowOf(doc));
}

function storedRun(doc: RunDoc): RunRow {
  return convexToJson(rowOf(doc)) as unknown as RunRow;
}

function shown(doc: RunDoc, isListed: boolean): PipelineRun | null {
  const run = showRun(storedRun(doc), isListed);
  return run && (jsonToConvex(run as unknown as JSONValue) as unknown as PipelineRun);
}

function decide<Reply>(
  decision: RunDecision,
  args: object | undefined,
  before: RunBefore<JSONValue>,
  { secretStorage }: RunSettings,
  now = Date.now(),
): RunDecided<PipelineRow, Reply> {
  const decided = decideRun<JSONValue, Reply>(decision, args, before, now, secretStorage);
  return jsonToConvex(decided as unknown as JSONValue) as unknown as RunDecided<PipelineRow, Reply>;
}
