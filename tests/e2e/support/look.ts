/** What must hold of every state of every page. */
import { expect, type Page } from "@playwright/test";
import axe from "axe-core";

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** What a theme, and a few pixels less, can break; the rest hangs on what is in the document, which changes with the breakpoint. */
const COLOURS_AND_ROOM = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"];

/** axe finds nothing, at each width and in both themes, and nothing is cut off to the right. */
export async function lookEverywhere(page: Page): Promise<void> {
  for (const width of [320, 390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const isWhole = width !== 320 && colorScheme === "light";
      await look(page, `${String(width)} px, ${colorScheme}`, isWhole ? undefined : COLOURS_AND_ROOM);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), String(width)).toBeLessThanOrEqual(0);
  }
}

async function look(page: Page, where: string, rules?: string[]): Promise<void> {
  // Once for each document, which is looked at six times.
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, {
      resultTypes: ["violations"],
      ...(values !== undefined && { runOnly: { type: "rule", values } }),
    });
    return violations;
  }, rules);
  expect(violations, where).toEqual([]);
}
