/** The schedule of a pipeline: what it says where one types, and the time zones as people look for them. */
import { expect, type Page } from "@playwright/test";
import { App } from "./support/app.js";
import { arrive, field, outcome, reload, test } from "./support/browser.js";

let app: App;

test.beforeAll(async () => {
  app = await App.start("none");
});
test.afterAll(async () => {
  await app.stop();
});

async function openScheduled(page: Page): Promise<void> {
  await arrive(page, `${app.url}/pipelines/new`);
  await field(page, "Run on a schedule").check();
}

const options = (page: Page) => page.getByRole("listbox", { name: "Time zones" }).getByRole("option");

async function look(page: Page, typed: string): Promise<void> {
  await field(page, "Time zone").click();
  // Once the cities are there, the viewer's zone says where it is.
  await expect(options(page).first()).toContainText("Germany");
  await field(page, "Time zone").fill(typed);
}

for (const width of [390, 1440]) {
  test(`the sentence and the next runs stand under the field while one types: ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await openScheduled(page);
    await field(page, "When").fill("");
    await field(page, "When").focus();
    await page.keyboard.type("0 9 * * 6");
    const sentence = page.getByText("At 09:00, on Saturday").first();
    const runs = page.getByRole("table", { name: "On a server it would run at" });
    await expect(sentence).toBeInViewport();
    await expect(runs.getByRole("cell").first()).toBeInViewport();
    const [when, below, table, presets] = await Promise.all(
      [field(page, "When"), sentence, runs, page.getByRole("group", { name: "Common schedules" })].map((each) =>
        each.boundingBox(),
      ),
    );
    expect(below!.y).toBeGreaterThan(when!.y + when!.height);
    expect(below!.y - when!.y - when!.height).toBeLessThan(90);
    expect(table!.y).toBeGreaterThan(below!.y);
    expect(presets!.y).toBeGreaterThan(table!.y);
  });
}

test("the panel stays in view beside a long list of steps", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openScheduled(page);
  for (let steps = 0; steps < 6; steps++) await page.getByRole("button", { name: /^Summarise/ }).click();
  await field(page, "Points").last().focus();
  await expect(field(page, "Name")).not.toBeInViewport();
  await expect(field(page, "When")).toBeInViewport();
  await expect(page.getByRole("table", { name: "On a server it would run at" })).toBeInViewport();
});

test("each preset writes the cron that it means", async ({ page }) => {
  await openScheduled(page);
  for (const [preset, cron, sentence] of [
    ["Hourly", "0 * * * *", "Every hour"],
    ["Daily at 07:00", "0 7 * * *", "At 07:00 every day"],
    ["Weekdays at 07:00", "0 7 * * 1-5", "At 07:00, Monday through Friday"],
    ["Weekly, Monday 07:00", "0 7 * * 1", "At 07:00, on Monday"],
    ["Monthly, the 1st 07:00", "0 7 1 * *", "At 07:00, on day 1 of the month"],
  ] as const) {
    const button = page.getByRole("button", { name: preset });
    await button.click();
    await expect(field(page, "When")).toHaveValue(cron);
    await expect(button).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByRole("button", { pressed: true })).toHaveCount(1);
    await expect(page.getByText(`${sentence} (Europe/Berlin)`).first()).toBeVisible();
  }
});

test.describe("time zones", () => {
  for (const width of [390, 1440]) {
    test(`open in view, with their field: ${String(width)} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 });
      await openScheduled(page);
      await look(page, "new");
      const list = page.getByRole("listbox", { name: "Time zones" });
      await expect(list).toBeInViewport({ ratio: 0.99 });
      await expect(field(page, "Time zone")).toBeInViewport({ ratio: 0.99 });
      const [below, bar] = [await list.boundingBox(), await outcome(page).boundingBox()];
      expect(below!.y + below!.height).toBeLessThanOrEqual(bar!.y);
    });
  }

  test("are found by city, by country and by names of before, with their offsets", async ({ page }) => {
    await page.clock.setFixedTime(new Date("2026-01-15T12:00:00Z"));
    await openScheduled(page);
    await look(page, "");
    await expect(options(page).first()).toContainText(/Europe\/Berlin.*UTC\+01:00/);
    const kyiv = await page.evaluate(() =>
      Intl.supportedValuesOf("timeZone").includes("Europe/Kyiv") ? "Europe/Kyiv" : "Europe/Kiev",
    );
    for (const [typed, found] of [
      ["Kyiv", kyiv],
      ["Kiev", kyiv],
      ["kharkiv", kyiv],
      ["ukraine", kyiv],
      ["mumbai", /Asia\/(Calcutta|Kolkata).*UTC\+05:30/],
      ["Kolkata", /Asia\/(Calcutta|Kolkata)/],
      ["calcutta", /Asia\/(Calcutta|Kolkata)/],
      ["new york", /America\/New York.*UTC−05:00/],
      ["US/Eastern", "America/New York"],
      ["sao paulo", "America/Sao Paulo"],
      ["são paulo", "America/Sao Paulo"],
      ["new zealand", "Pacific/Auckland"],
      ["utc", "UTC"],
    ] as const) {
      await field(page, "Time zone").fill(typed);
      await expect(options(page).first(), typed).toContainText(found);
    }
    await field(page, "Time zone").fill("Atlantis");
    await expect(page.getByText("No time zones match")).toBeVisible();
  });

  test("are chosen by keyboard alone, and left as they were by Escape and by leaving", async ({ page }) => {
    await openScheduled(page);
    const zone = field(page, "Time zone");
    await expect(zone).toHaveRole("combobox");
    await look(page, "london");
    await page.keyboard.press("Escape");
    await expect(zone).toHaveValue("Europe/Berlin");
    await zone.fill("london");
    await page.keyboard.press("Tab");
    await expect(zone).toHaveValue("Europe/Berlin");
    await zone.focus();
    await page.keyboard.type("america/new");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect(zone).toHaveValue("America/New York");
    await expect(zone).toBeFocused();
    await expect(options(page)).toHaveCount(0);
    await field(page, "Name").fill("Elsewhere");
    await page.getByRole("button", { name: /^Clean/ }).click();
    await page.keyboard.press("Control+s");
    await expect(outcome(page)).toHaveText("Saved");
    await reload(page);
    await expect(zone).toHaveValue("America/New York");
  });
});
