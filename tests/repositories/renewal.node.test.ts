/** When the log beneath the database is renewed: after an end that no page has seen. Why, fallback-kills.node.test.ts shows. */
import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Tabs } from "../support/tabs.js";

let tabs: Tabs;
beforeAll(async () => {
  tabs = await Tabs.open();
});
afterAll(async () => {
  await tabs.close();
});

/** Each test has a storage of its own. */
let origin: string;
let origins = 0;
beforeEach(() => {
  origin = `http://renewal${String(++origins)}.localhost`;
});
afterEach(async () => {
  await tabs.closeAll();
});

/** Saves a pipeline, and says whether the log was renewed for that. */
async function save(page: Page, { closes = false, accountId = "one" } = {}): Promise<boolean> {
  return page.evaluate(async ({ closes, accountId }) => {
    const opened: string[] = [];
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (name, version) {
      opened.push(name);
      return open.call(this, name, version);
    };
    const repository = await window.pipelines.IndexedDbPipelineRepository.open({ accountId });
    await repository.create({ name: "a", steps: [{ id: "a", kind: "clean", options: {} }] });
    if (closes) await repository.close();
    IDBFactory.prototype.open = open;
    return opened.includes("convex-pipelines filler");
  }, { closes, accountId });
}

async function crash(page: Page): Promise<void> {
  const session = await tabs.session(page);
  const crashed = page.waitForEvent("crash");
  session.send("Page.crash").catch(() => undefined); // nobody is left to answer
  await crashed;
  await page.close();
}

test("where nothing is stored, nothing is renewed", async () => {
  expect(await save(await tabs.tab(origin))).toBe(false);
});

test("a page that a person leaves has left the database", async () => {
  const page = await tabs.tab(origin);
  await save(page);
  await page.goto(`${origin}/again`);
  expect(await save(page)).toBe(false);
});

test("so has one that has closed its repository", async () => {
  const page = await tabs.tab(origin);
  await save(page, { closes: true });
  await crash(page);
  expect(await save(await tabs.tab(origin))).toBe(false);
});

test("after a page that died the log is renewed once, and nothing of that stays", async () => {
  const page = await tabs.tab(origin);
  await save(page);
  await crash(page);
  const next = await tabs.tab(origin);
  expect(await save(next)).toBe(true);
  await expect.poll(() => next.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual(["convex-pipelines"]);
  await next.goto(`${origin}/again`);
  expect(await save(next)).toBe(false);
});

test("after one of another account that died, too", async () => {
  const [page, other] = [await tabs.tab(origin), await tabs.tab(origin)];
  await save(other, { closes: true });
  await save(page, { accountId: "two", closes: true });
  await save(page, { accountId: "two" });
  await crash(page);
  await other.goto(`${origin}/again`);
  expect(await save(other)).toBe(true);
});

test("while another page has the database, its log is that of this browser", async () => {
  await save(await tabs.tab(origin));
  expect(await save(await tabs.tab(origin))).toBe(false);
});
