/** CommonJS, for what cannot load ES modules: the same answers, and what one half makes works with the other. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as esm from "convex-pipelines";
import { expect, test } from "vitest";
import { INPUT } from "../repositories/suite";

const require = createRequire(import.meta.url);
const PACKAGE = dirname(require.resolve("convex-pipelines/package.json"));
const cjs = require(join(PACKAGE, "cjs/dist/index.js")) as typeof esm;

function node(script: string, ...flags: string[]): string {
  const output = execFileSync(process.execPath, ["--no-warnings", ...flags, "--eval", script], { cwd: import.meta.dirname, encoding: "utf8" });
  return output.trim();
}

test("it is another copy, with the same names and the same answers", () => {
  expect(cjs.createPipeline).not.toBe(esm.createPipeline);
  expect(Object.keys(cjs).sort()).toEqual(Object.keys(esm).sort());
  const schedule = { cron: "0 7 * * 1-5" };
  expect(cjs.nextRuns(schedule, { after: 0 })).toEqual(esm.nextRuns(schedule, { after: 0 }));
  expect(JSON.stringify(cjs.createInputSchema.safeParse({ name: " " }))).toBe(JSON.stringify(esm.createInputSchema.safeParse({ name: " " })));
});

test.each(["convex-pipelines", "convex-pipelines/slim", "convex-pipelines/node", "convex-pipelines/convex"])("require(%j) works in a Node that requires no ES modules", (entry) => {
  const script = `const entry = require("${entry}"); console.log(require.resolve("${entry}").includes("/cjs/"), typeof entry.isPipelineError, typeof entry.pipelineTables)`;
  expect(node(script, "--no-experimental-require-module")).toBe(entry.endsWith("/convex") ? "true undefined object" : "true function undefined");
});

test("a Node that can gives one and the same to require and to import", () => {
  const script = 'import("convex-pipelines").then((esm) => console.log(require("convex-pipelines").PipelineError === esm.PipelineError))';
  expect(node(script)).toBe("true");
});

test("requiring it does nothing", () => {
  const script = `
    const forbid = (what) => () => { throw new Error(what + " at import"); };
    WebAssembly.Module = forbid("WebAssembly"); WebAssembly.Instance = forbid("WebAssembly"); TextDecoder = forbid("TextDecoder");
    Math.random = forbid("Math.random"); Date.now = forbid("Date.now"); crypto.getRandomValues = forbid("crypto");
    for (const entry of ["", "/slim", "/node", "/convex"]) require("convex-pipelines" + entry);
    console.log("quiet");`;
  expect(node(script, "--no-experimental-require-module")).toBe("quiet");
});

test("the slim entry has no module there either, until init brings it", () => {
  const script = `
    const { init, explicitCron } = require("convex-pipelines/slim");
    try { explicitCron({ cron: "@daily" }); } catch ({ code }) { console.log(code); }
    init(require("node:fs").readFileSync(require.resolve("convex-pipelines/pipelines.wasm")));
    console.log(explicitCron({ cron: "@daily" }));`;
  expect(node(script, "--no-experimental-require-module")).toBe("config\n0 0 * * *");
});

test("where a bundler has left the module behind, the error says so", () => {
  const moved = mkdtempSync(join(tmpdir(), "moved-"));
  cpSync(join(PACKAGE, "cjs"), join(moved, "cjs"), { recursive: true });
  try {
    const { explicitCron } = require(join(moved, "cjs/dist/index.js")) as typeof esm;
    expect(() => explicitCron({ cron: "@daily" })).toThrow(expect.objectContaining({ code: "config", message: expect.stringContaining("a bundler has to leave") as string }) as Error);
  } finally {
    rmSync(moved, { recursive: true });
  }
});

test("what is made by one half works with the other", async () => {
  expect(esm.isPipelineError(new cjs.PipelineError({ code: "conflict", message: "taken" }))).toBe(true);
  for (const [one, other] of [[esm, cjs], [cjs, esm]] as const) {
    const remote = new one.InMemoryPipelineRepository();
    const local = new one.InMemoryPipelineRepository();
    const repository = new other.FallbackPipelineRepository({ remote, local });
    const { id } = await repository.create(INPUT);
    expect(await remote.get(id)).toMatchObject({ id });
    // An error of the other half is read as what it says, and not as a network that failed.
    remote.list = () => Promise.reject(new one.PipelineError({ code: "rate_limited", message: "slowly", retryable: true }));
    expect(await repository.list()).toMatchObject([{ id }]);
    expect(repository.status.lastError).toEqual({ code: "rate_limited", message: "slowly", retryable: true });
    repository.close();
  }
});

test("a device of another build is refused, because its insides may be other ones", () => {
  const local = { [Symbol.for("convex-pipelines.DeviceRepository")]: "another" } as never;
  expect(() => new esm.FallbackPipelineRepository({ remote: new esm.InMemoryPipelineRepository(), local })).toThrow("local");
});
