// The root entry: synchronous, without an init call, and safe to import on a server. Its types are those of `api/root.ts`,
// where the documentation of each export stands. What is not named here needs no module.
import * as api from "./api/root.js";
import { withDevice, withModule } from "./embedded.js";

export * from "./api/root.js";
export const createPipeline = /* @__PURE__ */ withModule(api.createPipeline);
export const updatePipeline = /* @__PURE__ */ withModule(api.updatePipeline);
export const recordRun = /* @__PURE__ */ withModule(api.recordRun);
export const toListItem = /* @__PURE__ */ withModule(api.toListItem);
export const comparePipelines = /* @__PURE__ */ withModule(api.comparePipelines);
export const sortPipelines = /* @__PURE__ */ withModule(api.sortPipelines);
export const nextRuns = /* @__PURE__ */ withModule(api.nextRuns);
export const describeSchedule = /* @__PURE__ */ withModule(api.describeSchedule);
export const explicitCron = /* @__PURE__ */ withModule(api.explicitCron);
export const checkCron = /* @__PURE__ */ withModule(api.checkCron);
export const createInputSchema = /* @__PURE__ */ withModule(api.createInputSchema);
export const updateInputSchema = /* @__PURE__ */ withModule(api.updateInputSchema);
export const pipelineSchema = /* @__PURE__ */ withModule(api.pipelineSchema);
export const pipelineRunSchema = /* @__PURE__ */ withModule(api.pipelineRunSchema);
export const scheduleSchema = /* @__PURE__ */ withModule(api.scheduleSchema);
export const fromForm = /* @__PURE__ */ withModule(api.fromForm);
export const buildRequest = /* @__PURE__ */ withModule(api.buildRequest);
export const readAnswer = /* @__PURE__ */ withModule(api.readAnswer);
export const readResponse = /* @__PURE__ */ withModule(api.readResponse);
export const ConvexPipelineRepository = /* @__PURE__ */ withModule(api.ConvexPipelineRepository);
export const FallbackPipelineRepository = /* @__PURE__ */ withDevice(api.FallbackPipelineRepository);
export const InMemoryPipelineRepository = /* @__PURE__ */ withDevice(api.InMemoryPipelineRepository);
export const IndexedDbPipelineRepository = /* @__PURE__ */ withDevice(api.IndexedDbPipelineRepository);
