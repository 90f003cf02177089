/** Real tabs of one browser, with the package in each: a page of a test shares its thread with its frames. */
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type BrowserContext, type Page } from "playwright";
import type * as Package from "convex-pipelines";
import { launch } from "./chromium.js";

declare global {
  interface Window {
    /** The package, in a tab. */
    pipelines: typeof Package;
  }
}

/** No server is behind it: each answer is made by the test. */
const ORIGIN = "http://localhost";

export class Tabs {
  readonly #folder: string;
  readonly #context: BrowserContext;

  private constructor(folder: string, context: BrowserContext) {
    this.#folder = folder;
    this.#context = context;
  }

  static async open(): Promise<Tabs> {
    const script = await bundle();
    const folder = mkdtempSync(join(tmpdir(), "pipelines-tabs-"));
    const context = await chromium.launchPersistentContext(folder, { ...launch, headless: true });
    await context.route(`${ORIGIN}/**`, async (route) => {
      if (route.request().url().endsWith(".js")) await route.fulfill({ contentType: "text/javascript", body: script });
      else await route.fulfill({ contentType: "text/html", body: '<!doctype html><script src="/package.js"></script>' });
    });
    return new Tabs(folder, context);
  }

  async tab(): Promise<Page> {
    const page = await this.#context.newPage();
    await page.goto(ORIGIN);
    return page;
  }

  /** Before anything is stored: the browser looks at what is left only now and then. */
  async limit(bytes: number): Promise<void> {
    const page = await this.#context.newPage();
    const session = await this.#context.newCDPSession(page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: ORIGIN, quotaSize: bytes });
  }

  /** Closes the tabs, all but one: without any, the browser would go. */
  async closeAll(): Promise<void> {
    const [, ...others] = this.#context.pages();
    await Promise.all(others.map((page) => page.close()));
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The package as a script that sets `pipelines`. */
export async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "convex-pipelines"', resolveDir: dirname(fileURLToPath(import.meta.url)) },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "pipelines",
    platform: "browser",
  });
  return outputFiles[0]?.text ?? "";
}
