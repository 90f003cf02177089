import { InMemoryPipelineRepository, isPipelineError, sortPipelines, toListItem } from "convex-pipelines";
import { describe, expect, test } from "vitest";
import { Random } from "../support/random.js";
import { INPUT, repositorySuite } from "./suite";

repositorySuite("the in-memory repository", () => new InMemoryPipelineRepository());

describe("the in-memory repository's options", () => {
  test("plaintext shows the secret in every full pipeline", async () => {
    const repository = new InMemoryPipelineRepository({ secretStorage: "plaintext" });
    const made = await repository.create(INPUT);
    expect(made.webhookSecret).toBeDefined();
    expect(await repository.get(made.id)).toEqual(made);
    expect((await repository.update(made.id, { name: "x" })).webhookSecret).toBe(made.webhookSecret);
    expect(await repository.findByWebhookSecret(made.webhookSecret!)).toMatchObject({ webhookSecret: made.webhookSecret });
  });

  test("a bad option is refused by the constructor", () => {
    try {
      new InMemoryPipelineRepository({ secretStorage: "sealed" as "hashed" });
      expect.unreachable();
    } catch (thrown) {
      expect(isPipelineError(thrown) && thrown.code).toBe("config");
    }
  });
});

describe("a list of the in-memory repository", () => {
  const NAMES = ["a", "A", "b", "Ä", "ä", "zz", "\u{1f600}", "\ufffd", "a b"];

  test("after any changes shows each pipeline as it is, in order", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed);
      const repository = new InMemoryPipelineRepository();
      const ids: string[] = [];
      for (let step = 0; step < 40; step++) {
        const id = ids.length === 0 ? "" : random.pick(ids);
        const name = random.pick(NAMES);
        const what = id === "" ? 0 : random.below(6);
        if (what <= 1) ids.push((await repository.create({ ...INPUT, name })).id);
        else if (what === 2) await repository.update(id, { name, description: random.pick([null, "new"]) });
        else if (what === 3) await repository.update(id, { schedule: random.pick([null, { cron: "0 7 * * *" }]) });
        else if (what === 4) await repository.recordRun(id, "2026-11-22T20:14:00Z");
        else {
          await repository.delete(id);
          ids.splice(ids.indexOf(id), 1);
        }
        // Sometimes several changes come before somebody looks.
        if (random.below(3) === 0) continue;
        const pipelines = await Promise.all(ids.map((known) => repository.get(known)));
        const expected = sortPipelines(pipelines.map((pipeline) => toListItem(pipeline!)));
        expect(await repository.list(), `seed ${String(seed)}, step ${String(step)}`).toEqual(expected);
      }
      await repository.close();
    }
  });

  test("is the caller's own, down to the schedules", async () => {
    const repository = new InMemoryPipelineRepository();
    await repository.create({ ...INPUT, name: "one", schedule: { cron: "0 7 * * *" } });
    const before = JSON.stringify(await repository.list());
    const list = await repository.list();
    const [item] = list;
    if (item?.schedule === undefined) expect.unreachable();
    item.name = "another";
    item.schedule.cron = "1 1 1 1 1";
    list.pop();
    expect(JSON.stringify(await repository.list())).toBe(before);
  });
});
