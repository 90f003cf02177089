/** A core that fails in the middle of a call: the instance is lost, and nothing else. */
import {
  InMemoryPipelineRepository,
  createInputSchema,
  createPipeline,
  nextRuns,
  type PipelineRepository,
} from "convex-pipelines";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { INPUT, refusal } from "../repositories/suite";

type Method = "open" | "get" | "create" | "update" | "delete" | "recordRun" | "commit";

/** What an instance of the core shows to JavaScript; a call begins with where its name stands in memory. */
interface Exports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  call: (name: number, length: number, ...rest: unknown[]) => unknown;
}

let broken: { name: string; after: boolean } | undefined;

/** The next call of this method traps before it does anything; `after` lets it do its work first. */
function breakNext(method: Method, after = false): void {
  broken = { name: `store.${method}`, after };
}

function breakable(exports: Exports): Exports {
  const call: Exports["call"] = (at, length, ...rest) => {
    const name = new TextDecoder().decode(new Uint8Array(exports.memory.buffer, at, length));
    const trap = broken?.name === name ? broken : undefined;
    if (trap === undefined) return exports.call(at, length, ...rest);
    broken = undefined;
    if (trap.after) exports.call(at, length, ...rest);
    throw new WebAssembly.RuntimeError("unreachable");
  };
  return { ...exports, call };
}

// The instance is broken from outside, so that the package needs no door for it; the first call makes it. No spy: that
// one remembers what it returned, and a page has room for few instances.
const { Instance } = WebAssembly;
beforeAll(() => {
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (_target, [module, imports]: ConstructorParameters<typeof Instance>) => ({
      exports: breakable(new Instance(module, imports).exports as Exports),
    }),
  });
});
afterEach(() => {
  expect(broken, "nothing asked for the broken call").toBeUndefined();
});
afterAll(() => {
  WebAssembly.Instance = Instance;
});

async function seeded(): Promise<{ repository: PipelineRepository; ids: string[] }> {
  const repository = new InMemoryPipelineRepository();
  const made = [await repository.create(INPUT), await repository.create({ ...INPUT, name: "b" })];
  await repository.list();
  return { repository, ids: made.map(({ id }) => id) };
}

describe("a trap", () => {
  test.each<[Method, (repository: PipelineRepository, id: string) => Promise<unknown>]>([
    ["create", (repository) => repository.create(INPUT)],
    ["update", (repository, id) => repository.update(id, { name: "x" })],
    ["delete", (repository, id) => repository.delete(id)],
    ["recordRun", (repository, id) => repository.recordRun(id, "2026-01-01T00:00:00Z")],
  ])("in %s is `internal`, and the repository still holds everything", async (method, act) => {
    const { repository, ids } = await seeded();
    for (const after of [false, true]) {
      breakNext(method, after);
      const error = await refusal(act(repository, ids[0]!), "internal");
      expect(error.retryable).toBe(false);
      expect(await repository.list()).toHaveLength(2);
      expect(await repository.get(ids[0]!)).toMatchObject({ name: "Morning news" });
    }
    await repository.update(ids[0]!, { name: "after" });
    expect(await repository.get(ids[0]!)).toMatchObject({ name: "after" });
  });

  test("in a read is `internal` once", async () => {
    const { repository, ids } = await seeded();
    breakNext("get");
    await refusal(repository.get(ids[0]!), "internal");
    expect(await repository.get(ids[0]!)).toMatchObject({ name: "Morning news" });
  });

  test("while a change is decided refuses that change, and nothing of it is kept", async () => {
    const { repository, ids } = await seeded();
    breakNext("commit");
    await refusal(repository.update(ids[0]!, { name: "refused" }), "internal");
    expect(await repository.get(ids[0]!)).toMatchObject({ name: "Morning news" });
    await repository.update(ids[0]!, { name: "acknowledged" });
    expect(await repository.get(ids[0]!)).toMatchObject({ name: "acknowledged" });
  });

  test("in one repository leaves the others whole", async () => {
    const [one, two] = [await seeded(), await seeded()];
    breakNext("create");
    await refusal(one.repository.create(INPUT), "internal");
    expect((await two.repository.list()).map(({ id }) => id).sort()).toEqual([...two.ids].sort());
    await two.repository.update(two.ids[0]!, { name: "x" });
    expect(await one.repository.list()).toHaveLength(2);
  });

  test("between planning and keeping loses nothing that is acknowledged", async () => {
    const { repository, ids } = await seeded();
    const other = new InMemoryPipelineRepository();
    const updating = repository.update(ids[0]!, { name: "kept" });
    breakNext("create");
    const [updated] = await Promise.all([updating, refusal(other.create(INPUT), "internal")]);
    expect(await repository.get(ids[0]!)).toMatchObject({ name: "kept", updatedAt: updated.updatedAt });
  });

  test("leaves nobody who asks another repository's store", async () => {
    const lose = (): void => {
      breakNext("open");
      expect(() => new InMemoryPipelineRepository()).toThrow("started again");
    };
    lose();
    const { repository, ids } = await seeded();
    const reading = repository.get(ids[0]!);
    lose();
    // Stores are numbered anew in each instance.
    for (let more = 0; more < 3; more++) new InMemoryPipelineRepository();
    expect(await reading).toMatchObject({ name: "Morning news" });
    expect(await repository.get(ids[0]!)).toMatchObject({ name: "Morning news" });
  });

  test("a hundred times over leaves no trace", async () => {
    const { repository, ids } = await seeded();
    for (let turn = 0; turn < 100; turn++) {
      breakNext("update");
      await refusal(repository.update(ids[0]!, { name: "x" }), "internal");
    }
    expect(await repository.list()).toHaveLength(2);
  });
});

describe("an exhausted stack", () => {
  test("is an error at worst, and the next call is right", () => {
    const schedule = { cron: "0 7 * * 1-5" };
    const expected = nextRuns(schedule, { after: 0 });
    let tried = 0;
    const dive = (): void => {
      try {
        dive();
      } catch {
        // At the end of the stack, and a little further up each time.
      }
      if (tried++ > 400) return;
      try {
        expect(nextRuns(schedule, { after: 0 })).toEqual(expected);
        createPipeline(INPUT);
      } catch {
        // No room for the call, or not enough for all of it.
      }
    };
    try {
      dive();
    } catch {
      // The test's own frames.
    }
    expect(tried).toBeGreaterThan(400);
    expect(nextRuns(schedule, { after: 0 })).toEqual(expected);
    expect(createInputSchema.safeParse(INPUT).success).toBe(true);
  });
});
