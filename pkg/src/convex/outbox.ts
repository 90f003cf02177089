/** Operations of outboxes: each is settled by the core, and its cursor is written together with what it changes. */
import { foldId } from "../ident.js";
import type { Issue, SecretStorage } from "../types.js";
import { forgetClients, markGone } from "./cursors.js";
import { deleteRunsOf, docMeant } from "./deletion.js";
import * as model from "./model.js";
import { cursorOf, docsBySecret, isTaken, rowOf } from "./rows.js";
import type { MutationCtx, PipelineDoc, PipelineRow } from "./tables.js";

/** The arguments of a call with `op`, as far as they say whose operation it is. */
export interface StampedArguments {
  id: string;
  accountId?: string | undefined;
  op: { clientId: string };
  issues?: readonly Issue[];
}

/** Carries out a call with `op`, or answers again what it was answered. Throws `invalid` where `op` is not one. */
export async function settle(
  ctx: MutationCtx,
  operation: model.StampedOperation,
  { issues, ...args }: StampedArguments,
  secretStorage: SecretStorage,
): Promise<model.Answer> {
  const id = foldId(args.id);
  const known = await cursorOf(ctx, { pipelineId: id, clientId: args.op.clientId, accountId: args.accountId });
  const doc = await docMeant(ctx, id, args.accountId);
  const before = {
    ...(known !== null && { cursor: rowOf(known) }),
    ...(doc !== undefined && { row: rowOf(doc) }),
    isTaken: operation === "create" && doc === undefined && (await isTaken(ctx, id)),
    ...(issues && { issues }),
  };
  let settled = model.settle(operation, args, before, secretStorage);
  if (settled.row && (await isSecretTaken(ctx, settled.row, doc))) {
    settled = model.settle(operation, args, { ...before, isTaken: true }, secretStorage);
  }
  const { cursor, row, answer, forget } = settled;
  if (cursor === undefined) return answer;
  if (row && doc) await ctx.db.replace(doc._id, row);
  else if (row) await ctx.db.insert("pipelines", row);
  else if (row === null && doc) await deletePipeline(ctx, doc);
  if (known) await ctx.db.replace(known._id, cursor);
  else await ctx.db.insert("pipeline_cursors", cursor);
  await forgetClients(ctx, forget);
  return answer;
}

/** Deletes a pipeline and all that belongs to it. */
export async function deletePipeline(ctx: MutationCtx, doc: PipelineDoc): Promise<void> {
  await ctx.db.delete(doc._id);
  await markGone(ctx, foldId(doc.id));
  await deleteRunsOf(ctx, doc.id);
}

/** Whether a row has the secret of another: two pipelines may not answer to one. */
export async function isSecretTaken(ctx: MutationCtx, { webhookSecret }: PipelineRow, own?: PipelineDoc): Promise<boolean> {
  if (webhookSecret === undefined) return false;
  const holders = await docsBySecret(ctx, webhookSecret);
  return holders.some(({ _id }) => _id !== own?._id);
}
