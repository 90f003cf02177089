/**
 * The Convex functions: they look rows up, ask the core, and write what it answers.
 *
 * All of them are internal. A public Convex function can be called by anyone who knows the deployment's URL, and the
 * token that guards the HTTP actions would protect nothing.
 */
import {
  internalMutationGeneric,
  internalQueryGeneric,
  makeFunctionReference,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { v } from "convex/values";
import type { SecretStorage } from "../types.js";
import * as model from "./model.js";
import { deleteOldRuns, docById, docBySecret, newestRun, pageOfDocs, rowOf, visibleDoc, type PipelineRow } from "./rows.js";
import type { MutationCtx, PipelineDataModel } from "./tables.js";
import { toConvexErrors } from "./thrown.js";
import { listPageValidator, pipelineValidator } from "./validators.js";

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
const target = { id: v.string(), ...account };
const pipelineOrNull = v.union(pipelineValidator, v.null());

/**
 * The seven operations as internal functions, to be exported from a module of the app (`delete` is no name for a
 * constant, so it comes as `remove`):
 *
 * ```ts
 * const { list, get, findByWebhookSecret, create, update, remove, recordRun } = pipelineFunctions();
 * export { list, get, findByWebhookSecret, create, update, remove as delete, recordRun };
 * ```
 */
export function pipelineFunctions({ secretStorage = "hashed" }: PipelineFunctionOptions = {}): PipelineFunctions {
  return functionsFor(secretStorage);
}

/** What {@link pipelineFunctions} makes; the types of arguments and results are those of the validators. */
export type PipelineFunctions = ReturnType<typeof functionsFor>;

function functionsFor(secretStorage: SecretStorage) {
  return {
    list: internalQuery({
      args: { ...account, cursor: v.optional(v.string()), limit: v.optional(v.number()) },
      returns: listPageValidator,
      handler: (ctx, args) =>
        toConvexErrors(async () => {
          const { accountId, after, limit } = model.readPage(args);
          const { docs, more } = await pageOfDocs(ctx, { accountId, after, limit });
          const rows = docs.map(rowOf);
          const last = rows.at(-1);
          return {
            result: rows.map(model.listItem),
            ...(more && last !== undefined && { cursor: model.cursorAfter(last) }),
          };
        }),
    }),

    get: internalQuery({
      args: target,
      returns: pipelineOrNull,
      handler: (ctx, { id, accountId }) =>
        toConvexErrors(async () => {
          const doc = await visibleDoc(ctx, id, accountId);
          return doc && model.showRow(rowOf(doc), secretStorage);
        }),
    }),

    findByWebhookSecret: internalQuery({
      args: { secret: v.string() },
      returns: pipelineOrNull,
      handler: (ctx, { secret }) =>
        toConvexErrors(async () => {
          for (const stored of model.secretCandidates(secret)) {
            const doc = await docBySecret(ctx, stored);
            if (doc !== null) return model.showRow(rowOf(doc), secretStorage);
          }
          return null;
        }),
    }),

    create: internalMutation({
      args: { input: v.any(), ...account, id: v.optional(v.string()), ...secretArguments },
      returns: pipelineValidator,
      handler: (ctx, args) =>
        toConvexErrors(async () => {
          const { row, reply } = model.planCreate(args, secretStorage);
          if ((await docById(ctx, row.id)) !== null) model.refuse("idTaken");
          await refuseTakenSecret(ctx, row);
          await ctx.db.insert("pipelines", row);
          return reply;
        }),
    }),

    update: internalMutation({
      args: {
        ...target,
        input: v.any(),
        expectedUpdatedAt: v.optional(v.string()),
        ...secretArguments,
      },
      returns: pipelineValidator,
      handler: (ctx, args) =>
        toConvexErrors(async () => {
          const doc = (await visibleDoc(ctx, args.id, args.accountId)) ?? model.refuse("unknownId");
          const { row, reply } = model.planUpdate(rowOf(doc), args, secretStorage);
          if (row.webhookSecret !== doc.webhookSecret) await refuseTakenSecret(ctx, row);
          await ctx.db.replace(doc._id, row);
          return reply;
        }),
    }),

    remove: internalMutation({
      // `runsUntil` makes a call the continuation of an earlier one. The HTTP actions pass nothing of that name.
      args: { ...target, runsUntil: v.optional(v.number()) },
      returns: v.boolean(),
      handler: (ctx, { id, accountId, runsUntil }) =>
        toConvexErrors(async () => {
          if (runsUntil !== undefined) {
            await deleteRunsUntil(ctx, id, runsUntil);
            return false;
          }
          const doc = await visibleDoc(ctx, id, accountId);
          if (doc === null) return false;
          await ctx.db.delete(doc._id);
          const newest = await newestRun(ctx, doc.id);
          if (newest !== null) await deleteRunsUntil(ctx, doc.id, newest._creationTime);
          return true;
        }),
    }),

    recordRun: internalMutation({
      args: { ...target, completedAt: v.string() },
      returns: pipelineOrNull,
      handler: (ctx, args) =>
        toConvexErrors(async () => {
          const doc = await visibleDoc(ctx, args.id, args.accountId);
          if (doc === null) return null;
          const { row, reply } = model.planRecordRun(rowOf(doc), args, secretStorage);
          await ctx.db.replace(doc._id, row);
          return reply;
        }),
    }),
  };
}

/** Two pipelines may not answer to one secret. */
async function refuseTakenSecret(ctx: MutationCtx, { id, webhookSecret }: PipelineRow): Promise<void> {
  if (webhookSecret === undefined) return;
  const holder = await docBySecret(ctx, webhookSecret);
  if (holder !== null && holder.id !== id) model.refuse("secretTaken");
}

/**
 * Deletes the runs that the pipeline `id` had when it was deleted, over as many calls as that takes.
 *
 * By the time of the next call there may be another pipeline of the same id: so that call deletes runs only, and none
 * that is newer than `until`. Convex numbers documents by `_creationTime` in the order in which they are written.
 */
async function deleteRunsUntil(ctx: MutationCtx, id: string, until: number): Promise<void> {
  if (await deleteOldRuns(ctx, id, until)) return;
  const { name } = await ctx.meta.getFunctionMetadata();
  await ctx.scheduler.runAfter(0, makeFunctionReference<"mutation">(name), { id, runsUntil: until });
}
