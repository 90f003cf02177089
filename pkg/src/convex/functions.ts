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
import type { SecretStorage } from "../types.js";
import { firstReadable, ifReadable } from "./damaged.js";
import { deleteRunsUntil, docMeant } from "./deletion.js";
import * as model from "./model.js";
import { deletePipeline, isSecretTaken, settle, type StampedArguments } from "./outbox.js";
import { docsBySecret, isTaken, pageOf, visibleDocs } from "./rows.js";
import type { MutationCtx, PipelineDataModel, PipelineDoc, PipelineRow } from "./tables.js";
import { toConvexErrors } from "./thrown.js";
import { listPageReturns, orAnswer, pipelineReturns, stampValidator } from "./validators.js";

/** How the functions treat webhook secrets. */
export interface PipelineFunctionOptions {
  /**
   * `"hashed"` (the default) seals secrets and shows each one once; `"plaintext"` keeps the older behaviour, in which
   * every full pipeline carries its secret.
   */
  secretStorage?: SecretStorage;
}

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
 * The seven operations as internal functions, to be exported from a module of the app (`delete` is no name for a
 * constant, so it comes as `remove`):
 *
 * ```ts
 * const { list, get, findByWebhookSecret, create, update, remove, recordRun } = pipelineFunctions();
 * export { list, get, findByWebhookSecret, create, update, remove as delete, recordRun };
 * ```
 *
 * A row that cannot be read (it has no id, no name or no proper timestamps) is treated as if it were not there, but its id
 * stays taken and it can be deleted. The log names it in a line with the event `convex_damaged_row`.
 */
export function pipelineFunctions(options?: PipelineFunctionOptions): PipelineFunctions {
  const { secretStorage = "hashed" } = optionsOf<PipelineFunctionOptions>(options, ["secretStorage"]);
  return functionsFor(secretStorage);
}

/** What {@link pipelineFunctions} makes; the types of arguments and results are those of the validators. */
export type PipelineFunctions = ReturnType<typeof functionsFor>;

function functionsFor(secretStorage: SecretStorage) {
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
      args: { ...target, completedAt: v.optional(v.string()), ...stamp },
      returns: orAnswer(pipelineOrNull),
      handler: (ctx, args) =>
        toConvexErrors(async () => {
          if (isStamped(args)) return answer(ctx, "recordRun", args);
          const plan = (row: PipelineRow) => model.planRecordRun(row, args, secretStorage);
          const found = await firstReadable(visibleDocs(ctx, args.id, args.accountId), plan);
          if (found === null) return null;
          await ctx.db.replace(found.doc._id, found.result.row);
          return found.result.reply;
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
