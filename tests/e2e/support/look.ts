/** What must hold of every state of every page. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const COLOURS = ["color-contrast", "link-in-text-block"];

/** axe finds nothing, at each width and in both themes, and nothing is cut off to the right. */
export async function lookEverywhere(page: Page): Promise<void> {
  for (const width of [320, 390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    await look(page, String(width));
    // A theme is colours and nothing else.
    await page.emulateMedia({ colorScheme: "dark" });
    await look(page, `${String(width)}, dark`, COLOURS);
  }
}

async function look(page: Page, where: string, rules?: string[]): Promise<void> {
  // The app has no frames, for whose sake axe would open another page each time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  expect(violations, where).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), where).toBeLessThanOrEqual(0);
}
