/** The list of steps: taken out and put back, copied, put between, folded. By keyboard, and by pointer where it differs. */
import { expect, type Page } from "@playwright/test";
import { App } from "./support/app.js";
import { arrive, field, outcome, test } from "./support/browser.js";

let app: App;

test.beforeAll(async () => {
  app = await App.start("none");
});
test.afterAll(async () => {
  await app.stop();
});

const titles = (page: Page) => page.getByRole("heading", { level: 3 });
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

async function openWith(page: Page, ...kinds: RegExp[]): Promise<void> {
  await arrive(page, `${app.url}/pipelines/new`);
  for (const kind of kinds)
    await page.getByRole("group", { name: "Add a step" }).getByRole("button", { name: kind }).click();
}

async function press(page: Page, name: string | RegExp): Promise<void> {
  await button(page, name).focus();
  await page.keyboard.press("Enter");
}

test("a step that was removed comes back with all its settings, where it was", async ({ page }) => {
  await openWith(page, /^Clean/, /^Summarise/, /^Tone/);
  await field(page, "Points").fill("7");
  await press(page, "Remove step 2, Summarise");
  await expect(titles(page)).toHaveText(["1. Clean", "2. Tone"]);
  await expect(button(page, "Remove step 2, Tone")).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(titles(page)).toHaveText(["1. Clean", "2. Summarise", "3. Tone"]);
  await expect(field(page, "Points")).toHaveValue("7");
  await expect(button(page, "Remove step 2, Summarise")).toBeFocused();
  await expect(button(page, "Undo")).toHaveCount(0);
});

test("several steps come back one after the other, the last and the only one too", async ({ page }) => {
  await openWith(page, /^Clean/, /^Tone/);
  await press(page, "Remove step 2, Tone");
  await press(page, "Remove step 1, Clean");
  await expect(titles(page)).toHaveCount(0);
  await expect(button(page, "Undo")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(titles(page)).toHaveText(["1. Clean"]);
  await button(page, "Undo").click();
  await expect(titles(page)).toHaveText(["1. Clean", "2. Tone"]);
});

test("Ctrl+Z takes back what was typed in the field that one is in, and steps elsewhere", async ({ page }) => {
  await openWith(page, /^Clean/, /^Translate/);
  await press(page, "Remove step 1, Clean");
  const language = field(page, "Target language");
  await language.focus();
  await page.keyboard.type("German");
  await page.keyboard.press("Control+z");
  await expect(language).toHaveValue("");
  await expect(titles(page)).toHaveText(["1. Translate"]);
  await button(page, /Move step 1|Remove step 1/)
    .last()
    .focus();
  await page.keyboard.press("Control+z");
  await expect(titles(page)).toHaveText(["1. Clean", "2. Translate"]);
  await field(page, "Name").focus();
  await page.keyboard.press("Control+z");
  await expect(titles(page)).toHaveCount(2);
});

test("a copy has a step's settings and is its own", async ({ page }) => {
  await openWith(page, /^Summarise/, /^Tone/);
  await field(page, "Points").fill("7");
  await press(page, "Duplicate step 1, Summarise");
  await expect(titles(page)).toHaveText(["1. Summarise", "2. Summarise", "3. Tone"]);
  const points = field(page, "Points");
  await expect(points.nth(1)).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("9");
  await expect(points.nth(0)).toHaveValue("7");
  await expect(points.nth(1)).toHaveValue("9");
  await field(page, "Name").fill("Twice");
  await page.keyboard.press("Control+s");
  await expect(outcome(page)).toHaveText("Saved");
});

test("a step is put between two others, or one thinks better of it", async ({ page }) => {
  await openWith(page, /^Clean/, /^Tone/);
  await press(page, "Insert a step before step 2");
  const kinds = page.getByRole("group", { name: "Insert a step before step 2" });
  await expect(kinds.getByRole("button").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(kinds).toHaveCount(0);
  await expect(button(page, "Insert a step before step 2")).toBeFocused();
  await page.keyboard.press("Enter");
  await kinds.getByRole("button", { name: /^Chunk/ }).focus();
  await page.keyboard.press("Enter");
  await expect(titles(page)).toHaveText(["1. Clean", "2. Chunk", "3. Tone"]);
  await expect(field(page, "Cut at")).toBeFocused();
  await expect(kinds).toHaveCount(0);
});

test("a folded step says what it does, and unfolds for what is wrong in it", async ({ page }) => {
  await openWith(page, /^Summarise/, /^Translate/);
  await field(page, "Style").selectOption("bullets");
  await press(page, "1. Summarise");
  await expect(button(page, "1. Summarise")).toHaveAttribute("aria-expanded", "false");
  await expect(button(page, "1. Summarise")).toHaveAccessibleDescription("5 points, bullets");
  await expect(field(page, "Points")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(field(page, "Points")).toHaveValue("5");

  await button(page, "Collapse all").click();
  await expect(field(page, "Target language")).toHaveCount(0);
  await page.keyboard.press("Control+s");
  await expect(outcome(page)).toHaveText("Fix 2 problems");
  await expect(field(page, "Name")).toBeFocused();
  await expect(field(page, "Target language")).toBeVisible();
  await expect(button(page, "1. Summarise")).toHaveAttribute("aria-expanded", "false");
  await button(page, "2. Translate").click();
  await expect(page.getByRole("listitem", { name: "step 2, Translate" })).toContainText("1 problem");
  await page.getByRole("link", { name: "Step 2, Translate: Target language must not be empty" }).click();
  await expect(field(page, "Target language")).toBeFocused();
  await button(page, "Collapse all").click();
  await button(page, "Expand all").click();
  await expect(field(page, "Points")).toBeVisible();
});

test("no step is offered beyond the most that a pipeline can have", async ({ page }) => {
  await openWith(page, /^Clean/);
  await button(page, "Duplicate step 1, Clean").evaluate(async (copy: HTMLButtonElement) => {
    for (let steps = 1; steps < 100; steps++) {
      copy.click();
      await new Promise((done) => setTimeout(done)); // each click is a task of its own, as a person's is
    }
  });
  await expect(titles(page)).toHaveCount(100);
  await expect(page.getByText("A pipeline has at most 100 steps.")).toBeVisible();
  await expect(button(page, /^Insert a step/)).toHaveCount(0);
  await expect(page.getByRole("group", { name: "Add a step" })).toHaveCount(0);
  await expect(button(page, "Duplicate step 1, Clean")).toBeDisabled();
  await button(page, "Remove step 100, Clean").click();
  await expect(page.getByRole("group", { name: "Add a step" })).toBeVisible();
  await button(page, "Undo").click();
  await expect(titles(page)).toHaveCount(100);
});
