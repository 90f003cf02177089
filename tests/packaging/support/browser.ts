/** A page of Chromium for what was built, from a server on this machine. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser } from "playwright";
import { launch } from "../../support/chromium";

/** Files by their paths; `index.html` is the page. */
export type Site = Map<string, { type: string; contents: string | Uint8Array }>;

/** Chromium, started when it is first needed. */
export class Pages {
  #browser: Promise<Browser> | undefined;

  /** What a page at `address` has as `globalThis.answer` once it is there. */
  async answerAt(address: string): Promise<string> {
    const browser = await (this.#browser ??= chromium.launch({ ...launch, headless: true }));
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    try {
      await page.goto(address);
      const answer = await page.waitForFunction(() => (globalThis as { answer?: string }).answer, undefined, { timeout: 15_000 });
      return String(await answer.jsonValue());
    } catch (error) {
      throw new Error(`${String(error)}\n${errors.join("\n")}`);
    } finally {
      await page.close();
    }
  }

  /** What these files answer as a site. */
  async answerOf(files: Site): Promise<string> {
    const server = createServer(({ url = "/" }, response) => {
      const file = files.get(url === "/" ? "index.html" : url.slice(1));
      response.writeHead(file === undefined ? 404 : 200, { "content-type": file?.type ?? "text/plain" }).end(file?.contents);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      return await this.answerAt(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  async close(): Promise<void> {
    await (await this.#browser)?.close();
  }
}

/** A site of one script. */
export function siteOf(script: string): Site {
  return new Map([
    ["index.html", { type: "text/html", contents: '<!doctype html><meta charset="utf-8"><script type="module" src="/script.js"></script>' }],
    ["script.js", { type: "text/javascript", contents: script }],
  ]);
}
