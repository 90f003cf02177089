import type { App } from "./app.js";

/** A visitor with a session, as a page of the app has it. */
export class Visitor {
  readonly #app: App;
  readonly #cookie: string;

  private constructor(app: App, cookie: string) {
    this.#app = app;
    this.#cookie = cookie;
  }

  static async of(app: App): Promise<Visitor> {
    const page = await fetch(app.url);
    await page.arrayBuffer();
    const [cookie] = page.headers.getSetCookie();
    return new Visitor(app, cookie?.split(";")[0] ?? "");
  }

  get cookie(): string {
    return this.#cookie;
  }

  async ask(operation: string, args: object, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.#app.url}/api/pipelines/${operation}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Cookie: this.#cookie,
        "Sec-Fetch-Site": "same-origin",
        ...headers,
      },
      body: JSON.stringify(args),
    });
    return { status: response.status, body: (await response.json()) as { result?: unknown; error?: { code: string } } };
  }
}
