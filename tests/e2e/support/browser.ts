/** A browser whose profile outlives it, as a person's does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, test as base, type BrowserContext, type BrowserContextOptions, type Locator, type Page } from "@playwright/test";
import { launch } from "../../support/chromium.js";

export class Profile {
  readonly #folder = mkdtempSync(join(tmpdir(), "pipelines-profile-"));
  #context: BrowserContext | undefined;
  readonly #uncaught: Error[] = [];

  /** Opens the browser, or another tab of it. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    this.#context ??= await chromium.launchPersistentContext(this.#folder, {
      ...launch,
      headless: true,
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      ...options,
    });
    const page = await this.#context.newPage();
    page.on("pageerror", (error) => this.#uncaught.push(error));
    if (url === "about:blank") return page;
    await arrive(page, url);
    return page;
  }

  /** Closes the browser; the profile stays. Whatever a test does to them, no page leaves an error uncaught. */
  async close(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
    assertNone(this.#uncaught.splice(0));
  }

  async remove(): Promise<void> {
    try {
      await this.close();
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }
}

/** Tests whose `page` leaves no error uncaught. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const uncaught: Error[] = [];
    page.on("pageerror", (error) => uncaught.push(error));
    await use(page);
    assertNone(uncaught);
  },
});

function assertNone(uncaught: readonly Error[]): void {
  const said = uncaught.map(({ name, message, stack }) => `${name}: ${message}\n${stack ?? ""}`);
  if (said.length > 0) throw new Error(`uncaught in a page:\n${said.join("\n")}`);
}

/** Goes to a page of the app and waits until it is alive: until then it stands there as a server has drawn it. */
export async function arrive(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await alive(page);
}

export async function reload(page: Page): Promise<void> {
  await page.reload();
  await alive(page);
}

/** The header says where things are kept once the device is open, which goes with all parts of the page. */
async function alive(page: Page): Promise<void> {
  await savedWhere(page).waitFor({ state: "attached" });
}

/** Clicks a link and waits for its page: for a moment the one that is left still takes what is typed, and a reload. */
export async function follow(link: Locator): Promise<void> {
  const page = link.page();
  const target = new URL((await link.getAttribute("href")) ?? "", page.url());
  await link.click();
  await page.waitForURL(({ pathname }) => pathname === target.pathname);
}

/** The line beside the Save button. */
export function outcome(page: Page) {
  return page.getByRole("status", { name: "Saving" });
}

/** The indicator in the header. */
export function savedWhere(page: Page) {
  return page.getByRole("banner").getByRole("status");
}

/** Makes a pipeline with one step, from any page. */
export async function make(page: Page, name: string): Promise<void> {
  await follow(page.getByRole("link", { name: "New pipeline" }));
  await field(page, "Name").fill(name);
  await page.getByRole("button", { name: /^Clean/ }).click();
  await page.getByRole("button", { name: "Create pipeline" }).click();
}

/** A control of the page that is seen: Next keeps pages that were left in the document, hidden. */
export function field(page: Page, label: string | RegExp) {
  return page.getByLabel(label, { exact: true }).filter({ visible: true });
}

/** Looks for a time zone, and takes the first that is found. */
export async function chooseZone(page: Page, typed: string): Promise<void> {
  await field(page, "Time zone").fill(typed);
  await field(page, "Time zone").press("Enter");
}
