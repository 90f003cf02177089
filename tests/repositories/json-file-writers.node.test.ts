/**
 * Many who write one file, in one process and in several, some of which are killed.
 *
 * `FILE_KILLS=2000 INCREMENTS=20000 npm test -- --project node json-file-writers` looks longer.
 */
import fs, { readdirSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { afterEach, describe, expect, test } from "vitest";
import { Random } from "../support/random";
import { freshPlace, pause, run, type Script } from "./json-file";
import { INPUT, STEPS, refusal } from "./suite";

const place = freshPlace();
const SEED = Number(process.env["SEED"] ?? 1);
const KILLS = Number(process.env["FILE_KILLS"] ?? 60);
const INCREMENTS = Number(process.env["INCREMENTS"] ?? 400);
const PROCESSES = 4;

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
  test(`count to ${String(INCREMENTS)} together and lose nothing`, { timeout: 60_000 + INCREMENTS * 100 }, async () => {
    const { id } = await new JsonFilePipelineRepository(place.path).create({ ...INPUT, description: "0" });
    const counter = `
      const repository = Repository();
      for (let left = ${String(INCREMENTS / PROCESSES)}; left > 0; ) {
        const { description, updatedAt } = await repository.get("${id}");
        const next = { description: String(Number(description) + 1) };
        const isDone = await repository.update("${id}", next, { expectedUpdatedAt: updatedAt }).then(() => true, ({ code }) => {
          if (code !== "conflict") throw new Error(code);
        });
        if (isDone) left -= 1;
      }`;
    const counters = Array.from({ length: PROCESSES }, () => run(place.path, counter));
    expect(await Promise.all(counters.map(({ ended }) => ended))).toEqual(counters.map(() => 0));
    expect(place.stored().pipelines).toMatchObject([{ description: String(INCREMENTS) }]);
    expect(readdirSync(place.folder)).toEqual(["pipelines.json"]);
  });

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

  /** A writer that goes on until it is killed, what it works on, and whom it comes after. */
  interface Writer {
    script: Script;
    id: string;
    successorOf: string | undefined;
  }

  /** Deletes what the one before has left, creates a pipeline of its own, then renames it: each line is what was acknowledged. */
  function begin(number: number, successorOf?: string): Writer {
    const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
    const body = `
      const repository = Repository();
      const deletion = ${JSON.stringify(successorOf ?? "")};
      if (deletion !== "") await repository.delete(deletion);
      await repository.create({ name: "0", steps: ${JSON.stringify(STEPS)} }, { id: "${id}", secretDigest: "${String(number).padStart(64, "0")}", secretLastFour: "abcd" });
      for (let turn = 0; ; ) {
        process.stdout.write(turn + "\\n");
        turn += 1;
        await repository.update("${id}", { name: String(turn) });
      }`;
    return { script: run(place.path, body), id, successorOf };
  }

  /** What was acknowledged before, and is not in the file. */
  function lost(writers: readonly Writer[]): string[] {
    const acknowledged = writers.map((writer) => ({ ...writer, last: writer.script.lines.at(-1) }));
    const names = new Map(place.stored().pipelines.map(({ id, name }) => [id, Number(name)]));
    return acknowledged.flatMap(({ id, successorOf, last }) => {
      if (last === undefined) return [];
      const isBehind = (names.get(id) ?? -1) < Number(last);
      return [...(isBehind ? [`${id} ${last}`] : []), ...(names.has(successorOf) ? [`deletion of ${successorOf!}`] : [])];
    });
  }

  const heard = async ({ script }: Writer): Promise<void> => {
    if (script.lines.length === 0) await new Promise((resolve) => script.stdout!.once("data", resolve));
  };

  test(`are killed ${String(KILLS)} times: nothing is torn, what was acknowledged is there, and the others go on`, { timeout: 60_000 + KILLS * 2_000 }, async () => {
    const random = new Random(SEED);
    let count = 0;
    const writers = Array.from({ length: PROCESSES }, () => begin(++count));
    let changes = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = writers.shift()!;
      await heard(victim);
      await pause(random.below(60));
      victim.script.kill("SIGKILL");
      await victim.script.ended;
      expect(lost([victim, ...writers]), `seed ${String(SEED)}, kill ${String(kill)}`).toEqual([]);
      changes += victim.script.lines.length;
      writers.push(begin(++count, victim.id));
    }
    for (const writer of writers) await heard(writer);
    for (const { script } of writers) script.kill("SIGKILL");
    await Promise.all(writers.map(({ script }) => script.ended));
    expect(lost(writers)).toEqual([]);
    expect(place.stored().pipelines.map(({ id }) => id).sort()).toEqual(writers.map(({ id }) => id));
    const start = Date.now();
    await Promise.all([1, 2].map(() => new JsonFilePipelineRepository(place.path).create(INPUT)));
    expect(Date.now() - start).toBeLessThan(2_000);
    expect(readdirSync(place.folder)).toEqual(["pipelines.json"]);
    console.info(`${String(KILLS)} kills, ${String(changes)} changes acknowledged before them`);
  });
});
