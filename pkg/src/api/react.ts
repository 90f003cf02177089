"use client";
// Hooks over any repository. They show and refresh; what is right, due or ordered is the model's to say.
export { PipelineProvider, usePipelineRepository, type PipelineProviderProps } from "../react/provider.js";
export {
  usePipeline,
  usePipelineActions,
  usePipelines,
  type PipelineActions,
  type ShownPipeline,
  type ShownPipelines,
} from "../react/pipelines.js";
export { useRuns, type NewRun, type ShownRuns, type UseRunsOptions } from "../react/runs.js";
export { useSchedulePreview, type SchedulePreview, type SchedulePreviewOptions } from "../react/schedule.js";
export { usePipelineForm, type PipelineForm, type PipelineFormSchema } from "../react/form.js";
export type { FieldPath, FieldValue } from "../react/fields.js";
export { useSyncStatus } from "../react/sync.js";
