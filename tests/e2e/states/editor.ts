/** The states of the editor and of what stands around its form. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { arrive, chooseZone, field, follow, outcome } from "../support/browser.js";
import { seed } from "../support/account.js";
import { API, type Stage } from "./stage.js";

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });

export async function create({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  await follow(page.getByRole("link", { name: "New pipeline" }));
  await expect(button(page, "Create pipeline")).toBeEnabled();
  await show("new");
  for (const kind of [/^Clean/, /^Summarise/, /^Translate/, /^Tone/, /^Chunk/, /^Queue/]) await button(page, kind).click();
  await field(page, "Run on a schedule").check();
  await field(page, "When").fill("0 0 7 * * 1-5");
  await button(page, "Create pipeline").click();
  await expect(outcome(page)).toHaveText("Fix 4 problems");
  await show("editor-problems");
  await button(page, "Collapse all").click();
  await show("editor-folded");
  await button(page, "Expand all").click();
  await button(page, /^Use 0 7/).click();
  await field(page, "Time zone").fill("new");
  await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
  await show("editor-zones");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "All pipelines" }).click();
  await expect(page.getByRole("alertdialog", { name: "Leave without saving?" })).toBeVisible();
  await show("leave-question");
  await button(page, "Stay").click();

  await field(page, "Name").fill("Morning briefing");
  await field(page, "Target language").fill("German");
  await field(page, "Provider").fill("anybody");
  await button(page, "Create pipeline").click();
  await expect(outcome(page)).toHaveText("Saved");
  await show("webhook-fresh");
  await page.getByRole("link", { name: "All pipelines" }).click();
  await expect(page.getByRole("alertdialog", { name: /^Leave without copying/ })).toBeVisible();
  await show("webhook-leave-question");
  await button(page, "Stay").click();
  await button(page, "I have copied it").click();
  await show("editor-saved");
  await button(page, "Rotate secret").click();
  await show("webhook-rotate-question");
  await page.getByRole("alertdialog").getByRole("button", { name: "Rotate secret" }).click();
  await expect(page.getByText("The old URL no longer works.")).toBeVisible();
  await show("webhook-rotated");
  await button(page, "I have copied it").click();

  await button(page, "Remove step 2, Summarise").click();
  await expect(button(page, "Undo")).toBeVisible();
  await button(page, "Insert a step before step 2").click();
  await show("editor-undo-and-insert");
}

/** A clock that changes within the next runs, for somebody in another zone. */
export async function schedule({ app, page, show }: Stage): Promise<void> {
  await page.clock.setFixedTime(new Date("2026-03-26T12:00:00Z"));
  await arrive(page, `${app.url}/pipelines/new`);
  await expect(button(page, "Create pipeline")).toBeEnabled();
  await field(page, "Name").fill("Morning briefing");
  await button(page, /^Summarise/).click();
  await field(page, "Run on a schedule").check();
  await button(page, "Weekdays at 07:00").click();
  await chooseZone(page, "Europe/Berlin");
  await expect(page.getByText(/^Clocks in Europe\/Berlin go forward/)).toBeVisible();
  await show("schedule-clock-change");
}

/** The same pipeline in two tabs. */
export async function elsewhere({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  const id = await seed(page, { name: "In two places" });
  await arrive(page, `${app.url}/pipelines/${id}`);
  await field(page, /^Description/).fill("Not saved yet");
  const other = await page.context().newPage();
  await arrive(other, page.url());
  await field(other, /^Description/).fill("From another tab");
  await other.keyboard.press("Control+s");
  await expect(outcome(page)).toContainText("changed elsewhere");
  await show("changed-elsewhere");

  const gone = await seed(page, { name: "Gone" });
  for (const tab of [page, other]) {
    await arrive(tab, `${app.url}/pipelines/${gone}`);
    await expect(field(tab, "Name")).toHaveValue("Gone");
  }
  await field(page, /^Description/).fill("Not saved yet");
  await button(other, "Delete").click();
  await other.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(outcome(page)).toContainText("deleted elsewhere");
  await show("deleted-elsewhere");
  await other.close();
}

/** What a newer version has saved. */
export async function unreadable({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  const id = await seed(page, { name: "From tomorrow" });
  const file = JSON.parse(readFileSync(app.dataPath, "utf8")) as { pipelines: { id: string; schedule: object; steps: object[] }[] };
  const newer = file.pipelines.find((row) => row.id === id);
  if (newer === undefined) throw new Error("the file does not hold what was made");
  newer.schedule = { cron: "0 7 * * *", timezone: "Mars/Olympus" };
  newer.steps.push({ id: "new", kind: "shout", options: { volume: 11 } });
  writeFileSync(app.dataPath, JSON.stringify(file));
  await arrive(page, app.url);
  await expect(page.getByText("Cannot be read here").filter({ visible: true })).toBeVisible();
  await show("list-unreadable");
  await follow(page.getByRole("link", { name: "From tomorrow" }));
  await expect(page.getByRole("region", { name: "Parts that cannot be read" })).toBeVisible();
  await show("editor-unreadable");
}

export async function notSaved({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  const id = await seed(page, { name: "Before" });
  await arrive(page, `${app.url}/pipelines/${id}`);
  await field(page, "Name").fill("After");
  await page.route(API, (route) => route.abort());
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await button(page, "Save").click();
  await expect(outcome(page)).toContainText("This was not saved.");
  await show("editor-not-saved");
}
