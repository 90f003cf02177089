/** The list: what it says of each pipeline, how one finds one, and what can be done without opening it. */
import { expect, test, type Page } from "@playwright/test";
import { App } from "./support/app.js";
import { ask, run, seed } from "./support/account.js";
import { Profile, arrive, field, follow, outcome, reload, savedWhere } from "./support/browser.js";
import { visitEach } from "./support/visit.js";

let app: App;
let profile: Profile;
let page: Page;

visitEach((visit) => ({ app, profile, page } = visit));

const rows = () => page.getByRole("main").getByRole("listitem").filter({ visible: true });
const row = (name: string) => rows().filter({ has: page.getByRole("link", { name, exact: true }) });
const notice = () => page.getByRole("status", { name: "Last action" });
const daily = (more: object = {}) => ({ cron: "0 7 * * *", timezone: "America/New_York", ...more });

/** Comes again, at a time. The rows that a server draws stand there before anything follows the clock. */
async function comeBackAt(time: string): Promise<void> {
  await page.clock.install({ time: new Date(time) });
  await reload(page);
  await expect(savedWhere(page)).toHaveText("Saved on the server");
}

async function choose(name: string, action: string): Promise<void> {
  await row(name).getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test.describe("what it says", () => {
  test("the outcome of the last run, and the next run with its zone, which follows the clock", async () => {
    const [good, bad] = [await seed(page, { name: "Good", schedule: daily() }), await seed(page, { name: "Bad" })];
    await run(page, good, "A text.");
    await run(page, bad);
    await comeBackAt("2026-12-01T11:59:00Z");
    await expect(row("Good")).toContainText("Succeeded");
    await expect(row("Bad")).toContainText("Failed");
    await expect(row("Bad")).toContainText("None");
    await expect(row("Good")).toContainText("Today, 07:00 New York");
    await expect(row("Good")).toContainText("Today, 13:00 Berlin (your time)");
    await page.clock.fastForward(61_000);
    await expect(row("Good")).toContainText("Tomorrow, 07:00 New York");
    await page.clock.fastForward("18:00:00");
    await expect(row("Good")).toContainText("Today, 07:00 New York");
  });

  test("a run that ends elsewhere is seen once it was due", async () => {
    const id = await seed(page, { name: "Due", schedule: { cron: "0 12 * * *" } });
    await comeBackAt("2026-12-01T11:59:00Z");
    await expect(row("Due")).toContainText("Never");
    await run(page, id, "A text.");
    await page.clock.fastForward("01:00");
    await expect(row("Due")).toContainText("Tomorrow");
    await page.clock.runFor(5_000);
    await expect(row("Due")).toContainText("Succeeded");
  });

  test("where no worker takes runs it says so, in the list and beside the schedule", async () => {
    const id = await seed(page, { name: "Waiting", schedule: { cron: "0 * * * *" } });
    const queued = { runId: "r", pipelineId: id, status: "queued", trigger: "schedule", queuedAt: "2026-11-01T00:00:00.000Z" };
    await page.context().route("**/api/pipelines/listRuns", (route) => route.fulfill({ json: { result: [queued] } }));
    await reload(page);
    const words = page.getByText("Scheduled runs are waiting, and no worker").filter({ visible: true });
    await expect(words).toBeVisible();
    await follow(page.getByRole("link", { name: "Waiting" }));
    await expect(words).toBeVisible();
    await page.context().unroute("**/api/pipelines/listRuns");
    await arrive(page, app.url);
    await expect(row("Waiting")).toBeVisible();
    await expect(words).toHaveCount(0);
  });
});

test.describe("actions of a row", () => {
  test("run now, and it says how that went", async () => {
    const id = await seed(page, { name: "By hand" });
    await reload(page);
    await choose("By hand", "Run now");
    await expect(notice()).toContainText("By hand: Failed", { timeout: 20_000 });
    await expect(notice()).toContainText("there is no text");
    await expect(row("By hand")).toContainText("Failed");
    expect(await ask(page, "listRuns", { id })).toMatchObject([{ trigger: "manual", status: "failed" }]);
  });

  test("pause and resume, by keyboard alone", async () => {
    const id = await seed(page, { name: "Nightly", schedule: daily() });
    await reload(page);
    const button = row("Nightly").getByRole("button");
    await button.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menuitem", { name: "Run now" })).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("menuitem", { name: "Pause" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(notice()).toContainText("Paused Nightly.");
    await expect(button).toBeFocused();
    await expect(row("Nightly")).toContainText("Paused: At 07:00");
    expect(await ask(page, "get", { id })).toMatchObject({ schedule: { enabled: false } });
    await choose("Nightly", "Resume");
    await expect(notice()).toContainText("Resumed Nightly.");
    await expect(row("Nightly")).toContainText("New York");
  });

  test("duplicate opens a paused copy, with a webhook of its own", async () => {
    await seed(page, { name: "Original", schedule: daily(), description: "Kept" });
    await reload(page);
    await choose("Original", "Duplicate");
    await expect(field(page, "Name")).toHaveValue("Copy of Original");
    await expect(field(page, /^Description/)).toHaveValue("Kept");
    await expect(field(page, "Paused")).toBeChecked();
    await expect(page.getByRole("group", { name: "Webhook URL" })).toBeVisible();
  });

  test("delete asks, says so where the focus is, and can be restored as new", async () => {
    const id = await seed(page, { name: "To go", description: "All of it" });
    await seed(page, { name: "To stay" });
    await reload(page);
    await choose("To go", "Delete");
    const question = page.getByRole("alertdialog", { name: "Delete To go?" });
    await expect(question).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(row("To go").getByRole("button")).toBeFocused();
    await choose("To go", "Delete");
    await question.getByRole("button", { name: "Delete" }).click();
    await expect(notice()).toContainText("Deleted To go.");
    await expect(notice()).toBeFocused();
    await expect(rows()).toHaveCount(1);
    await notice().getByRole("button", { name: "Restore as new" }).click();
    await expect(field(page, "Name")).toHaveValue("To go");
    await expect(field(page, /^Description/)).toHaveValue("All of it");
    await expect(page.getByRole("group", { name: "Webhook URL" })).toBeVisible();
    expect(await ask(page, "get", { id })).toBeNull();
  });

  test("deleting in the editor leads to the list, which says so where the focus is", async () => {
    await seed(page, { name: "From its page" });
    await reload(page);
    await follow(page.getByRole("link", { name: "From its page" }));
    const opener = page.getByRole("button", { name: "Delete" });
    await opener.click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(opener).toBeFocused();
    await opener.click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await expect(notice()).toContainText("Deleted From its page.");
    await expect(notice()).toBeFocused();
  });

  test("what failed says so, and can be tried again", async () => {
    await seed(page, { name: "Unlucky" });
    await reload(page);
    await page.context().route("**/api/pipelines/startRun", (route) => route.fulfill({ status: 503, json: {} }));
    await choose("Unlucky", "Run now");
    await expect(notice()).toContainText("Unlucky was not started.");
    await page.context().unroute("**/api/pipelines/startRun");
    await notice().getByRole("button", { name: "Try again" }).click();
    await expect(notice()).toContainText("Unlucky: Failed", { timeout: 20_000 });
  });

  test("by touch", async () => {
    await profile.remove();
    profile = new Profile();
    page = await profile.open(app.url, { hasTouch: true, viewport: { width: 390, height: 800 } });
    await seed(page, { name: "Tapped", schedule: daily() });
    await reload(page);
    await row("Tapped").getByRole("button").tap();
    await page.getByRole("menuitem", { name: "Pause" }).tap();
    await expect(notice()).toContainText("Paused Tapped.");
    await expect(page).toHaveURL(`${app.url}/`);
  });
});

test.describe("finding", () => {
  test.beforeEach(async () => {
    await seed(page, { name: "Report 10", description: "weekly numbers" });
    await seed(page, { name: "Report 9", schedule: { cron: "30 6 * * 1", timezone: "Europe/Berlin" } });
    await seed(page, { name: "Résumé of news", schedule: daily({ enabled: false }) });
    await run(page, await seed(page, { name: "Broken" }));
    await arrive(page, app.url);
    await expect(rows()).toHaveCount(4);
  });
  const names = () => rows().getByRole("link").allInnerTexts();

  test("words in any order, in schedules and states too; numbers sort as numbers", async () => {
    const search = field(page, "Search");
    for (const [text, found] of [
      ["report", ["Report 9", "Report 10"]],
      ["numbers REPORT", ["Report 10"]],
      ["monday berlin", ["Report 9"]],
      ["paused resume", ["Résumé of news"]],
      ["failed", ["Broken"]],
      ["nothing of the kind", []],
    ] as const) {
      await search.fill(text);
      await expect.poll(names).toEqual(found);
    }
    await expect(page.getByText("No pipelines match.")).toBeVisible();
    await search.fill("");
    await expect.poll(names).toEqual(["Broken", "Report 10", "Report 9", "Résumé of news"]);
  });

  test("what is typed right after a filter was chosen stays, and so does the filter", async () => {
    // In one turn: the router brings the new address only afterwards.
    const filter = page.getByRole("group", { name: "Filter" }).getByRole("button", { name: /^Scheduled/ });
    await filter.click({ trial: true }); // what comes with the document is inert
    const search = await field(page, "Search").elementHandle();
    await filter.evaluate((button: HTMLButtonElement, typed) => {
      const input = typed as HTMLInputElement;
      button.click();
      // React watches the property of the element itself.
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(input, "report");
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, search);
    await expect(page).toHaveURL(/\?search=report&show=scheduled$/);
    await expect(field(page, "Search")).toHaveValue("report");
  });

  test("filters, and what the address keeps over reload and Back", async () => {
    const filter = (name: RegExp) => page.getByRole("group", { name: "Filter" }).getByRole("button", { name });
    await filter(/^Scheduled/).click();
    await expect(rows()).toHaveCount(1);
    await filter(/^Paused/).click();
    await expect.poll(names).toEqual(["Résumé of news"]);
    await filter(/^Failed last/).click();
    await expect.poll(names).toEqual(["Broken"]);
    await expect(page).toHaveURL(/\?show=failed$/);
    await page.goBack();
    await expect(filter(/^Paused/)).toHaveAttribute("aria-pressed", "true");
    await expect.poll(names).toEqual(["Résumé of news"]);
    await filter(/^All/).click();
    await field(page, "Search").pressSequentially("report 9", { delay: 30 });
    await expect(page).toHaveURL(/\?search=report\+9$/);
    await reload(page);
    await expect(field(page, "Search")).toHaveValue("report 9");
    await expect(rows()).toHaveCount(1);
    await follow(page.getByRole("link", { name: "Report 9" }));
    await expect(field(page, "Name")).toHaveValue("Report 9");
    await page.goBack();
    await expect(field(page, "Search")).toHaveValue("report 9");
    await expect(rows()).toHaveCount(1);
    // Also one that is left as soon as it is typed.
    await field(page, "Search").fill("resume");
    await follow(page.getByRole("link", { name: "Résumé of news" }));
    await expect(field(page, "Name")).toHaveValue("Résumé of news");
    await page.goBack();
    await expect(field(page, "Search")).toHaveValue("resume");
    await follow(page.getByRole("banner").getByRole("link", { name: "Pipelines" }));
    await expect(field(page, "Search")).toHaveValue("");
    await expect(rows()).toHaveCount(4);
  });
});

test("the next page begins at the top, and Back turns back", async () => {
  test.setTimeout(90_000);
  for (let number = 100; number < 155; number++) await seed(page, { name: `Pipeline ${String(number)}` });
  await reload(page);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(rows()).toHaveCount(5);
  await expect(page).toHaveURL(/\?page=2$/);
  await expect(page.getByRole("group", { name: "Pipelines, page 2 of 2" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Pipeline 150" })).toBeInViewport();
  await reload(page);
  await expect(rows()).toHaveCount(5);
  await page.goBack();
  await expect(rows()).toHaveCount(50);
});

test("in the browser alone schedules do not run and are said not to; a deletion is undone as it was", async () => {
  const alone = await App.start("none");
  try {
    page = await profile.open(alone.url);
    await follow(page.getByRole("link", { name: "Create your first pipeline" }));
    await field(page, "Name").fill("Mine");
    await page.getByRole("button", { name: /^Clean/ }).click();
    await field(page, "Run on a schedule").check();
    const words = page.getByText("Schedules do not run here").filter({ visible: true });
    await expect(words).toBeVisible();
    await page.getByRole("button", { name: "Create pipeline" }).click();
    await expect(outcome(page)).toHaveText("Saved");
    await follow(page.getByRole("link", { name: "All pipelines" }));
    await expect(words).toBeVisible();
    await expect(row("Mine")).toContainText("Does not run here");
    await row("Mine").getByRole("button").click();
    await expect(page.getByRole("menuitem")).toHaveText(["Pause", "Duplicate", "Delete"]);
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await expect(rows()).toHaveCount(0);
    await notice().getByRole("button", { name: "Undo" }).click();
    await expect(row("Mine")).toBeVisible();
    await expect(notice()).toHaveText("Restored Mine.");
  } finally {
    await alone.stop();
  }
});
