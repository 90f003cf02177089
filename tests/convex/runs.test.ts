/** Runs in Convex: the suite of all places that keep them, over the wire, and what only this place does. */
import { ConvexPipelineRepository } from "convex-pipelines";
import { pipelineFunctions, pipelineRuns, type OnRunQueued } from "convex-pipelines/convex";
import { internalMutationGeneric, makeFunctionReference } from "convex/server";
import { v } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import crons from "../../www-example/convex/crons";
import { runsSuite } from "../repositories/runs-suite";
import { refusal as refused } from "../repositories/suite";
import { NOBODY, TOKEN, backend, call, lenientBackend, modules, quiet, stored, type Backend } from "./backend";
import { create, pipelines } from "./functions";

beforeEach(quiet);
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const NOON = Date.parse("2026-11-22T12:00:00.000Z");
const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

function over(t: Backend, accountId?: string): ConvexPipelineRepository {
  const fetch = (url: RequestInfo | URL, init?: RequestInit) => t.fetch(new URL(url as string).pathname, init);
  return new ConvexPipelineRepository({ baseUrl: "https://happy-otter-123.convex.site", authToken: TOKEN, fetch, accountId });
}

const tick = (t: Backend) => t.mutation(pipelines.tick, {});

runsSuite("runs in Convex", () => {
  const t = backend();
  return { repository: over(t), tick: () => tick(t) };
});
runsSuite("runs of one account in Convex", () => {
  const t = backend();
  return { repository: over(t, "user_1"), tick: () => tick(t) };
});

test("the clock is a cron job of every minute", () => {
  const jobs = Object.values((crons as unknown as { crons: Record<string, { name: string; schedule: object }> }).crons);
  expect(jobs).toMatchObject([{ name: "pipelines:tick", schedule: { type: "cron", cron: "* * * * *" } }]);
});

describe("runs of an account", () => {
  test("are another's as little as its pipelines", async () => {
    const t = backend();
    const [mine, yours, worker] = [over(t, "user_1"), over(t, "user_2"), over(t)];
    const { id } = await mine.create({ name: "Mine", steps: [{ id: "a", kind: "clean", options: {} }] });
    await mine.runs.start({ id, trigger: "manual", runId: "r1" });
    expect(await yours.runs.get("r1")).toBeNull();
    expect(await yours.runs.list({ id })).toEqual({ runs: [] });
    expect(await yours.runs.claim({ worker: "w" })).toBeNull();
    await refused(yours.runs.start({ id, trigger: "manual" }), "not_found");
    expect((await worker.runs.claim({ worker: "w" }))?.pipeline.accountId).toBe("user_1");
    expect(await yours.runs.renew({ runId: "r1", worker: "w" })).toBeNull();
    const run = { runId: "r1", status: "failed" } as const;
    await refused(yours.runs.finish({ id, completedAt: at(NOON), run }), "not_found");
    expect(await mine.runs.get("r1")).toMatchObject({ status: "running" });
  });

  test("of the same id, and a whole account without a token, are refused with the same words as everything", async () => {
    const t = backend();
    const { status, json } = await call(t, "startRun", { id: NOBODY, trigger: "manual" });
    expect([status, json.error.code]).toEqual([404, "not_found"]);
    for (const operation of ["startRun", "claimRun", "renewRun", "listRuns", "getRun"] as const) {
      expect((await call(t, operation, {}, { authorization: "Bearer wrong" })).status, operation).toBe(401);
      expect((await call(t, operation, { x: 1 })).status, operation).toBe(422);
    }
  });
});

describe("a tick", () => {
  async function many(t: Backend, count: number, fields: object = {}): Promise<void> {
    await t.run(async (ctx) => {
      const moment = at(NOON - 60_000);
      for (let number = 0; number < count; number++) {
        const name = `n${String(number)}`;
        await ctx.db.insert("pipelines", {
          ...{ id: crypto.randomUUID(), name, nameKey: name, steps: [], createdAt: moment, updatedAt: moment },
          ...{ schedule: { cron: "* * * * *" }, nextRunAt: at(NOON), ...fields },
        });
      }
    });
  }

  const settle = async (t: Backend) => {
    await tick(t);
    await t.finishAllScheduledFunctions(() => vi.runAllTimers());
  };

  test("goes on in further calls until every pipeline that is due has its run, and no more", async () => {
    vi.useFakeTimers({ now: NOON + 500 });
    const t = backend();
    await many(t, 230);
    await settle(t);
    const { pipeline_runs: runs, pipelines: rows } = await stored(t);
    expect(new Set(runs.map(({ pipelineId }) => pipelineId)).size).toBe(230);
    expect(runs).toHaveLength(230);
    expect(rows.every(({ nextRunAt }) => nextRunAt === at(NOON + 60_000))).toBe(true);
    await settle(t);
    expect((await stored(t)).pipeline_runs).toHaveLength(230);
  });

  test("reads a bounded part of what is large", async () => {
    vi.useFakeTimers({ now: NOON + 500 });
    const t = backend();
    await many(t, 12, { app: undefined, description: "x".repeat(900_000) });
    await tick(t);
    const first = (await stored(t)).pipeline_runs.length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(6);
    await t.finishAllScheduledFunctions(() => vi.runAllTimers());
    expect((await stored(t)).pipeline_runs).toHaveLength(12);
  });

  test("leaves alone what cannot be read, and looks at it no more", async () => {
    vi.useFakeTimers({ now: NOON + 500 });
    const t = backend();
    await many(t, 1, { createdAt: "never" });
    await settle(t);
    const { pipeline_runs: runs, pipelines: rows } = await stored(t);
    expect([runs.length, rows[0]?.nextRunAt, rows[0]?.createdAt]).toEqual([0, undefined, "never"]);
  });
});

test("a run that cannot be read hides no other and stays as it is", async () => {
  const t = lenientBackend();
  const worker = over(t);
  const { id } = await worker.create({ name: "Mine", steps: [{ id: "a", kind: "clean", options: {} }] });
  const queued = { runId: "bad", pipelineId: id, status: "queued", queuedAt: "0000", trigger: 7, number: 1 };
  const stuck = { ...queued, runId: "stuck", status: "running", leaseUntil: "2020-01-01T00:00:00.000Z" };
  await t.run(async (ctx) => {
    for (const row of [queued, stuck]) await ctx.db.insert("pipeline_runs", row as never);
  });
  await worker.runs.start({ id, trigger: "manual", runId: "good" });
  await tick(t);
  expect((await worker.runs.claim({ worker: "w" }))?.run.runId).toBe("good");
  expect(await worker.runs.claim({ worker: "w" })).toBeNull();
  expect((await stored(t)).pipeline_runs.slice(0, 2)).toMatchObject([queued, { ...queued, runId: "stuck", status: "running" }]);
  expect((await stored(t)).pipeline_runs[1]).not.toHaveProperty("leaseUntil"); // it is looked at no more
});

test("however many runs cannot be read, the others are worked on, and a schedule goes on behind one", async () => {
  vi.useFakeTimers({ now: NOON });
  const t = lenientBackend();
  const worker = over(t);
  const steps = [{ id: "a", kind: "clean", options: {} }] as const;
  const { id } = await worker.create({ name: "Mine", steps: [...steps], schedule: { cron: "* * * * *" } });
  vi.setSystemTime(NOON + 60_500);
  await tick(t);
  const bad = { pipelineId: id, trigger: 7, number: 0, queuedAt: "0000" };
  await t.run(async (ctx) => {
    for (const run of await ctx.db.query("pipeline_runs").collect()) await ctx.db.patch(run._id, { queuedAt: "never" });
    for (let each = 0; each < 150; each++) {
      const row = { ...bad, runId: `bad ${String(each)}` };
      await ctx.db.insert("pipeline_runs", { ...row, status: "queued" } as never);
      await ctx.db.insert("pipeline_runs", { ...row, status: "running", leaseUntil: "2020-01-01T00:00:00.000Z" } as never);
    }
  });
  vi.setSystemTime(NOON + 120_500);
  await tick(t);
  await t.finishAllScheduledFunctions(() => vi.runAllTimers());
  const claimed = await worker.runs.claim({ worker: "w" });
  expect(claimed?.run).toMatchObject({ trigger: "schedule", dueAt: at(NOON + 120_000) });
});

describe("whoever wants to work at once", () => {
  const seen = makeFunctionReference<"mutation">("worker:wake") as unknown as OnRunQueued;

  test("is called with each run that is queued, and with none that is found", async () => {
    vi.useFakeTimers({ now: NOON });
    const woken: object[] = [];
    const { list, get, findByWebhookSecret, create: make, update, remove, recordRun, ...runs } = pipelineFunctions({ onRunQueued: seen });
    const wake = internalMutationGeneric({
      args: { runId: v.string(), pipelineId: v.string() },
      handler: (_ctx, args) => {
        woken.push(args);
      },
    });
    const t = backend({
      "../../www-example/convex/pipelines.ts": () =>
        Promise.resolve({ list, get, findByWebhookSecret, create: make, update, delete: remove, recordRun, ...runs }),
      "../../www-example/convex/worker.ts": () => Promise.resolve({ wake }),
    });
    const { id } = await create(t, {});
    for (let time = 0; time < 2; time++) await t.mutation(pipelines.startRun, { id, trigger: "manual", runId: "r1" });
    await t.finishAllScheduledFunctions(() => vi.runAllTimers());
    expect(woken).toEqual([{ runId: "r1", pipelineId: id }]);
  });

  test("works in the example's own action, and what came of each run stands with it", async () => {
    vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "Date"] });
    const t = backend(modules);
    const repository = over(t);
    const { id } = await repository.create({
      name: "Mine",
      steps: [
        { id: "a", kind: "clean", options: {} },
        { id: "b", kind: "chunk", options: { strategy: "paragraph", maxCharacters: 100 } },
      ],
    });
    const other = await repository.create({ name: "Yours", steps: [{ id: "a", kind: "translate", options: { targetLanguage: "Welsh" } }] });
    await repository.runs.start({ id, trigger: "manual", runId: "r1", payload: "One.\n\nTwo." });
    await repository.runs.start({ id: other.id, trigger: "webhook", runId: "r2", payload: "One." });
    await t.finishAllScheduledFunctions(() => vi.runAllTimers());
    expect(await repository.runs.get("r1")).toMatchObject({ status: "success", outcome: expect.stringContaining("chunk: 2 pieces") as string });
    expect(await repository.runs.get("r2")).toMatchObject({ status: "failed", error: expect.stringContaining("PIPELINES_TRANSLATE_URL") as string });
    expect(await repository.list()).toMatchObject([{ lastRunStatus: "success" }, { lastRunStatus: "failed" }]);
  });
});

describe("runs within an action", () => {
  test("are those of the wire, errors included", async () => {
    const t = backend();
    const { id } = await over(t).create({ name: "Mine", steps: [{ id: "a", kind: "clean", options: {} }] });
    const runs = pipelineRuns({ runQuery: t.query.bind(t), runMutation: t.mutation.bind(t) } as never, pipelines as never);
    const { runId } = await runs.start({ id, trigger: "manual", payload: "x" });
    expect(await runs.claim({ worker: "w" })).toMatchObject({ run: { runId, worker: "w" }, pipeline: { id } });
    expect(await runs.renew({ runId, worker: "v" })).toBeNull();
    const completedAt = at(Date.now());
    expect(await runs.finish({ id, completedAt, run: { runId, worker: "w", status: "success" } })).toMatchObject({ id, lastRunStatus: "success" });
    expect(await runs.list({ id })).toMatchObject({ runs: [{ runId, status: "success" }] });
    expect(await runs.get(runId)).toMatchObject({ payload: "x" });
    await refused(runs.start({ id: NOBODY, trigger: "manual" }), "not_found");
    await refused(runs.finish({ id: NOBODY, completedAt, run: { runId: "r9", status: "failed" } }), "not_found");
  });
});
