/** Convex's own command line over a copy of the example, without a deployment. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const EXAMPLE = resolve(import.meta.dirname, "../../www-example");
export const CONVEX = join(EXAMPLE, "convex");

/** A temporary app with the example's Convex folder and packages. */
export class App {
  readonly folder = mkdtempSync(join(tmpdir(), "convex-pipelines-"));
  readonly convex = join(this.folder, "convex");

  /** With the example's copy of the package, or with another one. */
  constructor(packed?: string) {
    for (const folder of ["convex", "worker"]) cpSync(join(EXAMPLE, folder), join(this.folder, folder), { recursive: true });
    for (const file of ["package.json", "tsconfig.json"]) cpSync(join(EXAMPLE, file), join(this.folder, file));
    const [installed, modules] = [EXAMPLE, this.folder].map((folder) => join(folder, "node_modules")) as [string, string];
    mkdirSync(modules);
    for (const name of readdirSync(installed)) symlinkSync(join(installed, name), join(modules, name));
    if (packed === undefined) return;
    rmSync(join(modules, "convex-pipelines"));
    cpSync(packed, join(modules, "convex-pipelines"), { recursive: true });
  }

  /** Writes `_generated/` anew. */
  codegen(): void {
    rmSync(join(this.convex, "_generated"), { recursive: true });
    this.#run("codegen", "--system-udfs", "--typecheck", "disable");
  }

  /** What `npx convex deploy` would send. */
  push(): PushRequest {
    const file = join(this.folder, "push");
    const flags = ["--typecheck", "disable", "--codegen", "disable", "--push-all-modules", "--write-push-request", file, "-y"];
    this.#run("deploy", ...flags);
    return JSON.parse(readFileSync(`${file}.json`, "utf8")) as PushRequest;
  }

  write(path: string, source: string): void {
    writeFileSync(join(this.folder, path), source);
  }

  /** Copies folders of the tests to where a module of `convex/` finds them. */
  bring(...folders: string[]): void {
    for (const folder of folders) cpSync(resolve(import.meta.dirname, "..", folder), join(this.folder, folder), { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run(...args: string[]): void {
    execFileSync(process.execPath, [join(EXAMPLE, "node_modules/convex/bin/main.js"), ...args], {
      cwd: this.folder,
      // Nobody listens there: what needs a deployment fails instead of reaching one.
      env: { ...process.env, CONVEX_SELF_HOSTED_URL: "http://127.0.0.1:9", CONVEX_SELF_HOSTED_ADMIN_KEY: "offline" },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}

/** The part of a push that matters here. */
export interface PushRequest {
  appDefinition: {
    schema: PushedModule;
    changedModules: PushedModule[];
  };
}

export interface PushedModule {
  path: string;
  source: string;
  environment: string;
}

/** The files of a folder with their contents. */
export function files(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
