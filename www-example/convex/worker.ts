"use node";
import { v } from "convex/values";
import { pipelineRuns } from "convex-pipelines/convex";
import { internal } from "./_generated/api";
import { internalAction } from "./_generated/server";
import { work } from "../worker/work";

/** Works on what is queued; scheduled with each run. */
export const run = internalAction({
  args: { runId: v.string(), pipelineId: v.string() },
  returns: v.null(),
  handler: async (ctx) => {
    await work(pipelineRuns(ctx, internal.pipelines));
    return null;
  },
});
