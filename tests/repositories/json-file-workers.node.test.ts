/** Runs of one file, ticked and worked on by processes of their own, one of which is killed again and again. */
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { expect, test } from "vitest";
import { freshPlace, pause, run, type Script } from "./json-file";
import { STEPS } from "./suite";

const place = freshPlace();
const KILLS = Number(process.env["RUN_KILLS"] ?? 30);
/** How many minutes the clocks of their schedules make in one. */
const SPEED = 45;
/** Longer than those clocks are ahead in the end, for 80 seconds: until then no lease runs out. */
const LEASE_MS = 3_600_000;
const HISTORY = { history: { runs: 100_000, total: 100_000 } };

/** Ticks, claims, and says so before it works and when it has. */
const worker = (began: number): string => `
  const repository = Repository(${JSON.stringify(HISTORY)});
  const { runs } = repository;
  const worker = String(process.pid);
  for (;;) {
    await repository.tick(${String(began)} + (Date.now() - ${String(began)}) * ${String(SPEED)});
    const claimed = await runs.claim({ worker, leaseMs: ${String(LEASE_MS)} });
    if (claimed === null) continue;
    const { run: { runId }, pipeline: { id } } = claimed;
    console.log("claimed " + runId);
    const report = { runId, status: "success", worker };
    await runs.finish({ id, completedAt: new Date().toISOString(), run: report });
    console.log("done " + runId);
  }
`;

test("each due time has one run, each run one worker, and none is lost", async () => {
  const repository = new JsonFilePipelineRepository(place.path, HISTORY);
  for (const name of ["a", "b", "c", "d"]) await repository.create({ name, steps: STEPS, schedule: { cron: "* * * * *" } });
  const began = Date.now();
  const scripts: Script[] = [];
  const begin = (): Script => {
    const script = run(place.path, worker(began));
    scripts.push(script);
    return script;
  };
  const end = async (script: Script): Promise<void> => {
    script.kill("SIGKILL");
    await script.ended;
  };
  const steady = begin();
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = begin();
    await pause(400 + 400 * Math.random());
    await end(victim);
  }
  await end(steady);
  // Whoever held a run then says no word any more, and what waits is taken.
  const later = began + (Date.now() - began) * SPEED + 2 * LEASE_MS;
  await repository.tick(later);
  for (let left = await repository.runs.claim({ worker: "last" }); left !== null; left = await repository.runs.claim({ worker: "last" })) {
    const report = { runId: left.run.runId, status: "success", worker: "last" } as const;
    await repository.runs.finish({ id: left.pipeline.id, completedAt: new Date().toISOString(), run: report });
  }

  const said = (word: string): string[] =>
    scripts.flatMap(({ lines }) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1)));
  const [claimed, done] = [said("claimed"), said("done")];
  expect(new Set(claimed).size).toBe(claimed.length);
  let seen = 0;
  for (const { id } of await repository.list()) {
    const due: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await repository.runs.list({ id, limit: 100, cursor });
      for (const { runId, dueAt, status, error, worker: holder } of page.runs) {
        due.push(dueAt!);
        if (done.includes(runId)) expect([runId, status]).toEqual([runId, "success"]);
        else if (status === "failed") expect([runId, error]).toEqual([runId, "no word from its worker"]);
        else expect([runId, status, holder === "last" || claimed.includes(runId)]).toEqual([runId, "success", true]);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(due).toEqual([...new Set(due)].sort().reverse());
    seen += due.length;
  }
  expect(seen).toBeGreaterThan(KILLS);
  expect(done.length).toBeGreaterThan(0);
  console.log(`${String(seen)} runs, ${String(claimed.length)} claimed, ${String(done.length)} done, ${String(KILLS)} kills`);
}, 120_000);
