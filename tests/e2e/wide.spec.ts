/** Wide screens are used: what belongs together stands side by side, and lines stay short enough to be read. */
import { expect, type Locator } from "@playwright/test";
import { App } from "./support/app.js";
import { seed } from "./support/account.js";
import { arrive, field, reload, test } from "./support/browser.js";

let app: App;

test.beforeAll(async () => {
  app = await App.start("file");
});
test.afterAll(() => app.stop());

async function boxOf(target: Locator) {
  let box = { x: 0, y: 0, width: 0, height: 0 };
  // What came with the document gives way to the page's own, also between two looks.
  await expect(async () => {
    const found = await target.boundingBox();
    expect(found).not.toBeNull();
    box = found!;
  }).toPass({ timeout: 10_000 });
  return { ...box, right: box.x + box.width, bottom: box.y + box.height };
}

for (const width of [1440, 1920]) {
  test(`at ${String(width)} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 1000 });
    await arrive(page, app.url);
    const schedule = { cron: "*/15 8-18 * * 1-5", timezone: "America/New_York" };
    const id = await seed(page, { name: "Morning briefing", schedule });
    await reload(page);

    const row = await boxOf(page.getByRole("main").getByRole("listitem"));
    expect(row.width).toBeGreaterThan(Math.min(width, 1_600) * 0.93);
    expect(row.x).toBeCloseTo(width - row.right, -1);
    // A sentence and a moment in two zones, in one line each.
    expect(row.height).toBeLessThan(90);
    const [title, account] = [page.getByRole("link", { name: "Pipelines", exact: true }), page.getByRole("link", { name: "New pipeline" })];
    expect((await boxOf(title)).x).toBeCloseTo(row.x, 0);
    expect((await boxOf(account)).right).toBeCloseTo(row.right, 0);

    await arrive(page, `${app.url}/pipelines/${id}`);
    await expect(field(page, "Name")).toHaveValue("Morning briefing");
    const [name, steps, when, runNow] = await Promise.all(
      [field(page, "Name"), page.getByRole("region", { name: "Steps" }), page.getByRole("region", { name: "Schedule" }), page.getByRole("region", { name: "Runs" })].map(boxOf),
    );
    // What it is, what it does and when: beside each other, and begun at one height.
    expect(name!.right).toBeLessThan(steps!.x);
    expect(steps!.right).toBeLessThan(when!.x);
    for (const column of [steps, when]) expect(column!.y).toBeLessThan(name!.bottom);
    expect(steps!.width).toBeGreaterThan(500);
    expect(steps!.width).toBeLessThan(900);
    expect(when!.right).toBeCloseTo(runNow!.right, 0);
    expect(when!.right - name!.x).toBeGreaterThan(Math.min(width, 1_600) * 0.93);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);

    // What the header opens stays beneath its buttons.
    await page.getByRole("button", { name: "Account: This browser" }).click();
    const popover = await boxOf(page.getByText("These pipelines belong to this browser"));
    expect(popover.right).toBeLessThan(row.right);
    expect(popover.right).toBeGreaterThan(row.right - 60);
  });
}
