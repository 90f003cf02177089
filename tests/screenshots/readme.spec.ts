/** The README's picture. */
import { resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { seed } from "../e2e/support/account.js";
import { App } from "../e2e/support/app.js";
import { field, savedWhere } from "../e2e/support/browser.js";

const path = resolve(import.meta.dirname, "../../www-example/screenshot.png");

test.use({ viewport: { width: 1440, height: 1120 }, colorScheme: "light", timezoneId: "Europe/London" });

test("a pipeline in the editor, with its schedule in words and its next runs", async ({ page }) => {
  const app = await App.start("file");
  try {
    // The same picture on every day.
    await page.clock.setFixedTime(new Date("2026-03-26T12:00:00Z"));
    await page.goto(app.url);
    const id = await seed(page, {
      name: "Morning briefing",
      description: "The headlines, short.",
      defaultSource: "https://example.com/news",
      steps: [
        { id: "a", kind: "clean", options: {} },
        { id: "b", kind: "summarise", options: { bulletCount: 5, style: "bullets" } },
        { id: "c", kind: "translate", options: { targetLanguage: "German" } },
      ],
      schedule: { cron: "0 7 * * 1-5", timezone: "Europe/Berlin" },
    });
    await page.goto(`${app.url}/pipelines/${id}`);
    await expect(field(page, "Name")).toHaveValue("Morning briefing");
    await expect(savedWhere(page)).toHaveText("Saved on the server");
    await page.screenshot({ path });
  } finally {
    await app.stop();
  }
});
