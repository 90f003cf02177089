// Transitions decide on outlines of values that are checked the short way. Held against the long way, by which instances
// of classes go.
import { createPipeline, isPipelineError, recordRun, toListItem, updatePipeline } from "convex-pipelines";
import { expect, test } from "vitest";
import { change, inInstance, objects, right, type Fields } from "../support/changed.js";
import { Random } from "../support/random.js";

const CASES = typeof document === "undefined" ? 20_000 : 2_000;
const CONTEXT = { id: "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", webhookSecret: "a-secret-of-20-chars", now: "2026-11-27T12:00:00Z" };

const inputs = right.filter(({ schema }) => schema === "createInput");
const updates = right.filter(({ schema }) => schema === "updateInput");
const pipelines = right.filter(({ schema }) => schema === "pipeline");

/** What becomes of `values` in one of the transitions. */
const TRANSITIONS: ((...values: Fields[]) => unknown)[] = [
  (input) => createPipeline(input as never, CONTEXT),
  (_, update, pipeline) => updatePipeline(pipeline as never, update as never, { webhookSecret: CONTEXT.webhookSecret, now: CONTEXT.now }),
  (_, __, pipeline) => recordRun(pipeline as never, "2026-11-27T12:00:00+01:00"),
  (_, __, pipeline) => toListItem(pipeline as never),
];

function said(transition: (...values: Fields[]) => unknown, values: Fields[]): string {
  try {
    return JSON.stringify(transition(...values));
  } catch (thrown) {
    if (!isPipelineError(thrown)) throw thrown;
    return JSON.stringify(thrown);
  }
}

test("what is checked the short way becomes what it becomes the long way", () => {
  for (let seed = 0; seed < CASES; seed++) {
    const random = new Random(seed);
    const values = [inputs, updates, pipelines].map((known) => structuredClone(random.pick(known).value));
    for (let changes = random.below(3); changes > 0; changes--) change(random, random.pick(values));
    const transition = random.pick(TRANSITIONS);
    const expected = said(transition, values.map(inInstance));
    if (said(transition, values) !== expected) expect(said(transition, values), `seed ${String(seed)}`).toBe(expected);
  }
}, CASES);

test("nothing of the caller's is shared, and nothing of it is changed", () => {
  const input = { steps: [{ id: "a", kind: "clean" as const, options: {} }], name: " News ", schedule: { cron: "@daily" } };
  const before = JSON.stringify(input);
  const pipeline = createPipeline(input, CONTEXT);
  const updated = updatePipeline(pipeline, { description: " x ", schedule: null });
  const given = objects(input);
  for (const each of objects(pipeline)) expect(given.has(each)).toBe(false);
  const earlier = objects(pipeline);
  for (const each of objects(updated)) expect(earlier.has(each)).toBe(false);
  expect(JSON.stringify(input)).toBe(before);
  expect(pipeline.schedule).toEqual({ cron: "0 0 * * *" });
  expect(updated).toMatchObject({ description: "x", steps: input.steps });
  expect(updated).not.toHaveProperty("schedule");
});
