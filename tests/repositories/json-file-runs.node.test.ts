import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { describe, expect, test } from "vitest";
import { freshPlace } from "./json-file";
import { INPUT, refusal } from "./suite";
import { runsSuite } from "./runs-suite";

const place = freshPlace();
const runsPath = (): string => place.path.replace(/\.json$/, ".runs.json");

runsSuite("runs of a JSON file", () => {
  const repository = new JsonFilePipelineRepository(place.path);
  return { repository, tick: () => repository.tick() };
});

runsSuite("runs of a JSON file for one account", () => {
  const repository = new JsonFilePipelineRepository(place.path, { accountId: "user_1" });
  return { repository, tick: () => new JsonFilePipelineRepository(place.path).tick() };
});

describe("the file of runs", () => {
  test("stands beside that of the pipelines, readable by its owner only, and only once there is a run", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    const { id } = await repository.create(INPUT);
    await repository.tick();
    expect(existsSync(runsPath())).toBe(false);
    await repository.runs.start({ id, trigger: "manual", runId: "r1" });
    expect(statSync(runsPath()).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(runsPath(), "utf8"))).toMatchObject({ runs: [{ runId: "r1", number: 1 }] });
    expect(place.text()).not.toContain("r1");
  });

  test("that is damaged is named and left as it is", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    const { id } = await repository.create(INPUT);
    for (const text of ["", "{", "[]", '{"runs":{}}', '{"runs":[{"runId":1}]}']) {
      writeFileSync(runsPath(), text);
      const error = await refusal(repository.runs.start({ id, trigger: "manual" }), "storage");
      expect(error.message).toContain(runsPath());
      expect(readFileSync(runsPath(), "utf8")).toBe(text);
    }
    expect(await repository.list()).toHaveLength(1);
  });

  test("is seen by every repository of the file, and within an account by that account alone", async () => {
    const [mine, yours, all] = ["user_1", "user_2", undefined].map((accountId) => new JsonFilePipelineRepository(place.path, { accountId }));
    const { id } = await mine!.create(INPUT);
    await mine!.runs.start({ id, trigger: "manual", runId: "r1" });
    expect(await yours!.runs.get("r1")).toBeNull();
    expect(await yours!.runs.list({ id })).toEqual({ runs: [] });
    expect(await yours!.runs.claim({ worker: "w" })).toBeNull();
    await refusal(yours!.runs.start({ id, trigger: "manual" }), "not_found");
    expect((await all!.runs.claim({ worker: "w" }))?.run.runId).toBe("r1");
    expect(await yours!.runs.renew({ runId: "r1", worker: "w" })).toBeNull();
  });

  test("may hold a run that cannot be read: it hides no other and stays as it is", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    const { id } = await repository.create(INPUT);
    const other = await repository.create({ ...INPUT, schedule: { cron: "* * * * *" } });
    await repository.runs.start({ id, trigger: "manual", runId: "good" });
    const file = JSON.parse(readFileSync(runsPath(), "utf8")) as { runs: object[] };
    const broken = { runId: "bad", pipelineId: id, status: "queued", queuedAt: "0000", trigger: 7, number: 2 };
    const stuck = { ...broken, runId: "stuck", status: "running", leaseUntil: "2020-01-01T00:00:00.000Z" };
    writeFileSync(runsPath(), JSON.stringify({ runs: [broken, stuck, ...file.runs] }));
    await repository.tick(Date.now() + 120_000);
    const claimed = [await repository.runs.claim({ worker: "w" }), await repository.runs.claim({ worker: "w" })];
    expect(claimed.map((each) => each?.pipeline.id).sort()).toEqual([id, other.id].sort());
    expect(await repository.runs.claim({ worker: "w" })).toBeNull();
    expect((JSON.parse(readFileSync(runsPath(), "utf8")) as { runs: object[] }).runs.slice(0, 2)).toEqual([broken, stuck]);
  });

  test("may hold a scheduled run that cannot be read: its schedule goes on", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    const { id } = await repository.create({ ...INPUT, schedule: { cron: "* * * * *" } });
    const minute = (after: number): number => Math.ceil(Date.now() / 60_000) * 60_000 + after * 60_000;
    await repository.tick(minute(1));
    const file = JSON.parse(readFileSync(runsPath(), "utf8")) as { runs: Record<string, unknown>[] };
    writeFileSync(runsPath(), JSON.stringify({ runs: file.runs.map((run) => ({ ...run, queuedAt: "never" })) }));
    for (const after of [1, 2, 3]) await repository.tick(minute(after));
    const { runs } = JSON.parse(readFileSync(runsPath(), "utf8")) as { runs: Record<string, unknown>[] };
    expect(runs.filter(({ pipelineId }) => pipelineId === id)).toMatchObject([{ queuedAt: "never" }, { status: "queued", skipped: 1 }]);
  });

  test("is written first: a pipeline that has not heard of an end hears of it from the next tick", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    const { id } = await repository.create(INPUT);
    const before = place.text();
    await repository.runs.finish({ id, completedAt: "2026-11-22T12:00:00Z", run: { runId: "r1", status: "success" } });
    writeFileSync(place.path, before); // cut off before the pipeline was written
    expect(await repository.get(id)).not.toHaveProperty("lastRunAt");
    await repository.tick();
    expect(await repository.get(id)).toMatchObject({ lastRunAt: "2026-11-22T12:00:00.000Z", lastRunStatus: "success" });
  });

  test("is served over the wire", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    const { id } = await repository.create(INPUT);
    const started = await repository.serve("startRun", { id, trigger: "manual", runId: "r1", payload: "x" });
    expect(started.result).toMatchObject({ runId: "r1", status: "queued" });
    expect((await repository.serve("claimRun", { worker: "w" })).result).toMatchObject({ run: { runId: "r1" }, pipeline: { id } });
    expect((await repository.serve("renewRun", { worker: "w", runId: "r1" })).result).toMatchObject({ runId: "r1" });
    const run = { runId: "r1", status: "success" };
    const recorded = await repository.serve("recordRun", { id, completedAt: "2026-11-22T12:00:00.000Z", run });
    expect(recorded.result).toMatchObject({ id, lastRunStatus: "success" });
    expect((await repository.serve("listRuns", { id })).result).toMatchObject([{ runId: "r1", status: "success" }]);
    expect((await repository.serve("getRun", { runId: "r1" })).result).toMatchObject({ payload: "x" });
    expect(await repository.serve("delete", { id })).toEqual({ result: true });
    expect((await repository.serve("getRun", { runId: "r1" })).result).toBeNull();
  });
});
