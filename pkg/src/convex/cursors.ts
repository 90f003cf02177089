/**
 * How cursors go: those of a pipeline that is gone, once their clients have said nothing for as long as the core says.
 *
 * At least one cursor of such a pipeline is marked, so that they are found without looking at those of living ones.
 */
import { cursorsOf, isTaken } from "./rows.js";
import type { MutationCtx } from "./tables.js";

/** The most cursors that one call looks at. */
const CURSORS_PER_CALL = 100;

/** Marks a pipeline that has just been deleted. */
export async function markGone(ctx: MutationCtx, pipelineId: string): Promise<void> {
  const [first] = await cursorsOf(ctx, pipelineId, 1);
  if (first !== undefined) await ctx.db.patch(first._id, { isGone: true });
}

/** Forgets clients that were silent since `moment`, of one pipeline in each call: every operation that comes does a part. */
export async function forgetClients(ctx: MutationCtx, moment: string): Promise<void> {
  const marked = await ctx.db
    .query("pipeline_cursors")
    .withIndex("by_gone", (q) => q.eq("isGone", true).lt("at", moment))
    .first();
  if (marked === null) return;
  const { _id, pipelineId } = marked;
  if (await isTaken(ctx, pipelineId)) {
    await ctx.db.patch(_id, { isGone: undefined }); // there is a pipeline of that id again
    return;
  }
  const cursors = await cursorsOf(ctx, pipelineId, CURSORS_PER_CALL);
  const rest = cursors.find(({ at }) => at >= moment);
  for (const cursor of cursors) {
    if (cursor.at < moment && cursor._id !== _id) await ctx.db.delete(cursor._id);
  }
  if (rest !== undefined) await ctx.db.patch(rest._id, { isGone: true });
  // Where there may be more of them, the mark stays for the next call.
  if (rest !== undefined || cursors.length < CURSORS_PER_CALL) await ctx.db.delete(_id);
}
