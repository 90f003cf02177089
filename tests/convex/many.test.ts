/**
 * A hundred thousand pipelines with schedules: no call reads more than Convex lets a call read, or much at all.
 * `DUE=100000` has all of them due in the same minute.
 */
import { pipelineFunctions } from "convex-pipelines/convex";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { quiet } from "./backend";
import { CountingDatabase, type Reads } from "./counting-database";

beforeEach(quiet);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const NOON = Date.parse("2026-11-22T12:00:00.000Z");
const MINUTE = 60_000;
const MANY = 100_000;
const DUE = Number(process.env["DUE"] ?? 5_000);
/** Far below what Convex lets one call read: https://docs.convex.dev/production/state/limits. */
const MOST = { documents: 1_100, bytes: 1024 * 1024 };

interface Handler {
  _handler: (ctx: object, args: object) => Promise<unknown>;
}

/** The functions over the counting database, and what each call has read. */
class Deployment {
  readonly db = new CountingDatabase();
  readonly worst = new Map<string, Reads & { calls: number; all: number }>();
  readonly #functions = pipelineFunctions() as unknown as Record<string, Handler>;
  readonly #scheduled: { name: string; args: object }[] = [];

  async call<Result>(name: string, args: object = {}, as = name): Promise<Result> {
    const ctx = {
      db: this.db,
      meta: { getFunctionMetadata: () => Promise.resolve({ name }) },
      scheduler: { runAfter: (_: number, __: unknown, args: object) => Promise.resolve(this.#scheduled.push({ name, args })) },
    };
    const result = await this.#functions[name]!._handler(ctx, args);
    const { documents, bytes } = this.db.counted();
    const { calls = 0, all = 0, ...most } = this.worst.get(as) ?? { documents: 0, bytes: 0 };
    const worst = { documents: Math.max(most.documents, documents), bytes: Math.max(most.bytes, bytes) };
    this.worst.set(as, { ...worst, calls: calls + 1, all: all + documents });
    return result as Result;
  }

  /** A call and those that it goes on in. */
  async through(name: string, args: object = {}, as = name): Promise<void> {
    await this.call(name, args, as);
    for (let next = this.#scheduled.shift(); next; next = this.#scheduled.shift()) await this.call(next.name, next.args, as);
  }

  /** Nothing of what is scheduled comes to pass. */
  forget(): void {
    this.#scheduled.length = 0;
  }
}

test(`a minute in which ${String(DUE)} of ${String(MANY)} schedules are due, and the calls around it`, { timeout: 240_000 }, async () => {
  vi.useFakeTimers({ now: NOON - MINUTE, toFake: ["Date"] });
  const deployment = new Deployment();
  const { db, worst } = deployment;
  const call = <Result>(...args: [name: string, args?: object, as?: string]) => deployment.call<Result>(...args);
  const through: typeof call = (...args) => deployment.through(...args) as never;
  const moment = new Date(NOON - MINUTE).toISOString();
  const ids = Array.from({ length: MANY }, () => crypto.randomUUID());
  for (const [at, id] of ids.entries()) {
    const name = `Digest ${String(at)}`;
    const row = { id, name, nameKey: name.toLowerCase(), accountId: "user_1", createdAt: moment, updatedAt: moment };
    const steps = [{ id: "a", kind: "clean", options: {} }];
    const nextRunAt = new Date(at < DUE ? NOON : NOON + 30 * 24 * 60 * MINUTE).toISOString();
    await db.insert("pipelines", { ...row, steps, schedule: { cron: at < DUE ? "* * * * *" : "0 12 22 * *" }, nextRunAt });
  }
  db.counted();

  await through("tick", {}, "tick, nothing due");
  vi.setSystemTime(NOON + 500);
  await through("tick", {}, "tick, all due");
  expect(db.count("pipeline_runs")).toBe(DUE);
  for (let each = 0; each < 500; each++) {
    const claimed = await call<{ run: { runId: string; pipelineId: string } }>("claimRun", { worker: "w", leaseMs: 30_000 });
    if (each % 2 === 0) continue; // its lease will run out
    const { runId, pipelineId } = claimed.run;
    const run = { runId, worker: "w", status: "success" };
    await call("recordRun", { id: pipelineId, completedAt: new Date().toISOString(), run });
  }
  vi.setSystemTime(NOON + MINUTE + 500);
  await through("tick", {}, "tick, all due, most still queued");
  expect(db.count("pipeline_runs")).toBe(DUE + 500);

  for (const id of ids.slice(0, 100)) await call("startRun", { id, trigger: "manual", accountId: "user_1" });
  for (const id of ids.slice(0, 100)) await call("listRuns", { id, accountId: "user_1" });
  await call("list", { accountId: "user_1" });
  await call("claimRun", { worker: "w", accountId: "user_1" }, "claimRun of an account");
  vi.setSystemTime(NOON + 91 * 24 * 60 * MINUTE);
  await call("tick", {}, "tick after 91 days");
  deployment.forget();
  for (const id of ids.slice(0, 20)) await through("remove", { id, accountId: "user_1" });

  console.table(Object.fromEntries([...worst].map(([name, { calls, documents, bytes, all }]) => [name, { calls, documents, kB: Math.ceil(bytes / 1024), all }])));
  for (const [name, { documents, bytes }] of worst) {
    expect(documents, name).toBeLessThan(MOST.documents);
    expect(bytes, name).toBeLessThan(MOST.bytes);
  }
  // Nothing is read that has nothing to do with what is due.
  expect(worst.get("tick, nothing due")).toMatchObject({ documents: 0, calls: 1 });
});
