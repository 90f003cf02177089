/**
 * Three tabs of a real browser, a real server, and a way between them that fails: whatever was acknowledged is in the end on
 * the server, once and in order.
 *
 * `SCHEDULES=1000 npm test -- --project node fallback-faults` looks longer; a failure names its seed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FallbackPipelineRepository, IndexedDbPipelineRepository } from "convex-pipelines";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { chromium, type BrowserContext, type Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import { FaultyServer } from "../support/faulty-server.js";
import { Random } from "../support/random.js";
import { bundle } from "../support/tabs.js";

const SCHEDULES = Number(process.env["SCHEDULES"] ?? 40);
const FIRST_SEED = Number(process.env["SEED"] ?? 1);
/** How many go on side by side, each with a database and a server file of its own. */
const AT_ONCE = 8;
const TABS = 3;
const CALLS = 14;
const SETTLED_MS = 30_000;

interface Device {
  local: IndexedDbPipelineRepository;
  repository: FallbackPipelineRepository;
}

interface Devices {
  devices: Record<string, Device>;
}

/** What was acknowledged of a pipeline, as a server would have it that carries out one call after the other. */
interface Expected {
  name: string;
  description?: string;
  lastRunAt?: string;
}

/** What the server has carried out, each operation once. */
interface Applied {
  operations: Set<string>;
  /** The names that each pipeline was given, in order. */
  names: Map<string, string[]>;
}

let server: FaultyServer;
let context: BrowserContext;
let folder: string;
const files = new Map<string, JsonFilePipelineRepository>();
const applied = new Map<string, Applied>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pipelines-faults-"));
  const page = '<!doctype html><script src="/package.js"></script>';
  server = await FaultyServer.start({ "/": page, "/package.js": await bundle() }, async (prefix, operation, args) => {
    const answer = await fileOf(prefix).serve(operation, args);
    if (answer.op?.verdict === "ok" && args.op !== undefined) note(prefix, args as never);
    return answer;
  });
  context = await chromium.launchPersistentContext(join(folder, "profile"), { ...launch, headless: true });
}, 60_000);
afterAll(async () => {
  await context.close();
  server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(prefix: string): JsonFilePipelineRepository {
  const file = files.get(prefix) ?? new JsonFilePipelineRepository(join(folder, `${prefix}.json`));
  files.set(prefix, file);
  return file;
}

function note(prefix: string, { id, input, op }: { id: string; input?: { name?: string }; op: { opId: string } }): void {
  const { operations, names } = applied.get(prefix) ?? { operations: new Set(), names: new Map<string, string[]>() };
  applied.set(prefix, { operations, names });
  if (operations.has(op.opId)) return; // it came again
  operations.add(op.opId);
  if (input?.name !== undefined) names.set(id, [...(names.get(id) ?? []), input.name]);
}

async function tab(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.site);
  return page;
}

async function open(page: Page, prefix: string): Promise<void> {
  await page.evaluate(async (prefix) => {
    const { ConvexPipelineRepository, FallbackPipelineRepository, IndexedDbPipelineRepository } = window.pipelines;
    const holder = window as unknown as Partial<Devices>;
    holder.devices ??= {};
    const local = await IndexedDbPipelineRepository.open({ name: prefix });
    const remote = new ConvexPipelineRepository({ baseUrl: `${location.origin}/${prefix}`, timeoutMs: 2_000 });
    holder.devices[prefix] = { local, repository: new FallbackPipelineRepository({ remote, local, patienceMs: 100 }) };
  }, prefix);
}

async function close(page: Page, prefix: string): Promise<void> {
  await page.evaluate(async (prefix) => {
    const { local, repository } = (window as unknown as Devices).devices[prefix]!;
    repository.close();
    await local.close();
  }, prefix);
}

/** Calls a method of the repository in a tab. */
function call(page: Page, prefix: string, method: string, ...args: unknown[]): Promise<unknown> {
  return page.evaluate(
    ({ prefix, method, args }) => {
      const { repository } = (window as unknown as Devices).devices[prefix]!;
      return (repository as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]!(...args);
    },
    { prefix, method, args },
  );
}

/** Makes a seeded sequence of calls; gives what they must have come to. */
async function work(pages: readonly Page[], prefix: string, random: Random): Promise<Map<string, Expected>> {
  const expected = new Map<string, Expected>();
  for (let turn = 0; turn < CALLS; turn++) {
    const page = random.pick(pages);
    const ids = [...expected.keys()];
    const [id, roll] = [ids.length > 0 ? random.pick(ids) : undefined, random.below(100)];
    const known = id === undefined ? undefined : expected.get(id);
    if (id === undefined || known === undefined || roll < 20) {
      const name = String(turn).padStart(3, "0");
      const made = (await call(page, prefix, "create", { name, steps: [{ id: "s", kind: "clean", options: {} }] })) as { id: string };
      expected.set(made.id, { name });
    } else if (roll < 65) {
      known.name = String(turn).padStart(3, "0");
      await call(page, prefix, "update", id, { name: known.name });
    } else if (roll < 75) {
      known.description = `described in turn ${String(turn)}`;
      await call(page, prefix, "update", id, { description: known.description });
    } else if (roll < 83) {
      known.lastRunAt = new Date(Date.UTC(2026, 0, 1 + turn)).toISOString();
      await call(page, prefix, "recordRun", id, known.lastRunAt);
    } else if (roll < 92) {
      expected.delete(id);
      await call(page, prefix, "delete", id);
    } else {
      await close(page, prefix);
      await open(page, prefix);
    }
  }
  return expected;
}

async function settled(page: Page, prefix: string): Promise<unknown> {
  return page.evaluate(
    async ({ prefix, limit }) => {
      const { repository } = (window as unknown as Devices).devices[prefix]!;
      const end = Date.now() + limit;
      const isDone = () => repository.status.pending === 0 && repository.status.remote === "reached";
      for (let turn = 0; (turn === 0 || !isDone()) && Date.now() < end; turn++) {
        repository.retry();
        await repository.list().catch(() => undefined);
        await new Promise((done) => setTimeout(done, 100));
      }
      const { pending, needsYou, remote } = repository.status;
      return { pending, needsYou, remote };
    },
    { prefix, limit: SETTLED_MS },
  );
}

const shown = ({ name, description, lastRunAt }: Expected): Expected => ({
  name,
  ...(description === undefined ? {} : { description }),
  ...(lastRunAt === undefined ? {} : { lastRunAt }),
});

async function schedule(pages: readonly Page[], seed: number): Promise<void> {
  const prefix = `seed-${String(seed)}`;
  const random = new Random(seed);
  await Promise.all(pages.map((page) => open(page, prefix)));
  server.faults.set(prefix, new Random(~seed));
  const expected = await work(pages, prefix, random);
  server.faults.delete(prefix);
  for (const page of pages) {
    expect(await settled(page, prefix), prefix).toEqual({ pending: 0, needsYou: [], remote: "reached" });
  }
  const wanted = Object.fromEntries([...expected].map(([id, pipeline]) => [id, shown(pipeline)]));
  const file = fileOf(prefix);
  const there = await Promise.all((await file.list()).map(async ({ id }) => [id, shown((await file.get(id))!)]));
  expect(Object.fromEntries(there), `${prefix}: on the server`).toEqual(wanted);
  for (const page of pages) {
    const here = (await call(page, prefix, "list")) as (Expected & { id: string })[];
    expect(Object.fromEntries(here.map((item) => [item.id, shown(item)])), `${prefix}: in a tab`).toEqual(wanted);
  }
  for (const names of applied.get(prefix)?.names.values() ?? []) {
    expect(names, `${prefix}: in order, and once`).toEqual([...new Set(names)].sort());
  }
  await Promise.all(pages.map((page) => close(page, prefix)));
}

test(
  "whatever happens on the way, what was acknowledged is on the server once and in order",
  { timeout: 30_000 + SCHEDULES * 10_000 },
  async () => {
    const seeds = Array.from({ length: SCHEDULES }, (_each, index) => FIRST_SEED + index);
    while (seeds.length > 0) {
      const pages = await Promise.all(Array.from({ length: TABS }, tab));
      await Promise.all(seeds.splice(0, AT_ONCE).map((seed) => schedule(pages, seed)));
      await Promise.all(pages.map((page) => page.close()));
    }
    for (const [fault, count] of server.tally) expect(count, fault).toBeGreaterThan(0);
    expect(server.tally.size).toBe(11);
  },
);
