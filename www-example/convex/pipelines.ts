import { pipelineFunctions } from "convex-pipelines/convex";

const { list, get, findByWebhookSecret, create, update, remove, recordRun } = pipelineFunctions();
export { list, get, findByWebhookSecret, create, update, remove as delete, recordRun };
