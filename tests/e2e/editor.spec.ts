/** The editor by keyboard, by pointer, and with a clock that is about to change. */
import { expect, type Page } from "@playwright/test";
import { App } from "./support/app.js";
import { arrive, chooseZone, field, follow, outcome, reload, test } from "./support/browser.js";

let app: App;

test.beforeAll(async () => {
  app = await App.start("none");
});
test.afterAll(async () => {
  await app.stop();
});

const titles = (page: Page) => page.getByRole("heading", { level: 3 });

async function openNew(page: Page): Promise<void> {
  await arrive(page, `${app.url}/pipelines/new`);
}

test("a pipeline is made by keyboard alone", async ({ page }) => {
  await arrive(page, app.url);
  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const first = page.getByRole("link", { name: "Create your first pipeline" });
  await expect(first).toBeVisible();
  await press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await press("Enter", "Tab");
  await expect(first).toBeFocused();
  await press("Enter");
  await expect(page.getByRole("heading", { name: "New pipeline" })).toBeVisible();
  await field(page, "Name").focus();
  await page.keyboard.type("By hand");
  await page.getByRole("button", { name: /^Clean/ }).focus();
  await press("Enter");
  await expect(field(page, "Keep quotation marks")).toBeFocused();
  await press("Space");
  await page.getByRole("button", { name: /^Tone/ }).focus();
  await press("Enter");
  await page.getByRole("button", { name: /^Queue/ }).focus();
  await press("Enter");
  await page.keyboard.type("anybody");
  await expect(titles(page)).toHaveText(["1. Clean", "2. Tone", "3. Queue"]);

  await page.getByRole("button", { name: "Move step 3, Queue up" }).focus();
  await press("Enter");
  await expect(page.getByRole("button", { name: "Move step 2, Queue up" })).toBeFocused();
  await press("Enter");
  await expect(titles(page)).toHaveText(["1. Queue", "2. Clean", "3. Tone"]);
  // It cannot go further up: the focus goes to where it can.
  await expect(page.getByRole("button", { name: "Move step 1, Queue down" })).toBeFocused();
  await page.getByRole("button", { name: "Remove step 2, Clean" }).focus();
  await press("Enter");
  await expect(titles(page)).toHaveText(["1. Queue", "2. Tone"]);
  await expect(page.getByRole("button", { name: "Remove step 2, Tone" })).toBeFocused();

  await press("Control+s");
  await expect(outcome(page)).toHaveText("Saved");
  await reload(page);
  await expect(titles(page)).toHaveText(["1. Queue", "2. Tone"]);
  await expect(field(page, "Provider")).toHaveValue("anybody");
});

test("Enter in a text field creates nothing, Ctrl+Enter does", async ({ page }) => {
  await openNew(page);
  await page.getByRole("button", { name: /^Clean/ }).click();
  await field(page, "Name").fill("Not by accident");
  await page.keyboard.press("Enter");
  await expect(outcome(page)).toHaveText("Not saved yet");
  await expect(page).toHaveURL(`${app.url}/pipelines/new`);
  await page.keyboard.press("Control+Enter");
  await expect(outcome(page)).toHaveText("Saved");
  await follow(page.getByRole("link", { name: "All pipelines" }));
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(1);
});

test("steps are dragged into another order", async ({ page }) => {
  await openNew(page);
  for (const kind of [/^Clean/, /^Tone/]) await page.getByRole("button", { name: kind }).click();
  const [upper, lower] = [page.locator("[data-grip]").nth(0), page.locator("[data-grip]").nth(1)];
  await lower.scrollIntoViewIfNeeded();
  const from = await upper.boundingBox();
  const to = await lower.boundingBox();
  if (from === null || to === null) throw new Error("the grips are not to be seen");
  await page.mouse.move(from.x + 10, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(from.x + 10, from.y + 40, { steps: 5 });
  await page.mouse.move(to.x + 10, to.y + 30, { steps: 10 });
  await page.mouse.up();
  await expect(titles(page)).toHaveText(["1. Tone", "2. Clean"]);
});

test("leaving with unsaved changes asks, by a link and by the back button", async ({ page }) => {
  await arrive(page, app.url);
  await follow(page.getByRole("link", { name: "New pipeline" }));
  await field(page, "Name").fill("Not yet");
  const question = page.getByRole("alertdialog", { name: "Leave without saving?" });

  await page.getByRole("link", { name: "All pipelines" }).click();
  await question.getByRole("button", { name: "Stay" }).click();
  await expect(field(page, "Name")).toHaveValue("Not yet");
  await page.evaluate(() => {
    history.back();
  });
  await expect(question).toBeVisible();
  await question.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(`${app.url}/`);

  // A new visit is a new form.
  await follow(page.getByRole("link", { name: "New pipeline" }));
  await expect(field(page, "Name")).toHaveValue("");
  await follow(page.getByRole("link", { name: "All pipelines" }));
  await expect(question).toHaveCount(0);
});

test("closing the tab with unsaved changes asks", async ({ page }) => {
  await openNew(page);
  await field(page, "Name").fill("Not yet");
  let asked = 0;
  page.on("dialog", (dialog) => {
    asked += 1;
    void dialog.accept();
  });
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => asked).toBe(1);
});

test.describe("the schedule", () => {
  test.use({ timezoneId: "America/New_York" });

  const cells = (page: Page) => page.getByRole("table", { name: "On a server it would run at" }).getByRole("cell");

  test("shows where a clock change moves a run", async ({ page }) => {
    await page.clock.install({ time: new Date("2026-03-26T12:00:00Z") });
    await openNew(page);
    await field(page, "Run on a schedule").check();
    await page.getByRole("button", { name: "Weekdays" }).click();
    await chooseZone(page, "Europe/Berlin");
    await expect(page.getByText("At 07:00, Monday through Friday (Europe/Berlin)")).toBeVisible();
    await expect(cells(page)).toHaveText([
      "Fri 27 Mar, 07:00",
      "Fri 27 Mar, 02:00",
      "Clocks in Europe/Berlin go forward an hour on Sunday 29 March, so from here it runs an hour earlier for you",
      "Mon 30 Mar, 07:00",
      "Mon 30 Mar, 01:00",
      "Tue 31 Mar, 07:00",
      "Tue 31 Mar, 01:00",
      "Wed 1 Apr, 07:00",
      "Wed 1 Apr, 01:00",
      "Thu 2 Apr, 07:00",
      "Thu 2 Apr, 01:00",
    ]);

    await field(page, "When").fill("30 2 * * *");
    await expect(cells(page).filter({ hasText: "does not exist" })).toHaveText(
      "Clocks go forward: 02:30 does not exist that day, so it runs at 03:00",
    );
  });

  test("says which pass of a repeated hour counts", async ({ page }) => {
    await page.clock.install({ time: new Date("2026-10-24T12:00:00Z") });
    await openNew(page);
    await field(page, "Run on a schedule").check();
    await field(page, "When").fill("30 2 * * *");
    await chooseZone(page, "Europe/Berlin");
    await expect(cells(page).filter({ hasText: "twice" })).toHaveText(
      "Clocks go back: 02:30 comes twice that day, and it runs the first time",
    );
  });

  test("warns of both days, of never, and repairs what is nearly right", async ({ page }) => {
    await page.clock.install({ time: new Date("2026-11-23T12:00:00Z") });
    await openNew(page);
    await field(page, "Run on a schedule").check();
    await chooseZone(page, "UTC");
    const when = field(page, "When");
    await when.fill("0 0 13 * 5");
    await expect(page.getByText("At 00:00, on day 13 of the month or on Friday (UTC)")).toBeVisible();
    await expect(page.getByText(/^Note: /)).toBeVisible();
    await expect(cells(page).first()).toHaveText("Fri 27 Nov, 00:00");
    await when.fill("0 0 30 2 *");
    await expect(page.getByText(/^Note: .*never/i)).toBeVisible();
    await expect(page.getByRole("table")).toHaveCount(0);
    await when.fill("0 7 * * FRI-MON");
    await expect(when).toHaveAccessibleDescription(/runs backwards/);
    await page.getByRole("button", { name: "Use 0 7 * * FRI-SAT,SUN-MON" }).click();
    await expect(when).toHaveAccessibleDescription("Minute, hour, day of the month, month, weekday, as in crontab");
    await expect(cells(page)).toHaveCount(10);
  });
});
