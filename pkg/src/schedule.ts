import { call } from "./core.js";
import type { Instant, Issue, PipelineSchedule } from "./types.js";

/** Which runs {@link nextRuns} lists. */
export interface NextRunsOptions {
  /** Runs strictly after this moment; the host's clock by default. */
  after?: Instant | undefined;
  /** 0 to 1,000; 5 by default. */
  count?: number | undefined;
}

/** What {@link checkCron} says. */
export type CronCheck = { ok: true; cron: string; warnings: Issue[] } | { ok: false; issue: Issue };

/**
 * The next times at which a schedule runs, as timestamps in UTC. Empty when it is disabled or never runs; throws
 * `invalid` for a schedule, a count or a moment that is none.
 */
export function nextRuns(schedule: PipelineSchedule, options: NextRunsOptions = {}): string[] {
  const joined = call<string>("nextRuns", (packer) => packer.add(schedule).add(options, { dates: true }), Date.now());
  const runs: string[] = [];
  for (let start = 0; start < joined.length; start += TIMESTAMP) runs.push(joined.slice(start, start + TIMESTAMP));
  return runs;
}

/** The length of a timestamp. */
const TIMESTAMP = 24;

/** The schedule in words: "At 07:00, Monday through Friday (Europe/Berlin)". */
export function describeSchedule(schedule: PipelineSchedule): string {
  return call("describeSchedule", (packer) => packer.add(schedule));
}

/**
 * The schedule in five fields of explicit lists, for a system with another dialect, such as Convex's own crons: those
 * count weekdays or join day fields their way. `null` where such a system cannot say it: both day fields joined by
 * *and*, or a zone other than UTC.
 */
export function explicitCron(schedule: PipelineSchedule): string | null {
  return call("explicitCron", (packer) => packer.add(schedule));
}

/**
 * Reads a cron expression while it is being typed: its canonical form with remarks ("both day fields are set: they are
 * joined by *or*"), or the one issue that says which field is wrong, where, and how to mend it.
 */
export function checkCron(cron: string): CronCheck {
  return call("checkCron", (packer) => packer.add(cron));
}
