/** Ids in any letter case, also of rows that versions stored which did not fold them. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INPUT, NOBODY, backend, call, quiet, sha256, stored, type Backend } from "./backend";
import { create, pipelines, refusal } from "./functions";

beforeEach(quiet);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const LOWER = "7d0b7a5e-6a39-4ad2-9c6d-9f6b1a1c2d3e";
const UPPER = LOWER.toUpperCase();
const MIXED = "7D0B7a5e-6a39-4AD2-9c6d-9f6b1A1C2d3e";
const SECRET = "an-older-secret-of-some-length";

/** A pipeline that was stored under `id` as it is written here, with a run. */
async function storeAs(t: Backend, id: string, fields: object = {}): Promise<void> {
  await t.run(async (ctx) => {
    const time = "2026-11-22T20:14:00.000Z";
    const row = { id, name: "Old", nameKey: "old", steps: INPUT.steps as never, createdAt: time, updatedAt: time };
    await ctx.db.insert("pipelines", { ...row, ...fields });
    await ctx.db.insert("pipeline_runs", { runId: `of ${id}`, pipelineId: id, status: "success" });
  });
}

describe("an id that is given", () => {
  for (const given of [LOWER, UPPER, MIXED]) {
    test(`is folded: ${given}`, async () => {
      const t = backend();
      expect((await create(t, { id: given })).id).toBe(LOWER);
      expect((await stored(t)).pipelines.map(({ id }) => id)).toEqual([LOWER]);
      for (const id of [LOWER, UPPER, MIXED]) {
        expect((await t.query(pipelines.get, { id }))?.id).toBe(LOWER);
        expect((await call(t, "get", { id })).json.result?.id).toBe(LOWER);
        expect((await t.mutation(pipelines.update, { id, input: {} })).id).toBe(LOWER);
        expect((await t.mutation(pipelines.recordRun, { id, completedAt: "2026-11-23T00:00:00Z" }))?.id).toBe(LOWER);
        expect(await refusal(create(t, { id, accountId: "user_2" }))).toMatchObject({ code: "conflict" });
      }
      expect(await t.mutation(pipelines.delete, { id: given === LOWER ? UPPER : LOWER })).toBe(true);
      expect(await stored(t)).toEqual({ pipelines: [], pipeline_runs: [] });
    });
  }
});

describe("a row whose id was stored in upper case", () => {
  for (const id of [LOWER, UPPER]) {
    test(`is found, changed and deleted with its runs: ${id}`, async () => {
      vi.useFakeTimers();
      const t = backend();
      await storeAs(t, UPPER);
      await storeAs(t, NOBODY);
      expect((await t.query(pipelines.list, {})).result.map((item) => item.id)).toEqual([NOBODY, LOWER]);
      expect((await t.query(pipelines.get, { id }))?.id).toBe(LOWER);
      expect((await call(t, "get", { id })).json.result?.id).toBe(LOWER);
      expect(await refusal(create(t, { id }))).toMatchObject({ code: "conflict" });
      const recorded = await t.mutation(pipelines.recordRun, { id, completedAt: "2026-11-23T00:00:00Z" });
      expect(recorded).toMatchObject({ id: LOWER, lastRunAt: "2026-11-23T00:00:00.000Z" });
      expect((await call(t, "update", { id, input: { name: "New" } })).json.result).toMatchObject({ id: LOWER, name: "New" });
      expect((await call(t, "delete", { id })).json).toEqual({ result: true });
      await t.finishAllScheduledFunctions(vi.runAllTimers);
      const left = await stored(t);
      expect(left.pipelines.map((row) => row.id)).toEqual([NOBODY]);
      expect(left.pipeline_runs.map((run) => run.runId)).toEqual([`of ${NOBODY}`]);
    });
  }

  test("is found where it was written in mixed case and is asked for like that", async () => {
    const t = backend();
    await storeAs(t, MIXED);
    expect((await t.query(pipelines.get, { id: MIXED }))?.id).toBe(LOWER);
    expect(await t.mutation(pipelines.delete, { id: MIXED })).toBe(true);
    expect(await stored(t)).toEqual({ pipelines: [], pipeline_runs: [] });
  });

  test("keeps its own secret, which is sealed on its next change", async () => {
    const t = backend();
    await storeAs(t, UPPER, { webhookSecret: SECRET });
    expect((await t.mutation(pipelines.update, { id: LOWER, input: {} })).id).toBe(LOWER);
    await t.run(async (ctx) => {
      const doc = await ctx.db.query("pipelines").first();
      await ctx.db.patch(doc!._id, { id: UPPER });
    });
    const again = { id: LOWER, input: { rotateSecret: true }, secretDigest: await sha256(SECRET) };
    expect((await t.mutation(pipelines.update, again)).id).toBe(LOWER);
    expect((await t.query(pipelines.findByWebhookSecret, { secret: SECRET }))?.id).toBe(LOWER);
  });

  test("hides nothing of a pipeline of another account that differs in case alone", async () => {
    vi.useFakeTimers();
    const t = backend();
    await storeAs(t, LOWER, { accountId: "user_1" });
    await storeAs(t, UPPER, { accountId: "user_2" });
    for (const accountId of ["user_1", "user_2"]) {
      expect(await t.query(pipelines.get, { id: LOWER, accountId })).toMatchObject({ accountId });
    }
    expect(await t.mutation(pipelines.delete, { id: LOWER, accountId: "user_2" })).toBe(true);
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    const left = await stored(t);
    expect(left.pipelines.map((row) => row.accountId)).toEqual(["user_1"]);
    expect(left.pipeline_runs.map((run) => run.pipelineId)).toEqual([LOWER]);
  });
});
