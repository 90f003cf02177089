/** The root entry as the contract names it. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as root from "convex-pipelines";
import { describe, expect, expectTypeOf, test } from "vitest";
import { INPUT } from "../repositories/suite";

test("the entry exports what the contract names, and nothing else", () => {
  expect(Object.keys(root).sort()).toEqual(
    [
      "ConvexPipelineRepository",
      "FallbackPipelineRepository",
      "InMemoryPipelineRepository",
      "IndexedDbPipelineRepository",
      "PipelineError",
      "buildRequest",
      "checkCron",
      "comparePipelines",
      "createInputSchema",
      "createPipeline",
      "describeSchedule",
      "explicitCron",
      "fromForm",
      "isPipelineError",
      "nextRuns",
      "pipelineRunSchema",
      "pipelineSchema",
      "readAnswer",
      "readResponse",
      "recordRun",
      "scheduleSchema",
      "sortPipelines",
      "toListItem",
      "updateInputSchema",
      "updatePipeline",
    ].sort(),
  );
});

describe("explicitCron", () => {
  test.each([
    ["0 7 * * MON-FRI", undefined, "0 7 * * 1,2,3,4,5"],
    ["@weekly", "UTC", "0 0 * * 0"],
    ["0 0 13 * 7", undefined, "0 0 13 * 0"],
    ["0 0 */2 * 1", undefined, null],
    ["0 7 * * *", "Europe/Berlin", null],
  ])("%s in %s is %s for other systems", (cron, timezone, expected) => {
    expect(root.explicitCron(timezone === undefined ? { cron } : { cron, timezone })).toBe(expected);
  });
});

describe("schemas", () => {
  test("report every fault of the issue's example", () => {
    const result = root.createInputSchema.safeParse({
      name: "  ",
      steps: [
        { id: "a", kind: "summarise", options: { bulletCount: 99, stlye: "bullets" } },
        { id: "a", kind: "sumarise", options: {} },
      ],
      schedule: { cron: "60 * * * *" },
      colour: 1,
    });
    expect(!result.success && result.error.issues.map(({ code, path }) => [code, ...path])).toEqual([
      ["empty", "name"],
      ["range", "steps", 0, "options", "bulletCount"],
      ["unknown_field", "steps", 0, "options", "stlye"],
      ["duplicate_id", "steps", 1, "id"],
      ["unknown_kind", "steps", 1, "kind"],
      ["cron", "schedule", "cron"],
      ["unknown_field", "colour"],
    ]);
  });

  test("parse throws what safeParse returns", () => {
    const returned = root.createInputSchema.safeParse({});
    try {
      root.createInputSchema.parse({});
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(root.PipelineError);
      expect(thrown).toMatchObject({ code: "invalid", retryable: false, name: "PipelineError" });
      expect(!returned.success && returned.error.issues).toEqual((thrown as root.PipelineError).issues);
    }
  });

  test("are Standard Schemas", async () => {
    const schema: StandardSchemaV1<root.PipelineCreateInput> = root.createInputSchema;
    expect(schema["~standard"]).toMatchObject({ version: 1, vendor: "convex-pipelines" });
    expect(await schema["~standard"].validate(INPUT)).toEqual({ value: { ...INPUT, name: "Morning news" } });
    const failed = await schema["~standard"].validate({ ...INPUT, name: "" });
    expect(failed.issues).toMatchObject([{ path: ["name"], message: "must not be empty", code: "empty" }]);
    expectTypeOf<StandardSchemaV1.InferOutput<typeof root.updateInputSchema>>().toEqualTypeOf<root.PipelineUpdateInput>();
    // What a form library fills in, and where a slip of the pen does not compile.
    expectTypeOf<StandardSchemaV1.InferInput<typeof root.createInputSchema>>().toEqualTypeOf<root.PipelineCreateInput>();
    expectTypeOf<StandardSchemaV1.InferInput<typeof root.createInputSchema>["steps"]>().toEqualTypeOf<root.PipelineStep[]>();
  });

  test("know what they read, and any value may be given to them", () => {
    type Input<S extends StandardSchemaV1> = StandardSchemaV1.InferInput<S>;
    expectTypeOf(root.createInputSchema).toExtend<StandardSchemaV1<root.PipelineCreateInput, root.PipelineCreateInput>>();
    expectTypeOf(root.updateInputSchema).toExtend<StandardSchemaV1<root.PipelineUpdateInput, root.PipelineUpdateInput>>();
    expectTypeOf(root.pipelineSchema).toExtend<StandardSchemaV1<root.Pipeline, root.Pipeline>>();
    expectTypeOf(root.pipelineRunSchema).toExtend<StandardSchemaV1<root.PipelineRun, root.PipelineRun>>();
    expectTypeOf(root.scheduleSchema).toExtend<StandardSchemaV1<root.PipelineSchedule, root.PipelineSchedule>>();
    expectTypeOf(root.createInputSchema.parse).parameter(0).toBeUnknown();
    expectTypeOf(root.createInputSchema.safeParse).parameter(0).toBeUnknown();

    // @ts-expect-error -- "nmae" is no field
    const slip: Input<typeof root.createInputSchema> = { nmae: "x", steps: [] };
    // @ts-expect-error -- a text is no number
    const text: Input<typeof root.updateInputSchema> = { steps: [{ id: "a", kind: "summarise", options: { bulletCount: "5" } }] };
    // @ts-expect-error -- these are the options of another kind
    const kind: Input<typeof root.createInputSchema> = { name: "x", steps: [{ id: "a", kind: "clean", options: { tone: "formal" } }] };
    // @ts-expect-error -- "enabeld" is no field
    const schedule: Input<typeof root.scheduleSchema> = { cron: "@daily", enabeld: true };
    for (const each of [slip, text, kind]) expect(root.createInputSchema.safeParse(each).success).toBe(false);
    expect(root.scheduleSchema.safeParse(schedule).success).toBe(false);
  });

  test("give params as a plain object", () => {
    const result = root.createInputSchema.safeParse({ ...INPUT, name: "x".repeat(201) });
    expect(!result.success && result.error.issues[0]?.params).toStrictEqual({ max: 200 });
  });
});

describe("transitions", () => {
  const pipeline = root.createPipeline(INPUT, {
    id: "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f",
    webhookSecret: "a-stronger-secret-of-ours",
    accountId: "user_1",
    now: new Date("2026-11-20T08:00:00Z"),
  });

  test("take id, secret, account and time from their context", () => {
    expect(pipeline).toEqual({
      id: "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f",
      accountId: "user_1",
      ...INPUT,
      name: "Morning news",
      webhookSecret: "a-stronger-secret-of-ours",
      createdAt: "2026-11-20T08:00:00.000Z",
      updatedAt: "2026-11-20T08:00:00.000Z",
    });
    expect(root.nextRuns(pipeline.schedule!, { after: "2026-11-20T08:00:00Z" })[0]).toBe("2026-11-23T07:00:00.000Z");
  });

  test("take time as a number, a text or a Date", () => {
    const moment = Date.parse("2027-01-01T00:00:00Z");
    for (const now of [moment, "2027-01-01T01:00:00+01:00", new Date(moment)]) {
      expect(root.updatePipeline(pipeline, {}, { now }).updatedAt).toBe("2027-01-01T00:00:00.000Z");
    }
    expect(() => root.createPipeline(INPUT, { now: new Date(NaN) })).toThrow(root.PipelineError);
  });

  test("leave the given pipeline alone", () => {
    const before = structuredClone(pipeline);
    const after = root.recordRun(root.updatePipeline(pipeline, { name: "x", rotateSecret: true }), "2026-12-01T00:00:00Z");
    expect(pipeline).toEqual(before);
    expect(after).toMatchObject({ name: "x", lastRunAt: "2026-12-01T00:00:00.000Z" });
    expect(after.webhookSecret).not.toBe(pipeline.webhookSecret);
  });

  test("give list items and their order", () => {
    expect(root.toListItem(pipeline)).toEqual({ id: pipeline.id, name: "Morning news", schedule: { cron: "0 7 * * 1-5" } });
    expect(root.comparePipelines({ id: "a", name: "b" }, { id: "a", name: "A" })).toBeGreaterThan(0);
    expect(root.comparePipelines({ id: "a", name: "b" }, { id: "b", name: "b" })).toBeLessThan(0);
    expect(root.comparePipelines({ id: "a", name: "b" }, { id: "a", name: "b" })).toBe(0);
  });
});

describe("schedules", () => {
  test("refuse a count that is none", () => {
    for (const count of [-1, 1001, 1.5, NaN]) {
      expect(() => root.nextRuns({ cron: "* * * * *" }, { count })).toThrow(root.PipelineError);
    }
    expect(root.nextRuns({ cron: "* * * * *" }, { count: 0 })).toEqual([]);
    expect(root.nextRuns({ cron: "* * * * *" }, { count: 1000 })).toHaveLength(1000);
    expect(root.nextRuns({ cron: "* * * * *", enabled: false })).toEqual([]);
  });

  test("say which field is wrong, where, and how to mend it", () => {
    expect(root.checkCron("0 7 * * 1-5")).toEqual({ ok: true, cron: "0 7 * * 1-5", warnings: [] });
    const wrong = root.checkCron("60 * * * *");
    expect(!wrong.ok && wrong.issue).toMatchObject({ code: "cron", params: { field: "minute", start: 0, end: 2, given: "60" } });
  });
});

describe("the wire", () => {
  test("builds a request and reads its answer", () => {
    const endpoint = { baseUrl: "https://happy-otter-123.convex.site/x/", authToken: "token-of-sufficient-length-1234567890" };
    const request = root.buildRequest("get", { id: "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f" }, endpoint);
    expect(request).toMatchObject({ method: "POST", url: "https://happy-otter-123.convex.site/x/pipelines/get" });
    expect(JSON.parse(request.body)).toEqual({ id: "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f" });
    expectTypeOf(root.readResponse("list", { status: 200, body: '{"result":[]}' })).toEqualTypeOf<root.PipelineListItem[]>();
    expect(root.readResponse("delete", { status: 200, body: '{"result":true}' })).toBe(true);
    expect(() => root.readResponse("get", { status: 404, body: "" })).toThrow(root.PipelineError);
  });

  test("says how long a server that refuses for now wants to be left alone", () => {
    const body = JSON.stringify({ error: { code: "unavailable", message: "later" } });
    const refused = (headers?: Record<string, string>) => {
      const response = headers === undefined ? { status: 503, body } : { status: 503, headers, body };
      return () => root.readResponse("list", response);
    };
    expect(refused({ "Retry-After": "5" })).toThrow(expect.objectContaining({ code: "unavailable", retryAfterMs: 5_000 }));
    for (const headers of [undefined, {}, { "retry-after": "soon" }]) {
      expect(refused(headers)).toThrow(expect.not.objectContaining({ retryAfterMs: expect.anything() as unknown }));
    }
  });

  test("reads an answer of many megabytes", () => {
    const description = "long ".repeat(1_900);
    const result = Array.from({ length: 1_000 }, (_each, index) => ({ id: crypto.randomUUID(), name: String(index), description }));
    expect(root.readResponse("list", { status: 200, body: JSON.stringify({ result }) })).toHaveLength(1_000);
  });
});

test("errors travel as data", () => {
  const error = new root.PipelineError({ code: "conflict", message: "is stale", retryable: false });
  expect(JSON.parse(JSON.stringify(error))).toEqual({ code: "conflict", message: "is stale", issues: [], retryable: false });
  expect(String(error)).toBe("PipelineError: is stale");
  expect(Object.keys(error)).not.toContain("retryAfterMs");

  const later = new root.PipelineError({ code: "unavailable", message: "later", retryable: true, retryAfterMs: 5_000 });
  expect(new root.PipelineError(later.toJSON())).toMatchObject({ retryable: true, retryAfterMs: 5_000 });
  for (const [given, kept] of [[Infinity, 3_600_000], [-1, undefined], [NaN, undefined], ["5", undefined]]) {
    const data = { code: "unavailable", message: "later", retryAfterMs: given } as root.PipelineErrorData;
    expect(new root.PipelineError(data).retryAfterMs).toBe(kept);
  }
});
