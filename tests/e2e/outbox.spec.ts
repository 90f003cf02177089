/** What is saved reaches the server, however it fails meanwhile; what it does not apply waits for a person. */
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import type { App } from "./support/app.js";
import { arrive, field, follow, make, outcome, reload, savedWhere } from "./support/browser.js";
import { ask } from "./support/account.js";
import { visitEach } from "./support/visit.js";

let app: App;
let page: Page;

visitEach((visit) => ({ app, page } = visit));

/** After that long the repository answers from this device by itself; the page does not wait for it. */
const PATIENCE_MS = 3_000;
const HEALING = { timeout: 10_000 };
const API = "**/api/pipelines/**";

const stored = () => ask<{ id: string; name: string; description?: string }[]>(page, "list", {});

async function fail(context: BrowserContext, status: number): Promise<void> {
  await context.route(API, (route) => route.fulfill({ status, contentType: "application/json", body: "{}" }));
}

async function rename(to: string): Promise<void> {
  await field(page, "Name").fill(to);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(outcome(page)).toHaveText(/^Saved/);
}

async function made(name: string): Promise<string> {
  await make(page, name);
  await expect(outcome(page)).toHaveText("Saved");
  await page.getByRole("button", { name: "I have copied it" }).click();
  const [item] = await stored();
  return item!.id;
}

test("a change that the server answers with 503 reaches it without a touch once it is well", async () => {
  await made("before");
  await fail(page.context(), 503);
  await rename("after");
  await expect(savedWhere(page)).toHaveText("1 change waiting");
  expect(await stored()).toMatchObject([{ name: "before" }]);
  await page.context().unroute(API);
  await expect.poll(stored, HEALING).toMatchObject([{ name: "after" }]);
  await expect(savedWhere(page)).toHaveText("Saved on the server");
});

test("a change that is made offline is sent when the network is back, also after a reload", async () => {
  await made("before");
  await page.context().setOffline(true);
  await rename("after");
  await expect(savedWhere(page)).toHaveText("1 change waiting");
  await page.context().setOffline(false);
  await reload(page);
  await expect.poll(stored, HEALING).toMatchObject([{ name: "after" }]);
});

test("what one tab could not send, another sends when that tab is closed", async () => {
  await made("before");
  await fail(page.context(), 503);
  const other = await page.context().newPage();
  await arrive(other, app.url);
  await rename("after");
  await page.context().unroute(API);
  await page.close();
  page = other;
  await expect.poll(stored, { timeout: 15_000 }).toMatchObject([{ name: "after" }]);
});

test("a pipeline that is deleted while the server is away is gone there too, and its webhook with it", async () => {
  await make(page, "to go");
  await expect(outcome(page)).toHaveText("Saved");
  const address = (await page.getByText(/\/api\/hooks\//).first().textContent())!;
  const hook = `${app.url}/api/hooks/${/\/api\/hooks\/([\w-]+)/.exec(address)![1]!}`;
  const call = async () => (await fetch(hook, { method: "POST" })).status;
  expect(await call()).toBe(202);
  await page.getByRole("button", { name: "I have copied it" }).click();
  await fail(page.context(), 503);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(savedWhere(page)).toHaveText("1 change waiting");
  await expect(page.getByRole("link", { name: "to go" })).toHaveCount(0);
  expect(await call()).toBe(202);
  await page.context().unroute(API);
  await expect.poll(call, HEALING).toBe(404);
});

test("without a session changes are kept, and sent when somebody is signed in again", async () => {
  await made("before");
  await fail(page.context(), 401);
  await rename("after");
  await expect(savedWhere(page)).toHaveText("1 change waiting");
  await page.context().unroute(API);
  await reload(page);
  await expect.poll(stored, HEALING).toMatchObject([{ name: "after" }]);
});

test("what this device has is shown at once while a slow server is asked", async () => {
  await made("known here");
  let asked = Infinity;
  let letGo = (): void => undefined;
  const gate = new Promise<void>((done) => (letGo = done));
  await page.context().route(API, async (route) => {
    asked = Math.min(asked, Date.now());
    await gate;
    await route.continue().catch(() => undefined);
  });
  const waited = () => Date.now() - asked;
  await arrive(page, app.url);
  const link = page.getByRole("link", { name: "known here" });
  await expect(link).toBeVisible();
  expect(waited()).toBeLessThan(PATIENCE_MS);
  asked = Infinity;
  await link.click();
  await expect(field(page, "Name")).toHaveValue("known here");
  expect(waited()).toBeLessThan(PATIENCE_MS);
  letGo();
});

test.describe("a conflict", () => {
  let id: string;
  test.beforeEach(async () => {
    id = await made("before");
    await fail(page.context(), 503);
    await rename("mine");
    await ask(page, "update", { id, input: { name: "theirs", description: "also theirs" } });
    await page.context().unroute(API);
    await expect(savedWhere(page)).toHaveText("1 change needs you", HEALING);
    await page.getByRole("banner").getByRole("button", { name: "1 change needs you" }).click();
    await follow(page.getByRole("link", { name: "Review changes" }));
    const card = page.getByRole("main").getByRole("listitem");
    await expect(card).toContainText("mine");
    await expect(card).toContainText("theirs");
  });

  const settled = async (name: string) => {
    await expect.poll(stored, HEALING).toMatchObject([{ name, description: "also theirs" }]);
    await expect(savedWhere(page)).toHaveText("Saved on the server");
  };

  test("is settled by keeping mine", async () => {
    await page.getByRole("button", { name: "Keep mine" }).click();
    await expect(page.getByText("There is nothing to decide.")).toBeVisible();
    await settled("mine");
  });

  test("is settled by using theirs, behind a question", async () => {
    await page.getByRole("button", { name: "Use theirs" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Use theirs" }).click();
    await expect(page.getByText("There is nothing to decide.")).toBeVisible();
    await settled("theirs");
  });

  test("is settled by an edit", async () => {
    await follow(page.getByRole("link", { name: "Edit" }));
    await expect(field(page, "Name")).toHaveValue("mine");
    await field(page, "Name").fill("ours");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await settled("ours");
  });
});

test("what is typed stays where another tab deletes the pipeline, and is saved as a new one", async () => {
  const id = await made("shared");
  const other = await page.context().newPage();
  await arrive(other, page.url());
  await field(page, /^Description/).fill("typed for an hour");
  await other.getByRole("button", { name: "Delete" }).click();
  await other.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(outcome(page)).toHaveText("This pipeline was deleted elsewhere.");
  await expect(field(page, /^Description/)).toHaveValue("typed for an hour");
  await page.getByRole("button", { name: "Save as a new pipeline" }).click();
  await expect.poll(stored, HEALING).toMatchObject([{ name: "shared", description: "typed for an hour" }]);
  expect((await stored())[0]!.id).not.toBe(id);
});

test("what was deleted elsewhere can be restored as new, with what was typed", async () => {
  const id = await made("before");
  await fail(page.context(), 503);
  await rename("typed for an hour");
  await ask(page, "delete", { id });
  await page.context().unroute(API);
  await expect(savedWhere(page)).toHaveText("1 change needs you", HEALING);
  await arrive(page, `${app.url}/changes`);
  await page.getByRole("button", { name: "Restore as new" }).click();
  await expect.poll(stored, HEALING).toMatchObject([{ name: "typed for an hour" }]);
  expect((await stored())[0]!.id).not.toBe(id);
});

test("a browser that has lost what was saved here says so, and sends what waited", async () => {
  await made("before");
  await fail(page.context(), 503);
  await rename("after");
  await expect(savedWhere(page)).toHaveText("1 change waiting");
  await page.evaluate(
    () =>
      new Promise((done) => {
        indexedDB.deleteDatabase("convex-pipelines").onsuccess = done;
      }),
  );
  await expect(page.getByRole("alert").filter({ hasText: "Data on this device is gone" })).toBeVisible();
  await page.context().unroute(API);
  await expect.poll(stored, { timeout: 15_000 }).toMatchObject([{ name: "after" }]);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByText("Data on this device is gone")).toHaveCount(0);
});
