/**
 * The Convex functions: they look rows up, ask the core, and write what it answers.
 *
 * All of them are internal. A public Convex function can be called by anyone who knows the deployment's URL, and the
 * token that guards the HTTP actions would protect nothing.
 */
import {
  internalMutationGeneric,
  internalQueryGeneric,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { v } from "convex/values";
import { optionsOf } from "../options.js";
import type { RunHistory } from "../repositories/runs.js";
import { historyBounds } from "../runs.js";
import type { SecretStorage } from "../types.js";
import { firstReadable, ifReadable } from "./damaged.js";
import { deleteRunsUntil, docMeant } from "./deletion.js";
import * as model from "./model.js";
import { deletePipeline, isSecretTaken, settle, type StampedArguments } from "./outbox.js";
import { docsBySecret, isTaken, pageOf, visibleDocs } from "./rows.js";
import * as runs from "./runs.js";
import type { OnRunQueued } from "./runs.js";
import type { MutationCtx, PipelineDataModel, PipelineDoc, PipelineRow } from "./tables.js";
import { toConvexErrors } from "./thrown.js";
import {
  claimedRunReturns,
  listPageReturns,
  orAnswer,
  pipelineReturns,
  runPageReturns,
  runReportValidator,
  runReturns,
  stampValidator,
  startArguments,
} from "./validators.js";

/** How the functions treat webhook secrets. */
export interface PipelineFunctionOptions {
  /**
   * `"hashed"` (the default) seals secrets and shows each one once; `"plaintext"` keeps the older behaviour, in which
   * every full pipeline carries its secret.
   */
  secretStorage?: SecretStorage;
  /** How much is kept of runs that have ended: by default 100 of a pipeline, for 90 days. */
  history?: Pick<RunHistory, "runs" | "days">;
  /** An internal action or mutation that takes `{ runId, pipelineId }`, scheduled with each run that is queued. */
  onRunQueued?: OnRunQueued;
}

/** How many runs of a pipeline are kept. */
const RUNS = 100;

const internalQuery = internalQueryGeneric as QueryBuilder<PipelineDataModel, "internal">;
const internalMutation = internalMutationGeneric as MutationBuilder<PipelineDataModel, "internal">;

const account = { accountId: v.optional(v.string()) };
// A caller that keeps the secret sends what may be stored of it.
const secretArguments = { secretDigest: v.optional(v.string()), secretLastFour: v.optional(v.string()) };
// `op` makes a call an operation of an outbox. Where its arguments have issues, the HTTP actions give these instead.
const stamp = { op: v.optional(stampValidator), issues: v.optional(v.any()) };
const target = { id: v.string(), ...account };
const pipelineOrNull = v.union(pipelineReturns, v.null());

/**
 * The operations and `tick` as internal functions, to be exported from a module of the app (`delete` is no name for a
 * constant, so it comes as `remove`):
 *
 * ```ts
 * const { list, get, findByWebhookSecret, create, update, remove, recordRun, ...runs } = pipelineFunctions();
 * export { list, get, findByWebhookSecret, create, update, remove as delete, recordRun };
 * export const { startRun, claimRun, renewRun, listRuns, getRun, tick } = runs;
 * ```
 *
 * A row that cannot be read (it has no id, no name or no proper timestamps) is treated as if it were not there, but its id
 * stays taken and it can be deleted. The log names it in a line with the event `convex_damaged_row`.
 */
export function pipelineFunctions(options?: PipelineFunctionOptions): PipelineFunctions {
  const { secretStorage = "hashed", history, onRunQueued } = optionsOf<PipelineFunctionOptions>(options, [
    "secretStorage",
    "history",
    "onRunQueued",
  ]);
  return functionsFor(secretStorage, history, onRunQueued);
}

/** What {@link pipelineFunctions} makes; the types of arguments and results are those of the validators. */
export type PipelineFunctions = ReturnType<typeof functionsFor>;

function functionsFor(secretStorage: SecretStorage, history?: RunHistory, onRunQueued?: OnRunQueued) {
  // Nothing is asked of the core before a call comes: Convex would load it with every import.
  const settings = () => ({ secretStorage, onRunQueued, bounds: historyBounds(history, RUNS).bounds });
  const show = (row: PipelineRow) => model.showRow(row, secretStorage);
  // Not what the types of the functions say: those are for the calls of an app, which have no `op`.
  const answer = async (ctx: MutationCtx, operation: model.StampedOperation, args: StampedArguments): Promise<never> =>
    (await settle(ctx, operation, args, secretStorage)) as never;
  return {
    list: internalQuery({
      args: { ...account, cursor: v.optional(v.string()), limit: v.optional(v.number()) },
      returns: listPageReturns,
      handler: (ctx, args) =>
        toConvexErrors(async () => {
          const read = (doc: PipelineDoc) => ifReadable(doc, model.listItem);
          const { items, last, more } = await pageOf(ctx, model.readPage(args), read);
          return { result: items, ...(more && last !== undefined && { cursor: model.cursorAfter(last) }) };
        }),
    }),

    get: internalQuery({
      args: target,
      returns: pipelineOrNull,
      handler: (ctx, { id, accountId }) =>
        toConvexErrors(async () => {
          const found = await firstReadable(visibleDocs(ctx, id, accountId), show);
          return found?.result ?? null;
        }),
    }),

    findByWebhookSecret: internalQuery({
      args: { secret: v.string() },
      returns: pipelineOrNull,
      handler: (ctx, { secret }) =>
        toConvexErrors(async () => {
          for (const stored of model.secretCandidates(secret)) {
            const found = await firstReadable(await docsBySecret(ctx, stored), show);
            if (found !== null) return found.result;
          }
          return null;
        }),
    }),

    create: internalMutation({
      args: { input: v.optional(v.any()), ...account, id: v.optional(v.string()), ...secretArguments, ...stamp },
      returns: orAnswer(pipelineReturns),
      handler: (ctx, args) =>
        toConvexErrors(async () => {
          if (isStamped(args)) return answer(ctx, "create", args);
          const { row, reply } = model.planCreate(args, secretStorage);
          if (await isTaken(ctx, args.id ?? row.id)) model.refuse("idTaken");
          if (await isSecretTaken(ctx, row)) model.refuse("secretTaken");
          await ctx.db.insert("pipelines", row);
          return reply;
        }),
    }),

    update: internalMutation({
      args: {
        ...target,
        input: v.optional(v.any()),
        expectedUpdatedAt: v.optional(v.string()),
        ...secretArguments,
        ...stamp,
      },
      returns: orAnswer(pipelineReturns),
      handler: (ctx, args) =>
        toConvexErrors(async () => {
          if (isStamped(args)) return answer(ctx, "update", args);
          const plan = (row: PipelineRow) => model.planUpdate(row, args, secretStorage);
          const found = await firstReadable(visibleDocs(ctx, args.id, args.accountId), plan);
          const { doc, result } = found ?? model.refuse("unknownId");
          const { row, reply } = result;
          if (args.secretDigest !== undefined && (await isSecretTaken(ctx, row, doc))) model.refuse("secretTaken");
          await ctx.db.replace(doc._id, row);
          return reply;
        }),
    }),

    remove: internalMutation({
      // `runsUntil` makes a call the continuation of an earlier one. The HTTP actions pass nothing of that name.
      args: { ...target, runsUntil: v.optional(v.number()), ...stamp },
      returns: orAnswer(v.boolean()),
      handler: (ctx, { runsUntil, ...args }) =>
        toConvexErrors(async () => {
          const { id, accountId } = args;
          if (isStamped(args)) return answer(ctx, "delete", args);
          if (runsUntil !== undefined) {
            await deleteRunsUntil(ctx, id, runsUntil);
            return false;
          }
          const doc = await docMeant(ctx, id, accountId);
          if (doc === undefined) return false;
          await deletePipeline(ctx, doc);
          return true;
        }),
    }),

    recordRun: internalMutation({
      args: { ...target, completedAt: v.optional(v.string()), run: v.optional(runReportValidator), ...stamp },
      returns: orAnswer(pipelineOrNull),
      handler: (ctx, args) =>
        toConvexErrors(async () => {
          if (isStamped(args)) return answer(ctx, "recordRun", args);
          const { run } = args;
          if (run !== undefined) return runs.finishRun(ctx, { ...args, run }, settings());
          const plan = (row: PipelineRow) => model.planRecordRun(row, args, secretStorage);
          const found = await firstReadable(visibleDocs(ctx, args.id, args.accountId), plan);
          if (found === null) return null;
          await ctx.db.replace(found.doc._id, found.result.row);
          return found.result.reply;
        }),
    }),

    startRun: internalMutation({
      args: { ...target, ...startArguments },
      returns: runReturns,
      handler: (ctx, args) => toConvexErrors(() => runs.startRun(ctx, args, settings())),
    }),

    claimRun: internalMutation({
      args: { worker: v.string(), leaseMs: v.optional(v.number()), ...account },
      returns: v.union(claimedRunReturns, v.null()),
      handler: (ctx, args) => toConvexErrors(() => runs.claimRun(ctx, args, settings())),
    }),

    renewRun: internalMutation({
      args: { runId: v.string(), worker: v.string(), leaseMs: v.optional(v.number()), ...account },
      returns: v.union(runReturns, v.null()),
      handler: (ctx, args) => toConvexErrors(() => runs.renewRun(ctx, args, settings())),
    }),

    listRuns: internalQuery({
      args: { ...target, cursor: v.optional(v.string()), limit: v.optional(v.number()) },
      returns: runPageReturns,
      handler: (ctx, args) => toConvexErrors(() => runs.listRuns(ctx, args)),
    }),

    getRun: internalQuery({
      args: { runId: v.string(), ...account },
      returns: v.union(runReturns, v.null()),
      handler: (ctx, args) => toConvexErrors(() => runs.getRun(ctx, args)),
    }),

    /** For a cron job of every minute, which `pipelineCrons` registers. */
    tick: internalMutation({
      args: {},
      returns: v.null(),
      handler: (ctx) =>
        toConvexErrors(async () => {
          await runs.tick(ctx, settings());
          return null;
        }),
    }),
  };
}

/** Whether a call is an operation of an outbox, whose id then stands already. */
function isStamped<Args extends { id?: string | undefined; op?: object | undefined }>(
  args: Args,
): args is Args & { id: string; op: NonNullable<Args["op"]> } {
  return args.op !== undefined;
}
