/** Ways through the app on the keys that everybody has: nothing is clicked, and nothing is given focus but by a key. */
import { expect, test, type Locator, type Page } from "@playwright/test";
import type { App } from "./support/app.js";
import { ask, seed } from "./support/account.js";
import { arrive, field, outcome, reload, savedWhere } from "./support/browser.js";
import { visitEach } from "./support/visit.js";

let app: App;
let page: Page;

visitEach((visit) => ({ app, page } = visit));

const API = "**/api/pipelines/**";
const MOST_STOPS = 120;
const button = (name: string) => page.getByRole("button", { name, exact: true });

/** Presses Tab until `target` has focus. */
async function tabTo(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  const isFocused = () => target.evaluate((element) => element === document.activeElement);
  for (let stops = 0; stops < MOST_STOPS && !(await isFocused()); stops++) await page.keyboard.press(key);
  await expect(target).toBeFocused();
}

async function press(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await tabTo(target, key);
  await page.keyboard.press("Enter");
}

/** Types over what stands in a field. */
async function type(target: Locator, text: string): Promise<void> {
  await tabTo(target);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}

test("edit: found in the list, changed, put in another order and saved", async () => {
  const steps = [
    { id: "a", kind: "clean", options: {} },
    { id: "b", kind: "translate", options: { targetLanguage: "German" } },
    { id: "c", kind: "tone", options: { tone: "neutral" } },
  ];
  await seed(page, { name: "Other" });
  const id = await seed(page, { name: "Morning", steps });
  await reload(page);
  await tabTo(field(page, "Search"));
  await page.keyboard.type("morn");
  await expect(page.getByRole("link", { name: "Other" })).toHaveCount(0);
  await press(page.getByRole("link", { name: "Morning" }));
  await type(field(page, "Name"), "Morning briefing");
  await type(field(page, "Target language"), "French");
  await press(button("Move step 2, Translate up"), "Shift+Tab");
  await expect(button("Move step 1, Translate down")).toBeFocused();
  await press(button("Move step 3, Tone up"));
  await expect(page.getByRole("heading", { level: 3 })).toHaveText(["1. Translate", "2. Tone", "3. Clean"]);
  await tabTo(field(page, "Run on a schedule"));
  await page.keyboard.press("Space");
  await press(button("Daily at 07:00"));
  await press(button("Save"));
  await expect(outcome(page)).toHaveText("Saved");
  expect(await ask(page, "get", { id })).toMatchObject({
    name: "Morning briefing",
    steps: [{ id: "b", options: { targetLanguage: "French" } }, { id: "c" }, { id: "a" }],
    schedule: { cron: "0 7 * * *" },
  });
});

test("delete: asked, thought better of, done, and restored", async () => {
  const id = await seed(page, { name: "To go" });
  await arrive(page, `${app.url}/pipelines/${id}`);
  const question = page.getByRole("alertdialog", { name: "Delete To go?" });
  await press(button("Delete"));
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(button("Delete")).toBeFocused();
  await page.keyboard.press("Enter");
  await press(question.getByRole("button", { name: "Delete" }));
  await expect(page.getByRole("status", { name: "Last action" })).toBeFocused();
  expect(await ask(page, "get", { id })).toBeNull();
  await press(button("Restore as new"));
  await expect(field(page, "Name")).toHaveValue("To go");
});

test("rotate: asked, done, copied", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const id = await seed(page, { name: "Called" });
  await arrive(page, `${app.url}/pipelines/${id}`);
  await press(button("Rotate secret"));
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await press(question.getByRole("button", { name: "Rotate secret" }));
  await expect(page.getByRole("heading", { name: "Copy the webhook URL now" })).toBeFocused();
  await press(button("Copy: Webhook URL"));
  await expect(page.getByText("Copied", { exact: true })).toBeVisible();
  const url = await page.evaluate(() => navigator.clipboard.readText());
  expect((await fetch(url, { method: "POST" })).status).toBe(202);
  await press(button("I have copied it"));
  await expect(page.getByRole("heading", { name: "Called" })).toBeFocused();
});

test("conflicts: kept, given up and edited", async () => {
  const names = ["first", "second", "third"];
  const ids: string[] = [];
  for (const name of names) ids.push(await seed(page, { name }));
  for (const id of ids) {
    await arrive(page, `${app.url}/pipelines/${id}`);
    await expect(field(page, "Name")).not.toHaveValue("");
  }
  await page.route(API, (route) => route.fulfill({ status: 503, json: {} }));
  for (const [index, id] of ids.entries()) {
    await arrive(page, `${app.url}/pipelines/${id}`);
    await type(field(page, "Name"), `mine ${String(index)}`);
    await page.keyboard.press("Control+s");
    await expect(outcome(page)).toContainText("Saved on this device");
  }
  for (const [index, id] of ids.entries()) await ask(page, "update", { id, input: { name: `theirs ${String(index)}` } });
  await page.unroute(API);
  await expect(savedWhere(page)).toHaveText("3 changes need you", { timeout: 20_000 });
  await arrive(page, app.url);

  await press(button("3 changes need you"));
  await press(page.getByRole("link", { name: "Review changes" }));
  const card = (index: number) => page.getByRole("main").getByRole("listitem").filter({ hasText: `mine ${String(index)}` });
  const heading = page.getByRole("heading", { name: "Changes that need you" });
  await press(card(0).getByRole("button", { name: "Keep mine" }));
  await expect(heading).toBeFocused();
  await press(card(1).getByRole("button", { name: "Use theirs" }));
  const question = page.getByRole("alertdialog", { name: "Use the other version?" });
  await page.keyboard.press("Escape");
  await expect(card(1).getByRole("button", { name: "Use theirs" })).toBeFocused();
  await page.keyboard.press("Enter");
  await press(question.getByRole("button", { name: "Use theirs" }));
  await expect(heading).toBeFocused();
  await press(card(2).getByRole("link", { name: "Edit" }));
  await type(field(page, "Name"), "ours");
  await press(button("Save"));
  await expect(savedWhere(page)).toHaveText("Saved on the server");
  const stored = await Promise.all(ids.map((id) => ask<{ name: string }>(page, "get", { id })));
  expect(stored.map(({ name }) => name)).toEqual(["mine 0", "theirs 1", "ours"]);
});
