/** What needs tabs of their own, or a browser that can be told how much room there is. */
import type { FallbackPipelineRepository, InMemoryPipelineRepository, IndexedDbPipelineRepository } from "convex-pipelines";
import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Tabs, fillUp } from "../support/tabs.js";

/** One pipeline that all tabs change. */
async function create(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const repository = await window.pipelines.IndexedDbPipelineRepository.open();
    const made = await repository.create({ name: "0", steps: [{ id: "a", kind: "clean", options: {} }] });
    return made.id;
  });
}

/** Changes it for a while; resolves to how often, and to what was refused. */
async function change(page: Page, id: string, milliseconds: number): Promise<{ done: number; refused: string[] }> {
  return page.evaluate(
    async ([id, milliseconds]) => {
      const repository = await window.pipelines.IndexedDbPipelineRepository.open();
      const refused: string[] = [];
      let done = 0;
      for (const end = Date.now() + milliseconds; Date.now() < end; ) {
        try {
          await repository.update(id, { description: String(Math.random()) });
          done += 1;
        } catch (thrown) {
          refused.push(String(thrown));
        }
      }
      return { done, refused };
    },
    [id, milliseconds] as const,
  );
}

/** How long the tabs are busy. */
const MILLISECONDS = Number(process.env["BUSY_TABS_MS"] ?? 700);

describe("busy tabs", () => {
  let tabs: Tabs;
  beforeAll(async () => {
    tabs = await Tabs.open();
  });
  afterEach(async () => {
    await tabs.closeAll();
  });
  afterAll(async () => {
    await tabs.close();
  });

  test.each([2, 4, 8])("%i of them change one pipeline: none is refused, none starves, nothing is lost", async (count) => {
    const pages = await Promise.all(Array.from({ length: count }, () => tabs.tab()));
    const id = await create(pages[0]!);
    const outcomes = await Promise.all(pages.map((page) => change(page, id, MILLISECONDS)));
    expect(outcomes.flatMap(({ refused }) => refused)).toEqual([]);
    const done = outcomes.map((outcome) => outcome.done);
    expect(Math.min(...done), `changes of each tab: ${done.join(", ")}`).toBeGreaterThan(Math.max(...done) / 4);
    const version = await pages[0]!.evaluate(
      async (id) =>
        new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open("convex-pipelines");
          opening.onsuccess = () => {
            const request = opening.result.transaction("rows").objectStore("rows").get(["", id]);
            request.onsuccess = () => resolve((request.result as { version: number }).version);
            request.onerror = () => reject(new Error("no row"));
          };
        }),
      id,
    );
    expect(version - 1).toBe(done.reduce((sum, each) => sum + each, 0));
  });

  test("do not get in the way of what is refused, or has nothing to do, for reasons of its own", async () => {
    const pages = await Promise.all([1, 2, 3, 4].map(() => tabs.tab()));
    const id = await create(pages[0]!);
    const busy = pages.slice(1).map((page) => change(page, id, 2 * MILLISECONDS));
    const codes = await pages[0]!.evaluate(async () => {
      const { IndexedDbPipelineRepository, isPipelineError } = window.pipelines;
      const repository = await IndexedDbPipelineRepository.open();
      const mine = await repository.create({ name: "mine", steps: [{ id: "a", kind: "clean", options: {} }] });
      await repository.update(mine.id, { name: "changed" });
      const codes = new Set<string>();
      const note = async (call: Promise<unknown>): Promise<void> => {
        codes.add(await call.then(() => "done", (thrown: unknown) => (isPipelineError(thrown) ? thrown.code : String(thrown))));
      };
      for (let turn = 0; turn < 30; turn++) {
        await note(repository.update(mine.id, { name: "late" }, { expectedUpdatedAt: mine.updatedAt }));
        await note(repository.delete("6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f"));
        await note(repository.update("6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", {}));
      }
      return [...codes].sort();
    });
    expect(codes).toEqual(["conflict", "done", "not_found"]);
    expect((await Promise.all(busy)).flatMap(({ refused }) => refused)).toEqual([]);
  });
});

describe("without room", () => {
  let tabs: Tabs;
  afterEach(async () => {
    await tabs.close();
  });

  /** Makes pipelines, then fills what is left; resolves to their ids. */
  async function fill(page: Page, count: number): Promise<string[]> {
    const ids = await page.evaluate(async (count) => {
      const repository = await window.pipelines.IndexedDbPipelineRepository.open();
      const ids = [];
      for (let each = 0; each < count; each++) {
        const made = await repository.create({ name: String(each), steps: [{ id: "a", kind: "clean", options: {} }] });
        await repository.outbox.adopt(made);
        ids.push(made.id);
      }
      return ids;
    }, count);
    await fillUp(page);
    return ids;
  }

  test("what waits is settled, and what is new goes to the server alone", async () => {
    tabs = await Tabs.open();
    await tabs.limit(3_000_000);
    const page = await tabs.tab();
    await page.evaluate(async () => {
      const { FallbackPipelineRepository, InMemoryPipelineRepository, IndexedDbPipelineRepository, PipelineError } = window.pipelines;
      const [server, way] = [new InMemoryPipelineRepository(), { isAway: true }];
      const remote = new Proxy(server, {
        get: (target, name) => {
          if (name === "create" && way.isAway) return () => Promise.reject(new PipelineError({ code: "unavailable", message: "away", retryable: true }));
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? (value.bind(target) as unknown) : undefined;
        },
        has: (target, name) => name !== "exchange" && name in target,
      });
      const local = await IndexedDbPipelineRepository.open();
      const repository = new FallbackPipelineRepository({ remote, local, patienceMs: 300 });
      await repository.create({ name: "waits", steps: [{ id: "a", kind: "clean", options: {} }] });
      Object.assign(window, { repository, server, way });
    });
    await fillUp(page);
    const outcome = await page.evaluate(async () => {
      const { repository, server, way } = window as unknown as { repository: FallbackPipelineRepository; server: InMemoryPipelineRepository; way: { isAway: boolean } };
      const input = { name: "new", steps: [{ id: "a", kind: "clean" as const, options: {} }] };
      const away = await repository.create(input).catch((thrown: unknown) => (thrown as { code: string }).code);
      way.isAway = false;
      const made = await repository.create(input);
      repository.retry();
      for (let turn = 0; turn < 100 && repository.status.pending > 0; turn++) await new Promise((done) => setTimeout(done, 50));
      return { away, made: made.name, status: repository.status, names: (await server.list()).map(({ name }) => name) };
    });
    expect(outcome).toMatchObject({ away: "storage", made: "new", status: { pending: 0, unsent: [] }, names: ["new", "waits"] });
  });

  test("all that makes less goes on, in this tab and in others, and what makes more is refused", async () => {
    tabs = await Tabs.open();
    await tabs.limit(3_000_000);
    const page = await tabs.tab();
    const ids = await fill(page, 20);
    // Without the channel that says "look again": another tab must notice all the same.
    const other = await tabs.tab();
    await other.evaluate(async () => {
      Reflect.deleteProperty(window, "BroadcastChannel");
      const repository = await window.pipelines.IndexedDbPipelineRepository.open();
      Object.assign(window, { repository });
    });
    const here = await page.evaluate(async (ids) => {
      const { IndexedDbPipelineRepository, isPipelineError } = window.pipelines;
      const repository = await IndexedDbPipelineRepository.open();
      const code = (call: Promise<unknown>): Promise<string> =>
        call.then(() => "done", (thrown: unknown) => (isPipelineError(thrown) ? thrown.code : String(thrown)));
      const input = { name: "more", steps: [{ id: "a", kind: "clean" as const, options: {} }] };
      const tight = [await code(repository.update(ids[19]!, { name: "x" })), await code(repository.create(input))];
      const makesLess = [];
      for (const id of ids.slice(0, 5)) makesLess.push(await code(repository.delete(id)));
      makesLess.push(await code(repository.outbox.dropCopies(ids.slice(5, 15))));
      tight.push(await code(repository.outbox.make("update", { id: ids[18]!, input: { name: "x" } })));
      const { status } = repository;
      return { tight, makesLess, left: (await repository.list()).length, status };
    }, ids);
    expect(here).toMatchObject({ tight: ["storage", "storage", "storage"], left: 5, status: { mode: "indexeddb", durable: true } });
    expect(new Set(here.makesLess)).toEqual(new Set(["done"]));
    const there = await other.evaluate(async () => {
      const { repository } = window as unknown as { repository: IndexedDbPipelineRepository };
      return { left: (await repository.list()).length, unsent: (await repository.outbox.unsent()).size };
    });
    expect(there).toEqual({ left: 5, unsent: 0 });
  });
});
