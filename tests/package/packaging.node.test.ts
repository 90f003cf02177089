/** The package as it is published: packed, installed into an empty folder, used in processes of their own. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const PACKAGE = resolve(import.meta.dirname, "../../pkg");
const BIN = resolve(import.meta.dirname, "../node_modules/.bin");

let folder: string;
let tarball: string;
let app: string;

function run(program: string, args: string[], cwd = app): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "packaging-"));
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder], PACKAGE)) as [{ filename: string }];
  tarball = join(folder, packed.filename);
  app = join(folder, "app");
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{ "name": "app", "private": true }');
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball]);
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const USE = `
  const input = { name: " Morning ", schedule: { cron: "0 7 * * 1-5" }, steps: [
    { id: "a", kind: "clean", options: {} },
    { id: "b", kind: "summarise", options: { bulletCount: 5 } },
    { id: "c", kind: "queue", options: { provider: " kokoro ", voicePreference: "default" } },
  ] };
  const pipeline = createPipeline(createInputSchema.parse(input));
  const [next] = nextRuns(pipeline.schedule, { after: "2026-11-20T08:00:00Z" });
  console.log(JSON.stringify({ name: pipeline.name, provider: pipeline.steps[2].options.provider, id: pipeline.id.length, next }));
`;
const USED = { name: "Morning", provider: "kokoro", id: 36, next: "2026-11-23T07:00:00.000Z" };

describe("in Node, with no further step", () => {
  test("import works", () => {
    writeFileSync(join(app, "use.mjs"), `import { createInputSchema, createPipeline, nextRuns } from "convex-pipelines";${USE}`);
    expect(JSON.parse(run(process.execPath, ["use.mjs"]))).toEqual(USED);
  });

  test("require works", () => {
    writeFileSync(join(app, "use.cjs"), `const { createInputSchema, createPipeline, nextRuns } = require("convex-pipelines");${USE}`);
    expect(JSON.parse(run(process.execPath, ["--no-warnings", "use.cjs"]))).toEqual(USED);
  });

  test("the Node entry brings the JSON file, and the root entry too", () => {
    const script = `import { JsonFilePipelineRepository, createPipeline } from "convex-pipelines/node";
      const repository = new JsonFilePipelineRepository("data/p.json");
      await repository.create({ name: "x", steps: createPipeline({ name: "y", steps: [{ id: "a", kind: "clean", options: {} }] }).steps });
      console.log((await repository.list()).length);`;
    expect(run(process.execPath, ["--input-type=module", "--eval", script]).trim()).toBe("1");
  });

  test("importing does nothing: no module is compiled, no clock read, no random number drawn", () => {
    const script = `
      const forbid = (what) => () => { throw new Error(what + " at import"); };
      WebAssembly.Module = forbid("WebAssembly"); WebAssembly.Instance = forbid("WebAssembly"); WebAssembly.compile = forbid("WebAssembly");
      Math.random = forbid("Math.random"); Date.now = forbid("Date.now"); globalThis.fetch = forbid("fetch");
      crypto.getRandomValues = forbid("crypto"); crypto.randomUUID = forbid("crypto");
      await import("convex-pipelines"); await import("convex-pipelines/node");
      console.log("quiet");`;
    expect(run(process.execPath, ["--input-type=module", "--eval", script]).trim()).toBe("quiet");
  });
});

describe("a bundle", () => {
  test.each([
    ["Convex", ["convex", "module", "browser", "import"]],
    ["a browser", ["browser", "import"]],
  ])("for %s holds everything and needs no loader", async (_what, conditions) => {
    writeFileSync(join(app, "entry.mjs"), `import { createInputSchema, createPipeline, nextRuns } from "convex-pipelines";${USE}`);
    const outfile = join(app, "bundle.mjs");
    await build({ entryPoints: [join(app, "entry.mjs")], outfile, bundle: true, format: "esm", target: "esnext", conditions, logLevel: "silent" });
    const alone = join(folder, "alone");
    mkdirSync(alone, { recursive: true });
    cpSync(outfile, join(alone, "bundle.mjs"));
    expect(JSON.parse(run(process.execPath, ["bundle.mjs"], alone))).toEqual(USED);
  });

  test("for a worker leaves the compiled module to the worker's host", async () => {
    writeFileSync(join(app, "worker.mjs"), 'export { nextRuns } from "convex-pipelines";');
    const common = { entryPoints: [join(app, "worker.mjs")], bundle: true, format: "esm" as const, write: false as const, external: ["*.wasm", "*.wasm?module"] };
    for (const [condition, specifier] of [["workerd", "core_bg.wasm\""], ["edge-light", "core_bg.wasm?module\""]] as const) {
      const { outputFiles } = await build({ ...common, conditions: [condition, "import"] });
      expect(outputFiles[0]!.text).toContain(specifier);
      expect(outputFiles[0]!.text).not.toContain("AGFzbQ"); // the beginning of every module in base64
    }
  });
});

describe("the tarball", () => {
  test("holds what is needed, and nothing else", () => {
    const installed = join(app, "node_modules/convex-pipelines");
    const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const strange = files.filter(({ name }) => !/\.(js|d\.ts|wasm|json|md)$|^LICENSE/.test(name)).map(({ name }) => name);
    expect(strange).toEqual([]);
    expect(files.map(({ name }) => name).filter((name) => /test|\.map$|tsconfig/.test(name))).toEqual([]);
    for (const { name, parentPath } of files.filter((entry) => entry.name.endsWith(".js"))) {
      expect(readFileSync(join(parentPath, name), "utf8")).not.toContain("sourceMappingURL");
    }
  });

  test("is what publint asks for", async () => {
    const { messages, pkg } = await publint({ pkgDir: join(app, "node_modules/convex-pipelines"), strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("resolves its types wherever types are resolved", () => {
    const entrypoints = [".", "node", "convex", "react"];
    run(join(BIN, "attw"), [tarball, "--profile", "esm-only", "--entrypoints", ...entrypoints], resolve(import.meta.dirname, ".."));
  }, 60_000);
});
