/** What a stored pipeline holds that this version, or this browser, cannot read: it stays as it is until it is changed. */
import { updateInputSchema, type Issue, type Pipeline } from "convex-pipelines";

export function unreadableParts({ description, steps, schedule, defaultSource }: Pipeline): readonly Issue[] {
  // Older pipelines may have no steps; that is no fault of theirs.
  const none = Array.isArray(steps) && steps.length === 0;
  const result = updateInputSchema.safeParse({ description, schedule, defaultSource, ...(!none && { steps }) });
  return result.success ? [] : result.error.issues;
}
