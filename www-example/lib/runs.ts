/** Runs, in words. */
import { nextRuns, type PipelineRun, type PipelineSchedule } from "convex-pipelines";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

const statuses = { queued: "Queued", running: "Running", success: "Succeeded", failed: "Failed" } as const;
const triggers = { schedule: "Schedule", webhook: "Webhook", manual: "Manual" } as const;

/** A newer version may know others. */
export function statusOf({ status }: { status: string }): string {
  return (statuses as Partial<Record<string, string>>)[status] ?? status;
}

export function triggerOf({ trigger }: PipelineRun): string {
  return trigger === undefined ? "Other" : ((triggers as Partial<Record<string, string>>)[trigger] ?? trigger);
}

export function isMoving({ status }: PipelineRun): boolean {
  return status === "queued" || status === "running";
}

/** How long a run took, in milliseconds, once it has ended. */
export function tookOf({ startedAt, completedAt }: PipelineRun): number | undefined {
  if (startedAt === undefined || completedAt === undefined) return undefined;
  return Math.max(0, Date.parse(completedAt) - Date.parse(startedAt));
}

/** `under a second`, `12 s`, `3 min 20 s` */
export function durationOf(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 1) return "under a second";
  if (seconds < 60) return `${String(seconds)} s`;
  const rest = seconds % 60;
  return `${String(Math.floor(seconds / 60))} min${rest === 0 ? "" : ` ${String(rest)} s`}`;
}

/** Whether runs wait, and for an hour nobody has taken one. */
export function isStuck(runs: readonly PipelineRun[], now: number): boolean {
  const since = (moment: string | undefined) => moment !== undefined && now - Date.parse(moment) > HOUR_MS;
  const waits = runs.some(({ status, queuedAt }) => status === "queued" && since(queuedAt));
  return waits && runs.every(({ startedAt }) => startedAt === undefined || since(startedAt));
}

/** Whether the schedule was due over an hour ago, within the last day, and no run has ended since: its runs tell why. */
export function isOverdue(
  { schedule, lastRunAt }: { schedule?: PipelineSchedule | undefined; lastRunAt?: string | undefined },
  now: number,
): boolean {
  if (schedule === undefined || schedule.enabled === false) return false;
  try {
    const after = Math.max(Date.parse(lastRunAt ?? "") || 0, now - DAY_MS);
    const [due] = nextRuns(schedule, { after, count: 1 });
    return due !== undefined && now - Date.parse(due) > HOUR_MS;
  } catch {
    return false; // this version cannot read the schedule, and the list says so
  }
}
