/** The cases that Rust and TypeScript share, through the package. */
import { createInputSchema, checkCron, fromForm, nextRuns, pipelineRunSchema, pipelineSchema, scheduleSchema, updateInputSchema } from "convex-pipelines";
import { expect, test } from "vitest";
import agreed from "../vectors/cron.jsonl?raw";
import disputed from "../vectors/cron-disputed.jsonl?raw";

interface ModelCase {
  name: string;
  schema: keyof typeof SCHEMAS;
  value: unknown;
  issues?: { code: string; path: (string | number)[]; params?: Record<string, string | number> }[];
  data?: unknown;
}

interface CronCase {
  expr: string;
  tz?: string;
  from?: string;
  next?: string[];
  valid?: boolean;
}

const SCHEMAS = {
  createInput: createInputSchema,
  updateInput: updateInputSchema,
  pipeline: pipelineSchema,
  pipelineRun: pipelineRunSchema,
  schedule: scheduleSchema,
  "form.createInput": fromForm(createInputSchema),
  "form.updateInput": fromForm(updateInputSchema),
  "form.schedule": fromForm(scheduleSchema),
};

// A glob, so that this file runs before the vectors are written.
const models = import.meta.glob<ModelCase[]>("../vectors/{model,forms}.json", { eager: true, import: "default" });

test.each(Object.values(models).flat())("$name", ({ schema, value, issues = [], data }) => {
  const result = SCHEMAS[schema].safeParse(value);
  const found = result.success ? [] : result.error.issues.map(({ code, path, params }) => ({ code, path, params }));
  expect(found.map(({ code, path }) => ({ code, path }))).toEqual(issues.map(({ code, path }) => ({ code, path })));
  issues.forEach(({ params }, index) => {
    if (params !== undefined) expect(found[index]?.params).toEqual(params);
  });
  if (data !== undefined) expect(result).toEqual({ success: true, data });
});

const seconds = (time: string): string => new Date(time).toISOString();

test.each([
  ["agreed", agreed, 540],
  ["disputed", disputed, 94],
] as const)("the %s cron cases", (_what, text, count) => {
  const cases = text.trim().split("\n").map((line) => JSON.parse(line) as CronCase);
  expect(cases).toHaveLength(count);
  const failures = cases.filter(({ expr, tz, from, next, valid = true }) => {
    if (checkCron(expr).ok !== valid) return true;
    if (!valid || from === undefined) return false;
    const schedule = { cron: expr, timezone: tz ?? "UTC" };
    return JSON.stringify(nextRuns(schedule, { after: from })) !== JSON.stringify(next?.map(seconds));
  });
  expect(failures).toEqual([]);
});
