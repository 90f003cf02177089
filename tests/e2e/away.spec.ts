/** The server dies while somebody works: nothing is lost, and the app says where things are. */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { App } from "./support/app.js";
import { Profile, field, follow, make, outcome, savedWhere } from "./support/browser.js";

test("what is saved while the server is away stays on the device, is shown as unsent, and reaches it when it is back", async () => {
  const app = await App.start("file");
  const profile = new Profile();
  try {
    const page = await profile.open(app.url);
    await make(page, "Known to the server");
    await expect(outcome(page)).toHaveText("Saved");
    await page.getByRole("button", { name: "I have copied it" }).click();

    await app.crash();
    await field(page, /^Description/).fill("typed while it was away");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(outcome(page)).toHaveText("Saved on this device, not yet on the server");
    await expect(savedWhere(page)).toHaveText("1 change waiting");

    // The pages were fetched before: going to and fro needs no server.
    await follow(page.getByRole("link", { name: "New pipeline" }));
    await field(page, "Name").fill("Made while it was away");
    await page.getByRole("button", { name: /^Clean/ }).click();
    await page.getByRole("button", { name: "Create pipeline" }).click();
    await expect(page.getByText("It works as soon as the pipeline is on the server.")).toBeVisible();
    await expect(savedWhere(page)).toHaveText("2 changes waiting");
    await page.getByRole("button", { name: "I have copied it" }).click();
    await follow(page.getByRole("link", { name: "All pipelines" }));
    const rows = page.getByRole("main").getByRole("listitem");
    await expect(rows.filter({ hasText: "Known to the server" })).toContainText("Not yet on the server");
    await expect(rows.filter({ hasText: "Made while it was away" })).toContainText("Not yet on the server");
    await follow(page.getByRole("link", { name: "Made while it was away" }));
    await expect(field(page, "Name")).toHaveValue("Made while it was away");

    await profile.close();
    await app.resume();
    const later = await profile.open(app.url);
    await expect(savedWhere(later)).toHaveText("Saved on the server", { timeout: 10_000 });
    await follow(later.getByRole("link", { name: "Known to the server" }));
    await expect(field(later, /^Description/)).toHaveValue("typed while it was away");
    const stored = readFileSync(app.dataPath, "utf8");
    expect(stored).toContain("typed while it was away");
    expect(stored).toContain("Made while it was away");
  } finally {
    await profile.remove();
    await app.stop();
  }
});

test("a server that is away is noticed, and noticed again when it is back", async () => {
  const app = await App.start("file");
  const profile = new Profile();
  try {
    const page = await profile.open(app.url);
    await make(page, "Kept");
    await expect(outcome(page)).toHaveText("Saved");
    await page.getByRole("button", { name: "I have copied it" }).click();
    await app.crash();
    await follow(page.getByRole("link", { name: "All pipelines" }));
    await expect(savedWhere(page)).toHaveText("Server not reachable");
    await expect(page.getByRole("link", { name: "Kept" })).toBeVisible();
    await app.resume();
    await expect(savedWhere(page)).toHaveText("Saved on the server", { timeout: 20_000 });
  } finally {
    await profile.remove();
    await app.stop();
  }
});
