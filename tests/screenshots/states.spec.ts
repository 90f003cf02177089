/** A picture of every state of every page, at both widths and in both themes, into `target/screenshots`. */
import { join, resolve } from "node:path";
import { test, type Page } from "@playwright/test";
import { Theatre } from "../e2e/states/stage.js";
import { walks } from "../e2e/states/walks.js";

const folder = resolve(import.meta.dirname, "../../target/screenshots");

/** What lies over a page: it is pictured as one sees it, and not the page from end to end. */
const OVERLAY = "[role=alertdialog], [role=menu], [role=listbox], [popover]:popover-open";

async function picture(page: Page, state: string): Promise<void> {
  const isWhole = (await page.locator(OVERLAY).filter({ visible: true }).count()) === 0;
  for (const width of [390, 1440]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      // As tall as the page, so that what sticks to the foot stands there.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      if (isWhole) await page.setViewportSize({ width, height });
      await page.screenshot({ path: join(folder, `${state}-${String(width)}-${colorScheme}.png`) });
    }
  }
}

test.describe.configure({ mode: "parallel" });
let theatre: Theatre;
test.beforeAll(async () => {
  theatre = await Theatre.open();
});
test.afterAll(() => theatre.close());

for (const walk of walks) test(walk.name, ({ browser }) => theatre.take(walk, browser, picture));
