// The entry for Convex; its types are those of `api/convex.ts`.
import * as api from "./api/convex.js";
import { withModule } from "./embedded.js";

export * from "./api/convex.js";
export const pipelineFunctions = /* @__PURE__ */ withModule(api.pipelineFunctions);
export const pipelineRuns = /* @__PURE__ */ withModule(api.pipelineRuns);
export const pipelineRoutes = /* @__PURE__ */ withModule(api.pipelineRoutes);
export const handlePipelineRequest = /* @__PURE__ */ withModule(api.handlePipelineRequest);
