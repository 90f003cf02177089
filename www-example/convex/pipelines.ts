import { pipelineFunctions } from "convex-pipelines/convex";

const { list, get, findByWebhookSecret, create, update, remove, recordRun, ...runs } = pipelineFunctions();
export { list, get, findByWebhookSecret, create, update, remove as delete, recordRun };
export const { startRun, claimRun, renewRun, listRuns, getRun, tick } = runs;
