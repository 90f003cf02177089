"use client";
// The entry for React; its types are those of `api/react.ts`. What only asks a repository needs no module: who made that has it.
import * as api from "./api/react.js";
import { withModule } from "./embedded.js";

export * from "./api/react.js";
export const usePipelineForm = /* @__PURE__ */ withModule(api.usePipelineForm);
export const useSchedulePreview = /* @__PURE__ */ withModule(api.useSchedulePreview);
