/** What must hold of every state of every page. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** axe finds nothing, and nothing is cut off to the right. */
export async function look(page: Page): Promise<void> {
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

/** Calls `walk` at each width and in each theme. */
export async function everywhere(page: Page, walk: (name: string) => Promise<void>): Promise<void> {
  for (const width of [320, 390, 1440]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await walk(`${String(width)}-${colorScheme}`);
    }
  }
}
