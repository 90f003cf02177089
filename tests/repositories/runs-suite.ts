/** What every place that keeps runs does. */
import type { PipelineRepository, PipelineRuns } from "convex-pipelines";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INPUT, refusal } from "./suite";

/** Pipelines whose runs can be asked for, and the clock of their schedules. */
export interface Running {
  repository: PipelineRepository & { readonly runs: PipelineRuns };
  /** A tick at the moment that it is. */
  tick: () => Promise<unknown>;
}

const NOON = Date.parse("2026-11-22T12:00:00.000Z");
const MINUTE = 60_000;
const EVERY_MINUTE = { ...INPUT, schedule: { cron: "* * * * *" } };
const UNKNOWN = "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** `make` gives an empty one before each test. */
export function runsSuite(name: string, make: () => Running | Promise<Running>): void {
  describe(name, () => {
    let repository: Running["repository"];
    let runs: PipelineRuns;
    let tick: Running["tick"];
    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ["Date"], now: NOON - MINUTE / 2 });
      ({ repository, tick } = await make());
      ({ runs } = repository);
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    /** Ticks at some minutes after noon. */
    const tickAt = async (...minutes: number[]): Promise<void> => {
      for (const minute of minutes) {
        vi.setSystemTime(NOON + minute * MINUTE + 500);
        await tick();
      }
    };
    const dueTimes = async (id: string) =>
      (await runs.list({ id })).runs.map(({ dueAt, skipped }) => [dueAt?.slice(11, 16), skipped ?? 0]);

    test("a run that is wanted waits, with what its trigger brought", async () => {
      const { id } = await repository.create(INPUT);
      const run = await runs.start({ id, trigger: "webhook", payload: "a text" });
      expect(run).toEqual({
        runId: run.runId,
        pipelineId: id,
        ...(run.accountId !== undefined && { accountId: run.accountId }),
        status: "queued",
        trigger: "webhook",
        queuedAt: at(Date.now()),
        attempt: 0,
        payload: "a text",
      });
      expect(await runs.get(run.runId)).toEqual(run);
      const { payload: _payload, ...listed } = run;
      expect(await runs.list({ id })).toEqual({ runs: [listed] });
    });

    test("one runId is one run, and not another pipeline's", async () => {
      const [mine, yours] = [await repository.create(INPUT), await repository.create({ ...INPUT, name: "Yours" })];
      const first = await runs.start({ id: mine.id, trigger: "manual", runId: "r1" });
      expect(await runs.start({ id: mine.id, trigger: "manual", runId: "r1", payload: "again" })).toEqual(first);
      await refusal(runs.start({ id: yours.id, trigger: "manual", runId: "r1" }), "conflict");
      expect((await runs.list({ id: yours.id })).runs).toEqual([]);
    });

    test("what cannot be started says why, and starts nothing", async () => {
      const { id } = await repository.create(INPUT);
      await refusal(runs.start({ id: UNKNOWN, trigger: "manual" }), "not_found");
      const error = await refusal(runs.start({ id, trigger: "manual", runId: "schedule:1", payload: "x".repeat(65_537) }), "invalid");
      expect(error.issues.map(({ code, path }) => [code, path.join(".")])).toEqual([["type", "runId"], ["too_long", "payload"]]);
      expect((await runs.list({ id })).runs).toEqual([]);
    });

    test("a worker gets the oldest, with its pipeline, and nobody else gets it", async () => {
      const { id } = await repository.create(INPUT);
      for (const runId of ["b", "a"]) {
        await runs.start({ id, trigger: "manual", runId, payload: runId });
        vi.setSystemTime(Date.now() + 1_000);
      }
      const first = await runs.claim({ worker: "w1", leaseMs: 5_000 });
      expect(first?.run).toMatchObject({ runId: "b", status: "running", worker: "w1", attempt: 1, payload: "b", leaseUntil: at(Date.now() + 5_000) });
      expect(first?.pipeline).toMatchObject({ id, name: "Morning news" });
      expect(first?.pipeline).not.toHaveProperty("nextRunAt");
      expect((await runs.claim({ worker: "w2" }))?.run.runId).toBe("a");
      expect(await runs.claim({ worker: "w3" })).toBeNull();
      await refusal(runs.claim({ worker: " ", leaseMs: 1 }), "invalid");
    });

    test("a lease goes on for its own worker, and without a word the run fails", async () => {
      const { id } = await repository.create(INPUT);
      await runs.start({ id, trigger: "manual", runId: "r1" });
      await runs.claim({ worker: "w1", leaseMs: MINUTE });
      expect(await runs.renew({ runId: "r1", worker: "w2" })).toBeNull();
      expect(await runs.renew({ runId: "r1", worker: "w1", leaseMs: 2 * MINUTE })).toMatchObject({ leaseUntil: at(Date.now() + 2 * MINUTE) });
      vi.setSystemTime(Date.now() + MINUTE);
      await tick();
      expect(await runs.get("r1")).toMatchObject({ status: "running" });
      vi.setSystemTime(Date.now() + MINUTE);
      await tick();
      expect(await runs.get("r1")).toMatchObject({ status: "failed", error: "no word from its worker", completedAt: at(Date.now()) });
      expect(await runs.renew({ runId: "r1", worker: "w1" })).toBeNull();
      expect(await repository.list()).toMatchObject([{ lastRunAt: at(Date.now()), lastRunStatus: "failed" }]);
    });

    test("the first end counts, and the pipeline shows it", async () => {
      const { id } = await repository.create(INPUT);
      await runs.start({ id, trigger: "manual", runId: "r1" });
      await runs.claim({ worker: "w1" });
      const completedAt = at(NOON);
      const run = { runId: "r1", status: "success", outcome: "3 chunks", worker: "w1" } as const;
      expect(await runs.finish({ id, completedAt, run })).toMatchObject({ id, lastRunAt: completedAt, lastRunStatus: "success" });
      const late = { runId: "r1", status: "failed", error: "too late" } as const;
      expect(await runs.finish({ id, completedAt: at(NOON + 1), run: late })).toMatchObject({ lastRunAt: completedAt });
      expect(await runs.get("r1")).toMatchObject({ status: "success", completedAt, outcome: "3 chunks" });
      expect(await runs.get("r1")).not.toHaveProperty("error");
      expect(await repository.get(id)).toMatchObject({ lastRunAt: completedAt, lastRunStatus: "success" });
      expect(await repository.list()).toMatchObject([{ lastRunAt: completedAt, lastRunStatus: "success" }]);
      await refusal(runs.finish({ id: UNKNOWN, completedAt, run }), "not_found");
    });

    test("recordRun without a run moves the date, and invents no history", async () => {
      const { id } = await repository.create(INPUT);
      await repository.recordRun(id, at(NOON));
      expect(await repository.get(id)).toMatchObject({ lastRunAt: at(NOON) });
      expect((await runs.list({ id })).runs).toEqual([]);
    });

    test("a due time makes one run, and times that pass while it waits are counted on it", async () => {
      const { id } = await repository.create(EVERY_MINUTE);
      await tick();
      expect(await dueTimes(id)).toEqual([]);
      await tickAt(0, 0, 1, 1, 2);
      expect(await dueTimes(id)).toEqual([["12:00", 2]]);
      const claimed = await runs.claim({ worker: "w1" });
      expect(claimed?.run).toMatchObject({ trigger: "schedule", dueAt: at(NOON) });
      await tickAt(3);
      expect(await dueTimes(id)).toEqual([["12:03", 0], ["12:00", 2]]);
    });

    test("after an outage the latest time that was missed runs", async () => {
      const { id } = await repository.create(EVERY_MINUTE);
      await tickAt(100);
      expect(await dueTimes(id)).toEqual([["13:40", 0]]);
    });

    test("a schedule that changes, or is switched off, fires as it says then", async () => {
      const { id } = await repository.create(EVERY_MINUTE);
      await repository.update(id, { schedule: { cron: "5 * * * *" } });
      await tickAt(0, 4, 5);
      expect(await dueTimes(id)).toEqual([["12:05", 0]]);
      await repository.update(id, { schedule: { cron: "* * * * *", enabled: false } });
      await tickAt(70);
      expect(await dueTimes(id)).toHaveLength(1);
    });

    test("a change of something else leaves a time due that is due already", async () => {
      const { id } = await repository.create(EVERY_MINUTE);
      vi.setSystemTime(NOON + 10_000);
      await repository.update(id, { name: "Renamed", schedule: EVERY_MINUTE.schedule });
      await tick();
      expect(await dueTimes(id)).toEqual([["12:00", 0]]);
    });

    test("runs come in pages, the newest first", async () => {
      const { id } = await repository.create(INPUT);
      for (let run = 1; run <= 5; run++) await runs.start({ id, trigger: "manual", runId: `r${String(run)}` });
      const seen: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await runs.list({ id, limit: 2, cursor });
        seen.push(page.runs.map(({ runId }) => runId));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual([["r5", "r4"], ["r3", "r2"], ["r1"]]);
      await refusal(runs.list({ id, limit: 101 }), "invalid");
      await refusal(runs.list({ id, cursor: "x" }), "invalid");
    });

    test("a pipeline takes its runs with it, and whoever works on one hears of that", async () => {
      const { id } = await repository.create(INPUT);
      await runs.start({ id, trigger: "manual", runId: "r1" });
      await runs.start({ id, trigger: "manual", runId: "r2" });
      await runs.claim({ worker: "w1" });
      await repository.delete(id);
      const run = { runId: "r1", status: "success", worker: "w1" } as const;
      await refusal(runs.finish({ id, completedAt: at(NOON), run }), "not_found");
      expect(await runs.claim({ worker: "w1" })).toBeNull();
      expect(await runs.get("r2")).toBeNull();
    });

    test("history is bounded, and what waits stays", async () => {
      const { id } = await repository.create(INPUT);
      await runs.start({ id, trigger: "manual", runId: "waits" });
      for (let run = 0; run < 110; run++) {
        await runs.finish({ id, completedAt: at(NOON + run), run: { runId: `r${String(run)}`, status: "success" } });
      }
      const kept = (await runs.list({ id, limit: 100 })).runs.map(({ runId }) => runId);
      expect(kept[0]).toBe("r109");
      expect(kept.length).toBeLessThanOrEqual(100);
      expect(await runs.get("waits")).toMatchObject({ status: "queued" });
      expect(await runs.get("r0")).toBeNull();
      vi.setSystemTime(NOON + 91 * 24 * 60 * MINUTE);
      for (let pass = 0; pass < 3; pass++) await tick();
      expect((await runs.list({ id })).runs.map(({ runId, trigger }) => (trigger === "schedule" ? trigger : runId))).toEqual(["schedule", "waits"]);
    });
  });
}
