/** Settings, and whose pipelines the app shows. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { App } from "./support/app.js";
import { ask, seed } from "./support/account.js";
import { arrive, field, follow, make, outcome, reload, savedWhere, type Profile } from "./support/browser.js";
import { visitEach } from "./support/visit.js";

let app: App;
let profile: Profile;
let page: Page;

visitEach((visit) => ({ app, profile, page } = visit));

const panel = (name: string) => page.getByRole("region", { name });
const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const DARK = "rgb(20, 21, 19)";
const LIGHT = "rgb(253, 253, 251)";

test("the account menu says whose pipelines these are, and leads to the settings", async () => {
  await page.getByRole("button", { name: "Account: This browser" }).click();
  await expect(page.getByText("These pipelines belong to this browser")).toBeVisible();
  await follow(page.getByRole("link", { name: "Settings" }));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
  await expect(page.getByText("These pipelines belong to this browser")).not.toBeVisible();
});

test("the theme is chosen, and kept from the first paint on", async () => {
  await page.emulateMedia({ colorScheme: "light" });
  await arrive(page, `${app.url}/settings`);
  await expect(field(page, "System")).toBeChecked();
  expect(await paper()).toBe(LIGHT);
  await field(page, "Dark").check();
  await expect.poll(paper).toBe(DARK);
  await reload(page);
  expect(await paper()).toBe(DARK);
  await expect(field(page, "Dark")).toBeChecked();
  await field(page, "Light").check();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(paper).toBe(LIGHT);
  await field(page, "System").check();
  await expect.poll(paper).toBe(DARK);
});

test("an export holds every definition and no secret, and an import shows what it would do", async () => {
  const steps = [{ id: "a", kind: "summarise", options: { bulletCount: 3 } }];
  const [kept, changed] = [await seed(page, { name: "Kept", steps }), await seed(page, { name: "Changed", description: "as exported" })];
  const gone = await seed(page, { name: "Gone", schedule: { cron: "0 7 * * *", timezone: "Europe/Berlin" } });
  await arrive(page, `${app.url}/settings`);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const path = join(app.folder, "export.json");
  await (await download).saveAs(path);
  const file = JSON.parse(readFileSync(path, "utf8")) as { pipelines: Record<string, unknown>[] };
  expect(file).toMatchObject({ format: "convex-pipelines", version: 1 });
  expect(file.pipelines.map(({ id }) => id)).toEqual([changed, gone, kept]);
  expect(readFileSync(path, "utf8")).not.toMatch(/secret|accountId/i);

  await ask(page, "delete", { id: gone });
  await ask(page, "update", { id: changed, input: { description: "changed since" } });
  file.pipelines.push({ name: "Broken", steps: [{ id: "x", kind: "no such kind", options: {} }] });
  writeFileSync(path, JSON.stringify(file));
  const stored = async () => ask<{ name: string; description?: string }[]>(page, "list", {});
  const open = () => page.getByLabel("File to import").setInputFiles(path);
  const entry = (name: string) => panel("Export and import").getByRole("listitem").filter({ hasText: name });
  await open();
  await expect(page.getByRole("heading", { name: "What this import will do" })).toBeFocused();
  await expect(entry("Kept")).toContainText("Already here, with the same settings.");
  await expect(entry("Changed")).toContainText("Already here, with different settings.");
  await expect(entry("Gone")).toContainText("New. At 07:00");
  await expect(entry("Broken").first()).toContainText("Cannot be imported");
  await expect(page.getByText("1 will be added, 0 replaced, 3 skipped.")).toBeVisible();
  const importing = page.getByRole("button", { name: "Import" }).last();
  await importing.click();
  await expect(page.getByText("Import finished: 1 added, 0 replaced, 3 skipped.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Import" })).toBeFocused();
  expect(await stored()).toMatchObject([{ name: "Changed", description: "changed since" }, { name: "Gone" }, { name: "Kept" }]);

  await open();
  await field(page, "Import Changed").selectOption("Replace the existing one");
  await importing.click();
  await expect(page.getByText("Import finished: 0 added, 1 replaced, 3 skipped.")).toBeVisible();
  expect(await stored()).toMatchObject([{ name: "Changed", description: "as exported" }, { name: "Gone" }, { name: "Kept" }]);

  writeFileSync(path, "no JSON");
  await open();
  await expect(page.getByText("This file is not JSON.")).toBeVisible();
});

test("clearing this device keeps what is on the server, and asks again for what is not", async () => {
  await make(page, "On the server");
  await expect(outcome(page)).toHaveText("Saved");
  await page.getByRole("button", { name: "I have copied it" }).click();
  await page.context().route("**/api/pipelines/**", (route) => route.fulfill({ status: 503, json: {} }));
  await make(page, "Only here");
  await expect(savedWhere(page)).toHaveText("1 change waiting");
  await page.getByRole("button", { name: "I have copied it" }).click();
  await page.getByRole("button", { name: "Account: This browser" }).click();
  await follow(page.getByRole("link", { name: "Settings" }));
  await expect(panel("Storage")).toContainText("1 change is waiting for the server.");
  const clear = page.getByRole("button", { name: "Clear this device" });
  await clear.click();
  await page.getByRole("alertdialog", { name: "Clear this device?" }).getByRole("button", { name: "Clear" }).click();
  const second = page.getByRole("alertdialog", { name: "Discard unsent changes?" });
  await expect(second).toBeVisible();
  await second.getByRole("button", { name: "Cancel" }).click();
  await expect(savedWhere(page)).toHaveText("1 change waiting");
  await clear.click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Clear" }).click();
  await second.getByRole("button", { name: "Discard and clear" }).click();
  await expect(page.getByText("This device was cleared.")).toBeFocused();
  await page.context().unroute("**/api/pipelines/**");
  await arrive(page, app.url);
  await expect(page.getByRole("main").getByRole("listitem")).toHaveText([/On the server/]);
});

test("in the browser alone, clearing deletes everything, and says so", async () => {
  const alone = await App.start("none");
  try {
    page = await profile.open(alone.url);
    await make(page, "The only copy");
    await expect(outcome(page)).toHaveText("Saved");
    await arrive(page, `${alone.url}/settings`);
    await expect(panel("Storage")).toContainText("This server stores no pipelines.");
    await expect(panel("Clear this device")).toContainText("There is no other copy");
    await page.getByRole("button", { name: "Clear this device" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Clear" }).click();
    await expect(page.getByText("This device was cleared.")).toBeFocused();
    await arrive(page, alone.url);
    await expect(page.getByText("No pipelines yet")).toBeVisible();
  } finally {
    await alone.stop();
  }
});
