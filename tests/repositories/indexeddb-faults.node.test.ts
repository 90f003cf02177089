/** Whatever becomes of the database: who calls gets an answer in time, the status is true, and no loss goes unsaid. */
import type { IndexedDbPipelineRepository, LocalStatus } from "convex-pipelines";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STORAGE_FAULTS, type StorageFault } from "../support/storage-faults.js";
import { Tabs } from "../support/tabs.js";

const ANSWER_MS = 1_000;

interface Outcome {
  code: string;
  message: string;
  tookMs: number;
  status: LocalStatus;
  /** How often its change was told. */
  told: number;
  names: string[];
}

let tabs: Tabs;
beforeAll(async () => {
  tabs = await Tabs.open();
});
afterAll(async () => {
  await tabs.close();
});

/** Opens the repository, where that is not done, and keeps a pipeline in it. */
function keep(page: Page, name: string): Promise<Outcome> {
  return page.evaluate(async (name) => {
    const { IndexedDbPipelineRepository, isPipelineError } = window.pipelines;
    const holder = window as unknown as { repository?: IndexedDbPipelineRepository; told: number };
    const started = performance.now();
    if (holder.repository === undefined) {
      holder.repository = await IndexedDbPipelineRepository.open();
      holder.told = 0;
      holder.repository.subscribeStatus(() => (holder.told += 1));
    }
    const { repository } = holder;
    const { code, message } = await repository.create({ name, steps: [{ id: "a", kind: "clean", options: {} }] }).then(
      () => ({ code: "done", message: "" }),
      (thrown: unknown) => (isPipelineError(thrown) ? thrown : { code: "none", message: String(thrown) }),
    );
    const tookMs = performance.now() - started;
    const names = (await repository.list()).map((item) => item.name);
    return { code, message, tookMs, status: repository.status, told: holder.told, names };
  }, name);
}

async function check(fault: StorageFault, index: number): Promise<void> {
  const origin = `http://fault-${String(index)}.localhost`;
  const page = await tabs.tab(origin, fault.path);
  const stage = { tabs, origin, page };
  await fault.before?.(stage);
  const wasOpen = fault.open !== undefined;
  if (wasOpen) expect(await keep(page, "earlier")).toMatchObject({ code: "done", status: { durable: true } });
  await fault.open?.(stage);
  const [{ code, message, tookMs, status, told, names }] = await Promise.all([keep(page, "now"), fault.during?.(stage)]);
  expect({ code, status }).toMatchObject({ code: fault.code, status: fault.status });
  expect(tookMs, "milliseconds").toBeLessThan((fault.deadlineMs ?? 0) + ANSWER_MS);
  expect(message).toMatch(fault.message ?? /^$/);
  expect(status.reason ?? "").toMatch(fault.reason ?? /^$/);
  expect(status.lost ?? "").toMatch(fault.lost ?? /^$/);
  if (wasOpen) expect(told).toBe(fault.lost !== undefined || fault.reason !== undefined ? 1 : 0);
  expect(names.includes("now"), "shown where it was acknowledged").toBe(code === "done");
  if (wasOpen) expect(names.includes("earlier"), "shown unless it is lost").toBe(status.lost === undefined);
  // The next page finds what this one was told is durable, and nothing that was refused.
  for (const each of tabs.of(origin)) await each.close();
  if (fault.path !== undefined) return; // nothing is ever stored there
  const next = await keep(await tabs.tab(origin), "later");
  const isKept = code === "done" && status.durable;
  expect(next.names.includes("now"), `the next page shows ${next.names.join(", ")}`).toBe(isKept);
  if (wasOpen && next.status.durable) expect(next.names.includes("earlier")).toBe(status.lost === undefined);
}

const isSlow = ({ deadlineMs = 0 }: StorageFault): boolean => deadlineMs > 0;
const numbered = STORAGE_FAULTS.map((fault, index) => ({ ...fault, index }));

test("are twenty and more", () => {
  expect(new Set(STORAGE_FAULTS.map(({ name }) => name)).size).toBeGreaterThanOrEqual(20);
});

describe("at once:", () => {
  test.each(numbered.filter((fault) => !isSlow(fault)))("$name", (fault) => check(fault, fault.index));
});

// Side by side, as most of their time is spent in waiting.
describe.concurrent("when its time is over:", () => {
  test.each(numbered.filter(isSlow))("$name", (fault) => check(fault, fault.index));
});
