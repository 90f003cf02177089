/** What a deletion takes along, in how many calls, and what it must leave alone. */
import { getFunctionName } from "convex/server";
import { afterEach, describe, expect, test, vi } from "vitest";
import { NOBODY, backend, call, quiet, stored, type Backend } from "./backend";
import { create, pipelines } from "./functions";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Stores finished runs, numbered from `first`. */
function addRuns(t: Backend, pipelineId: string, count: number, first = 0, error?: string): Promise<void> {
  return t.run(async (ctx) => {
    for (let i = first; i < first + count; i++) {
      const run = { runId: `run-${i}`, pipelineId, status: "failed" as const };
      await ctx.db.insert("pipeline_runs", error === undefined ? run : { ...run, error });
    }
  });
}

const runIds = async (t: Backend) => (await stored(t)).pipeline_runs.map(({ runId }) => runId);
const finish = (t: Backend) => t.finishAllScheduledFunctions(vi.runAllTimers);

/** The arguments of the scheduled calls that have not run yet. */
const waiting = (t: Backend) =>
  t.run(async (ctx) => {
    const calls = await ctx.db.system.query("_scheduled_functions").collect();
    return calls.filter(({ state }) => state.kind === "pending").map(({ args }) => args[0] as { id: string });
  });

/** A pipeline with 1,200 runs that has been deleted, and whose continuation has yet to run. */
async function halfDeleted(t: Backend, args: object = {}): Promise<string> {
  vi.useFakeTimers();
  const { id } = await create(t, args);
  await addRuns(t, id, 1200);
  expect(await t.mutation(pipelines.delete, { id })).toBe(true);
  return id;
}

describe("delete", () => {
  test("takes the runs along and leaves those of others", async () => {
    const t = backend();
    const { id } = await create(t);
    const { id: other } = await create(t);
    await addRuns(t, id, 3);
    await addRuns(t, other, 2, 3);
    expect(await t.mutation(pipelines.delete, { id })).toBe(true);
    expect(await t.mutation(pipelines.delete, { id })).toBe(false);
    const { pipelines: rows, pipeline_runs: runs } = await stored(t);
    expect(rows.map((row) => row.id)).toEqual([other]);
    expect(runs.map((row) => row.pipelineId)).toEqual([other, other]);
  });

  test("of many runs goes on in batches until none is left", { timeout: 60_000 }, async () => {
    vi.useFakeTimers();
    const t = backend();
    const { id } = await create(t);
    await addRuns(t, id, 2500);
    expect(await t.mutation(pipelines.delete, { id })).toBe(true);
    expect(await runIds(t)).toHaveLength(1500);
    await finish(t);
    expect(await runIds(t)).toHaveLength(0);
  });

  test("of large runs reads no more in one call than Convex allows", async () => {
    vi.useFakeTimers();
    const t = backend();
    const { id } = await create(t);
    await addRuns(t, id, 20, 0, "x".repeat(1_000_000));
    expect(await t.mutation(pipelines.delete, { id })).toBe(true);
    const left = (await runIds(t)).length;
    expect(left).toBeGreaterThanOrEqual(20 - 12);
    expect(left).toBeLessThan(20);
    await finish(t);
    expect(await runIds(t)).toEqual([]);
  });

  test("of an unknown or somebody else's id changes nothing, the runs included", async () => {
    const t = backend();
    const { id } = await create(t, { accountId: "user_1" });
    await addRuns(t, id, 2);
    await addRuns(t, NOBODY, 2, 2);
    const before = await stored(t);
    expect(await t.mutation(pipelines.delete, { id, accountId: "user_2" })).toBe(false);
    expect(await t.mutation(pipelines.delete, { id: NOBODY, accountId: "user_2" })).toBe(false);
    expect(await t.mutation(pipelines.delete, { id: NOBODY })).toBe(false);
    expect(await stored(t)).toEqual(before);
  });
});

describe("the continuation of a deletion", () => {
  test("leaves a pipeline that was created with the same id alone, whoever owns it", async () => {
    for (const accountId of [undefined, "user_1", "user_2"]) {
      const t = backend();
      const id = await halfDeleted(t, { accountId: "user_1" });
      await create(t, { id, accountId });
      const before = (await stored(t)).pipelines;
      await finish(t);
      expect(await stored(t)).toEqual({ pipelines: before, pipeline_runs: [] });
    }
  });

  test("leaves the runs of the new pipeline, also those of the moment of the deletion", async () => {
    vi.useFakeTimers();
    const t = backend();
    const id = await halfDeleted(t);
    await create(t, { id });
    // The clock stands still: nothing but the order of writing tells these from the others.
    await addRuns(t, id, 3, 5000);
    await finish(t);
    expect(await runIds(t)).toEqual(["run-5000", "run-5001", "run-5002"]);
    expect(await t.query(pipelines.get, { id })).toMatchObject({ id });
  });

  test("goes on beside a second deletion of the same id, and each takes only its own", async () => {
    const t = backend();
    const id = await halfDeleted(t);
    await create(t, { id });
    await addRuns(t, id, 1200, 2000);
    expect(await t.mutation(pipelines.delete, { id })).toBe(true);
    await create(t, { id });
    await addRuns(t, id, 2, 5000);
    const [first, second] = await waiting(t);
    for (const args of [second, first, first, second]) await t.mutation(pipelines.delete, args!);
    await finish(t);
    expect(await runIds(t)).toEqual(["run-5000", "run-5001"]);
    expect(await t.query(pipelines.get, { id })).toMatchObject({ id });
  });

  test("that runs twice deletes nothing more and schedules nothing more", async () => {
    const t = backend();
    const id = await halfDeleted(t);
    const [args] = await waiting(t);
    await finish(t);
    await create(t, { id });
    await addRuns(t, id, 2, 5000);
    const before = await stored(t);
    expect(await t.mutation(pipelines.delete, args!)).toBe(false);
    expect(await stored(t)).toEqual(before);
    expect(await waiting(t)).toEqual([]);
  });

  test("cannot be called over HTTP, with or without the token", async () => {
    quiet();
    const t = backend();
    const id = await halfDeleted(t);
    const [args] = await waiting(t);
    const extra = Object.keys(args!).filter((name) => name !== "id");
    expect(extra).not.toEqual([]);
    await create(t, { id });
    const before = await stored(t);
    const answer = await call(t, "delete", args);
    expect(answer.status).toBe(422);
    expect(answer.json.error.issues.map(({ code, path }) => [code, path])).toEqual(extra.map((name) => ["unknown_field", [name]]));
    expect((await call(t, "delete", args, { authorization: "" })).status).toBe(401);
    expect(await stored(t)).toEqual(before);
  });

  test("is the function itself, under the name that the app has given it", async () => {
    const t = backend();
    await halfDeleted(t);
    const names = await t.run(async (ctx) => {
      const calls = await ctx.db.system.query("_scheduled_functions").collect();
      return calls.map(({ name }) => name);
    });
    expect(names).toEqual([getFunctionName(pipelines.delete)]);
  });
});
