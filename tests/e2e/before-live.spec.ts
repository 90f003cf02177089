/** What is typed while the page's scripts are still on their way. */
import { expect } from "@playwright/test";
import { App } from "./support/app.js";
import { field, outcome, test } from "./support/browser.js";

let app: App;

test.beforeAll(async () => {
  app = await App.start("none");
});
test.afterAll(async () => {
  await app.stop();
});

test("what stands in the fields when the page comes alive is taken over", async ({ page }) => {
  let deliver = (): void => undefined;
  const delivery = new Promise<void>((done) => (deliver = done));
  await page.route("**/*.js", async (route) => {
    await delivery;
    await route.continue();
  });
  await page.goto(`${app.url}/pipelines/new`, { waitUntil: "commit" });
  await field(page, "Name").fill("Typed early");
  await field(page, "Description (optional)").fill("On a train");
  await field(page, "Default source (optional)").fill("example.com");
  await field(page, "Run on a schedule").check();
  await expect(page.getByRole("button", { name: "Create pipeline" })).toBeDisabled();

  deliver();
  await expect(page.getByRole("button", { name: "Create pipeline" })).toBeEnabled();
  await expect(field(page, "Name")).toHaveValue("Typed early");
  await expect(field(page, "Description (optional)")).toHaveValue("On a train");
  await expect(field(page, "When")).toBeVisible();
  // It is the form's, not only the document's: the model has read it, and it is saved.
  await page.getByRole("button", { name: "Use https://example.com" }).click();
  await page.getByRole("button", { name: /^Clean/ }).click();
  await expect(field(page, "Name")).toHaveValue("Typed early");
  await page.keyboard.press("Control+s");
  await expect(outcome(page)).toHaveText("Saved");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Typed early");
  await page.reload({ waitUntil: "networkidle" });
  await expect(field(page, "Default source (optional)")).toHaveValue("https://example.com");
});

test("what was typed stays where the form's own script comes after everything else", async ({ page }) => {
  let deliver = (): void => undefined;
  const delivery = new Promise<void>((done) => (deliver = done));
  let held = 0;
  await page.route("**/*.js", async (route) => {
    const response = await route.fetch();
    if ((await response.text()).includes("Run on a schedule")) {
      held += 1;
      await delivery;
    }
    await route.fulfill({ response });
  });
  await page.goto(`${app.url}/pipelines/new`, { waitUntil: "commit" });
  await field(page, "Name").fill("Typed early");
  // By then all else is there, and the header knows where things are kept.
  await page.waitForFunction(async () => (await indexedDB.databases()).length > 0);
  await page.waitForTimeout(1_000);
  expect(held).toBe(1);

  deliver();
  await expect(page.getByRole("button", { name: "Create pipeline" })).toBeEnabled();
  await expect(field(page, "Name")).toHaveValue("Typed early");
});
