/** A stored schedule in words, with its next run. */
import { describeSchedule, isPipelineError, nextRuns, type PipelineSchedule } from "convex-pipelines";
import { placeOf, sentenceOf } from "./issues";

export interface ScheduleWords {
  sentence: string;
  /** Absent where nothing is due, now or ever. */
  next?: string | undefined;
  /** Why there is neither a sentence nor a next run. */
  reason?: string;
}

/** The words and the next run after `now`; a stored schedule that this version cannot read is shown as it is. */
export function scheduleWords(schedule: PipelineSchedule | undefined, now: number): ScheduleWords {
  if (schedule === undefined) return { sentence: "No schedule" };
  try {
    if (schedule.enabled === false) return { sentence: `Paused: ${describeSchedule({ ...schedule, enabled: true })}` };
    return { sentence: describeSchedule(schedule), next: nextRuns(schedule, { after: now, count: 1 })[0] };
  } catch (thrown) {
    const { cron, timezone }: Partial<Record<string, unknown>> = { ...schedule };
    const sentence = [cron, timezone].filter((part) => typeof part === "string").join(", ");
    const issues = isPipelineError(thrown) ? thrown.issues : [];
    return { sentence, reason: issues.map((issue) => sentenceOf(issue, placeOf(issue.path) || "it")).join("; ") };
  }
}

/** The zone that a schedule counts in. */
export function zoneOf(schedule: PipelineSchedule | undefined): string {
  return schedule?.timezone ?? "UTC";
}
