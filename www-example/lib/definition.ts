/** What a person gave to make a pipeline: what a copy, a restored pipeline and an export are made of. Never its secret. */
import { createInputSchema, type Pipeline, type PipelineCreateInput } from "convex-pipelines";

export function definitionOf({
  name,
  description,
  steps,
  schedule,
  defaultSource,
}: Pipeline | PipelineCreateInput): PipelineCreateInput {
  return { name, description, steps, schedule, defaultSource };
}

/** A copy that does not run until somebody says so: two of the same would otherwise run at the same time. */
export function copyOf(pipeline: Pipeline): PipelineCreateInput {
  const copy = definitionOf(pipeline);
  if (copy.schedule !== undefined) copy.schedule = { ...copy.schedule, enabled: false };
  const named = { ...copy, name: `Copy of ${copy.name}` };
  // A long name leaves no room, and names need not be unique.
  return createInputSchema.safeParse(named).success ? named : copy;
}
