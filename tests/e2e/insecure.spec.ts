/** The app over plain http from another machine, where a browser leaves out what needs a secure context. */
import { expect, type Page } from "@playwright/test";
import { launch } from "../support/chromium.js";
import { App } from "./support/app.js";
import { arrive, make, outcome, reload, savedWhere, test } from "./support/browser.js";

const HOST = "insecure.example";

test.use({ launchOptions: { ...launch, args: [...launch.args, `--host-resolver-rules=MAP ${HOST} 127.0.0.1`] } });

/** Opens the app and gathers what its scripts throw. */
async function open(page: Page, app: App): Promise<string[]> {
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await arrive(page, app.url.replace("127.0.0.1", HOST));
  const missing = () => [isSecureContext, typeof crypto.randomUUID, typeof navigator.clipboard];
  expect(await page.evaluate(missing)).toEqual([false, "undefined", "undefined"]);
  return errors;
}

async function addSteps(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Tone/ }).click();
  await page.getByRole("button", { name: /^Chunk/ }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
}

test("in the browser alone, steps are added and a pipeline is kept", async ({ page }) => {
  const app = await App.start("none");
  try {
    const errors = await open(page, app);
    await expect(savedWhere(page)).toHaveText("On this device only");
    await make(page, "Alone");
    await expect(outcome(page)).toHaveText("Saved");
    await addSteps(page);
    await expect(outcome(page)).toHaveText("Saved");
    await reload(page);
    await expect(page.getByRole("heading", { level: 3 })).toHaveText(["1. Clean", "2. Tone", "3. Chunk"]);
    expect(errors).toEqual([]);
  } finally {
    await app.stop();
  }
});

test("with a server, a webhook that cannot be copied is selected, and what is saved while it is away stays here", async ({
  page,
}) => {
  const app = await App.start("file");
  try {
    const errors = await open(page, app);
    await expect(savedWhere(page)).toHaveText("Saved on the server");
    await make(page, "Next door");
    await expect(outcome(page)).toHaveText("Saved");
    await page.getByRole("button", { name: /^Copy:/ }).first().click();
    await expect(page.getByText("Selected: copy it with your keyboard")).toBeVisible();
    expect(await page.evaluate(() => String(getSelection()))).toContain("/api/hooks/");
    await page.getByRole("button", { name: "I have copied it" }).click();

    await app.crash();
    await addSteps(page);
    await expect(outcome(page)).toHaveText("Saved on this device, not yet on the server");
    await expect(savedWhere(page)).toHaveText("1 change waiting");
    expect(errors).toEqual([]);
  } finally {
    await app.stop();
  }
});
