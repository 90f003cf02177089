/**
 * Three tabs of a real browser, each of the servers that there are, and a way between them that fails: whatever was
 * acknowledged is in the end on the server, once and in order.
 *
 * `SCHEDULES=1000 npm test -- --project node fallback-faults` looks longer; a failure names its seed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FallbackPipelineRepository, IndexedDbPipelineRepository } from "convex-pipelines";
import { chromium, type BrowserContext, type Page } from "playwright";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { BACKENDS, ask } from "../support/backends.js";
import { launch } from "../support/chromium.js";
import { FAULTS, FaultyServer, type Destination, type Served } from "../support/faulty-server.js";
import { Random } from "../support/random.js";
import { bundle } from "../support/tabs.js";

const SCHEDULES = Number(process.env["SCHEDULES"] ?? 40);
const FIRST_SEED = Number(process.env["SEED"] ?? 1);
/** How many go on side by side, each with a database and an account of its own. */
const AT_ONCE = 8;
const TABS = 3;
const CALLS = 14;
const SETTLED_MS = 30_000;
/** All tabs of all schedules ask again at this pace: faster, a busy machine would do little else. */
const PACE_MS = 300;

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

/** What a server has said below one prefix. */
interface Said {
  /** Its verdicts by operation: however often it is asked, the answer is the first one. */
  verdicts: Map<string, Set<string>>;
  /** The names that each pipeline was given, in order. */
  names: Map<string, string[]>;
}

interface Answer {
  op?: { verdict: string };
}

let server: FaultyServer;
let context: BrowserContext;
let folder: string;
const said = new Map<string, Said>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pipelines-faults-"));
  const page = '<!doctype html><script src="/package.js"></script>';
  server = await FaultyServer.start({ "/": page, "/package.js": await bundle() }, note);
  context = await chromium.launchPersistentContext(join(folder, "profile"), { ...launch, headless: true });
}, 60_000);
afterAll(async () => {
  await context.close();
  server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function note({ prefix, request, answer }: Served): void {
  const { verdict } = (JSON.parse(answer) as Answer).op ?? {};
  if (verdict === undefined || verdict === "superseded" || verdict === "out_of_order") return;
  const { id, input, op } = JSON.parse(request) as { id: string; input?: { name?: string }; op: { opId: string } };
  const { verdicts, names } = said.get(prefix)!;
  const isFirst = !verdicts.has(op.opId);
  verdicts.set(op.opId, (verdicts.get(op.opId) ?? new Set()).add(answer));
  if (isFirst && verdict === "ok" && input?.name !== undefined) names.set(id, [...(names.get(id) ?? []), input.name]);
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
    const remote = new ConvexPipelineRepository({ baseUrl: `${location.origin}/${prefix}`, timeoutMs: 1_000 });
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
    async ({ prefix, limit, pace }) => {
      const { repository } = (window as unknown as Devices).devices[prefix]!;
      const end = Date.now() + limit;
      const isDone = () => repository.status.pending === 0 && repository.status.remote === "reached";
      for (let turn = 0; (turn === 0 || !isDone()) && Date.now() < end; turn++) {
        repository.retry();
        await repository.list().catch(() => undefined);
        await new Promise((done) => setTimeout(done, pace));
      }
      const { pending, needsYou, remote } = repository.status;
      return { pending, needsYou, remote };
    },
    { prefix, limit: SETTLED_MS, pace: PACE_MS },
  );
}

const shown = ({ name, description, lastRunAt }: Expected): Expected => ({
  name,
  ...(description === undefined ? {} : { description }),
  ...(lastRunAt === undefined ? {} : { lastRunAt }),
});

async function stored(destination: Destination): Promise<unknown> {
  const items = await ask<{ id: string }[]>(destination, "list", {});
  const each = await Promise.all(items.map(({ id }) => ask<Expected>(destination, "get", { id })));
  return Object.fromEntries(each.map((pipeline, index) => [items[index]!.id, shown(pipeline)]));
}

async function schedule(pages: readonly Page[], seed: number, destination: Destination): Promise<void> {
  const prefix = `seed-${String(seed)}`;
  const random = new Random(seed);
  said.set(prefix, { verdicts: new Map(), names: new Map() });
  server.lead(prefix, destination);
  await Promise.all(pages.map((page) => open(page, prefix)));
  server.trouble(prefix, new Random(~seed));
  const expected = await work(pages, prefix, random);
  server.trouble(prefix);
  for (const page of pages) {
    expect(await settled(page, prefix), prefix).toEqual({ pending: 0, needsYou: [], remote: "reached" });
  }
  const wanted = Object.fromEntries([...expected].map(([id, pipeline]) => [id, shown(pipeline)]));
  expect(await stored(destination), `${prefix}: on the server`).toEqual(wanted);
  await server.deliver(prefix);
  expect(await stored(destination), `${prefix}: on the server, after what came late`).toEqual(wanted);
  for (const page of pages) {
    const here = (await call(page, prefix, "list")) as (Expected & { id: string })[];
    expect(Object.fromEntries(here.map((item) => [item.id, shown(item)])), `${prefix}: in a tab`).toEqual(wanted);
  }
  const { verdicts, names } = said.get(prefix)!;
  for (const answers of verdicts.values()) expect(answers.size, `${prefix}: ${[...answers].join()}`).toBe(1);
  for (const given of names.values()) expect(given, `${prefix}: in order, and once`).toEqual([...new Set(given)].sort());
  await Promise.all(pages.map((page) => close(page, prefix)));
}

const kinds = Object.keys(BACKENDS);

test.each(kinds)(
  "before %s, whatever happens on the way, what was acknowledged is there once and in order",
  { timeout: 60_000 + SCHEDULES * 5_000 },
  async (kind) => {
    const all = Array.from({ length: SCHEDULES }, (_each, index) => FIRST_SEED + index);
    const seeds = all.filter((_seed, index) => kinds[index % kinds.length] === kind);
    const backend = await BACKENDS[kind]!(folder);
    onTestFinished(() => void backend.stop());
    while (seeds.length > 0) {
      const pages = await Promise.all(Array.from({ length: TABS }, tab));
      const batch = seeds.splice(0, AT_ONCE);
      await Promise.all(batch.map(async (seed) => schedule(pages, seed, await backend.account(String(seed)))));
      await Promise.all(pages.map((page) => page.close()));
    }
  },
);

test.runIf(SCHEDULES >= 40)("all that can happen on the way has happened", () => {
  expect(FAULTS.filter(([fault]) => !server.tally.has(fault))).toEqual([]);
});
