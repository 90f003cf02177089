/** What every home has: a folder with the packed package in it, a question, and a row in the table of answers. */
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect } from "vitest";

export const ROOT = resolve(import.meta.dirname, "../../..");
/** Within the repository, because Turbopack follows links within its root only. */
export const HOMES = join(ROOT, "target/packaging");
export const INSTALLED = join(HOMES, "installed");
export const ROWS = join(HOMES, "rows.jsonl");

/** Where tools are: those of the tests, of the example, and those that only a home needs. */
export const TOOLS = {
  tests: join(ROOT, "tests/node_modules"),
  example: join(ROOT, "www-example/node_modules"),
  homes: join(ROOT, "tests/packaging/node_modules"),
};

/** One line of the table. */
export interface Row {
  home: string;
  seconds: number;
  answer: string;
}

const NAMES = "createInputSchema, createPipeline, nextRuns";
/** An expression for the answer, in JavaScript that TypeScript takes too: input is read and refused, a pipeline made, a schedule read. */
export const ANSWER = `(() => {
  const input = { name: " Morning ", schedule: { cron: "0 7 * * 1-5" }, steps: [
    { id: "a", kind: "clean", options: {} },
    { id: "b", kind: "queue", options: { provider: " kokoro ", voicePreference: "default" } },
  ] };
  const refused = createInputSchema.safeParse({ ...input, name: " ", colour: 1 });
  const { name, id, steps, schedule = { cron: "" } } = createPipeline(createInputSchema.parse(input));
  const [provider] = Object.values(steps[1].options);
  const [next] = nextRuns(schedule, { after: "2026-11-20T08:00:00Z" });
  const issues = refused.success ? [] : refused.error.issues.map(({ code, path }) => code + " " + path.join("."));
  return JSON.stringify([name, provider, id.length, next, ...issues]);
})()`;
export const ANSWERED = '["Morning","kokoro",36,"2026-11-23T07:00:00.000Z","empty name","unknown_field colour"]';

export const IMPORT = `import { ${NAMES} } from "convex-pipelines";\n`;
export const REQUIRE = `const { ${NAMES} } = require("convex-pipelines");\n`;

/** An empty app with these files, the package and links to `tools`, each a path below a `node_modules`. */
export function makeHome(name: string, files: Record<string, string>, tools: string[] = []): string {
  const home = join(HOMES, name);
  rmSync(home, { recursive: true, force: true });
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), contents);
  }
  const modules = join(home, "node_modules");
  cpSync(join(INSTALLED, "node_modules"), modules, { recursive: true });
  for (const tool of tools) {
    const link = join(modules, tool.slice(tool.lastIndexOf("node_modules/") + "node_modules/".length));
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(tool, link);
  }
  return home;
}

/** Runs Node in a home. */
export function node(home: string, ...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: home, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** Asks a home, holds its answer to the one right answer, and notes it. */
export async function ask(home: string, question: () => string | Promise<string>, right = ANSWERED): Promise<void> {
  const started = performance.now();
  const answer = await question();
  expect(answer).toBe(right);
  note(home, answer, started);
}

/** Notes a row of the table. */
export function note(home: string, answer: string, started: number): void {
  const row: Row = { home, seconds: (performance.now() - started) / 1_000, answer };
  appendFileSync(ROWS, `${JSON.stringify(row)}\n`);
}
