/** Where walks through the app's states take place; each tests or pictures what it comes to. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { App } from "../support/app.js";

export const API = "**/api/pipelines/**";

/** What a walk has: somebody who has just come, before the first page, and what is done with each state. */
export interface Stage {
  app: App;
  page: Page;
  /** A text on the web that comes only when it is let go. */
  source: SlowText;
  show: (state: string) => Promise<void>;
}

export interface Walk {
  name: string;
  store: "file" | "none";
  options?: BrowserContextOptions;
  walk: (stage: Stage) => Promise<void>;
}

/** The servers behind all walks. */
export class Theatre {
  readonly #apps: Record<Walk["store"], App>;
  readonly #source: SlowText;

  private constructor(apps: Record<Walk["store"], App>, source: SlowText) {
    this.#apps = apps;
    this.#source = source;
  }

  static async open(): Promise<Theatre> {
    const source = await SlowText.open();
    const file = await App.start("file", { PIPELINES_SOURCE_ADDRESSES: "127.0.0.1" });
    return new Theatre({ file, none: await App.start("none") }, source);
  }

  /** Takes a walk in a browser that knows nothing yet; `show` is called at each state, with the page in it. */
  async take(walk: Walk, browser: Browser, show: (page: Page, state: string) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ reducedMotion: "reduce", ...walk.options });
    try {
      const page = await context.newPage();
      const app = this.#apps[walk.store];
      await walk.walk({ app, page, source: this.#source, show: (state) => show(page, state) });
    } finally {
      this.#source.letGo();
      await context.close();
    }
  }

  async close(): Promise<void> {
    this.#source.close();
    await Promise.all([this.#apps.file.stop(), this.#apps.none.stop()]);
  }
}

export class SlowText {
  readonly #server: Server;
  readonly #waiting: ServerResponse[] = [];

  private constructor() {
    this.#server = createServer((_request, response) => this.#waiting.push(response));
  }

  static async open(): Promise<SlowText> {
    const text = new SlowText();
    await new Promise<void>((done) => text.#server.listen(0, "127.0.0.1", done));
    return text;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/news`;
  }

  letGo(): void {
    for (const response of this.#waiting.splice(0)) response.writeHead(200, { "Content-Type": "text/plain" }).end("The news of the day.");
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
