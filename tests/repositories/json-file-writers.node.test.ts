import fs, { readdirSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { afterEach, describe, expect, test } from "vitest";
import { freshPlace, pause, run, type Script } from "./json-file";
import { INPUT, STEPS, refusal } from "./suite";

const place = freshPlace();

/** Runs `before` in front of each renaming to the file. */
function watchWrites(before: () => void): void {
  fs.renameSync = (from, to) => {
    if (to === place.path) before();
    renameSync(from, to);
  };
  syncBuiltinESMExports();
}
const { renameSync } = fs;
afterEach(() => {
  fs.renameSync = renameSync;
  syncBuiltinESMExports();
});

describe("many callers in one process", () => {
  test("share one write, in their order, and a refusal is the refused one's alone", async () => {
    let writes = 0;
    watchWrites(() => writes++);
    const repositories = ["a", "b", "c"].map((accountId) => new JsonFilePipelineRepository(place.path, { accountId }));
    const { id } = await repositories[0]!.create(INPUT);
    const stale = "2020-01-01T00:00:00.000Z";
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, async (_each, turn) => {
        const repository = repositories[turn % 3]!;
        if (turn % 10 === 7) return repository.update(id, { name: "no" }, { expectedUpdatedAt: stale });
        return repository.create({ ...INPUT, name: `name ${String(turn)}` });
      }),
    );
    expect(writes).toBeLessThanOrEqual(4);
    expect(outcomes.flatMap(({ status }, turn) => (status === "rejected" ? [turn] : []))).toEqual([7, 17, 27, 37, 47, 57]);
    const names = place.stored().pipelines.slice(1).map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: 60 }, (_e, turn) => `name ${String(turn)}`).filter((_n, turn) => turn % 10 !== 7));
    expect(await repositories[1]!.list()).toHaveLength(18);
    expect(await new JsonFilePipelineRepository(place.path).list()).toHaveLength(55);
  });

  test("plan on what the one before has left, whoever that was", async () => {
    const repositories = Array.from({ length: 4 }, () => new JsonFilePipelineRepository(place.path));
    const { id } = await repositories[0]!.create(INPUT);
    const updates = Array.from({ length: 40 }, (_each, turn) => repositories[turn % 4]!.update(id, { name: String(turn) }));
    const stamps = (await Promise.all(updates)).map(({ updatedAt }) => updatedAt);
    expect(stamps).toEqual([...new Set(stamps)].sort());
    for (const repository of repositories) expect(await repository.get(id)).toMatchObject({ name: "39", updatedAt: stamps.at(-1) });
  });

  test("see nothing of a write that failed, and are all told", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    const other = new JsonFilePipelineRepository(place.path);
    await repository.create({ ...INPUT, name: "there" });
    await other.list();
    let fails = true;
    watchWrites(() => {
      if (fails) throw new Error("no room");
    });
    const lost = [1, 2, 3, 4].map((turn) => (turn % 2 === 0 ? repository : other).create(INPUT));
    const refused = refusal(repository.create({ ...INPUT, name: "" }), "invalid");
    for (const each of lost) expect((await refusal(each, "storage")).message).toContain("no room");
    await refused.catch(() => undefined);
    fails = false;
    for (const each of [repository, other]) expect((await each.list()).map(({ name }) => name)).toEqual(["there"]);
    await other.create({ ...INPUT, name: "later" });
    expect((await repository.list()).map(({ name }) => name)).toEqual(["later", "there"]);
    expect(place.stored().pipelines).toHaveLength(2);
  });

  test("see changes when they are on disk and not before", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    await repository.list();
    const seen: number[] = [];
    const writes: number[] = [];
    watchWrites(() => writes.push(1));
    const change = Promise.all(Array.from({ length: 20 }, () => repository.create(INPUT)));
    for (;;) {
      const { length } = await repository.list();
      if (writes.length > 0) break;
      seen.push(length);
    }
    await change;
    expect(seen.filter((count) => count > 0)).toEqual([]);
    expect(await repository.list()).toHaveLength(20);
  });

  test("are all served before `close`, and none after", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    const made = [repository.create(INPUT), repository.create(INPUT)];
    await repository.close();
    await Promise.all(made);
    expect(place.stored().pipelines).toHaveLength(2);
    await refusal(repository.list(), "storage");
    await refusal(repository.create(INPUT), "storage");
  });
});

describe("several processes", () => {
  /** Creates pipelines until it is killed, and says each id when it is acknowledged. */
  const writer = (count: number, tag: string): Script =>
    run(
      place.path,
      `const repository = Repository();
      for (let turn = 0; turn < ${String(count)}; turn++) {
        const { id } = await repository.create({ name: "${tag} " + turn, steps: ${JSON.stringify(STEPS)} });
        process.stdout.write(id + "\\n");
      }`,
    );

  test("write at once and lose nothing", async () => {
    const writers = ["a", "b", "c"].map((tag) => writer(40, tag));
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const ids = place.stored().pipelines.map(({ id }) => id);
    expect(ids).toHaveLength(120);
    expect(new Set(ids).size).toBe(120);
    expect(readdirSync(place.folder)).toEqual(["pipelines.json"]);
  }, 60_000);

  test("get their turns alike, and none of their callers waits long", async () => {
    const { id } = await new JsonFilePipelineRepository(place.path).create(INPUT);
    const body = `
      const start = Date.now() + 1_000;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const repository = Repository();
      await Promise.all(Array.from({ length: 5 }, async () => {
        let [count, longest] = [0, 0];
        while (Date.now() < start + 3_000) {
          const asked = performance.now();
          await repository.update("${id}", { description: String(count++) });
          longest = Math.max(longest, performance.now() - asked);
        }
        process.stdout.write(count + " " + longest + "\\n");
      }));`;
    const scripts = Array.from({ length: 4 }, () => run(place.path, body));
    expect(await Promise.all(scripts.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    const callers = scripts.flatMap(({ lines }) => lines.map((line) => line.split(" ").map(Number)));
    const counts = callers.map(([count = 0]) => count);
    expect(callers).toHaveLength(20);
    expect(Math.max(...callers.map(([, longest = 0]) => longest))).toBeLessThan(1_500);
    expect(Math.min(...counts) * 3, counts.join()).toBeGreaterThan(Math.max(...counts));
  }, 60_000);

  test("may be killed at any moment: what was acknowledged is there, and the next writer goes on at once", async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 15; round++) {
      const child = writer(10_000, `round ${String(round)}`);
      const rival = round % 3 === 0 ? writer(10_000, "rival") : undefined;
      await new Promise((resolve) => child.stdout!.once("data", resolve));
      await pause(round * 4);
      child.kill("SIGKILL");
      rival?.kill("SIGKILL");
      await Promise.all([child.ended, rival?.ended]);
      acknowledged.push(...child.lines, ...(rival?.lines ?? []));
      const ids = new Set(place.stored().pipelines.map(({ id }) => id));
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    }
    const start = Date.now();
    const repository = new JsonFilePipelineRepository(place.path);
    await Promise.all([repository.create(INPUT), new JsonFilePipelineRepository(place.path).create(INPUT)]);
    expect(Date.now() - start).toBeLessThan(2_000);
    expect(readdirSync(place.folder)).toEqual(["pipelines.json"]);
  }, 120_000);
});
