import { runInNewContext } from "node:vm";
import { PipelineError, createInputSchema, isPipelineError } from "convex-pipelines";
import { expect, test } from "vitest";

test("objects of another realm are objects", () => {
  const value: unknown = runInNewContext('({ name: "x", steps: [{ id: "a", kind: "clean", options: {} }] })');
  expect(createInputSchema.safeParse(value).success).toBe(true);
});

test.each(["new Date()", "new Map()", "Object('x')", "new Error('x')", "/x/", "new Uint8Array(2)", "Promise.resolve()", "7n"])(
  "%s of another realm is `type`",
  (source) => {
    const result = createInputSchema.safeParse({ name: "x", steps: [runInNewContext(source)] });
    expect(!result.success && result.error.issues).toMatchObject([{ code: "type", path: ["steps", 0] }]);
  },
);

test("a PipelineError is recognised by its brand, not by its class", () => {
  const error = new PipelineError({ code: "conflict", message: "taken" });
  expect(isPipelineError(error)).toBe(true);
  const foreign: unknown = runInNewContext(
    `class PipelineError extends Error { get [Symbol.for("convex-pipelines.PipelineError")]() { return true; } }
     new PipelineError("from another copy")`,
  );
  expect(foreign instanceof Error).toBe(false);
  expect(isPipelineError(foreign)).toBe(true);
  for (const other of [new Error("x"), { code: "invalid", issues: [] }, null, "invalid", undefined]) {
    expect(isPipelineError(other)).toBe(false);
  }
});
