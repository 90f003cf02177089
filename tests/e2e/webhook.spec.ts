/** The webhook's secret, after it was shown. */
import { expect, test, type Page } from "@playwright/test";
import type { App } from "./support/app.js";
import { ask } from "./support/account.js";
import { arrive, field, outcome, reload } from "./support/browser.js";
import { visitEach } from "./support/visit.js";

let app: App;
let page: Page;
let old: string;

visitEach((visit) => ({ app, page } = visit));
test.beforeEach(async () => {
  const input = { name: "Called", steps: [{ id: "a", kind: "clean", options: {} }] };
  const made = await ask<{ id: string; webhookSecret: string }>(page, "create", { input });
  old = `${app.url}/api/hooks/${made.webhookSecret}`;
  await arrive(page, `${app.url}/pipelines/${made.id}`);
});

const call = async (url: string) => (await fetch(url, { method: "POST", body: "a text" })).status;
const button = () => page.getByRole("button", { name: "Rotate secret" });
const question = () => page.getByRole("alertdialog", { name: "Rotate the webhook secret?" });
const shown = () => page.getByRole("group", { name: "Webhook URL" });

test("it is rotated behind a question that says what stops; what is typed stays", async () => {
  await field(page, /^Description/).fill("not saved yet");
  expect(await call(old)).toBe(202);
  await button().click();
  await expect(question()).toContainText(`ending in ${old.slice(-4)}) stops working at once`);
  await page.keyboard.press("Escape");
  await expect(button()).toBeFocused();
  expect(await call(old)).toBe(202);

  await button().click();
  await question().getByRole("button", { name: "Rotate secret" }).click();
  const next = await shown().innerText();
  expect(next).not.toBe(old);
  await expect(page.getByText("The old URL no longer works.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Copy the webhook URL now" })).toBeFocused();
  expect(await Promise.all([call(old), call(next)])).toEqual([404, 202]);

  await expect(field(page, /^Description/)).toHaveValue("not saved yet");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(outcome(page)).toHaveText("Saved");
  await page.getByRole("button", { name: "I have copied it" }).click();
  await reload(page);
  const panel = page.getByRole("region", { name: "Webhook" });
  await expect(panel).toContainText(`ending in ${next.slice(-4)}`);
  await expect(button()).toBeVisible();
});

test("while the server is away the old URL works on, and it says until when", async () => {
  await expect(button()).toBeVisible();
  await page.context().route("**/api/pipelines/**", (route) => route.fulfill({ status: 503, json: {} }));
  await button().click();
  await question().getByRole("button", { name: "Rotate secret" }).click();
  await expect(page.getByText("the old URL stops working, as soon as the change is on the server")).toBeVisible();
  const next = await shown().innerText();
  expect(await Promise.all([call(old), call(next)])).toEqual([202, 404]);
  await page.context().unroute("**/api/pipelines/**");
  await expect.poll(() => Promise.all([call(old), call(next)]), { timeout: 20_000 }).toEqual([404, 202]);
});
