/** The package in Next's edge runtime: a handler and a middleware, really built by both bundlers and asked. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
/** Has Next, in the version that the example has. */
const INSTALLED = join(ROOT, "www-example/node_modules");
const NEXT = join(INSTALLED, "next/dist/bin/next");

const FILES = {
  "package.json": '{ "name": "edge", "private": true, "type": "module" }',
  // Turbopack follows links within its root only.
  "next.config.mjs": `export default { turbopack: { root: ${JSON.stringify(ROOT)} } };`,
  "middleware.js": `
    import { describeSchedule } from "convex-pipelines";
    export const config = { matcher: "/words" };
    export const middleware = () => Response.json({ words: describeSchedule({ cron: "0 7 * * *" }), runtime: EdgeRuntime });`,
  "handler.js": `
    import { createInputSchema, createPipeline, nextRuns } from "convex-pipelines";
    export async function handler(request) {
      const input = createInputSchema.safeParse(await request.json());
      if (!input.success) return Response.json(input.error.toJSON(), { status: 422 });
      const { name, schedule } = createPipeline(input.data);
      const [next] = nextRuns(schedule, { after: "2026-11-20T08:00:00Z" });
      return Response.json({ name, next, runtime: EdgeRuntime });
    }`,
};
const APP_ROUTE = { "app/api/model/route.js": 'export { handler as POST } from "../../../handler";\nexport const runtime = "edge";' };
const PAGES_ROUTE = { "pages/api/model.js": 'export { handler as default } from "../../handler";\nexport const config = { runtime: "edge" };' };

/** A folder with an app of these files, below Turbopack's root. */
function makeApp(files: Record<string, string>): string {
  const target = join(ROOT, "target");
  mkdirSync(target, { recursive: true });
  const app = mkdtempSync(join(target, "next-edge-"));
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    writeFileSync(join(app, path), contents);
  }
  const modules = join(app, "node_modules");
  cpSync(join(import.meta.dirname, "../node_modules/convex-pipelines"), join(modules, "convex-pipelines"), { recursive: true });
  for (const name of ["next", "react", "react-dom", "idb", "@standard-schema"]) symlinkSync(join(INSTALLED, name), join(modules, name));
  return app;
}

/** A command of Next, in a group of its own, so that nothing of it is left behind. */
class Command {
  log = "";
  readonly #process: ChildProcess;
  readonly ended: Promise<unknown>;

  constructor(app: string, ...args: string[]) {
    const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
    const child = spawn(process.execPath, [NEXT, ...args], { cwd: app, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (this.log += String(text)));
    this.#process = child;
    this.ended = new Promise((done) => child.once("exit", done));
  }

  async stop(): Promise<void> {
    const { pid, exitCode } = this.#process;
    if (pid !== undefined && exitCode === null) process.kill(-pid, "SIGKILL");
    await this.ended;
  }
}

describe.each([
  ["Turbopack", { flags: [], route: APP_ROUTE }],
  // Next 16.4 with webpack builds no edge handler of the app folder, whatever it imports: it misses a manifest of its own.
  ["webpack", { flags: ["--webpack"], route: PAGES_ROUTE }],
])("built by %s", (_bundler, { flags, route }) => {
  let app: string | undefined;
  let command: Command | undefined;
  let site: string;

  beforeAll(async () => {
    app = makeApp({ ...FILES, ...route });
    command = new Command(app, "build", ...flags);
    expect(await command.ended, command.log).toBe(0);
    const server = (command = new Command(app, "start", "-H", "127.0.0.1", "-p", "0"));
    const started = () => /http:\/\/127\.0\.0\.1:\d+/.exec(server.log)?.[0] ?? expect.unreachable(server.log);
    site = await vi.waitFor(started, 30_000);
  }, 180_000);
  afterAll(async () => {
    await command?.stop();
    if (app !== undefined) rmSync(app, { recursive: true, force: true });
  });

  test("a handler accepts, refuses and reads schedules", async () => {
    const ask = async (body: object) => {
      const response = await fetch(`${site}/api/model`, { method: "POST", body: JSON.stringify(body) });
      const text = await response.text();
      expect([200, 422], `${text}\n${command?.log ?? ""}`).toContain(response.status);
      return JSON.parse(text) as unknown;
    };
    const input = { name: " Morning ", schedule: { cron: "0 7 * * 1-5" }, steps: [{ id: "a", kind: "clean", options: {} }] };
    expect(await ask(input)).toEqual({ name: "Morning", next: "2026-11-23T07:00:00.000Z", runtime: "edge-runtime" });
    expect(await ask({ ...input, name: " " })).toMatchObject({ code: "invalid", issues: [{ path: ["name"] }] });
  });

  test("a middleware says a schedule in words", async () => {
    const response = await fetch(`${site}/words`);
    expect(await response.json(), command?.log).toEqual({ words: "At 07:00 every day", runtime: "edge-runtime" });
  });
});
