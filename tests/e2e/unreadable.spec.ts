/** What a newer version, or a host with more time zones, has saved is shown, kept, and can be changed. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { App } from "./support/app.js";
import { Profile, field, follow, make, outcome } from "./support/browser.js";

interface Stored {
  id: string;
  name: string | null;
  steps: { kind: string; options: object }[];
  schedule?: object;
}

test("parts that cannot be read are shown with the reason, and stay until they are changed", async () => {
  const app = await App.start("file");
  const profile = new Profile();
  try {
    let page = await profile.open(app.url);
    for (const name of ["From tomorrow", "Broken", "Sound"]) {
      await make(page, name);
      await expect(outcome(page)).toHaveText("Saved");
      await page.getByRole("button", { name: "I have copied it" }).click();
    }
    await profile.close();
    await app.crash();

    const file = JSON.parse(readFileSync(app.dataPath, "utf8")) as { pipelines: Stored[] };
    const [newer, broken] = ["From tomorrow", "Broken"].map((name) => file.pipelines.find((row) => row.name === name));
    if (newer === undefined || broken === undefined) throw new Error("the file does not hold what was made");
    newer.schedule = { cron: "0 7 * * *", timezone: "Mars/Olympus" };
    newer.steps.push({ id: "new", kind: "shout", options: { volume: 11 } } as Stored["steps"][number]);
    broken.name = null;
    writeFileSync(app.dataPath, JSON.stringify(file));

    await app.resume();
    page = await profile.open(app.url);
    const rows = page.getByRole("main").getByRole("listitem");
    await expect(rows).toHaveCount(2);
    await expect(rows.filter({ hasText: "From tomorrow" })).toContainText("“Mars/Olympus” is not a time zone".replace(/[“”]/g, '"'));

    await follow(page.getByRole("link", { name: "From tomorrow" }));
    const notice = page.getByRole("region", { name: "Parts that cannot be read" });
    await expect(notice).toContainText("Mars/Olympus");
    await expect(notice).toContainText("steps[1].kind must be one of");
    await field(page, "Name").fill("Renamed");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(outcome(page)).toHaveText("Saved");

    const after = JSON.parse(readFileSync(app.dataPath, "utf8")) as { pipelines: Stored[] };
    const renamed = after.pipelines.find((row) => row.name === "Renamed");
    expect(renamed?.schedule).toEqual(newer.schedule);
    expect(renamed?.steps[1]).toEqual({ id: "new", kind: "shout", options: { volume: 11 } });
    expect(after.pipelines.find((row) => row.id === broken.id)?.name).toBeNull();

    await field(page, "Run on a schedule").uncheck();
    await page.getByRole("button", { name: "Remove step 2, shout" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(notice).toBeHidden();
  } finally {
    await profile.remove();
    await app.stop();
  }
});
