/** Two versions of a pipeline, field by field, in words. */
import { describeSchedule, type Pipeline } from "convex-pipelines";
import { stepForms } from "./step-forms";

export interface Difference {
  label: string;
  mine: string;
  theirs: string;
}

const FIELDS = [
  ["Name", ({ name }: Pipeline) => name],
  ["Description", ({ description }: Pipeline) => description ?? ""],
  ["Source", ({ defaultSource }: Pipeline) => defaultSource ?? ""],
  ["Steps", ({ steps }: Pipeline) => steps.map(stepLine).join("\n")],
  ["Schedule", ({ schedule }: Pipeline) => scheduleLine(schedule)],
] as const;

/** The fields that are not the same. */
export function differencesOf(mine: Pipeline, theirs: Pipeline): Difference[] {
  return FIELDS.map(([label, textOf]) => ({ label, mine: textOf(mine), theirs: textOf(theirs) })).filter(
    (field) => field.mine !== field.theirs,
  );
}

function stepLine({ kind, label, options }: Pipeline["steps"][number], index: number): string {
  const name = label ?? (kind in stepForms ? stepForms[kind].title : kind);
  const settings = Object.entries(options).map(([option, value]) => `${option}: ${String(value)}`);
  return `${index + 1}. ${name}${settings.length > 0 ? ` (${settings.join(", ")})` : ""}`;
}

function scheduleLine(schedule: Pipeline["schedule"]): string {
  if (schedule === undefined) return "";
  try {
    const state = schedule.enabled === false ? " (paused)" : "";
    return `${describeSchedule(schedule)}${state}${schedule.description === undefined ? "" : `: ${schedule.description}`}`;
  } catch {
    return schedule.cron;
  }
}
