"use node";
import { v } from "convex/values";
import { pipelineRuns } from "convex-pipelines/convex";
import { internal } from "./_generated/api";
import { internalAction } from "./_generated/server";
import { work } from "../worker/work";

/** Convex ends an action after ten minutes, and this one is scheduled with each run: others go on. */
const MOST_MS = 5 * 60_000;

/** Works on what is queued; scheduled with each run. */
export const run = internalAction({
  args: { runId: v.string(), pipelineId: v.string() },
  returns: v.null(),
  handler: async (ctx) => {
    await work(pipelineRuns(ctx, internal.pipelines), process.env, Date.now() + MOST_MS);
    return null;
  },
});
