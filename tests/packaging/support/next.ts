/** An app of Next with a page of the client, one of the server and handlers in Node and at the edge, under both of its bundlers. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Pages } from "./browser";
import { ANSWER, IMPORT, ROOT, TOOLS, ask, makeHome } from "./home";

const NEXT = join(TOOLS.example, "next/dist/bin/next");
const PACKAGES = ["next", "react", "react-dom"].map((name) => join(TOOLS.example, name));

const FILES = {
  "package.json": '{ "name": "edge", "private": true, "type": "module" }',
  // Turbopack follows links within its root only.
  "next.config.mjs": `export default { turbopack: { root: ${JSON.stringify(ROOT)} } };`,
  "app/layout.js": "export default ({ children }) => <html lang='en'><body>{children}</body></html>;",
  "app/page.js": `"use client";
    import { useEffect } from "react";
    ${IMPORT}
    export default function Page() {
      useEffect(() => { globalThis.answer = ${ANSWER}; }, []);
      return <main>{nextRuns({ cron: "0 7 * * *" }, { after: 0, count: 1 })[0]}</main>;
    }`,
  "app/server/page.js": `${IMPORT}export default function Page() { return <main>{${ANSWER}}</main>; }`,
  "app/api/node/route.js": `${IMPORT}export const dynamic = "force-dynamic"; export const GET = () => new Response(${ANSWER});`,
  "middleware.js": `
    import { describeSchedule } from "convex-pipelines";
    export const config = { matcher: "/words" };
    export const middleware = () => Response.json({ words: describeSchedule({ cron: "0 7 * * *" }), runtime: EdgeRuntime });`,
  "handler.js": `
    import { createInputSchema, createPipeline, nextRuns } from "convex-pipelines";
    export async function handler(request) {
      const input = createInputSchema.safeParse(await request.json());
      if (!input.success) return Response.json(input.error.toJSON(), { status: 422 });
      return new Response(EdgeRuntime + " " + ${ANSWER});
    }`,
};
const APP_ROUTE = { "app/api/model/route.js": 'export { handler as POST } from "../../../handler";\nexport const runtime = "edge";' };
const PAGES_ROUTE = { "pages/api/model.js": 'export { handler as default } from "../../handler";\nexport const config = { runtime: "edge" };' };

/** A command of Next, in a group of its own, so that nothing of it is left behind. */
export class Command {
  log = "";
  readonly #process: ChildProcess;
  readonly ended: Promise<unknown>;

  constructor(app: string, ...args: string[]) {
    const NODE_ENV = args[0] === "dev" ? ("development" as const) : ("production" as const);
    const env = { ...process.env, NODE_ENV, NEXT_TELEMETRY_DISABLED: "1" };
    const child = spawn(process.execPath, [NEXT, ...args], { cwd: app, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (this.log += String(text)));
    this.#process = child;
    this.ended = new Promise((done) => child.once("exit", done));
  }

  /** The address that a server says it has. */
  site(): Promise<string> {
    return vi.waitFor(() => /http:\/\/127\.0\.0\.1:\d+/.exec(this.log)?.[0] ?? expect.unreachable(this.log), 30_000);
  }

  async stop(): Promise<void> {
    const { pid, exitCode } = this.#process;
    if (pid !== undefined && exitCode === null) process.kill(-pid, "SIGKILL");
    await this.ended;
  }
}

/** Where such a server listens. */
export const ADDRESS = ["-H", "127.0.0.1", "-p", "0"];

/** Declares what the app is asked, by the name `what`, where `start` gives the server of a home. */
export function asksNext(what: string, start: (home: string, flags: string[]) => Promise<Command>): void {
  const pages = new Pages();
  afterAll(() => pages.close());

  describe.each([
    ["Turbopack", { flags: [], route: APP_ROUTE }],
    // Next 16.4 with webpack builds no edge handler of the app folder, whatever it imports: it misses a manifest of its own.
    ["webpack", { flags: ["--webpack"], route: PAGES_ROUTE }],
  ])(`${what} with %s`, (bundler, { flags, route }) => {
    let command: Command | undefined;
    let site: string;

    beforeAll(async () => {
      const home = makeHome(`${what.replaceAll(/\W+/g, "-")}-${bundler}`, { ...FILES, ...route }, PACKAGES);
      command = await start(home, flags);
      site = await command.site();
    });
    afterAll(() => command?.stop());

    async function get(path: string, init?: RequestInit): Promise<string> {
      const response = await fetch(`${site}${path}`, init);
      return response.ok || response.status === 422 ? response.text() : `${String(response.status)} ${command?.log ?? ""}`;
    }

    test("a page of the client answers, and was rendered on the server before", async () => {
      expect(await get("/")).toContain("1970-01-01T07:00:00.000Z");
      await ask(`${what} with ${bundler}: client page, in Chromium`, () => pages.answerAt(site));
    });

    test("a page of the server and a handler in Node answer", async () => {
      await ask(`${what} with ${bundler}: handler in Node`, () => get("/api/node"));
      await ask(`${what} with ${bundler}: server component`, async () => {
        const text = /<main>(.*?)<\/main>/.exec(await get("/server"))?.[1] ?? "";
        return text.replaceAll("&quot;", '"');
      });
    });

    test("an edge handler accepts and refuses", async () => {
      const post = (body: object) => get("/api/model", { method: "POST", body: JSON.stringify(body) });
      const input = { name: " Morning ", steps: [{ id: "a", kind: "clean", options: {} }] };
      await ask(`${what} with ${bundler}: edge handler`, async () => (await post(input)).replace("edge-runtime ", ""));
      expect(JSON.parse(await post({ ...input, name: " " }))).toMatchObject({ code: "invalid", issues: [{ path: ["name"] }] });
    });

    test("an edge middleware says a schedule in words", async () => {
      expect(JSON.parse(await get("/words"))).toEqual({ words: "At 07:00 every day", runtime: "edge-runtime" });
    });
  });
}
