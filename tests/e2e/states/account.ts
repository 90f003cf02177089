/** The states of runs, of changes that wait, of the settings and of what the header opens. */
import { expect, type Page } from "@playwright/test";
import { ask, run, seed } from "../support/account.js";
import { arrive, field, follow, make, outcome, reload, savedWhere } from "../support/browser.js";
import { API, type Stage } from "./stage.js";

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });

export async function runs({ app, page, source, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  const [good, german] = [
    { id: "a", kind: "clean", options: {} },
    { id: "b", kind: "translate", options: { targetLanguage: "German" } },
  ];
  const id = await seed(page, { name: "Morning briefing", steps: [good, german], defaultSource: source.url });
  await run(page, id, "A text that nobody translates.");
  await ask(page, "update", { id, input: { steps: [good] } });
  await run(page, id, "The first line.\nThe second line.");
  for (let times = 0; times < 2; times++) await ask(page, "startRun", { id, trigger: "manual" });
  await arrive(page, `${app.url}/pipelines/${id}`);
  const panel = page.getByRole("region", { name: "Runs" });
  for (const status of ["Queued", "Running", "Succeeded", "Failed"]) {
    await expect(panel.getByText(status, { exact: true })).toBeVisible();
  }
  await show("runs");
}

async function rename(page: Page, to: string): Promise<void> {
  await field(page, "Name").fill(to);
  await button(page, "Save").click();
  await expect(savedWhere(page)).toHaveText(/waiting$/);
}

export async function changes({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  const [both, gone] = [await seed(page, { name: "Before" }), await seed(page, { name: "Deleted elsewhere" })];
  await arrive(page, `${app.url}/pipelines/${gone}`);
  await expect(field(page, "Name")).toHaveValue("Deleted elsewhere");
  await arrive(page, `${app.url}/pipelines/${both}`);
  await expect(field(page, "Name")).toHaveValue("Before");
  await page.route(API, (route) => route.fulfill({ status: 503, json: {} }));
  await rename(page, "Mine");
  await arrive(page, `${app.url}/pipelines/${gone}`);
  await rename(page, "Typed for an hour");
  await button(page, "2 changes waiting").click();
  await show("saved-where-waiting");
  await arrive(page, `${app.url}/settings`);
  await button(page, "Clear this device").click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Clear" }).click();
  await expect(page.getByRole("alertdialog", { name: "Discard unsent changes?" })).toBeVisible();
  await show("settings-discard-question");
  await page.keyboard.press("Escape");
  await ask(page, "update", { id: both, input: { name: "Theirs", description: "Also theirs" } });
  await ask(page, "delete", { id: gone });
  await page.unroute(API);
  await expect(savedWhere(page)).toHaveText("2 changes need you", { timeout: 15_000 });
  await reload(page);
  await button(page, "2 changes need you").click();
  await show("saved-where-needs-you");
  await follow(page.getByRole("link", { name: "Review changes" }));
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(2);
  await show("needs-you");
  await button(page, "Use theirs").click();
  await show("needs-you-question");
  await page.keyboard.press("Escape");
  await follow(page.getByRole("link", { name: "Edit" }).first());
  await expect(button(page, /^(Save|Create)/)).toBeVisible();
  await show("needs-you-edit");
  await arrive(page, `${app.url}/changes`);
  await button(page, "Keep mine").click();
  await button(page, "Discard").click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Discard" }).click();
  await expect(page.getByText("There is nothing to decide.")).toBeVisible();
  await show("needs-you-settled");
}

export async function lost({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  await make(page, "Kept");
  await expect(outcome(page)).toHaveText("Saved");
  await button(page, "I have copied it").click();
  await follow(page.getByRole("link", { name: "All pipelines" }));
  await page.evaluate(() => new Promise((done) => (indexedDB.deleteDatabase("convex-pipelines").onsuccess = done)));
  await expect(page.getByText("Data on this device is gone")).toBeVisible({ timeout: 15_000 });
  await show("data-lost");
}

export async function settings({ app, page, show }: Stage): Promise<void> {
  await arrive(page, `${app.url}/settings`);
  const id = await seed(page, { name: "Changed", schedule: { cron: "0 7 * * *" } });
  await expect(page.getByRole("region", { name: "Storage" })).toBeVisible();
  await expect(savedWhere(page)).toHaveText("Saved on the server");
  await show("settings");
  await button(page, "Account: This browser").click();
  await show("account-menu");
  await page.keyboard.press("Escape");
  await button(page, "Saved on the server").click();
  await show("saved-where");
  await page.keyboard.press("Escape");
  const steps = [{ id: "a", kind: "clean", options: {} }];
  const pipelines = [{ id, name: "Changed", description: "As exported", steps }, { name: "New", steps }, { name: "Broken", steps: [] }];
  const buffer = Buffer.from(JSON.stringify({ format: "convex-pipelines", version: 1, pipelines }));
  await page.getByLabel("File to import").setInputFiles({ name: "export.json", mimeType: "application/json", buffer });
  await expect(page.getByRole("heading", { name: "What this import will do" })).toBeVisible();
  await show("settings-import");
  await button(page, "Clear this device").click();
  await show("settings-clear-question");
}

/** The server keeps nothing. */
export async function alone({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  await expect(page.getByRole("heading", { name: "No pipelines yet" })).toBeVisible();
  await show("alone-empty");
  await follow(page.getByRole("link", { name: "New pipeline" }));
  await field(page, "Name").fill("Mine");
  await button(page, /^Clean/).click();
  await field(page, "Run on a schedule").check();
  await button(page, "Create pipeline").click();
  await expect(outcome(page)).toHaveText("Saved");
  await show("alone-editor");
  await follow(page.getByRole("link", { name: "All pipelines" }));
  await expect(page.getByText("Does not run here", { exact: true })).toBeVisible();
  await button(page, "On this device only").click();
  await show("alone-list");
  await arrive(page, `${app.url}/settings`);
  await expect(page.getByRole("region", { name: "Storage" })).toBeVisible();
  await show("alone-settings");
}
