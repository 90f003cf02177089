import { useMemo, useSyncExternalStore } from "react";
import { checkCron, describeSchedule, nextRuns } from "../schedule.js";
import { scheduleSchema } from "../schemas.js";
import type { Issue, PipelineSchedule } from "../types.js";
import { keep } from "./keep.js";

/** Options of {@link useSchedulePreview}. */
export interface SchedulePreviewOptions {
  /** How many runs, 0 to 1,000; 5 by default. */
  count?: number | undefined;
}

/** What {@link useSchedulePreview} gives. */
export interface SchedulePreview {
  /** The schedule in words; absent where it is wrong. */
  readonly sentence: string | undefined;
  /**
   * The next runs, as timestamps in UTC; empty where it is disabled, never runs or is wrong. Absent where a server renders,
   * whose clock is another.
   */
  readonly nextRuns: readonly string[] | undefined;
  /** Remarks on a cron that is accepted. */
  readonly warnings: readonly Issue[];
  /** What is wrong first; absent where nothing is. */
  readonly issue: Issue | undefined;
  /** Everything that is wrong. */
  readonly issues: readonly Issue[];
}

/** What a schedule means while it is being typed. The runs renew themselves when the next one passes. */
export function useSchedulePreview(
  schedule: PipelineSchedule | undefined,
  { count }: SchedulePreviewOptions = {},
): SchedulePreview {
  // By what it says: whoever types gives another object with every render.
  const read = schedule === undefined ? undefined : scheduleSchema.safeParse(schedule);
  const issues = read?.success === false ? read.error.issues : [];
  const cron = issues.every(({ path: [field] }) => field === "timezone") ? schedule?.cron : undefined;
  const key = JSON.stringify([cron, issues, read?.success === true && read.data]);
  const meaning = useMemo(() => meaningOf(read, cron), [key]);
  const upcoming = useMemo(() => upcomingRuns(meaning.schedule, count), [meaning, count]);
  const runs = useSyncExternalStore(upcoming.subscribe, upcoming.runs, absent);
  return useMemo(() => ({ ...meaning.said, nextRuns: runs }), [meaning, runs]);
}

type Read = ReturnType<typeof scheduleSchema.safeParse> | undefined;

interface Meaning {
  schedule: PipelineSchedule | undefined;
  said: Omit<SchedulePreview, "nextRuns">;
}

/** `cron` is there where that is right. */
function meaningOf(read: Read, cron: string | undefined): Meaning {
  const check = cron === undefined ? undefined : checkCron(cron);
  const warnings = check?.ok === true ? check.warnings : [];
  if (read?.success !== true) {
    const issues = read?.error.issues ?? [];
    return { schedule: undefined, said: { sentence: undefined, warnings, issue: issues[0], issues } };
  }
  return { schedule: read.data, said: { sentence: describeSchedule(read.data), warnings, issue: undefined, issues: [] } };
}

/** Timers stand still while a machine sleeps, and clocks are set: nobody looks at an hour that has passed for longer. */
const MINUTE_MS = 60_000;

function upcomingRuns(schedule: PipelineSchedule | undefined, count: number | undefined): {
  runs: () => readonly string[];
  subscribe: (listener: () => void) => () => void;
} {
  let known: readonly string[] | undefined;
  const look = (): readonly string[] => keep(known, schedule === undefined ? [] : nextRuns(schedule, { count }));
  const runs = (): readonly string[] => (known ??= look());
  return {
    runs,
    subscribe: (listener) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const wait = (): void => {
        const [next] = runs();
        if (next === undefined) return;
        timer = setTimeout(renew, Math.min(Date.parse(next) - Date.now(), MINUTE_MS));
      };
      const renew = (): void => {
        const before = known;
        known = look();
        if (known !== before) listener();
        wait();
      };
      wait();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}

function absent(): undefined {
  return undefined;
}
