import { pipelineFunctions, type PipelineFunctions } from "convex-pipelines/convex";
import { internal } from "./_generated/api";

// The type is named because the worker's own refers to these functions.
const functions: PipelineFunctions = pipelineFunctions({ onRunQueued: internal.worker.run });
const { list, get, findByWebhookSecret, create, update, remove, recordRun, ...runs } = functions;
export { list, get, findByWebhookSecret, create, update, remove as delete, recordRun };
export const { startRun, claimRun, renewRun, listRuns, getRun, tick } = runs;
