/** The built app on a loopback port of its own, always ended with the tests that asked for it. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const example = resolve(dirname(fileURLToPath(import.meta.url)), "../../../www-example");
const START_MS = 30_000;

/** What the environment of whoever runs the tests must not decide. */
const SETTINGS = [
  "CONVEX_URL",
  "CONVEX_ADMIN_KEY",
  "CONVEX_AUTH_SCHEME",
  "CONVEX_DEPLOYMENT_KEY",
  "PIPELINES_ADMIN_TOKEN",
  "PIPELINES_DATA_PATH",
  "PIPELINES_SESSION_SECRET",
  "PIPELINES_SOURCE_ADDRESSES",
  "PIPELINES_TRANSLATE_URL",
];

export class App {
  /** A folder that goes with the app. */
  readonly folder = mkdtempSync(join(tmpdir(), "pipelines-e2e-"));
  readonly dataPath = join(this.folder, "data", "pipelines.json");
  readonly #environment: Record<string, string>;
  #port = 0;
  #server: ChildProcess | undefined;
  #log = "";

  private constructor(environment: Record<string, string>) {
    this.#environment = environment;
  }

  /** On a JSON file, on nothing, or on what the environment says, with `more` of it. */
  static async start(store: "file" | "none" | Record<string, string>, more: Record<string, string> = {}): Promise<App> {
    const app = new App(typeof store === "string" ? { ...more } : { ...store, ...more });
    if (store === "file") app.#environment["PIPELINES_DATA_PATH"] = app.dataPath;
    app.#port = await freePort();
    await app.resume();
    return app;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Everything that the server has written so far. */
  get log(): string {
    return this.#log;
  }

  /** Starts the server, or starts it again where it was. */
  async resume(): Promise<void> {
    if (!existsSync(join(example, ".next/BUILD_ID")))
      throw new Error("the app is not built: `next build` in www-example/");
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.includes(name)));
    const program = join(example, "node_modules/next/dist/bin/next");
    const server = spawn(process.execPath, [program, "start", "-H", "127.0.0.1", "-p", String(this.#port)], {
      cwd: example,
      env: { ...environment, ...this.#environment, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that nothing of it is left behind.
      detached: true,
    });
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (this.#log += String(text)));
    this.#server = server;
    process.once("exit", this.#kill);
    const started = Date.now();
    while (!(await answers(this.url))) {
      if (server.exitCode !== null || Date.now() - started > START_MS) {
        throw new Error(`the app does not answer at ${this.url}:\n${this.#log}`);
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Ends the server at once, as a crash would; what it keeps stays. */
  async crash(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const ended = new Promise((done) => server.once("exit", done));
    this.#kill();
    if (server.exitCode === null && server.signalCode === null) await ended;
    this.#server = undefined;
    process.off("exit", this.#kill);
  }

  async stop(): Promise<void> {
    await this.crash();
    rmSync(this.folder, { recursive: true, force: true });
  }

  readonly #kill = (): void => {
    const pid = this.#server?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        done(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}
