/** A core that fails in the middle of a call: the instance is lost, and nothing else. */
import {
  InMemoryPipelineRepository,
  comparePipelines,
  createInputSchema,
  createPipeline,
  isPipelineError,
  nextRuns,
  type PipelineRepository,
} from "convex-pipelines";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { INPUT, refusal } from "../repositories/suite";

type Method = "open" | "get" | "create" | "update" | "delete" | "recordRun" | "commit";

/** What an instance of the core shows to JavaScript; a call begins with where its name stands in memory. */
interface Exports extends WebAssembly.Exports {
  memory?: WebAssembly.Memory;
  call?: (name: number, length: number, ...rest: unknown[]) => unknown;
  __wbindgen_malloc?: (size: number, alignment: number) => number;
}

/** The next piece of memory cannot be had. */
let starving = false;
/** The next instance cannot be made. */
let noRoom = false;

function starve(): void {
  starving = true;
}

let broken: { name: string; after: boolean } | undefined;

/** The next call of this method traps before it does anything; `after` lets it do its work first. */
function breakNext(method: Method, after = false): void {
  broken = { name: `store.${method}`, after };
}

/** That of the newest instance, whose first part has it. */
let memory: WebAssembly.Memory | undefined;

function breakable(exports: Exports): Exports {
  const { call, __wbindgen_malloc: allocate } = exports;
  memory = exports.memory ?? memory;
  const breakableCall: Exports["call"] = (at, length, ...rest) => {
    const name = new TextDecoder().decode(new Uint8Array(memory!.buffer, at, length));
    const trap = broken?.name === name ? broken : undefined;
    if (trap === undefined) return call!(at, length, ...rest);
    broken = undefined;
    if (trap.after) call!(at, length, ...rest);
    throw new WebAssembly.RuntimeError("unreachable");
  };
  const breakableAllocate: Exports["__wbindgen_malloc"] = (size, alignment) => {
    if (!starving) return allocate!(size, alignment);
    starving = false;
    throw new WebAssembly.RuntimeError("unreachable");
  };
  return { ...exports, ...(call && { call: breakableCall }), ...(allocate && { __wbindgen_malloc: breakableAllocate }) };
}

// The instance is broken from outside, so that the package needs no door for it; the first call makes it. No spy: that
// one remembers what it returned, and a page has room for few instances.
const { Instance } = WebAssembly;
beforeAll(() => {
  WebAssembly.Instance = new Proxy(Instance, {
    construct(_target, [module, imports]: ConstructorParameters<typeof Instance>) {
      if (noRoom) {
        noRoom = false;
        throw new RangeError("WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance");
      }
      return { exports: breakable(new Instance(module, imports).exports as Exports) };
    },
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

describe("memory that runs out", () => {
  test("inside a call costs that call alone", () => {
    for (let turn = 0; turn < 14; turn++) {
      starve();
      expect(codeOf(() => createPipeline(INPUT))).toBe("internal");
      expect(createPipeline(INPUT).name).toBe("Morning news");
    }
  });

  test("while the next instance is made costs one more", () => {
    starve();
    expect(codeOf(() => nextRuns({ cron: "0 7 * * *" }))).toBe("internal");
    noRoom = true;
    expect(codeOf(() => nextRuns({ cron: "0 7 * * *" })), "which is no matter of a Content-Security-Policy").toBe("internal");
    expect(createPipeline(INPUT).name).toBe("Morning news");
  });
});

function codeOf(act: () => unknown): string {
  try {
    act();
    return "";
  } catch (thrown) {
    return isPipelineError(thrown) ? thrown.code : "another error";
  }
}

describe("an exhausted stack", () => {
  const schedule = { cron: "0 7 * * 1-5" };
  const unusual = { ...INPUT, get name() { return "x"; }, steps: [] };
  const calls: (() => unknown)[] = [
    () => nextRuns(schedule, { after: 0 }),
    () => nextRuns({ cron: "*/7 3 29 2 *", timezone: "Europe/Berlin" }, { after: 0, count: 20 }),
    () => createPipeline(INPUT).name,
    () => createInputSchema.safeParse(INPUT),
    () => createInputSchema.safeParse(unusual),
    () => comparePipelines({ id: "a", name: "b" }, { id: "b", name: "B" }),
  ];
  let wanted: string[] = [];
  beforeAll(() => {
    wanted = calls.map((call) => JSON.stringify(call()));
  });

  /** Makes the call `above` frames above the end of the stack; what it threw, or what it gave. */
  function atTheEnd(above: number, call: () => unknown): { thrown: unknown } | { result: unknown } | undefined {
    let left = above;
    let outcome: { thrown: unknown } | { result: unknown } | undefined;
    const dive = (): void => {
      try {
        dive();
      } catch {
        // At the end of the stack; from here upwards.
      }
      if (left-- !== 0) return;
      try {
        outcome = { result: call() };
      } catch (thrown) {
        outcome = { thrown };
      }
    };
    dive();
    return outcome;
  }

  test("costs the call at worst, and the first call after it is right", () => {
    for (let above = 0; above < 300; above++) {
      const call = calls[above % calls.length]!;
      const outcome = atTheEnd(above, call);
      expect(JSON.stringify(call()), `after a call ${String(above)} frames above the end`).toBe(wanted[above % calls.length]);
      if (outcome === undefined || "result" in outcome) continue;
      const { thrown } = outcome;
      if (isPipelineError(thrown)) expect(thrown.code).toBe("internal");
      else expect(thrown, "there was no room for the call itself").toBeInstanceOf(RangeError);
    }
  });

  test("is no fault of the value", () => {
    for (let above = 0; above < 120; above++) {
      const outcome = atTheEnd(above, () => createInputSchema.safeParse(unusual));
      if (outcome === undefined || "thrown" in outcome) continue;
      const result = outcome.result as ReturnType<typeof createInputSchema.safeParse>;
      if (result.success) continue;
      if (result.error.code === "internal") continue;
      expect(JSON.stringify(outcome.result)).toBe(JSON.stringify(createInputSchema.safeParse(unusual)));
    }
  });
});
