// The entry for Node; its types are those of `api/node.ts`.
import * as api from "./api/node.js";
import { withDevice, withModule } from "./embedded.js";

export * from "./index.js";
export const JsonFilePipelineRepository = /* @__PURE__ */ withDevice(api.JsonFilePipelineRepository);
export const handlePipelineRequest = /* @__PURE__ */ withModule(api.handlePipelineRequest);
