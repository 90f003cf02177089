/** What is wrong in a form: where it stands, what is read out, what can be seen of it, and what is pressed to repair it. */
import { expect, type Locator, type Page } from "@playwright/test";
import { App } from "./support/app.js";
import { arrive, field, outcome, test } from "./support/browser.js";

let app: App;

test.beforeAll(async () => {
  app = await App.start("none");
});
test.afterAll(async () => {
  await app.stop();
});

async function openNew(page: Page): Promise<void> {
  await arrive(page, `${app.url}/pipelines/new`);
}

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

async function press(page: Page, name: string): Promise<void> {
  await button(page, name).focus();
  await page.keyboard.press("Enter");
}

/** The names of what has focus under the bar that sticks to the foot, however little of it is covered. */
async function covered(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const bar = document.querySelector("[role=status][aria-label=Saving]")?.closest(".sticky");
    const focused = document.activeElement;
    if (bar == null || focused === null || focused === document.body || bar.contains(focused)) return null;
    const [over, under] = [bar.getBoundingClientRect(), focused.getBoundingClientRect()];
    const isCovered = under.bottom > over.top + 0.5 && under.top < over.bottom;
    return isCovered ? `${focused.tagName} ${focused.ariaLabel ?? (focused.id || focused.textContent)} ${String(Math.round(under.top))}–${String(Math.round(under.bottom))} over ${String(Math.round(over.top))}` : null;
  });
}

for (const width of [390, 1440]) {
  test(`nothing that has focus is covered by the save bar: ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 640 });
    await openNew(page);
    for (const kind of [/^Clean/, /^Translate/, /^Queue/]) await button(page, kind).click();
    await field(page, "Run on a schedule").check();
    await field(page, "When").fill("0 0 7 * * 1-5");
    await field(page, "When").press("Control+s");
    await expect(outcome(page)).toHaveText("Fix 4 problems");
    await expect(field(page, "Name")).toBeFocused();

    // Each way to a problem, from the top of the page.
    for (const name of ["Provider", "Target language", "When", "Name"]) {
      await page
        .getByRole("list", { name: "Problems" })
        .getByRole("link", { name: new RegExp(name) })
        .click();
      await expect(field(page, name)).toBeFocused();
      expect(await covered(page)).toBeNull();
    }
    // With the keys that everybody has: through the whole form and back.
    const seen: string[] = [];
    for (const key of ["Tab", "Shift+Tab"]) {
      const stops = await page.locator("form :is(a, button, input, textarea, select):visible").count();
      for (let stop = 0; stop < stops; stop++) {
        await page.keyboard.press(key);
        const name = await covered(page);
        if (name !== null) seen.push(name);
      }
    }
    expect(seen).toEqual([]);
  });
}

test("each problem leads to its field, and the list shrinks as they are mended", async ({ page }) => {
  await openNew(page);
  await button(page, /^Translate/).click();
  await button(page, "Create pipeline").click();
  const problems = page.getByRole("list", { name: "Problems" }).getByRole("link");
  await expect(problems).toHaveText(["Name must not be empty", "Step 1, Translate: Target language must not be empty"]);
  await problems.last().press("Enter");
  await expect(field(page, "Target language")).toBeFocused();
  await page.keyboard.type("German");
  await expect(problems).toHaveText(["Name must not be empty"]);
  await expect(outcome(page)).toHaveText("Fix 1 problem");
  await problems.click();
  await page.keyboard.type("Translated");
  await expect(problems).toHaveCount(0);
  await expect(outcome(page)).toHaveText("Not saved yet");
});

test("a form without steps leads to where they are added", async ({ page }) => {
  await openNew(page);
  await field(page, "Name").fill("Nothing to do");
  await page.keyboard.press("Control+s");
  const steps = page.getByRole("group", { name: "Add a step" });
  await expect(steps).toBeFocused();
  await field(page, "Name").focus();
  await page.getByRole("link", { name: "Add at least one step" }).click();
  await expect(steps).toBeFocused();
});

test("what a state requires is marked so in it, and what does nothing in it is not there", async ({ page }) => {
  await openNew(page);
  await button(page, /^Queue/).click();
  await field(page, "Provider").fill("anybody");
  const voice = field(page, /^Voice id/);
  await expect(voice).toHaveCount(0);
  await field(page, "Voice").selectOption("custom");
  await expect(field(page, "Voice id")).toHaveAttribute("aria-required", "true");
  await expect(voice).toHaveCount(1);
  await field(page, "Name").fill("Loud");
  await page.keyboard.press("Control+s");
  await expect(field(page, "Voice id")).toBeFocused();
  await expect(field(page, "Voice id")).toHaveAccessibleDescription("Voice id is required");
  await field(page, "Voice id").fill("x".repeat(101));
  await expect(outcome(page)).toHaveText("Fix 1 problem");
  // What is not to be seen is in nobody's way, and not lost.
  await field(page, "Voice").selectOption("default");
  await expect(outcome(page)).toHaveText("Not saved yet");
  await button(page, "1. Queue").click();
  await expect(field(page, "Provider")).toHaveCount(0);
  await button(page, "1. Queue").click();
  await field(page, "Voice").selectOption("custom");
  await expect(field(page, "Voice id")).toHaveValue("x".repeat(101));
});

test("a screen reader hears of a cron once, when typing pauses", async ({ page }) => {
  await openNew(page);
  await field(page, "Run on a schedule").check();
  await field(page, "When").fill("");
  await page.waitForTimeout(1_500);
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const live = "[aria-live=polite], [aria-live=assertive], [role=alert], [role=status]:not([aria-live=off])";
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target instanceof Element ? target : target.parentElement)?.closest(live);
        if (region != null) heard.push(region.textContent);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  await field(page, "When").focus();
  await page.keyboard.type("0 7 * * 1-5", { delay: 60 });
  expect(await heard()).toEqual([]);
  await expect.poll(heard).toEqual([expect.stringMatching(/^At 07:00, Monday through Friday/)]);

  // In the same way where it is wrong, after an attempt to save as well.
  await page.keyboard.press("Control+s");
  await field(page, "When").focus();
  await expect.poll(async () => (await heard()).at(-1)).toBe("Fix 2 problems");
  const before = (await heard()).length;
  await page.keyboard.type(" 6 7", { delay: 60 });
  expect((await heard()).length).toBe(before);
  await expect.poll(async () => (await heard()).slice(before)).toHaveLength(1);
  expect((await heard()).at(-1)).toMatch(/7 fields/);
});

test("an address without its scheme is repaired by one press", async ({ page }) => {
  await openNew(page);
  const source = field(page, "Default source (optional)");
  await source.fill("example.com/feed");
  await press(page, "Use https://example.com/feed");
  await expect(source).toHaveValue("https://example.com/feed");
  await expect(source).toBeFocused();
  await expect(source).not.toHaveAttribute("aria-invalid");
  await source.fill("example");
  await expect(source).toHaveAttribute("aria-invalid", "true");
  await expect(button(page, /^Use/)).toHaveCount(0);
});

test("a cron is repaired by one press", async ({ page }) => {
  await openNew(page);
  await field(page, "Run on a schedule").check();
  for (const [typed, meant] of [
    ["0 0 7 * * 1-5", "0 7 * * 1-5"],
    ["@dayly", "@daily"],
    ["0 7 * * FRI-MON", "0 7 * * FRI-SAT,SUN-MON"],
  ] as const) {
    await field(page, "When").fill(typed);
    await press(page, `Use ${meant}`);
    await expect(field(page, "When")).toHaveValue(meant);
    await expect(field(page, "When")).toBeFocused();
    await expect(button(page, /^Use/)).toHaveCount(0);
  }
});

test("characters are counted near a limit, and beyond it", async ({ page }) => {
  await openNew(page);
  for (const [label, limit, near] of [
    ["Name", 200, 20],
    ["Description (optional)", 10_000, 100],
  ] as const) {
    const text = field(page, label);
    await text.fill("x".repeat(limit - near - 1));
    await expect(page.getByText(/characters? left|too many/)).toHaveCount(0);
    await text.fill("x".repeat(limit - near));
    await expect(text).toHaveAccessibleDescription(`${near} characters left`);
    await text.fill("x".repeat(limit - 1));
    await expect(text).toHaveAccessibleDescription("1 character left");
    await text.fill("x".repeat(limit + 2));
    await expect(text).toHaveAccessibleDescription(/^2 characters too many .* must have at most/);
    await text.fill("x");
  }
});

test.describe("to be seen by everybody", () => {
  /** What CSS computes for a colour, as three numbers of sRGB. */
  async function contrast(of: Locator, property: "borderTopColor" | "color", pseudo?: string): Promise<number> {
    return of.evaluate(
      (element, { property, pseudo }) => {
        const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        const backgrounds: string[] = [];
        const innermost = property === "borderTopColor" ? element.parentElement : element;
        for (let at = innermost; at !== null; at = at.parentElement)
          backgrounds.unshift(getComputedStyle(at).backgroundColor);
        const luminance = (...colours: string[]) => {
          if (context === null) throw new Error("no canvas");
          for (const colour of colours) {
            context.fillStyle = colour;
            context.fillRect(0, 0, 1, 1);
          }
          const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map((byte) => {
            const part = byte / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const ground = luminance("canvas", ...backgrounds);
        const mark = luminance("canvas", ...backgrounds, getComputedStyle(element, pseudo)[property]);
        return (Math.max(ground, mark) + 0.05) / (Math.min(ground, mark) + 0.05);
      },
      { property, pseudo },
    );
  }

  for (const colorScheme of ["light", "dark"] as const) {
    test(`borders reach 3:1, placeholders 4.5:1: ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await openNew(page);
      await button(page, /^Translate/).click();
      await field(page, "Run on a schedule").check();
      await field(page, "Name").focus();
      const bordered = page.locator(
        "main :is(input[type=text], textarea, select, button):visible:not(:disabled):not(:focus)",
      );
      let seen = 0;
      for (const each of await bordered.all()) {
        const style = await each.evaluate((element) => {
          const { borderTopWidth, borderTopColor } = getComputedStyle(element);
          return { width: parseFloat(borderTopWidth), colour: borderTopColor };
        });
        if (style.width === 0 || /, 0\)$|\/ 0\)$/.test(style.colour)) continue;
        seen += 1;
        expect(
          await contrast(each, "borderTopColor"),
          await each.evaluate((element) => element.outerHTML),
        ).toBeGreaterThanOrEqual(3);
      }
      expect(seen).toBeGreaterThan(15);
      for (const name of ["Default source (optional)", "Target language"])
        expect(await contrast(field(page, name), "color", "::placeholder")).toBeGreaterThanOrEqual(4.5);
    });
  }

  test("the focus ring of an invalid field is another one", async ({ page }) => {
    await openNew(page);
    const ring = (name: string) =>
      field(page, name).evaluate((element) => {
        element.focus();
        const { outlineColor, outlineWidth, borderTopColor } = getComputedStyle(element);
        return { outlineColor, outlineWidth, borderTopColor };
      });
    const valid = await ring("Name");
    await page.keyboard.press("Control+s");
    await expect(field(page, "Name")).toHaveAttribute("aria-invalid", "true");
    const invalid = await ring("Name");
    expect(invalid.outlineColor).not.toBe(valid.outlineColor);
    expect(invalid.borderTopColor).not.toBe(valid.borderTopColor);
    expect(invalid.outlineWidth).not.toBe(valid.outlineWidth);
  });
});
