/** Real tabs of one browser, with the package in each: a page of a test shares its thread with its frames. */
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type BrowserContext, type CDPSession, type Page } from "playwright";
import type * as Package from "convex-pipelines";
import { launch } from "./chromium.js";

declare global {
  interface Window {
    /** The package, in a tab. */
    pipelines: typeof Package;
  }
}

/** No server is behind them: each answer is made by the test. */
const ORIGIN = "http://localhost";
/** A page there belongs to no origin, and has no storage. */
export const SANDBOX = "/sandbox";
const ORIGINS = /^http:\/\/([\w-]+\.)?localhost\//;

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
    await context.route(ORIGINS, async (route) => {
      const url = route.request().url();
      const headers = url.endsWith(SANDBOX) ? { "Content-Security-Policy": "sandbox allow-scripts" } : {};
      if (url.endsWith(".js")) await route.fulfill({ contentType: "text/javascript", body: script });
      else await route.fulfill({ contentType: "text/html", headers, body: '<!doctype html><script src="/package.js"></script>' });
    });
    return new Tabs(folder, context);
  }

  /** Each origin has a storage of its own. */
  async tab(origin = ORIGIN, path = "/"): Promise<Page> {
    const page = await this.#context.newPage();
    await page.goto(origin + path);
    return page;
  }

  /** What a page cannot ask of its browser. */
  async session(page: Page): Promise<CDPSession> {
    return this.#context.newCDPSession(page);
  }

  /** Before anything is stored: the browser looks at what is left only now and then. */
  async limit(bytes: number, origin = ORIGIN): Promise<void> {
    const session = await this.session(await this.#context.newPage());
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: bytes });
  }

  /** The open tabs of one origin. */
  of(origin: string): Page[] {
    return this.#context.pages().filter((page) => page.url().startsWith(`${origin}/`));
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

/** Takes all the room that is left to a page's origin. */
export function fillUp(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open("ballast", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("ballast", { autoIncrement: true });
      opening.onsuccess = () => resolve(opening.result);
    });
    for (let size = 65_536; size >= 64; ) {
      const isFull = await new Promise<boolean>((resolve) => {
        const transaction = database.transaction("ballast", "readwrite", { durability: "strict" });
        transaction.oncomplete = () => resolve(false);
        transaction.onabort = () => resolve(true);
        transaction.objectStore("ballast").add(crypto.getRandomValues(new Uint8Array(size)));
      });
      if (isFull) size /= 2;
    }
  });
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
